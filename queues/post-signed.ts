// One call out, with Standard Webhooks headers over the raw body where there is a secret to sign with. Answers null when it was taken,
// else why not, in words that can be shown.
import { Webhook } from "standardwebhooks";

const patienceMs = 10_000;

export interface Hook {
  url: string;
  /** `whsec_` and base64; null for an address that is a secret itself and checks no signature (Slack's). */
  secret: string | null;
}

export async function postSigned({ url, secret }: Hook, id: string, body: string): Promise<string | null> {
  const headers = {
    "content-type": "application/json",
    "user-agent": "bento",
    ...(secret === null ? {} : signatureOf(secret, id, body)),
  };
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    await response.body?.cancel();
    return response.ok ? null : `answered ${response.status}`;
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? `no answer within ${patienceMs / 1000} s` : "could not be reached";
  }
}

/** The headers that sign `body`. */
export function signatureOf(secret: string, id: string, body: string): Record<string, string> {
  const timestamp = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(timestamp.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, timestamp, body),
  };
}
