// Has a drifted dimension come back? The detector turned round: the null is half the shift that was seen, the alternative is the
// baseline. Nothing recovers within a day of its alarm.
import { betaBinomialRatio } from "../statistics/likelihood-ratio.ts";
import { logistic, logit } from "../statistics/logit.ts";
import type { Alarm } from "./alarm.ts";
import { modelOf } from "./baseline.ts";
import { type Bucket, dayMs } from "./buckets.ts";
import { tally } from "./cells.ts";

/** e-value at which the return is believed. */
const threshold = 20;
/** As in the detector: one bucket never decides alone. */
const largestRatio = Math.exp(3);

export interface Recovery {
  /** Rate of the most moved cell while it was drifting, from onset to alarm. */
  driftedMean: number;
  statistic: number;
  /** Start of the bucket from which the present evidence grew. */
  sinceMs: number;
}

/** Takes in one closed slow bucket; true when the dimension is back. */
export function recovers(
  recovery: Recovery,
  alarm: Alarm,
  bucket: Bucket,
  from: number,
  to: number,
  weights: Float64Array | null,
  scratch: Float64Array,
): boolean {
  const { baseline, watch } = alarm;
  const moved = alarm.cells[0];
  const cell = moved === undefined ? undefined : baseline.list[moved.cell];
  if (moved === undefined || cell === undefined || bucket.fromMs < alarm.detectedAtMs) return false;
  const y = scratch.subarray(0, baseline.list.length);
  const n = tally(watch.history.column, baseline.cells, from, to, weights, y);
  if (n <= 0) return false;
  const model = modelOf(cell, bucket);
  const shift = logit(recovery.driftedMean) - logit(cell.mean);
  const half = logistic(logit(model.mean) + shift / 2);
  const ratio = betaBinomialRatio(Math.min(n, y[moved.cell] ?? 0), n, model.kappa, model.mean, half);
  if (recovery.statistic * ratio < 1) recovery.sinceMs = bucket.toMs;
  recovery.statistic = Math.min(largestRatio, ratio) * Math.max(1, recovery.statistic);
  return recovery.statistic >= threshold && bucket.toMs >= alarm.detectedAtMs + dayMs;
}
