// The exact interval of a proportion: it holds the truth at least as often as it says, for any n and rate, and is therefore wide. For release
// gates; what people read is Wilson's. Clopper & Pearson 1934, Biometrika 26.
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";

/** Two-sided, 95 % by default. `successes` of `n`, whole numbers of independent trials. n = 0 knows nothing: null. */
export function clopperPearson(successes: number, n: number, level = 0.95): { low: number; high: number } | null {
  if (n <= 0) return null;
  const tail = (1 - level) / 2;
  return {
    low: successes <= 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes >= n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  };
}
