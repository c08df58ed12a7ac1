// The seasons that a few weeks of history can support: weekdays against weekends, and the hours of the day. A cell gets either only
// where the data clearly prefer it; hours of the week would need more history than is kept.
import { logBetaMarginal } from "../statistics/beta-binomial.ts";
import { chiSquareQuantile } from "../statistics/chi-square-quantile.ts";
import { logit } from "../statistics/logit.ts";

/** ln Bayes factor above which two rates are used. */
const enough = 2;
/** Pseudo-runs at the pooled rate in each slot's mean, so that a slot of a few runs is not taken at its word. */
const pseudoRuns = 10;

/** Saturday or Sunday, UTC. */
export function isWeekend(atMs: number): boolean {
  // 1 January 1970 was a Thursday: day 2 and 3 of each seven are the weekend
  const day = Math.floor(atMs / 86_400_000) % 7;
  return day === 2 || day === 3;
}

export interface SlotMean {
  mean: number;
  /** Runs (or trials) behind it. */
  n: number;
}

/** Means on weekdays and at weekends: the pooled one twice, unless two are clearly better. `deflation` is the design effect of the counts. */
export function slotMeans(
  y: readonly [number, number],
  n: readonly [number, number],
  deflation: number,
): { seasonal: boolean; slots: [SlotMean, SlotMean] } {
  const [y0, y1] = y;
  const [n0, n1] = n;
  const pooled = { mean: (y0 + y1 + 0.5) / (n0 + n1 + 1), n: n0 + n1 };
  const d = Math.max(1, deflation);
  const evidence =
    logBetaMarginal(y0 / d, n0 / d, 0.5, 0.5) +
    logBetaMarginal(y1 / d, n1 / d, 0.5, 0.5) -
    logBetaMarginal((y0 + y1) / d, (n0 + n1) / d, 0.5, 0.5);
  if (n0 < pseudoRuns || n1 < pseudoRuns || evidence <= enough) return { seasonal: false, slots: [pooled, pooled] };
  const slot = (hits: number, size: number): SlotMean => ({ mean: (hits + pseudoRuns * pooled.mean) / (size + pseudoRuns), n: size });
  return { seasonal: true, slots: [slot(y0, n0), slot(y1, n1)] };
}

/** Hours of the day are used when they disagree at this level: each cell of each dimension asks again every day. */
const hourLevel = 0.999;
/** Runs at which an hour's own rate counts for half. */
const halfTrusted = 100;
/** The largest offset of an hour in log-odds. */
const largestOffset = 1.5;

/**
 * Offsets in log-odds by hour of the day (UTC), from each hour's hits, trials, expected hits and their variance without such a season;
 * null where hours do not disagree clearly. Each hour is pooled with its neighbours at half weight and shrunk by its size.
 */
export function hourOffsets(hits: Float64Array, trials: Float64Array, expected: Float64Array, variance: Float64Array): Float64Array | null {
  let chiSquare = 0;
  let hours = 0;
  for (let h = 0; h < 24; h++) {
    const v = variance[h] ?? 0;
    if (v < 1) continue;
    chiSquare += ((hits[h] ?? 0) - (expected[h] ?? 0)) ** 2 / v;
    hours++;
  }
  if (hours < 2 || chiSquare <= chiSquareQuantile(hourLevel, hours - 1)) return null;
  const pooled = (of: Float64Array, h: number): number => (of[h] ?? 0) + ((of[(h + 23) % 24] ?? 0) + (of[(h + 1) % 24] ?? 0)) / 2;
  return Float64Array.from({ length: 24 }, (_, h) => {
    const n = pooled(trials, h);
    if (n <= 0) return 0;
    const rate = (pooled(hits, h) + 0.5) / (n + 1);
    const usual = (pooled(expected, h) + 0.5) / (n + 1);
    return Math.max(-largestOffset, Math.min(largestOffset, (n / (n + halfTrusted)) * (logit(rate) - logit(usual))));
  });
}
