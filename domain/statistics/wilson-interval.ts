// The interval of a proportion that is shown to people. It never leaves [0, 1] and behaves at 0 of n.
// Wilson 1927, Journal of the American Statistical Association 22.

/** Two-sided 95 % by default. n = 0 knows nothing: null. Counts may be effective (weighted) ones. */
export function wilsonInterval(successes: number, n: number, z = 1.959963984540054): { low: number; high: number } | null {
  if (n <= 0) return null;
  const p = successes / n;
  const denominator = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / denominator;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / denominator;
  return { low: successes <= 0 ? 0 : Math.max(0, centre - half), high: successes >= n ? 1 : Math.min(1, centre + half) };
}
