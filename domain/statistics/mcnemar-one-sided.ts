// Pairs of yes/no results with a question that has a direction: did fewer turn worse than turned better? Exact, for gates that only one side
// can open; whether there is any difference is asked of the two-sided test beside it. McNemar 1947, Psychometrika 12.
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";

/** P(as few or fewer of the changed pairs turn worse) if each way is as likely: small says "better". 1 when no pair changed. */
export function mcNemarOneSided(worse: number, better: number): number {
  return worse + better === 0 ? 1 : binomialCdf(worse, worse + better, 0.5);
}
