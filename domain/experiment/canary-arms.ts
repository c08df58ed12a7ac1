// The two arms of a canary over one metric, unit by unit, with strata held fixed: how far apart they are, how surprising that is if nothing
// differs, and how well the difference is known. Each stratum weighs as Mantel and Haenszel's; with one of them and yes/no values the score is
// the test of two proportions. A stratum that only one arm reached says nothing.
import type { ArmName } from "./assignment.ts";
import type { MetricKind } from "./metric.ts";

interface Sums {
  n: number;
  sum: number;
  squares: number;
}

export type Strata = Map<string, Record<ArmName, Sums>>;

export interface ComparedArms {
  n: Record<ArmName, number>;
  /** Raw means on the scale; null for an empty arm. */
  means: Record<ArmName, number | null>;
  /** candidate − baseline, with strata held fixed; null when no stratum has both arms. */
  difference: number | null;
  /** The difference over its standard error under "no difference"; 0 where nothing varies within an arm. */
  score: number;
  /** Of the difference as it is; null where it is not known. */
  standardError: number | null;
  /** Variances of one unit of each arm added, for planning. */
  variances: number;
}

export function addToStratum(strata: Strata, stratum: string, arm: ArmName, value: number): void {
  const sums = strata.get(stratum) ?? { baseline: { n: 0, sum: 0, squares: 0 }, candidate: { n: 0, sum: 0, squares: 0 } };
  if (sums.baseline.n + sums.candidate.n === 0) strata.set(stratum, sums);
  const one = sums[arm];
  one.n++;
  one.sum += value;
  one.squares += value * value;
}

export function compareArms(strata: Strata, kind: MetricKind): ComparedArms {
  const all = { baseline: { n: 0, sum: 0, squares: 0 }, candidate: { n: 0, sum: 0, squares: 0 } };
  let [weights, sum, nullVariance, variance, isKnown] = [0, 0, 0, 0, true];
  for (const { baseline, candidate } of strata.values()) {
    add(all.baseline, baseline);
    add(all.candidate, candidate);
    if (baseline.n === 0 || candidate.n === 0) continue;
    const weight = (baseline.n * candidate.n) / (baseline.n + candidate.n);
    weights += weight;
    sum += weight * (candidate.sum / candidate.n - baseline.sum / baseline.n);
    nullVariance += weight * weight * pooledVariance(baseline, candidate) * (1 / baseline.n + 1 / candidate.n);
    variance += weight * weight * (varianceOf(baseline, kind) / baseline.n + varianceOf(candidate, kind) / candidate.n);
    isKnown &&= kind === "rate" || (baseline.n > 1 && candidate.n > 1);
  }
  const meanOf = ({ n, sum: total }: Sums): number | null => (n === 0 ? null : total / n);
  const common = (all.baseline.sum + all.candidate.sum) / Math.max(1, all.baseline.n + all.candidate.n);
  const difference = weights > 0 ? unlessRounding(sum / weights, common) : null;
  const variances = varianceOf(all.baseline, kind) + varianceOf(all.candidate, kind);
  return {
    n: { baseline: all.baseline.n, candidate: all.candidate.n },
    means: { baseline: meanOf(all.baseline), candidate: meanOf(all.candidate) },
    difference,
    score: difference !== null && nullVariance > 0 && variances > 0 ? sum / Math.sqrt(nullVariance) : 0,
    standardError: difference !== null && isKnown ? Math.sqrt(variance) / weights : null,
    variances,
  };
}

function add(to: Sums, { n, sum, squares }: Sums): void {
  to.n += n;
  to.sum += sum;
  to.squares += squares;
}

/** About the common mean, as if the arms were one; rounding alone is none. */
function pooledVariance(a: Sums, b: Sums): number {
  const n = a.n + b.n;
  const mean = (a.sum + b.sum) / n;
  return withoutRounding((a.squares + b.squares) / n - mean * mean, mean);
}

/** Of one unit. A rate has half a success and half a failure more, so that an arm without failures is not certain. */
function varianceOf({ n, sum, squares }: Sums, kind: MetricKind): number {
  if (kind === "rate") {
    const mean = (sum + 0.5) / (n + 1);
    return withoutRounding((squares + 0.5) / (n + 1) - mean * mean, mean);
  }
  if (n < 2) return 0;
  const mean = sum / n;
  return withoutRounding((squares / n - mean * mean) * (n / (n - 1)), mean);
}

/** A difference that is rounding alone is none. */
function unlessRounding(difference: number, mean: number): number {
  return Math.abs(difference) <= 1e-12 * Math.abs(mean) ? 0 : difference;
}

function withoutRounding(variance: number, mean: number): number {
  return variance <= 1e-12 * mean * mean ? 0 : variance;
}
