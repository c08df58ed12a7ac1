// The mean of values that come in clusters, such as runs of one session, which resemble each other: its spread is that of the clusters' sums,
// not of the single values. With one value in each cluster it is the plain t interval. Liang & Zeger 1986, Biometrika 73; with the small-sample
// factor G / (G − 1) and G − 1 degrees of freedom, Cameron & Miller 2015, Journal of Human Resources 50.
import { meanFromError, type MeanDifference } from "./student-t.ts";

/** Mean of all values against zero; null with fewer than two clusters. */
export function clusteredMean(clusters: readonly (readonly number[])[]): MeanDifference | null {
  const filled = clusters.filter((values) => values.length > 0);
  if (filled.length < 2) return null;
  const all = filled.flat();
  const mean = all.reduce((sum, value) => sum + value / all.length, 0);
  const sums = filled.map((values) => values.reduce((sum, value) => sum + (value - mean), 0));
  const squares = sums.reduce((sum, value) => sum + value ** 2, 0);
  const groups = filled.length;
  const variance = (groups / (groups - 1)) * (squares / all.length ** 2);
  // A spread that is rounding alone is none.
  return meanFromError(mean, variance <= (1e-12 * mean) ** 2 ? 0 : Math.sqrt(variance), groups - 1);
}
