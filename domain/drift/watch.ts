// One dimension being watched: its baseline in force, its detectors in three lanes, and whether it has moved. It advances bucket by
// bucket and knows nothing later than the bucket it is given.
import { advance, type DetectorCell, newCell, statistic } from "../statistics/e-detector.ts";
import type { Baseline, History } from "./baseline.ts";
import { baselineOf, modelOf } from "./baseline.ts";
import { type Bucket, dayMs, type Lane } from "./buckets.ts";
import { tally } from "./cells.ts";
import { quarantineMs } from "./needs.ts";
import { lowerBound } from "./timeline.ts";

/** Detector level at which a baseline stops taking in new runs: something may be going on. Without change it is rarely above 5. */
const suspicious = 20;
/** A baseline is held back by suspicion for so long at most. */
const longestSuspicionMs = 7 * dayMs;
/** Observations of the day type at hand below which a bucket is not judged: an agent's first weekend is no drift. */
const fewestOfDayType = 10;

export interface LaneData {
  buckets: readonly Bucket[];
  weights: Float64Array | null;
}

export interface Watch {
  history: History;
  /** The dimension's absence is watched, not its value. */
  isShadow: boolean;
  /** How much later than its bucket this is judged (labels come late), in milliseconds. */
  patienceMs: number;
  /** Buckets judged so far, by lane. */
  judged: Record<Lane, number>;
  /** First observation of the column in each bucket of each lane. */
  starts: Record<Lane, Int32Array>;
  lanes: Record<Lane, Map<string, DetectorCell>>;
  /** Mean of the cells' statistics by lane. */
  level: Record<Lane, number>;
  baseline: Baseline | null;
  importance: number;
  /** Runs older than this are no part of the baseline (start of history, a reset, an accepted change). */
  sinceMs: number;
  /** Times that were drifting and so never count as normal. */
  excluded: { fromMs: number; toMs: number }[];
  suspiciousSinceMs: number | null;
}

/** First observation at or after each bucket, with the end of the last bucket as a final entry. */
export function startsOf(runs: Int32Array, buckets: readonly Bucket[]): Int32Array {
  const starts = new Int32Array(buckets.length + 1);
  buckets.forEach((bucket, index) => (starts[index] = lowerBound(runs, bucket.firstRun)));
  const last = buckets[buckets.length - 1];
  starts[buckets.length] = last === undefined ? 0 : lowerBound(runs, last.endRun);
  return starts;
}

/** Makes the baseline anew from everything older than the quarantine, unless the dimension looks as if it were moving. */
export function refit(watch: Watch, nowMs: number): void {
  const level = Math.max(watch.level.fast, watch.level.slow, watch.level.daily);
  if (level >= suspicious && watch.baseline !== null) {
    watch.suspiciousSinceMs ??= nowMs;
    if (nowMs - watch.suspiciousSinceMs < longestSuspicionMs) return;
  } else watch.suspiciousSinceMs = null;
  const cutMs = nowMs - Math.max(quarantineMs, watch.patienceMs);
  watch.baseline = baselineOf(
    watch.history,
    (bucket) =>
      bucket.toMs <= cutMs &&
      bucket.fromMs >= watch.sinceMs &&
      !watch.excluded.some(({ fromMs, toMs }) => bucket.toMs > fromMs && bucket.fromMs < toMs),
  );
}

/** Takes in the buckets of a lane that are due now that bucket `latest` closed: that one, or for a patient watch those long over. */
export function judgeDue(watch: Watch, lane: Lane, latest: number, data: LaneData, scratch: Float64Array): void {
  if (watch.patienceMs === 0) {
    judge(watch, lane, latest, data, scratch);
    return;
  }
  const dueMs = (data.buckets[latest]?.toMs ?? -Infinity) - watch.patienceMs;
  for (let index = watch.judged[lane]; (data.buckets[index]?.toMs ?? Infinity) <= dueMs; index++) {
    watch.judged[lane] = index + 1;
    judge(watch, lane, index, data, scratch);
  }
}

/** Takes in one closed bucket of a lane. Nothing happens while the baseline is unknown or has hardly seen such a day. */
function judge(watch: Watch, lane: Lane, index: number, { buckets, weights }: LaneData, scratch: Float64Array): void {
  const { baseline } = watch;
  const bucket = buckets[index];
  if (baseline === null || bucket === undefined) return;
  const slot = bucket.weekend ? 1 : 0;
  if (baseline.slotSizes[slot] < fewestOfDayType) return;
  const from = watch.starts[lane][index] ?? 0;
  const to = endOf(watch, bucket, lane, index);
  const y = scratch.subarray(0, baseline.list.length);
  const n = tally(watch.history.column, baseline.cells, from, to, weights, y);
  if (n <= 0) return;
  const cells = watch.lanes[lane];
  let sum = 0;
  baseline.list.forEach((cell, at) => {
    let detector = cells.get(cell.name);
    if (detector === undefined) cells.set(cell.name, (detector = newCell()));
    advance(detector, Math.min(n, y[at] ?? 0), n, modelOf(cell, bucket), index);
    sum += statistic(detector);
  });
  watch.level[lane] = sum / baseline.list.length;
}

/** End of a bucket's observations: the next bucket's start, except in the fast lane, where thin buckets are left out between. */
function endOf(watch: Watch, bucket: Bucket, lane: Lane, index: number): number {
  return lane === "fast" ? lowerBound(watch.history.column.runs, bucket.endRun) : (watch.starts[lane][index + 1] ?? 0);
}

/** Forgets all evidence; the baseline stays. */
export function quieten(watch: Watch): void {
  watch.lanes = { fast: new Map(), slow: new Map(), daily: new Map() };
  watch.level = { fast: 0, slow: 0, daily: 0 };
}
