// Reference values of the estimators behind comparisons. Made with scipy 1.10.1 and statsmodels 0.13.5 unless a table says otherwise; the
// call that made each stands over it.
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../domain/statistics/benjamini-hochberg.ts";
import { fisherExact } from "../../domain/statistics/fisher-exact.ts";
import { sequentialBounds, sequentialP } from "../../domain/statistics/group-sequential.ts";
import { mantelHaenszel } from "../../domain/statistics/mantel-haenszel.ts";
import { mcNemar } from "../../domain/statistics/mcnemar.ts";
import { rankSumScore } from "../../domain/statistics/rank-sum.ts";
import { pairsForMcNemar, unitsForProportions } from "../../domain/statistics/sample-size.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";
import { proportionScore, twoSidedP } from "../../domain/statistics/score-test.ts";
import { meanOfDifferences, studentQuantile, welch } from "../../domain/statistics/student-t.ts";
import { twoProportions } from "../../domain/statistics/two-proportions.ts";

const off = (actual: number | null | undefined, expected: number): number =>
  Math.abs((actual ?? Number.NaN) - expected) / Math.max(1e-12, Math.abs(expected));

describe("scipy.stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])", () => {
  test.each([
    [0, 40, 12, 40, 0.00018546605057626913],
    [17, 20, 16, 20, 1],
    [98, 100, 100, 100, 0.49748743718592964],
    [1, 1, 0, 1, 1],
    [3, 10, 9, 10, 0.019766611097880443],
  ])("%d of %d against %d of %d", (k1, n1, k2, n2, p) => expect(off(fisherExact(k1, n1, k2, n2), p)).toBeLessThan(1e-6));
});

describe("Lan-DeMets bounds of O'Brien and Fleming's shape, two-sided 0.05 (R package ldbounds)", () => {
  test.each([
    [[2.9626, 1.9686]],
    [[3.7103, 2.5114, 1.993]],
    [[4.3326, 2.9631, 2.359, 2.0141]],
    [[4.8769, 3.357, 2.6803, 2.2898, 2.031]],
    [[5.8153, 4.0333, 3.2351, 2.7672, 2.4554, 2.2294, 2.0562]],
  ])("%j", (bounds) => {
    const found = sequentialBounds(bounds.map((_, i) => (i + 1) / bounds.length));
    for (const [i, bound] of bounds.entries()) expect(found[i]).toBeCloseTo(bound, 3.9);
  });
  test("five looks at nothing cross a bound in about five of a hundred trials, where 1.96 would in fourteen", () => {
    const fractions = [0.2, 0.4, 0.6, 0.8, 1];
    const bounds = sequentialBounds(fractions);
    const random = seededRandom("looks");
    const crossings = { planned: 0, naive: 0 };
    for (let trial = 0; trial < 4_000; trial++) {
      let sum = 0;
      const scores = fractions.map((fraction) => {
        sum += Math.sqrt(0.2) * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        return Math.abs(sum / Math.sqrt(fraction));
      });
      if (scores.some((score, i) => score >= (bounds[i] ?? Infinity))) crossings.planned++;
      if (scores.some((score) => score >= 1.96)) crossings.naive++;
    }
    expect(crossings.planned / 4_000).toBeGreaterThan(0.04);
    expect(crossings.planned / 4_000).toBeLessThan(0.06);
    expect(crossings.naive / 4_000).toBeGreaterThan(0.12);
  });
  test("a score just at its bound has p 0.05 over all looks", () => {
    expect(sequentialP([0.2, 0.4], [1, 3.357])).toBeCloseTo(0.05, 4);
    expect(sequentialP([0.2, 0.4, 0.6, 0.8, 1], [1, 1, 1, 1, 2.031])).toBeCloseTo(0.05, 4);
  });
});

describe("statsmodels.stats.contingency_tables.mcnemar(exact=True), and less the point mass", () => {
  test.each([
    [1, 8, 0.0390625, 0.021484375],
    [5, 15, 0.04138946533, 0.02660369873],
    [0, 6, 0.03125, 0.015625],
    [10, 10, 1, 1],
    [25, 45, 0.02246289549, 0.01699465257],
    [2, 3, 1, 0.6875],
    [0, 1, 1, 0.5],
  ])("%d worse, %d better", (worse, better, exact, mid) => {
    expect(off(mcNemar(worse, better).exact, exact)).toBeLessThan(1e-6);
    expect(off(mcNemar(worse, better).mid, mid)).toBeLessThan(1e-6);
  });
});

describe("sample sizes at 80 % power", () => {
  test.each([
    [0.9, 0.85, 683],
    [0.9, 0.8, 197],
    [0.8, 0.75, 1091],
    [0.95, 0.93, 2210],
    [0.5, 0.45, 1562],
    [0.98, 0.97, 3823],
  ])("rates %d and %d need %d in each arm", (p1, p2, n) => expect(unitsForProportions(p1, p2)).toBe(n));
  test.each([
    [0.2, 0.05, 626],
    [0.1, 0.05, 312],
    [0.1, 0.03, 870],
    [0.3, 0.1, 234],
  ])("a share of %d differing pairs, by %d more one way, needs %d pairs", (share, difference, pairs) =>
    expect(pairsForMcNemar(share, difference)).toBe(pairs),
  );
});

test("statsmodels.stats.multitest.multipletests(p, method='fdr_bh')", () => {
  const p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
  const adjusted = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057142857, 0.216, 0.216, 0.216];
  for (const [i, found] of benjaminiHochberg(p).entries()) expect(off(found, adjusted[i] ?? 0)).toBeLessThan(1e-6);
});

test("statsmodels.stats.contingency_tables.StratifiedTable(…).oddsratio_pooled", () => {
  const found = mantelHaenszel([
    { candidate: [30, 200], baseline: [20, 400] },
    { candidate: [22, 100], baseline: [18, 200] },
    { candidate: [15, 50], baseline: [9, 70] },
  ]);
  expect(off(found?.oddsRatio?.value, 3.081459591)).toBeLessThan(1e-6);
});

test("scipy.stats.ttest_ind(candidate, baseline, equal_var=False), ttest_1samp, t.ppf", () => {
  expect(off(welch([1, 2, 3, 4, 5], [2, 3, 4, 5, 9])?.p, 0.29372549123550157)).toBeLessThan(1e-6);
  expect(off(meanOfDifferences([1, 2, -1, 3, 0.5])?.p, 0.18015182755781547)).toBeLessThan(1e-6);
  expect(off(studentQuantile(0.95, 10), 2.228138851986274)).toBeLessThan(1e-6);
});

test("scipy.stats.mannwhitneyu(method='asymptotic')", () => {
  const score = rankSumScore([1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8, 9, 10]);
  expect(off(score === null ? null : twoSidedP(score), 0.15442325378008667)).toBeLessThan(1e-6);
});

test("the score test takes over from the exact one where both say the same", () => {
  const exact = twoProportions(5_000, 10_000, 5_150, 10_000);
  const score = twoProportions(5_000, 10_001, 5_150, 10_000);
  expect([exact.method, score.method]).toEqual(["fisher_exact", "score_test"]);
  expect(score.p / exact.p).toBeCloseTo(1, 0.9);
  expect(proportionScore(3, 3, 0, 0)).toBe(0);
});
