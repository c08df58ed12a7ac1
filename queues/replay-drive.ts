// What a driver makes of one recorded run, in words that both drivers share.
import type { ServedCall } from "../domain/experiment/recorded-tools.ts";
import type { Usage } from "../domain/run/run.ts";

/** What it came to so far, whether it ended well or not. */
export interface Spent {
  calls: ServedCall[];
  usage: Usage | null;
  /** null where a price is not known. */
  costUsd: number | null;
}

export type Driven =
  | ({ kind: "answered"; output: unknown; success: boolean | null } & Spent)
  /** It cannot be run; trying again would not help. */
  | ({ kind: "errored"; reason: string } & Spent)
  /** Something between us and the candidate failed; it may go well later. */
  | ({ kind: "again"; waitMs: number; reason: string } & Spent)
  /** There is no money left for it: today, or in this experiment. */
  | { kind: "tomorrow"; waitMs: number }
  | { kind: "cap" };
