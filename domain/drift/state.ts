// What is known of a dimension now: its normal range, its latest value, and while it is still learning what it needs.
import type { Alarm } from "./alarm.ts";
import { dayMs } from "./buckets.ts";
import type { DimensionState } from "./drift.ts";
import { stillNeeded } from "./needs.ts";
import { sideOf } from "./side.ts";
import { fewestObservations } from "./baseline.ts";
import { lowerBound, type Timeline } from "./timeline.ts";
import { unitOf } from "./unit.ts";
import type { Watch } from "./watch.ts";

/** The latest value is that of the last day; of the last runs where the day has fewer than this. */
const fewestCurrent = 20;
/** Without runs that show it for this long a dimension is silent (or a tenth of its history, if that is longer). */
const silentMs = 2 * dayMs;

export function stateOf(watch: Watch, timeline: Timeline, alarm: Alarm | null, untilMs: number): DimensionState {
  const { column } = watch.history;
  const baseline = alarm?.baseline ?? watch.baseline;
  const size = column.runs.length;
  const dayAgo = lowerBound(column.runs, lowerBound(timeline.atMs, untilMs - dayMs));
  const from = Math.max(0, Math.min(dayAgo, size - fewestCurrent));
  const lastMs = timeline.atMs[column.runs[size - 1] ?? 0] ?? -Infinity;
  const agentLastMs = timeline.atMs[timeline.atMs.length - 1] ?? -Infinity;
  const status = alarm !== null ? "drifting" : baseline === null ? "learning" : agentLastMs - lastMs > silentMs ? "silent" : "stable";
  return {
    name: column.dimension,
    kind: column.kind,
    unit: unitOf(column.dimension, column.kind),
    status,
    baseline: baseline === null ? { n: 0, value: null, low: null, high: null } : sideOf(column, baseline.ranges, watch.history.weights),
    current: sideOf(column, [[from, size]], watch.history.weights),
    needs: status === "learning" ? needsOf(watch, timeline, untilMs) : null,
  };
}

/** What the agent's history lacks, and what this dimension's own does. */
function needsOf(watch: Watch, timeline: Timeline, untilMs: number): { runs: number; days: number } {
  const { column } = watch.history;
  const first = lowerBound(timeline.atMs, watch.sinceMs);
  const lacking = stillNeeded(timeline.atMs.length - first, untilMs - (timeline.atMs[first] ?? untilMs));
  const shown = column.runs.length - lowerBound(column.runs, first);
  return { ...lacking, runs: Math.max(lacking.runs, fewestObservations - shown) };
}
