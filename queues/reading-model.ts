// The model as consumers see it: one call that never throws for what the other side does. The SDK behind it is the cron Worker's.
import type { CallFailure } from "../domain/finding/reading-retry.ts";
import type { CallTokens } from "../domain/finding/reading-cost.ts";
import type { ModelAsk } from "../domain/finding/rubric.ts";
import type { ModelReply } from "../domain/finding/rubric-answer.ts";

/** `tokens` of a failed call: what it had used when it broke off; null where it never began. */
export type CallResult =
  | { ok: true; reply: ModelReply; tokens: CallTokens }
  | { ok: false; failure: CallFailure; tokens: CallTokens | null };

export interface Model {
  /** As the API and the price list name it. */
  name: string;
  call: (ask: ModelAsk) => Promise<CallResult>;
}

/** Time and chance, so that tests need not wait. */
export interface Clock {
  nowMs: () => number;
  wait: (ms: number) => Promise<void>;
  /** In [0, 1). */
  jitter: () => number;
}

export const platformClock: Clock = {
  nowMs: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  jitter: () => Math.random(),
};
