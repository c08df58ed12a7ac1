// Words for what signals are and how they stand. Numbers come with how many runs they rest on; what is not known is said, never zero.
import { amount, count, dash, percent } from "./format.ts";
import { clipped } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { RateView, SignalState, TaxonomyView } from "./read/signal.ts";

export const stateMeanings: Record<SignalState, string> = {
  new: "first seen within its first week",
  escalating: "its rate rose beyond its baseline",
  ongoing: "seen, and about as often as before",
  regressed: "it was gone and came back",
  resolved: "not seen any more, where it would have been",
  archived: "put away by a person",
};

/** `2.1 % to 4.8 %`, or nothing. */
export function intervalText({ low, high }: Pick<RateView, "low" | "high">): string {
  return low === null || high === null ? "" : `${percent(low)} to ${percent(high)}`;
}

/** `12 of 340`. */
export function ofRuns({ count: shown, denominator }: Pick<RateView, "count" | "denominator">): string {
  if (shown === null) return dash;
  return denominator === null ? count(shown) : `${count(shown)} of ${count(denominator)}`;
}

/** `12 of 340 runs, 3.5 % (2.0 % to 6.1 %)`. */
export function rateText(rate: RateView): string {
  if (rate.rate === null) return "no runs to count in";
  const interval = intervalText(rate);
  return `${ofRuns(rate)} runs, ${percent(rate.rate)}${interval === "" ? "" : ` (${interval})`}`;
}

/** How much of the failures to come is of a kind that nobody has seen yet, in one sentence. */
export function unseenText({ unseenMass, unseenLow, unseenHigh, failedRuns }: TaxonomyView): string {
  if (unseenMass === null)
    return failedRuns === 0
      ? "No run failed yet, so nothing can be said of kinds not seen."
      : "Too few failures to say how much is still unseen.";
  if (unseenMass === 0) {
    const most = unseenHigh === null || unseenHigh === 0 ? "" : ` (95 %: at most ${percent(unseenHigh)})`;
    return `Every kind of failure was seen more than once: hardly any failure is of a kind not seen before${most}.`;
  }
  const interval = unseenLow === null || unseenHigh === null ? "" : ` (95 %: ${percent(unseenLow)} to ${percent(unseenHigh)})`;
  return `About ${percent(unseenMass)} of failures are of a kind not seen before${interval}.`;
}

/** Frequency × severity says nothing by its size alone, only by its order: three digits do. */
export function priorityText(priority: number | null): string {
  return priority === null ? dash : amount(priority);
}

/** `model`, `prompt`, `cohort.plan` or `plan` for people. */
export function propertyName(property: string): string {
  return spoken(clipped(property.replace(/^cohort\./, ""), 60));
}
