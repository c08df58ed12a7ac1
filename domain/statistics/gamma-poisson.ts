// Counts of arrivals whose rate is itself uncertain: the Gamma-Poisson (negative binomial) predictive distribution.
import betainc from "@stdlib/math-base-special-betainc";
import gammaln from "@stdlib/math-base-special-gammaln";

/** ln P(count) with the given mean and shape (variance = mean + mean² / shape). */
export function gammaPoissonLogPmf(count: number, mean: number, shape: number): number {
  if (mean <= 0) return count === 0 ? 0 : -Infinity;
  const p = shape / (shape + mean);
  return gammaln(count + shape) - gammaln(shape) - gammaln(count + 1) + shape * Math.log(p) + count * Math.log1p(-p);
}

/** P(X <= count). */
export function gammaPoissonCdf(count: number, mean: number, shape: number): number {
  if (mean <= 0) return 1;
  return betainc(shape / (shape + mean), shape, count + 1);
}

/** The smallest count with P(X <= count) >= q. */
export function gammaPoissonQuantile(q: number, mean: number, shape: number): number {
  let high = Math.max(1, Math.ceil(mean));
  while (gammaPoissonCdf(high, mean, shape) < q) high *= 2;
  let low = -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (gammaPoissonCdf(middle, mean, shape) >= q) high = middle;
    else low = middle;
  }
  return high;
}
