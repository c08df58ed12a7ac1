// The beta-binomial distribution: y successes of n when the rate itself varies from bucket to bucket as Beta(a, b).
// Marginal likelihood of conjugate count models; counts may be fractional (weighted or deflated), then it is the natural continuation.
import betaln from "@stdlib/math-base-special-betaln";
import gammaln from "@stdlib/math-base-special-gammaln";

/** ln P(y | n, a, b), binomial coefficient included. Johnson, Kemp, Kotz, Univariate Discrete Distributions, 6.2.2. */
export function betaBinomialLogPmf(y: number, n: number, a: number, b: number): number {
  return gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1) + logBetaMarginal(y, n, a, b);
}

/** ln of the probability of one given sequence with y successes of n: B(y + a, n − y + b) / B(a, b). */
export function logBetaMarginal(y: number, n: number, a: number, b: number): number {
  return n === 0 ? 0 : betaln(y + a, n - y + b) - betaln(a, b);
}
