// The rate of a signal: the share of runs that show it, weighted by how many runs of the traffic each stands for, with an interval that
// knows how few there really are. No runs, no rate.
import type { Severity } from "../drift/drift.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import type { SignalRate } from "./signal.ts";

/** Runs counted, the sum of their weights and of the weights' squares. */
export interface Weighed {
  runs: number;
  weight: number;
  squares: number;
}

export const nothing: Weighed = { runs: 0, weight: 0, squares: 0 };

export function plus(a: Weighed, b: Weighed): Weighed {
  return { runs: a.runs + b.runs, weight: a.weight + b.weight, squares: a.squares + b.squares };
}

/**
 * Rate of `shown` among `all` with the Wilson 95 % interval on Kish's effective number of runs, (Σw)² / Σw². Kish 1965, Survey Sampling.
 * `count` and `denominator` are runs as they came, so with sampled runs the rate is not their quotient.
 */
export function rateOf(shown: Weighed, all: Weighed): SignalRate {
  const count = shown.runs;
  // a run that went between two counts must not make a rate above 1
  const denominator = Math.max(all.runs, count);
  const weight = Math.max(all.weight, shown.weight);
  if (denominator === 0 || weight <= 0) return { count, denominator, rate: null, rate_low: null, rate_high: null };
  const rate = shown.weight / weight;
  const effective = all.squares > 0 ? Math.min(denominator, weight ** 2 / Math.max(all.squares, shown.squares)) : denominator;
  const interval = wilsonInterval(rate * effective, effective);
  return { count, denominator, rate, rate_low: interval?.low ?? null, rate_high: interval?.high ?? null };
}

/** How much worse one step of severity is than the one below: three findings of one are worth one of the next. */
const weights: Record<Severity, number> = { low: 1, medium: 3, high: 9, critical: 27 };

/** Frequency × severity. A signal without a rate has none. */
export function priorityOf(rate: number | null, severity: Severity): number {
  return (rate ?? 0) * weights[severity];
}
