// How likely is a category never seen before? The unseen mass of a sample, and the evidence that a value which just appeared is
// really new rather than rare. Good 1953; Esty 1983 for the standard error.
import betaln from "@stdlib/math-base-special-betaln";

/** Share of the distribution that the sample has not met: singletons / n, with Esty's standard error. null for an empty sample. */
export function goodTuring(counts: readonly number[]): { unseenMass: number; standardError: number; n: number } | null {
  const n = counts.reduce((a, b) => a + b, 0);
  if (n <= 0) return null;
  const once = counts.filter((count) => count === 1).length / n;
  const twice = counts.filter((count) => count === 2).length / n;
  return { unseenMass: once, standardError: Math.sqrt((once * (1 - once) + 2 * twice) / n), n };
}

/**
 * ln Bayes factor that a value with k of m recent runs, absent from `baseline` runs, has a rate of its own (Beta(.5, 9.5)) rather
 * than the rate the baseline allows (Beta(.5, baseline + .5)).
 */
export function newCategoryLogBayesFactor(k: number, m: number, baseline: number): number {
  const isNew = betaln(k + 0.5, m - k + 9.5) - betaln(0.5, 9.5);
  const wasRare = betaln(k + 0.5, m - k + baseline + 0.5) - betaln(0.5, baseline + 0.5);
  return isNew - wasRare;
}
