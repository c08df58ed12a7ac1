// The interval of a canary's difference that may be watched: it holds the truth at all times together, so it stands whenever the canary
// was stopped and for whatever reason. And its p: the error at which it would just touch "no difference". Arms below fifty units have none.
import { fewestForSequence, sequenceHalfWidth, sequenceTuning } from "../statistics/confidence-sequence.ts";
import type { ComparedArms } from "./canary-arms.ts";
import type { MetricKind } from "./metric.ts";
import type { Scale } from "./canary-scale.ts";

/** Units at which the interval is tightest where no end was planned. */
export const usualPlannedUnits = 1_000;

export interface WatchedDifference {
  baseline: number | null;
  candidate: number | null;
  /** In the metric's own measure; with strata held fixed. */
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Holds at all times together; null without an interval. */
  p: number | null;
}

export function watchDifference(arms: ComparedArms, kind: MetricKind, scale: Scale, plannedUnits: number): WatchedDifference {
  const { n, means, difference, standardError } = arms;
  const told = (mean: number | null): number | null => (mean === null ? null : scale.off(mean));
  const baseline = told(means.baseline);
  const seen = { baseline, candidate: told(means.candidate), difference: inMeasure(scale, baseline, difference) };
  if (difference === null || standardError === null || standardError <= 0 || Math.min(n.baseline, n.candidate) < fewestForSequence)
    return { ...seen, low: null, high: null, p: null };
  const all = n.baseline + n.candidate;
  const half = sequenceHalfWidth(standardError, all, plannedUnits);
  const [low, high] = [inMeasure(scale, baseline, difference - half), inMeasure(scale, baseline, difference + half)];
  const inside = (value: number | null): number | null => (value === null || kind === "amount" ? value : Math.min(1, Math.max(-1, value)));
  return { ...seen, low: inside(low), high: inside(high), p: sequenceP(difference / standardError, all, plannedUnits) };
}

/** A difference of logarithms is a share of the baseline's geometric mean. */
function inMeasure({ isLogarithm }: Scale, baseline: number | null, difference: number | null): number | null {
  if (difference === null) return null;
  return isLogarithm ? (baseline ?? 0) * Math.expm1(difference) : difference;
}

/** The half-width of the sequence solved for its error, with the tuning of the usual one. */
function sequenceP(score: number, n: number, plannedUnits: number): number {
  const information = n * sequenceTuning(plannedUnits) ** 2;
  return Math.min(1, Math.sqrt(information + 1) * Math.exp((-score * score * information) / (2 * (information + 1))));
}
