// How much history a dimension needs before it is judged, beside the two days of quarantine.
import { dayMs } from "./buckets.ts";

export const fewestRuns = 200;
export const fewestDays = 3;
/** Fresh runs enter a baseline only after this long, so that a drift has time to be seen before it can hide. */
export const quarantineMs = 2 * dayMs;

/** What is missing of a history of `runs` runs over `spanMs`; zeros when there is enough. */
export function stillNeeded(runs: number, spanMs: number): { runs: number; days: number } {
  return { runs: Math.max(0, fewestRuns - runs), days: Math.max(0, Math.ceil(fewestDays + (quarantineMs - spanMs) / dayMs)) };
}
