// One answer from a table of strata: does the outcome differ between two arms when the strata are held fixed, and by how much? So a
// different mix of easy and hard cases cannot pass for a difference of the arms. It assumes one odds ratio for all strata.
import gammainc from "@stdlib/math-base-special-gammainc";
import { cmhScore } from "./cmh-score.ts";

/** One stratum: successes and size of each arm. */
export interface ArmsOfStratum {
  baseline: readonly [number, number];
  candidate: readonly [number, number];
}

export interface Adjusted {
  /** Odds of success in the candidate over those in the baseline; null where an odds is 0 in every stratum. */
  oddsRatio: { value: number; low: number; high: number } | null;
  /** Weighted difference of rates, candidate − baseline, with its 95 % interval. */
  difference: { value: number; low: number; high: number };
  /** Cochran-Mantel-Haenszel with continuity correction, two-sided. */
  p: number;
}

const z95 = 1.959963984540054;

/** null when no stratum has both arms. Mantel & Haenszel 1959; interval of the odds ratio: Robins, Breslow & Greenland 1986, Biometrics 42. */
export function mantelHaenszel(strata: readonly ArmsOfStratum[]): Adjusted | null {
  const usable = strata.filter(({ baseline, candidate }) => baseline[1] > 0 && candidate[1] > 0);
  if (usable.length === 0) return null;
  const { u, v } = cmhScore(
    usable.map(({ baseline: [b, n0], candidate: [c, n1] }) => ({
      n: n0 + n1,
      exposed: n1,
      sum: b + c,
      exposedSum: c,
      sumSquares: b + c,
    })),
  );
  const corrected = Math.max(0, Math.abs(u) - 0.5);
  return {
    oddsRatio: oddsRatio(usable),
    difference: rateDifference(usable),
    p: v > 0 ? gammainc((corrected * corrected) / v / 2, 0.5, true, true) : 1,
  };
}

function oddsRatio(strata: readonly ArmsOfStratum[]): Adjusted["oddsRatio"] {
  let r = 0;
  let s = 0;
  let pr = 0;
  let mixed = 0;
  let qs = 0;
  for (const { baseline, candidate } of strata) {
    const [a, b] = [candidate[0], candidate[1] - candidate[0]];
    const [c, d] = [baseline[0], baseline[1] - baseline[0]];
    const n = a + b + c + d;
    const [forIt, againstIt] = [(a * d) / n, (b * c) / n];
    const [p, q] = [(a + d) / n, (b + c) / n];
    r += forIt;
    s += againstIt;
    pr += p * forIt;
    mixed += p * againstIt + q * forIt;
    qs += q * againstIt;
  }
  if (r <= 0 || s <= 0) return null;
  const half = z95 * Math.sqrt(pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s));
  const value = r / s;
  return { value, low: value * Math.exp(-half), high: value * Math.exp(half) };
}

/** Mantel-Haenszel weights; variance as for independent binomials in each stratum (Greenland & Robins 1985, Biometrics 41). */
function rateDifference(strata: readonly ArmsOfStratum[]): Adjusted["difference"] {
  let weights = 0;
  let sum = 0;
  let variance = 0;
  for (const { baseline, candidate } of strata) {
    const [c, n0] = baseline;
    const [a, n1] = candidate;
    const n = n0 + n1;
    const weight = (n0 * n1) / n;
    weights += weight;
    sum += weight * (a / n1 - c / n0);
    variance += (a * (n1 - a) * n0 ** 3 + c * (n0 - c) * n1 ** 3) / (n0 * n1 * n * n);
  }
  const value = sum / weights;
  const half = (z95 * Math.sqrt(variance)) / weights;
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}
