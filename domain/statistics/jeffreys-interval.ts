// The interval of a proportion that its posterior gives: equal tails of Beta(y + ½, n − y + ½), by Jeffreys' prior. It reads as a probability of
// the rate; at 0 or n of n the end is 0 or 1. Brown, Cai & DasGupta 2001, Statistical Science 16.
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";

/** Two-sided, 95 % by default. Counts may be effective (weighted) ones. n = 0 knows nothing: null. */
export function jeffreysInterval(successes: number, n: number, level = 0.95): { low: number; high: number } | null {
  if (n <= 0) return null;
  const tail = (1 - level) / 2;
  const at = (q: number): number => betaQuantile(q, successes + 0.5, n - successes + 0.5);
  return { low: successes <= 0 ? 0 : at(tail), high: successes >= n ? 1 : at(1 - tail) };
}
