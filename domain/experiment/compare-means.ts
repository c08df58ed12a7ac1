// Two samples of numbers, two totals, or pairs. Means are compared by Welch's test, pairs by their differences, pairs of yes and no by
// McNemar's; totals alone have no spread, so they show a difference and decide nothing. A constant arm is not taken for certainty.
import { mcNemar } from "../statistics/mcnemar.ts";
import { pairsForMcNemar, unitsForMeans } from "../statistics/sample-size.ts";
import { meanOfDifferences, welch } from "../statistics/student-t.ts";
import { answer, type Comparison, concluded, decisive, type Goal, type Measured } from "./comparison.ts";

/** Values of an arm below which its spread is not known well enough to decide anything. */
const fewestValues = 5;

export function compareSamples(baseline: readonly number[], candidate: readonly number[], goal: Goal): Comparison {
  const found = welch(baseline, candidate);
  const variances = found === null ? 0 : found.standardError ** 2 * harmonic(baseline.length, candidate.length);
  const measured: Measured = {
    goal,
    baseline: { n: baseline.length, value: meanOf(baseline) },
    candidate: { n: candidate.length, value: meanOf(candidate) },
    difference: found?.difference ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    p: found?.p ?? null,
    method: "welch_t",
    requiredN: found === null || found.p === null ? null : unitsForMeans(found.difference, variances),
    asText: brief,
  };
  return concluded(measured, Math.min(baseline.length, candidate.length) >= fewestValues);
}

export interface Total {
  numerator: number;
  denominator: number;
}

/** Ratios such as cost per solved case. A denominator of 0 makes no ratio: null, never 0. */
export function compareTotals(baseline: Total, candidate: Total, goal: Goal): Comparison {
  const ratio = ({ numerator, denominator }: Total): number | null => (denominator > 0 ? numerator / denominator : null);
  const [was, is] = [ratio(baseline), ratio(candidate)];
  const measured: Measured = {
    goal,
    baseline: { n: baseline.denominator, value: was },
    candidate: { n: candidate.denominator, value: is },
    difference: was === null || is === null ? null : is - was,
    low: null,
    high: null,
    p: null,
    method: "ratio_of_totals",
    requiredN: null,
    asText: brief,
  };
  if (was === null || is === null) return concluded(measured, false);
  return answer(measured, is === was ? "no_difference" : "inconclusive");
}

/** Each pair is [baseline, candidate] of one task. */
export function comparePairs(pairs: readonly (readonly [number, number])[], goal: Goal): Comparison {
  const differences = pairs.map(([was, is]) => is - was);
  const found = meanOfDifferences(differences);
  const isYesNo = pairs.every((pair) => pair.every((value) => value === 0 || value === 1));
  const measured: Measured = {
    goal,
    baseline: { n: pairs.length, value: meanOf(pairs.map(([was]) => was)) },
    candidate: { n: pairs.length, value: meanOf(pairs.map(([, is]) => is)) },
    difference: found?.difference ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    p: found?.p ?? null,
    method: "paired_t",
    requiredN: found === null || found.p === null ? null : unitsForMeans(found.difference, found.standardError ** 2 * pairs.length),
    asText: brief,
  };
  if (!isYesNo) return concluded(measured, pairs.length >= fewestValues);
  const [worse, better] = [differences.filter((one) => one < 0).length, differences.filter((one) => one > 0).length];
  return concluded(
    {
      ...measured,
      p: mcNemar(worse, better).mid,
      method: "mcnemar_mid_p",
      requiredN: pairs.length === 0 ? null : pairsForMcNemar((worse + better) / pairs.length, (better - worse) / pairs.length),
      baseline: { ...measured.baseline, successes: pairs.filter(([was]) => was === 1).length },
      candidate: { ...measured.candidate, successes: pairs.filter(([, is]) => is === 1).length },
    },
    // The strongest result: every pair changed the same way.
    mcNemar(0, pairs.length).mid < decisive,
  );
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b / values.length, 0);
}

/** n for which each arm alone would have as many units as the two together inform: 2 / (1/n1 + 1/n2). */
function harmonic(n1: number, n2: number): number {
  return 2 / (1 / n1 + 1 / n2);
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}
