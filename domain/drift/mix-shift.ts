// Did behaviour change, or who is asking? The moved outcome split over one cohort attribute into mix and within, with an interval
// from resampled sessions and onsets. Cohorts are facts of the request, fixed before the agent acts.
import { kitagawa } from "../statistics/kitagawa.ts";
import type { Draw } from "./resample.ts";
import { type Strata, strataBy } from "./strata.ts";
import type { Outcome, Window } from "./window.ts";

/** Pseudo-runs that draw a small group's rate to that of all (statistics.md 3.2). */
const shrinkRuns = 10;
/** Draws below which the ends of an interval would rest on one or two. */
const fewestDraws = 50;

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

/** A moved cell with its evidence and its own change; null where it is the mix itself. */
interface Part {
  outcome: Outcome;
  evidence: number;
  total: number | null;
}

/** A share of a change, 0 to 1, with its 95 % interval where resampling gives one. */
export interface Share {
  share: number;
  low: number | null;
  high: number | null;
}

/**
 * The mix's share of all that moved, each moved cell by its evidence; a moved mix of the attribute itself is explained in full. Null
 * where no cell can be split. `draws` none, and there is no interval.
 */
export function mixShare(
  attribute: string,
  window: Window,
  moved: readonly Outcome[],
  onsetMs: number,
  draws: readonly Draw[],
): Share | null {
  const strata = strataBy(window, [attribute]);
  const parts = moved.flatMap((outcome): Part[] => {
    const evidence = Math.max(0, outcome.logEvidence);
    if (outcome.dimension === `cohort.${attribute}`) return [{ outcome, evidence, total: null }];
    const split = splitOf(strata, window, outcome, onsetMs, null);
    return split === null || split.total === 0 ? [] : [{ outcome, evidence, total: split.total }];
  });
  const shareOf = (draw: Draw | null): number | null => {
    let weight = 0;
    let explained = 0;
    for (const { outcome, evidence, total } of parts) {
      const split = total === null ? null : splitOf(strata, window, outcome, draw?.onsetMs ?? onsetMs, draw?.weights ?? null);
      // a draw in which the change itself is gone has no share
      if (total !== null && (split === null || Math.sign(split.total) !== Math.sign(total) || Math.abs(split.total) < Math.abs(total) / 10))
        continue;
      weight += evidence;
      explained += evidence * (split === null ? 1 : clamp(split.mix / split.total));
    }
    return weight === 0 ? null : explained / weight;
  };
  const share = shareOf(null);
  return share === null
    ? null
    : {
        share,
        ...intervalAround(
          share,
          draws.flatMap((draw) => shareOf(draw) ?? []),
        ),
      };
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
    const weight = (weights === null ? 1 : (weights[i] ?? 0)) * (outcome.weights?.[i] ?? 1);
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

/** Middle 95 % of drawn shares and the share itself, which a skewed resampling may leave outside; too few usable draws say nothing. */
export function intervalAround(share: number, draws: readonly number[]): { low: number | null; high: number | null } {
  if (draws.length < fewestDraws) return { low: null, high: null };
  const sorted = draws.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))))] ?? share;
  return { low: Math.min(share, at(0.025)), high: Math.max(share, at(0.975)) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
