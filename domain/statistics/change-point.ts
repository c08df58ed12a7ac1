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

/**
 * The shortest run of indices that holds `mass`, as its first and last index, and the most probable index, which is always inside. An
 * interval and not the smallest set: a hull over that set's gaps would hold more than it says.
 */
export function credibleSet(probabilities: readonly number[], mass = 0.9): { best: number; first: number; last: number } {
  const best = probabilities.reduce((top, value, index) => (value > (probabilities[top] ?? 0) ? index : top), 0);
  let shortest = { first: 0, last: Math.max(0, probabilities.length - 1), held: 1 };
  let held = 0;
  for (let first = 0, end = 0; first < probabilities.length; first++) {
    while (end < probabilities.length && held < mass) held += probabilities[end++] ?? 0;
    // what is left of the sum after many subtractions may miss by a rounding error
    if (held < mass - 1e-12) break;
    const length = end - 1 - first;
    if (length < shortest.last - shortest.first || (length === shortest.last - shortest.first && held > shortest.held))
      shortest = { first, last: end - 1, held };
    held -= probabilities[first] ?? 0;
  }
  return { best, first: Math.min(best, shortest.first), last: Math.max(best, shortest.last) };
}
