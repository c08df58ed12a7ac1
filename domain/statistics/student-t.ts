// Student's t: two-sided p of a statistic, and the quantile that makes an interval. For one mean against zero, or two means whose
// variances may differ (Welch 1947, Biometrika 34, with the degrees of freedom of Satterthwaite 1946).
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import studentCdf from "@stdlib/stats-base-dists-t-cdf";

export interface MeanDifference {
  difference: number;
  /** 95 % interval; equal to the difference where nothing varies. */
  low: number;
  high: number;
  /** null where nothing varies: no chance was measured. */
  p: number | null;
  standardError: number;
}

/** mean(candidate) − mean(baseline); null with fewer than two values in an arm. */
export function welch(baseline: readonly number[], candidate: readonly number[]): MeanDifference | null {
  const [was, is] = [moments(baseline), moments(candidate)];
  if (was === null || is === null) return null;
  const [a, b] = [was.variance / baseline.length, is.variance / candidate.length];
  const freedom = (a + b) ** 2 / (a ** 2 / (baseline.length - 1) + b ** 2 / (candidate.length - 1));
  return meanFromError(is.mean - was.mean, Math.sqrt(a + b), freedom);
}

/** Mean of differences against zero; null for fewer than two. */
export function meanOfDifferences(differences: readonly number[]): MeanDifference | null {
  const found = moments(differences);
  if (found === null) return null;
  return meanFromError(found.mean, Math.sqrt(found.variance / differences.length), differences.length - 1);
}

/** The t with P(|T| <= t) = level, by the beta law of freedom / (freedom + t²). */
export function studentQuantile(level: number, freedom: number): number {
  const x = betaQuantile(1 - level, freedom / 2, 0.5);
  return Math.sqrt((freedom * (1 - x)) / x);
}

/** What a mean with this standard error says against zero. */
export function meanFromError(difference: number, standardError: number, freedom: number): MeanDifference {
  if (!(standardError > 0)) return { difference, low: difference, high: difference, p: null, standardError: 0 };
  const half = studentQuantile(0.95, freedom) * standardError;
  const p = Math.min(1, 2 * studentCdf(-Math.abs(difference) / standardError, freedom));
  return { difference, low: difference - half, high: difference + half, p, standardError };
}

/** A variance that is rounding alone is 0. */
function moments(values: readonly number[]): { mean: number; variance: number } | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((a, b) => a + b / n, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, variance: variance <= (1e-12 * mean) ** 2 ? 0 : variance };
}
