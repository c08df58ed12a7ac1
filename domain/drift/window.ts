// The runs that rival causes are compared on: from two weeks before a change until four days after its alarm. Outcomes are the
// run-level questions of the moved cells, answered once; everything after this works on plain arrays.
import { chiSquareQuantile } from "../statistics/chi-square-quantile.ts";
import type { Detection, MovedCell, Onset } from "./detection.ts";
import type { RunFacts } from "./facts.ts";

const dayMs = 24 * 3_600_000;
/** Runs before the change that serve as comparison: two weeks, so that every weekday is in it twice. */
const lookBackMs = 14 * dayMs;
/** Cause and onset are estimated anew for this long after the alarm, then they stand: later changes must not blur them. */
const settlingMs = 4 * dayMs;
/** Hours over which natural wander of a rate is measured: a quarter of a day holds most of it, an hour too few runs. */
const wanderMs = 6 * 3_600_000;
/** Buckets needed to measure it. */
const enoughBuckets = 8;
/** Level at which quarter-days must disagree before any wander is assumed: half of all steady rates seem to wander a little. */
const level = 0.95;
/** More overdispersion than this is no wander but several changes, and would silence every cause. */
const mostOverdispersion = 4;

/** The answers of all window runs to one run-level question. */
export interface Outcome {
  dimension: string;
  cell: string;
  /** Hits per trial of each run, NaN where the run does not measure it. */
  y: Float64Array;
  /** The window's. */
  weights: Float64Array | null;
  /** Residual overdispersion of quarter-day counts before the change, >= 1. */
  phi: number;
  logOddsShift: number;
  logEvidence: number;
}

export interface Window {
  /** Sorted by time: facts `offset` to `offset + runs.length − 1`. */
  runs: RunFacts[];
  offset: number;
  /** Values of cohort attributes in each run, filled as they are asked for (strata.ts); null for free text. */
  cohorts: Map<string, Int32Array | null>;
  /** What each run counts for when runs were sampled at different rates, adding up to the effective number of runs; null: each once. */
  weights: Float64Array | null;
  fromMs: number;
  untilMs: number;
}

/** Runs from two weeks before the onset (never before `notBeforeMs`, a reset) until the estimate stands. `facts` sorted by time. */
export function windowOf(
  facts: readonly RunFacts[],
  onset: Onset,
  detections: readonly Detection[],
  untilMs: number,
  notBeforeMs: number,
): Window {
  const fromMs = Math.max(notBeforeMs, onset.fromMs - lookBackMs);
  const settledMs = Math.max(...detections.map((d) => d.detectedAtMs)) + settlingMs;
  const backMs = detections.every((d) => d.recoveredAtMs !== null) ? Math.max(...detections.map((d) => d.recoveredAtMs ?? 0)) : untilMs;
  const endMs = Math.min(untilMs, settledMs, Math.max(backMs, onset.toMs));
  return windowBetween(facts, fromMs, endMs);
}

/** The runs from `fromMs` to `untilMs`, both included. */
export function windowBetween(facts: readonly RunFacts[], fromMs: number, untilMs: number): Window {
  const first = facts.findIndex((run) => run.atMs >= fromMs);
  const offset = first === -1 ? facts.length : first;
  const past = facts.findIndex((run) => run.atMs > untilMs);
  const runs = facts.slice(offset, past === -1 ? facts.length : past);
  return { runs, offset, cohorts: new Map(), weights: effectiveWeights(runs), fromMs, untilMs };
}

/** Inverse sampling rates scaled by Kish's factor: rates are those of the traffic, sizes those of the evidence. */
function effectiveWeights(runs: readonly RunFacts[]): Float64Array | null {
  const [first] = runs;
  if (first === undefined || runs.every(({ weight }) => weight === first.weight)) return null;
  let sum = 0;
  let squares = 0;
  for (const { weight } of runs) {
    sum += weight;
    squares += weight * weight;
  }
  return Float64Array.from(runs, ({ weight }) => (weight * sum) / squares);
}

/** The moved cell asked of every run of the window. */
export function outcomeOf(window: Window, dimension: string, cell: MovedCell, onset: Onset): Outcome {
  const y = Float64Array.from(window.runs, (run) => {
    const count = cell.indicator(run);
    return count === null || count.trials <= 0 ? NaN : count.hits / count.trials;
  });
  return {
    dimension,
    cell: cell.cell,
    y,
    weights: window.weights,
    phi: overdispersion(window, y, onset),
    logOddsShift: cell.logOddsShift,
    logEvidence: cell.logEvidence,
  };
}

/** Pearson's X² over quarter-days before the change, divided by its degrees of freedom; 1 where there are too few to tell. */
function overdispersion(window: Window, y: Float64Array, onset: Onset): number {
  const buckets = new Map<number, { n: number; sum: number }>();
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const [i, run] of window.runs.entries()) {
    const value = y[i] ?? NaN;
    if (Number.isNaN(value) || run.atMs >= onset.fromMs) continue;
    const weight = window.weights?.[i] ?? 1;
    const bucket = buckets.get(Math.floor(run.atMs / wanderMs)) ?? { n: 0, sum: 0 };
    bucket.n += weight;
    bucket.sum += weight * value;
    buckets.set(Math.floor(run.atMs / wanderMs), bucket);
    n += weight;
    sum += weight * value;
    squares += weight * value * value;
  }
  if (buckets.size < enoughBuckets) return 1;
  const mean = sum / n;
  const variance = squares / n - mean * mean;
  if (!(variance > 0)) return 1;
  let x2 = 0;
  for (const bucket of buckets.values()) x2 += (bucket.sum - bucket.n * mean) ** 2 / (bucket.n * variance);
  const freedom = buckets.size - 1;
  return x2 <= chiSquareQuantile(level, freedom) ? 1 : Math.min(mostOverdispersion, Math.max(1, x2 / freedom));
}
