// Did one case get worse, when it passes sometimes and fails sometimes? Only a clear drop of its pass rate counts, by the posteriors of both
// rates; a case that was never reliable is set aside, because its next result says nothing. It refuses cases not tried on both sides.
// Posteriors with Jeffreys' prior: Brown, Cai & DasGupta 2001, Statistical Science 16; the rule is statistics.md 4.1.
import betainc from "@stdlib/math-base-special-betainc";
import betaln from "@stdlib/math-base-special-betaln";
import type { TaskTries } from "./pass-at-k.ts";

/** A drop below this is not worth a person's time. */
const smallestDrop = 0.2;
/** Probability of such a drop from which the case is called regressed. */
const sure = 0.9;
/** Pass rates of the baseline strictly between these are a coin's, not a test's. */
const flakyFrom = 0.2;
const flakyTo = 0.8;

export type CaseChange = "regressed" | "not_regressed" | "quarantined" | "insufficient_data";

export function judgeCase(baseline: TaskTries, candidate: TaskTries): CaseChange {
  const probability = dropProbability(baseline, candidate, smallestDrop);
  if (probability === null) return "insufficient_data";
  const was = baseline.successes / baseline.tries;
  if (was > flakyFrom && was < flakyTo) return "quarantined";
  const isLower = candidate.successes / candidate.tries < was;
  return isLower && probability > sure ? "regressed" : "not_regressed";
}

/** Points of the integral for few tries; it grows with their root, as posteriors narrow. */
const fewestPoints = 64;

/**
 * P(candidate's rate < baseline's − drop) with independent Beta(½, ½) priors, `drop` in (0, 1). null where a side was never tried.
 * ∫ f_baseline(p) F_candidate(p − drop) dp with p = drop + (1 − drop) sin² φ: in φ the integrand is even and periodic, so that equal
 * steps converge faster than any power of their number.
 */
export function dropProbability(baseline: TaskTries, candidate: TaskTries, drop: number): number | null {
  if (baseline.tries <= 0 || candidate.tries <= 0) return null;
  const [a0, b0] = [baseline.successes + 0.5, baseline.tries - baseline.successes + 0.5];
  const [a1, b1] = [candidate.successes + 0.5, candidate.tries - candidate.successes + 0.5];
  const points = fewestPoints + Math.ceil(8 * Math.sqrt(baseline.tries + candidate.tries));
  const constant = b0 * Math.log(1 - drop) - betaln(a0, b0);
  let sum = 0;
  for (let i = 1; i < points; i++) {
    const angle = (Math.PI * i) / (2 * points);
    const above = (1 - drop) * Math.sin(angle) ** 2;
    const log = constant + (a0 - 1) * Math.log(drop + above) + (2 * b0 - 1) * Math.log(Math.cos(angle));
    sum += 2 * Math.exp(log) * Math.sin(angle) * betainc(above, a1, b1);
  }
  // the last point counts half; nothing is left there unless the baseline never failed
  if (b0 === 0.5) sum += Math.exp(constant) * betainc(1 - drop, a1, b1);
  return Math.min(1, (sum * Math.PI) / (2 * points));
}
