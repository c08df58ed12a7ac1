// The p-value of two proportions, by whichever test their size allows: exact while that is cheap, by the score from there on, where the two
// agree to all digits that matter.
import { fisherExact } from "./fisher-exact.ts";
import { proportionScore, twoSidedP } from "./score-test.ts";

/** Units above which the exact test says no more than the score test, and costs more. */
export const mostForExact = 20_000;

/** k1 of n1 against k2 of n2, two-sided. */
export function twoProportions(k1: number, n1: number, k2: number, n2: number): { p: number; method: "fisher_exact" | "score_test" } {
  if (n1 + n2 <= mostForExact) return { p: fisherExact(k1, n1, k2, n2), method: "fisher_exact" };
  return { p: twoSidedP(proportionScore(k1, n1, k2, n2)), method: "score_test" };
}
