// What history adds: since when there is what was looked for, how many runs show it that nobody knew of, and its rate day by day among
// the runs that were read. Counts are of runs; rates weigh a run by how many of the traffic it stands for.
import { nothing, plus, rateOf, type Weighed } from "../signal/rate.ts";
import type { TrendPoint } from "../signal/signal.ts";

const dayMs = 24 * 60 * 60_000;

/** One day: all runs that were read, and those that show it. As lists, since a job keeps one for each day of its history. */
type DayTally = [day: number, runs: number, weight: number, squares: number, shown: number, shownWeight: number, shownSquares: number];

export interface Tally {
  firstSeenMs: number | null;
  /** Runs that show it and did not before, and those that were known already. */
  recovered: number;
  overlap: number;
  /** Oldest first. */
  days: DayTally[];
}

export const emptyTally: Tally = { firstSeenMs: null, recovered: 0, overlap: 0, days: [] };

export interface LookedAt {
  atMs: number;
  weight: number;
  shows: boolean;
  /** It was known before that it shows it. */
  wasKnown: boolean;
}

/** `tally` with these runs too. */
export function withRuns(tally: Tally, runs: readonly LookedAt[]): Tally {
  const days = new Map(tally.days.map((one) => [one[0], one]));
  let { firstSeenMs, recovered, overlap } = tally;
  for (const { atMs, weight, shows, wasKnown } of runs) {
    const day = Math.floor(atMs / dayMs);
    const [, n, w, squares, shown, shownWeight, shownSquares] = days.get(day) ?? [day, 0, 0, 0, 0, 0, 0];
    const more = shows ? 1 : 0;
    const square = weight ** 2;
    days.set(day, [day, n + 1, w + weight, squares + square, shown + more, shownWeight + more * weight, shownSquares + more * square]);
    if (!shows) continue;
    firstSeenMs = Math.min(firstSeenMs ?? atMs, atMs);
    if (wasKnown) overlap += 1;
    else recovered += 1;
  }
  return { firstSeenMs, recovered, overlap, days: [...days.values()].sort(([a], [b]) => a - b) };
}

export interface BackfillReport {
  first_seen: string | null;
  recovered: number;
  overlap: number;
  /** Of all runs that were read. */
  rate: number | null;
  rate_low: number | null;
  rate_high: number | null;
  /** Days (UTC) on which runs were read. */
  series: TrendPoint[];
}

export function reportOf({ firstSeenMs, recovered, overlap, days }: Tally): BackfillReport {
  const { rate, rate_low, rate_high } = rateOf(days.map(shownOf).reduce(plus, nothing), days.map(allOf).reduce(plus, nothing));
  return {
    first_seen: firstSeenMs === null ? null : new Date(firstSeenMs).toISOString(),
    recovered,
    overlap,
    rate,
    rate_low,
    rate_high,
    series: days.map((one) => ({ at: new Date(one[0] * dayMs).toISOString(), ...rateOf(shownOf(one), allOf(one)) })),
  };
}

const allOf = ([, runs, weight, squares]: DayTally): Weighed => ({ runs, weight, squares });
const shownOf = ([, , , , runs, weight, squares]: DayTally): Weighed => ({ runs, weight, squares });
