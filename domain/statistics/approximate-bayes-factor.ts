// How much more likely a score is under "there is an effect of plausible size" than under "there is none": Wakefield's approximate
// Bayes factor. It needs no likelihood beyond the normal approximation of the estimate, and refuses nothing but an empty score (0).
import type { Score } from "./cmh-score.ts";

/** Prior variance of a log odds ratio: 95 % of real changes within a factor of four either way (statistics.md 3.3). */
export const priorVariance = 0.5;

/**
 * ln BF of effect against no effect (Wakefield 2009). With estimate b = u/v and variance s² = 1/v:
 * ½ ln(s²/(s²+W)) + ½ (u²/v) W/(s²+W). Negative values speak for "no effect"; a score without information gives 0.
 */
export function logBayesFactor({ u, v }: Score, w = priorVariance): number {
  if (!(v > 0)) return 0;
  const variance = 1 / v;
  return 0.5 * Math.log(variance / (variance + w)) + (0.5 * ((u * u) / v) * w) / (variance + w);
}
