// How much better one mean explains a bucket than another, when both are beta-binomial with the same concentration.
// Small whole counts are done by products (a sixth of the time of log-gammas, and exact); the rest by log-gammas.
import gammaln from "@stdlib/math-base-special-gammaln";

/** Counts up to which the product is used: its largest intermediate stays far below the overflow of a double. */
const longestProduct = 64;

/** exp(l) with l = ln BB(y | n, kappa m1) − ln BB(y | n, kappa m0); the binomial coefficient and the term in kappa cancel. */
export function betaBinomialRatio(y: number, n: number, kappa: number, m1: number, m0: number): number {
  const a1 = kappa * m1;
  const a0 = kappa * m0;
  const b1 = kappa - a1;
  const b0 = kappa - a0;
  const failures = n - y;
  if (n <= longestProduct && Number.isInteger(y) && Number.isInteger(n)) {
    let ratio = 1;
    for (let i = 0; i < y; i++) ratio *= (a1 + i) / (a0 + i);
    for (let i = 0; i < failures; i++) ratio *= (b1 + i) / (b0 + i);
    return ratio;
  }
  return Math.exp(
    gammaln(a1 + y) -
      gammaln(a1) -
      gammaln(a0 + y) +
      gammaln(a0) +
      gammaln(b1 + failures) -
      gammaln(b1) -
      gammaln(b0 + failures) +
      gammaln(b0),
  );
}
