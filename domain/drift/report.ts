// From an alarm to a detection: onset with its credible set, the effect since then, and for each moved cell the question that can be
// put to any single run. Uses data up to four days after the alarm and never beyond the return to normal.
import { dayMs, hourMs } from "./buckets.ts";
import type { Alarm } from "./alarm.ts";
import { smoothedLogit } from "./alarm.ts";
import { meanAt } from "./baseline.ts";
import { cellCount, tally } from "./cells.ts";
import type { Detection, MovedCell } from "./detection.ts";
import type { Observation, RunFacts } from "./facts.ts";
import { countsOf, type Effect, effectOf } from "./effect.ts";
import { type OnsetCell, onsetOf, type RunCount } from "./onset.ts";
import { lowerBound, type Timeline } from "./timeline.ts";

/** Change times are looked for from this long before the evidence began to grow. */
const lookBackMs = 72 * hourMs;
/** Later data that may still correct the onset. */
const hindsightMs = 4 * dayMs;
/** Cells whose posteriors are combined into the onset. */
const cellsInOnset = 4;
/** Runs judged one by one; in longer windows neighbours share a time. */
const mostRuns = 2000;

export function detectionOf(
  alarm: Alarm,
  timeline: Timeline,
  weights: Float64Array | null,
  untilMs: number,
  recoveredAtMs: number | null,
): Detection {
  const { watch, baseline, detectedAtMs } = alarm;
  const { column } = watch.history;
  const endMs = Math.min(untilMs + 1, detectedAtMs + hindsightMs, recoveredAtMs ?? Infinity);
  const onset = onsetAt(alarm, timeline, endMs);
  const current: [number, number] = [
    lowerBound(column.runs, lowerBound(timeline.atMs, onset.atMs)),
    lowerBound(column.runs, lowerBound(timeline.atMs, endMs)),
  ];
  const [hits, n] = countsOf(column, baseline, [current], weights);
  const cells = alarm.cells.map(({ cell, logEvidence }): MovedCell => {
    const own = baseline.list[cell];
    const observed = (run: RunFacts): Observation | undefined => run.observations.find(({ dimension }) => dimension === column.dimension);
    return {
      cell: watch.isShadow ? "missing" : (own?.name ?? ""),
      indicator: watch.isShadow
        ? (run) => ({ hits: observed(run) === undefined ? 1 : 0, trials: 1 })
        : (run) => cellCount(observed(run), baseline.cells, cell),
      logOddsShift: smoothedLogit(hits[cell] ?? 0, n) - smoothedLogit((own?.mean ?? 0) * baseline.n, baseline.n),
      logEvidence,
    };
  });
  return {
    dimension: column.dimension,
    kind: column.kind,
    direction: directionOf(alarm, cells),
    lane: watch.isShadow ? "missing" : alarm.lane,
    detectedAtMs,
    onset,
    cells,
    recoveredAtMs,
    ...nameOfEffect(watch.isShadow, effectOf(column, baseline, [current], alarm.cells[0]?.cell ?? 0, weights)),
    evidence: { method: "e_detector", value: alarm.value, threshold: alarm.threshold },
  };
}

/** The effect on a shadow is one of the share of runs that lack the field. */
function nameOfEffect(isShadow: boolean, found: Effect): Effect {
  return isShadow ? { ...found, effect: { ...found.effect, measure: "missing_rate_difference" } } : found;
}

/** A rate or amount went up or down; a mix only ever changed. */
function directionOf(alarm: Alarm, cells: readonly MovedCell[]): Detection["direction"] {
  const { kind } = alarm.watch.history.column;
  const [first] = cells;
  if (kind === "categorical" || first === undefined) return "mixed";
  if (kind === "proportion") return first.logOddsShift >= 0 ? "up" : "down";
  // amounts: evidence-weighted drift of mass between low and high bands
  const middle = (alarm.baseline.list.length - 1) / 2;
  const slope = cells.reduce(
    (sum, cell, i) => sum + Math.sign(cell.logOddsShift) * ((alarm.cells[i]?.cell ?? middle) - middle) * Math.max(0, cell.logEvidence),
    0,
  );
  return slope > 0 ? "up" : slope < 0 ? "down" : "mixed";
}

/** The onset from all data before `endMs`; the start of the evidence where no posterior can be formed. */
export function onsetAt(alarm: Alarm, timeline: Timeline, endMs: number): Detection["onset"] {
  const used = alarm.cells.slice(0, cellsInOnset);
  const fromMs = Math.min(...used.map(({ startMs }) => startMs)) - lookBackMs;
  const cells = used.map(({ cell }) => onsetCell(alarm, cell, timeline, fromMs, endMs));
  const startMs = alarm.cells[0]?.startMs ?? alarm.detectedAtMs;
  return onsetOf(cells) ?? { atMs: startMs, fromMs: startMs, toMs: alarm.detectedAtMs };
}

function onsetCell(alarm: Alarm, cell: number, timeline: Timeline, fromMs: number, endMs: number): OnsetCell {
  const { watch, baseline } = alarm;
  const { column } = watch.history;
  const own = baseline.list[cell];
  const first = lowerBound(column.runs, lowerBound(timeline.atMs, Math.max(fromMs, alarm.sinceMs)));
  const end = lowerBound(column.runs, lowerBound(timeline.atMs, endMs));
  const stride = Math.max(1, Math.ceil((end - first) / mostRuns));
  const y = new Float64Array(baseline.list.length);
  const counts: RunCount[] = [];
  for (let i = first; i < end; i += stride) {
    const trials = tally(column, baseline.cells, i, Math.min(end, i + stride), watch.history.weights, y);
    const atMs = timeline.atMs[column.runs[i] ?? 0] ?? 0;
    if (trials > 0) counts.push({ atMs, mean: own === undefined ? 0.5 : meanAt(own, atMs), hits: Math.min(trials, y[cell] ?? 0), trials });
  }
  return {
    counts,
    mean: own?.mean ?? 0.5,
    seasonal: own !== undefined && (own.seasonal || own.hours !== null),
    baselineSize: baseline.n / (own?.designEffect ?? 1),
    designEffect: Math.max(1, own?.designEffect ?? 1),
  };
}
