// Weekdays and weekends: the season that a few weeks of history can support. A cell gets a mean for each only where the data prefer
// two rates to one; hours and weeks of finer seasons need more history than is kept.
import { logBetaMarginal } from "../statistics/beta-binomial.ts";

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
export function slotMeans(y: readonly [number, number], n: readonly [number, number], deflation: number): { seasonal: boolean; slots: [SlotMean, SlotMean] } {
  const [y0, y1] = y;
  const [n0, n1] = n;
  const pooled = { mean: (y0 + y1 + 0.5) / (n0 + n1 + 1), n: n0 + n1 };
  const d = Math.max(1, deflation);
  const evidence = logBetaMarginal(y0 / d, n0 / d, 0.5, 0.5) + logBetaMarginal(y1 / d, n1 / d, 0.5, 0.5) - logBetaMarginal((y0 + y1) / d, (n0 + n1) / d, 0.5, 0.5);
  if (n0 < pseudoRuns || n1 < pseudoRuns || evidence <= enough) return { seasonal: false, slots: [pooled, pooled] };
  const slot = (hits: number, size: number): SlotMean => ({ mean: (hits + pseudoRuns * pooled.mean) / (size + pseudoRuns), n: size });
  return { seasonal: true, slots: [slot(y0, n0), slot(y1, n1)] };
}
