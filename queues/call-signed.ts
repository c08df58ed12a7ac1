// One call out whose answer is wanted: Standard Webhooks headers over the raw body, bounded in time and size. It never throws for what the other
// side does, and says of a failure whether it may pass. Nothing of the answer is in its words.
import { readBounded } from "../r2/read-bounded.ts";
import { signatureOf, type Hook } from "./post-signed.ts";

/** An answer is an output and steps; more is a mistake. */
const mostBytes = 4 * 1024 * 1024;

export type Called = { ok: true; text: string } | { ok: false; reason: string; isPassing: boolean };

export async function callSigned({ url, secret }: Hook, id: string, body: string, patienceMs: number): Promise<Called> {
  const headers = {
    "content-type": "application/json",
    "user-agent": "bento",
    ...(secret === null ? {} : signatureOf(secret, id, body)),
  };
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, reason: `answered ${response.status}`, isPassing: response.status >= 500 || passing.has(response.status) };
    }
    const bytes = response.body === null ? new Uint8Array() : await readBounded(response.body, mostBytes);
    if (bytes === null) return { ok: false, reason: `answered more than ${mostBytes / 1024 / 1024} MiB`, isPassing: false };
    return { ok: true, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return { ok: false, reason: isLate ? `no answer within ${patienceMs / 1_000} s` : "could not be reached", isPassing: true };
  }
}

const passing: ReadonlySet<number> = new Set([408, 425, 429]);
