// When did a rate change? The posterior over the first changed bucket, with the earlier rate known from a baseline and the later one free.
// Conjugate and in closed form: pi(tau) is proportional to BB(before tau; pre) · BB(from tau on; post), uniform over tau.
import { logBetaMarginal } from "./beta-binomial.ts";

export interface BetaPrior {
  a: number;
  b: number;
}

/** ln of the unnormalised posterior for tau = 1 … length − 1 (index 0 is tau = 1). `deflation` divides all counts (design effect). */
export function changePointLog(y: readonly number[], n: readonly number[], pre: BetaPrior, post: BetaPrior, deflation = 1): number[] {
  const totalY = y.reduce((a, b) => a + b, 0);
  const totalN = n.reduce((a, b) => a + b, 0);
  const logs: number[] = [];
  let beforeY = 0;
  let beforeN = 0;
  for (let tau = 1; tau < y.length; tau++) {
    beforeY += y[tau - 1] ?? 0;
    beforeN += n[tau - 1] ?? 0;
    logs.push(
      logBetaMarginal(beforeY / deflation, beforeN / deflation, pre.a, pre.b) +
        logBetaMarginal((totalY - beforeY) / deflation, (totalN - beforeN) / deflation, post.a, post.b),
    );
  }
  return logs;
}

/** Probabilities from unnormalised logs. */
export function normaliseLogs(logs: readonly number[]): number[] {
  const top = Math.max(...logs);
  const raised = logs.map((value) => Math.exp(value - top));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}

/** The smallest set of indices that holds `mass`, as its first and last index, and the most probable one. */
export function credibleSet(probabilities: readonly number[], mass = 0.9): { best: number; first: number; last: number } {
  const order = probabilities.map((_, index) => index).sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
  const best = order[0] ?? 0;
  let first = best;
  let last = best;
  let held = 0;
  for (const index of order) {
    first = Math.min(first, index);
    last = Math.max(last, index);
    held += probabilities[index] ?? 0;
    if (held >= mass) break;
  }
  return { best, first, last };
}
