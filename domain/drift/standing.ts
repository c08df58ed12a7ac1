// A drift that stands: raised, not yet over. It remembers how far the dimension had moved, so that a later alarm of the same
// dimension is told only when it is something else or twice as much.
import { logit } from "../statistics/logit.ts";
import type { Alarm } from "./alarm.ts";
import type { Onset } from "./detection.ts";
import { countsOf } from "./effect.ts";
import type { Recovery } from "./recovery.ts";
import { lowerBound, type Timeline } from "./timeline.ts";

/** How many times the standing shift a further one must be. */
const doubled = 2;

export interface Standing {
  alarm: Alarm;
  /** As estimated when the alarm came. */
  onset: Onset;
  recovery: Recovery;
  /** What the watch's baseline began at before the drift. */
  sinceMs: number;
}

export function standingOf(alarm: Alarm, onset: Onset, timeline: Timeline, weights: Float64Array | null): Standing {
  const driftedMean = meanSince(alarm, alarm, onset.atMs, timeline, weights);
  return { alarm, onset, recovery: { driftedMean, statistic: 1, sinceMs: alarm.detectedAtMs }, sinceMs: alarm.watch.sinceMs };
}

/** Whether an alarm raised while `standing` stands is news: another category, the other way, or more than twice as far. */
export function isNews(standing: Standing, alarm: Alarm, onset: Onset, timeline: Timeline, weights: Float64Array | null): boolean {
  const earlier = new Set(standing.alarm.cells.map(({ cell }) => standing.alarm.baseline.list[cell]?.name));
  const name = alarm.baseline.list[alarm.cells[0]?.cell ?? 0]?.name;
  if (alarm.watch.history.column.kind === "categorical" && !earlier.has(name)) return true;
  const normal = logit(standing.alarm.baseline.list[standing.alarm.cells[0]?.cell ?? 0]?.mean ?? 0.5);
  const was = logit(standing.recovery.driftedMean) - normal;
  const is = logit(meanSince(standing.alarm, alarm, onset.atMs, timeline, weights)) - normal;
  return Math.sign(is) === Math.sign(was) ? Math.abs(is) >= doubled * Math.abs(was) : Math.abs(is) >= Math.abs(was);
}

/** Rate of the first alarm's most moved cell from `fromMs` to the second one's time. */
function meanSince(first: Alarm, second: Alarm, fromMs: number, timeline: Timeline, weights: Float64Array | null): number {
  const { column } = first.watch.history;
  const place = (atMs: number): number => lowerBound(column.runs, lowerBound(timeline.atMs, atMs));
  const [hits, n] = countsOf(column, first.baseline, [[place(fromMs), place(second.detectedAtMs)]], weights);
  return ((hits[first.cells[0]?.cell ?? 0] ?? 0) + 0.5) / (n + 1);
}
