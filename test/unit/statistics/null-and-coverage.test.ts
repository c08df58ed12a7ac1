// What every p-value and every interval promises, by simulation from fixed seeds: a p is uniform where nothing changed, or less often small
// where counts are few; an interval holds the truth as often as it says. Limits are the stated level and four Monte Carlo errors.
import { describe, expect, test } from "vitest";
import { drawsFrom, type Draws } from "../../../bench/quality/simulate-draws.ts";
import { changePointLog, credibleSet, normaliseLogs } from "../../../domain/statistics/change-point.ts";
import { gTest } from "../../../domain/statistics/dirichlet-multinomial.ts";
import { fisherExact } from "../../../domain/statistics/fisher-exact.ts";
import { gammaPoissonQuantile } from "../../../domain/statistics/gamma-poisson.ts";
import { mcNemar } from "../../../domain/statistics/mcnemar.ts";
import { newcombeDifference } from "../../../domain/statistics/newcombe-difference.ts";
import { quantileInterval } from "../../../domain/statistics/order-statistic-interval.ts";
import { rankSumScore } from "../../../domain/statistics/rank-sum.ts";
import { proportionScore, twoSidedP } from "../../../domain/statistics/score-test.ts";
import { welch } from "../../../domain/statistics/student-t.ts";
import { wilsonInterval } from "../../../domain/statistics/wilson-interval.ts";

const repetitions = 4000;
const levels = [0.01, 0.05, 0.1, 0.25, 0.5] as const;
const error = (rate: number, n = repetitions): number => 4 * Math.sqrt((rate * (1 - rate)) / n);

const countsOf = (draws: Draws, n: number, shares: readonly number[]): number[] => {
  const counts = shares.map(() => 0);
  for (let i = 0; i < n; i++) {
    const drawn = draws.pick(shares);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  return counts;
};
const list = (draws: Draws, n: number): number[] => Array.from({ length: n }, () => Math.exp(draws.normal()));

describe("p-values where nothing changed", () => {
  const shares = [0.4, 0.3, 0.2, 0.1];
  const smooth: [string, (draws: Draws) => number][] = [
    ["score test of two proportions", (draws) => twoSidedP(proportionScore(draws.binomial(400, 0.4), 400, draws.binomial(900, 0.4), 900))],
    ["G test of a mix", (draws) => gTest(countsOf(draws, 800, shares), countsOf(draws, 500, shares))?.p ?? Number.NaN],
    ["Welch's test", (draws) => welch(Array.from({ length: 20 }, draws.normal), Array.from({ length: 35 }, draws.normal))?.p ?? Number.NaN],
    ["rank sum", (draws) => twoSidedP(rankSumScore(list(draws, 30), list(draws, 40)) ?? Number.NaN)],
  ];
  test.each(smooth)("of the %s are uniform", (name, draw) => {
    const draws = drawsFrom(`uniform ${name}`);
    const p = Array.from({ length: repetitions }, () => draw(draws));
    for (const level of levels) {
      const below = p.filter((value) => value <= level).length / repetitions;
      // counts come in steps: a tenth of the level is theirs
      expect(Math.abs(below - level), `at ${level}`).toBeLessThanOrEqual(error(level) + 0.1 * level);
    }
  });

  const exact: [string, (draws: Draws) => number][] = [
    ["Fisher's test", (draws) => fisherExact(draws.binomial(25, 0.2), 25, draws.binomial(60, 0.2), 60)],
    ["McNemar's exact test", (draws) => ((n) => mcNemar(n, 30 - n).exact)(draws.binomial(30, 0.5))],
  ];
  test.each(exact)("of %s are never small more often than they say", (name, draw) => {
    const draws = drawsFrom(`exact ${name}`);
    const p = Array.from({ length: repetitions }, () => draw(draws));
    for (const level of levels)
      expect(p.filter((value) => value <= level).length / repetitions, `at ${level}`).toBeLessThanOrEqual(level + error(level));
  });
});

describe("95 % intervals", () => {
  const covers = (interval: { low: number; high: number } | null, truth: number): boolean =>
    interval !== null && interval.low <= truth && interval.high >= truth;
  // A Wilson interval swings around its level with n and p; averaged over rates it holds it.
  const intervals: [string, (draws: Draws) => boolean][] = [
    ["of a rate (Wilson)", (draws) => ((p) => covers(wilsonInterval(draws.binomial(80, p), 80), p))(0.02 + 0.96 * draws.uniform())],
    [
      "of a difference of rates (Newcombe)",
      (draws) => {
        const [p, q] = [0.05 + 0.9 * draws.uniform(), 0.05 + 0.9 * draws.uniform()];
        return covers(newcombeDifference(draws.binomial(70, p), 70, draws.binomial(90, q), 90), p - q);
      },
    ],
    [
      "of a difference of means (Welch)",
      (draws) =>
        covers(
          welch(
            Array.from({ length: 15 }, draws.normal),
            Array.from({ length: 25 }, () => 1 + 2 * draws.normal()),
          ),
          1,
        ),
    ],
  ];
  test.each(intervals)("%s hold the truth in 95 of 100", (name, draw) => {
    const draws = drawsFrom(`interval ${name}`);
    let held = 0;
    for (let i = 0; i < repetitions; i++) if (draw(draws)) held++;
    expect(held / repetitions).toBeGreaterThan(0.95 - error(0.95) - 0.003);
    expect(held / repetitions).toBeLessThan(0.95 + error(0.95) + 0.01);
  });

  test.each([0.1, 0.5, 0.95])("of the quantile %d hold it in at least 95 of 100", (q) => {
    const draws = drawsFrom(`quantile ${q}`);
    let held = 0;
    for (let i = 0; i < 1500; i++) if (covers(quantileInterval(Float64Array.from({ length: 150 }, draws.uniform).sort(), q), q)) held++;
    expect(held / 1500).toBeGreaterThan(0.95 - error(0.95, 1500));
  });

  test("of a count that will come (Gamma-Poisson) hold it in at least 95 of 100", () => {
    const draws = drawsFrom("counts");
    const [low, high] = [gammaPoissonQuantile(0.025, 12, 6), gammaPoissonQuantile(0.975, 12, 6)];
    let held = 0;
    for (let i = 0; i < repetitions; i++) {
      // a Gamma of shape 6 is the part of a Dirichlet times its total: six unit exponentials
      const rate = (Array.from({ length: 6 }, () => -Math.log(1 - draws.uniform())).reduce((a, b) => a + b, 0) / 6) * 12;
      const count = draws.poisson(rate);
      if (count >= low && count <= high) held++;
    }
    expect(held / repetitions).toBeGreaterThan(0.95 - error(0.95));
  });
});

test("90 % sets of a change's time hold the true bucket in 85 to 97 of 100 series whose rates stray", () => {
  const draws = drawsFrom("sets");
  let held = 0;
  for (let i = 0; i < 600; i++) {
    const y = Array.from({ length: 90 }, (_, hour) =>
      ((rate) => draws.binomial(20, draws.beta(200 * rate, 200 * (1 - rate))))(hour < 60 ? 0.9 : 0.8),
    );
    const set = credibleSet(normaliseLogs(changePointLog(y, Array(90).fill(20), { a: 1800, b: 200 }, { a: 1, b: 1 }, 1 + 19 / 201)));
    // index 0 is a change at the second bucket
    if (set.first + 1 <= 60 && set.last + 1 >= 60) held++;
  }
  expect(held / 600).toBeGreaterThan(0.85);
  expect(held / 600).toBeLessThan(0.97);
});
