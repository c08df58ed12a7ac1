// One question to somebody's webhook: a signed POST whose JSON answer is wanted. Answers of any size and form may come: what is read is
// bounded, and why nothing usable came is said in words that hold nothing of it.
import { signatureOf, type Hook } from "./post-signed.ts";

const usualPatienceMs = 30_000;
const mostAnswerBytes = 1_000_000;

/** `isPassing`: the same question may be answered a little later. */
export type HookAnswer = { ok: true; json: unknown } | { ok: false; reason: string; isPassing: boolean };

/** @param patienceMs how long the whole answer may take */
export async function askSigned({ url, secret }: Hook, id: string, body: string, patienceMs = usualPatienceMs): Promise<HookAnswer> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    "user-agent": "bento",
    ...(secret === null ? {} : signatureOf(secret, id, body)),
  };
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) {
      await response.body?.cancel();
      const { status } = response;
      return { ok: false, reason: `the webhook answered ${status}`, isPassing: status >= 500 || status === 429 || status === 408 };
    }
    return await answerIn(response);
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const reason = isLate ? `the webhook gave no answer within ${patienceMs / 1_000} s` : "the webhook could not be reached";
    return { ok: false, reason, isPassing: true };
  }
}

async function answerIn(response: Response): Promise<HookAnswer> {
  const bytes = await readBounded(response);
  if (bytes === null) return { ok: false, reason: "the webhook's answer is too large", isPassing: false };
  try {
    return { ok: true, json: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return { ok: false, reason: "the webhook's answer is no JSON", isPassing: false };
  }
}

async function readBounded({ body }: Response): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > mostAnswerBytes) return null;
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
