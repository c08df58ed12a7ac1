// Did behaviour change, or who is asking? The moved outcome split over one cohort attribute into mix and within, with an interval
// from resampled sessions. Cohorts are facts of the request, fixed before the agent acts.
import { kitagawa } from "../statistics/kitagawa.ts";
import { type Strata, strataBy } from "./strata.ts";
import type { Outcome, Window } from "./window.ts";

/** Pseudo-runs that draw a small group's rate to that of all (statistics.md 3.2). */
const shrinkRuns = 10;

export interface MixSplit {
  attribute: string;
  total: number;
  mix: number;
  within: number;
}

/** The split of one outcome over one attribute at `onsetMs`; null where a side is empty. */
export function splitBy(attribute: string, window: Window, outcome: Outcome, onsetMs: number): MixSplit | null {
  const strata = strataBy(window, [attribute]);
  const split = splitOf(strata, window, outcome, onsetMs, null);
  return split === null ? null : { attribute, ...split };
}

/** 95 % interval of the mix's share of the change; null where the change itself is within chance of zero too often to divide by. */
export function mixShareInterval(
  split: MixSplit,
  window: Window,
  outcome: Outcome,
  onsetMs: number,
  draws: readonly Uint8Array[],
): { low: number; high: number } | null {
  const strata = strataBy(window, [split.attribute]);
  const shares: number[] = [];
  for (const weights of draws) {
    const drawn = splitOf(strata, window, outcome, onsetMs, weights);
    if (drawn !== null && Math.abs(drawn.total) > Math.abs(split.total) / 10 && Math.sign(drawn.total) === Math.sign(split.total))
      shares.push(clamp(drawn.mix / drawn.total));
  }
  return interval(shares);
}

function splitOf(
  strata: Strata,
  window: Window,
  outcome: Outcome,
  onsetMs: number,
  weights: Uint8Array | null,
): { total: number; mix: number; within: number } | null {
  const groups = Array.from({ length: strata.count }, () => ({ n0: 0, y0: 0, n1: 0, y1: 0 }));
  for (let i = 0; i < window.runs.length; i++) {
    const y = outcome.y[i] ?? NaN;
    const weight = weights === null ? 1 : (weights[i] ?? 0);
    const group = groups[strata.of[i] ?? 0];
    if (Number.isNaN(y) || weight === 0 || group === undefined) continue;
    if ((window.runs[i]?.atMs ?? 0) < onsetMs) {
      group.n0 += weight;
      group.y0 += weight * y;
    } else {
      group.n1 += weight;
      group.y1 += weight * y;
    }
  }
  return kitagawa(groups, shrinkRuns);
}

/** Middle 95 % of drawn shares; too few usable draws say nothing. */
export function interval(draws: number[]): { low: number; high: number } | null {
  if (draws.length < 50) return null;
  const sorted = draws.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
