// One call out, with Standard Webhooks headers over the raw body. Answers null when it was taken, else why not, in words
// that can be shown.
import { Webhook } from "standardwebhooks";

const patienceMs = 10_000;

export interface Hook {
  url: string;
  secret: string;
}

export async function postSigned(hook: Hook, id: string, body: string): Promise<string | null> {
  const timestamp = new Date();
  const headers = {
    "content-type": "application/json",
    "user-agent": "bento",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(timestamp.getTime() / 1000)),
    "webhook-signature": new Webhook(hook.secret).sign(id, timestamp, body),
  };
  try {
    const response = await fetch(hook.url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    await response.body?.cancel();
    return response.ok ? null : `answered ${response.status}`;
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? `no answer within ${patienceMs / 1000} s` : "could not be reached";
  }
}
