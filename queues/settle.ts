// How a consumer ends each message on its own: done, or again later with a growing delay. A batch is never thrown as a whole,
// because one throw would redeliver the messages that went well.
import { failureWords } from "./failure-words.ts";

const firstDelaySeconds = 2;
/** Long enough for an outage of D1 or R2 to pass, short enough that a person still waits for it. */
const longestDelaySeconds = 300;

/**
 * Deliveries of a body after which it is set aside with the reason of the last one: about a minute of growing delays. One less than
 * the queue's own limit, after which the queue would set it aside without a reason.
 */
export const mostBodyTries = 6;

/** @param attempts deliveries so far, this one included (1 = first) */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** Math.max(0, attempts - 1));
}

/** Says why without the message's content, which may be a customer's. */
export function retryLater(message: Message, where: string, error: unknown): void {
  console.error(JSON.stringify({ level: "error", where, attempt: message.attempts, reason: failureWords(error) }));
  message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
}
