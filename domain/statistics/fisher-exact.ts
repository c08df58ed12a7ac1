// Do two proportions differ? Fisher's exact test, which holds for any counts; it sums the tables that are no more likely than the seen one.
// Fisher 1922, Journal of the Royal Statistical Society 85.
import gammaln from "@stdlib/math-base-special-gammaln";

/** Tables as likely as the observed one up to rounding count as no more likely (the convention of R and scipy). */
const rounding = 1e-7;

/** Two-sided p of k1 of n1 against k2 of n2; 1 where an arm is empty. Whole counts; the work grows with the smaller margin. */
export function fisherExact(k1: number, n1: number, k2: number, n2: number): number {
  const total = k1 + k2;
  const lowest = Math.max(0, total - n2);
  const highest = Math.min(n1, total);
  const constant = logChoose(n1 + n2, total);
  const logOf = (k: number): number => logChoose(n1, k) + logChoose(n2, total - k) - constant;
  const limit = logOf(k1) + rounding;
  let p = 0;
  for (let k = lowest; k <= highest; k++) {
    const log = logOf(k);
    if (log <= limit) p += Math.exp(log);
  }
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}
