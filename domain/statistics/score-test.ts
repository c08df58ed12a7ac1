// The large-sample test of two proportions: their difference over its standard error under "no difference". For small counts use
// Fisher's exact test. Pearson 1900; in this form Agresti 2013, Categorical Data Analysis, section 3.2.
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";

/** (k2/n2 − k1/n1) over its pooled standard error; 0 where nothing varies or an arm is empty. */
export function proportionScore(k1: number, n1: number, k2: number, n2: number): number {
  if (n1 <= 0 || n2 <= 0) return 0;
  const pooled = (k1 + k2) / (n1 + n2);
  const variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
  return variance > 0 ? (k2 / n2 - k1 / n1) / Math.sqrt(variance) : 0;
}

/** Two-sided p of a standard normal score. */
export function twoSidedP(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z), 0, 1));
}
