// What is fixed when a dimension alarms: which of its cells moved, in what direction, on what evidence, and the baseline they moved
// from. The report on it (onset, effect) is made later, from up to four days more of data.
import { statistic, strongest } from "../statistics/e-detector.ts";
import { logit } from "../statistics/logit.ts";
import type { Baseline } from "./baseline.ts";
import type { Bucket, Lane } from "./buckets.ts";
import type { Watch } from "./watch.ts";

/** Cells that a detection names, and the evidence below which a cell beside the first is not worth a name (ln). */
const mostCells = 6;
const leastLogEvidence = 3;

export interface AlarmedCell {
  /** Index in the baseline's list. */
  cell: number;
  sign: 1 | -1;
  logEvidence: number;
  /** Start of the bucket from which the evidence grew. */
  startMs: number;
}

export interface Alarm {
  watch: Watch;
  baseline: Baseline;
  lane: Lane;
  detectedAtMs: number;
  /** Where the history of the baseline began: nothing before it may date the change. */
  sinceMs: number;
  /** The dimension's statistic on the scale of the threshold, and the threshold. */
  value: number;
  threshold: number;
  cells: AlarmedCell[];
}

/** null when the watch has no baseline, so nothing can have moved. */
export function alarmOf(
  watch: Watch,
  lane: Lane,
  buckets: readonly Bucket[],
  detectedAtMs: number,
  value: number,
  threshold: number,
): Alarm | null {
  const { baseline } = watch;
  if (baseline === null) return null;
  const cells = baseline.list.flatMap((cell, index) => {
    const detector = watch.lanes[lane].get(cell.name);
    if (detector === undefined) return [];
    const best = strongest(detector);
    return [
      {
        cell: index,
        sign: best.sign,
        logEvidence: Math.log(Math.max(statistic(detector), 1e-300)),
        startMs: buckets[best.start]?.fromMs ?? detectedAtMs,
      },
    ];
  });
  cells.sort((a, b) => b.logEvidence - a.logEvidence || a.cell - b.cell);
  const named = cells.filter((cell, rank) => rank === 0 || (rank < mostCells && cell.logEvidence >= leastLogEvidence));
  return { watch, baseline, lane, detectedAtMs, sinceMs: watch.sinceMs, value, threshold, cells: named };
}

/** Log-odds of a cell's rate, half a count added on either side. */
export function smoothedLogit(hits: number, n: number): number {
  return logit((hits + 0.5) / (n + 1));
}
