// Reference values of the estimators behind detection. Made with scipy 1.10.1, statsmodels 0.13.5 and numpy 1.24.2 (Debian 12); the
// call that made each table stands over it. Relative tolerance 1e-6 unless the table has fewer digits.
import { describe, expect, test } from "vitest";
import { betaBinomialLogPmf } from "../../domain/statistics/beta-binomial.ts";
import { changePointLog, credibleSet, normaliseLogs } from "../../domain/statistics/change-point.ts";
import { gTest, mixLogBayesFactor } from "../../domain/statistics/dirichlet-multinomial.ts";
import { jensenShannonBits, populationStability } from "../../domain/statistics/divergence.ts";
import { eBenjaminiHochberg } from "../../domain/statistics/e-d-bh.ts";
import { advance, cellModel, newCell, statistic, strongest } from "../../domain/statistics/e-detector.ts";
import { newcombeDifference } from "../../domain/statistics/newcombe-difference.ts";
import { overdispersion } from "../../domain/statistics/overdispersion.ts";
import { goodTuring, newCategoryLogBayesFactor } from "../../domain/statistics/unseen.ts";
import { wilsonInterval } from "../../domain/statistics/wilson-interval.ts";

/** How far off, relative to the reference: 0 for a zero that is one. */
const off = (actual: number | null | undefined, expected: number): number =>
  Math.abs((actual ?? Number.NaN) - expected) / Math.max(1e-4, Math.abs(expected));
const tolerance = 1e-6;

describe("statsmodels.stats.proportion.proportion_confint(k, n, method='wilson')", () => {
  test.each([
    [0, 10, 0, 0.2775327999],
    [1, 10, 0.0178762131, 0.4041500268],
    [5, 10, 0.2365930905, 0.7634069095],
    [9, 10, 0.5958499732, 0.9821237869],
    [10, 10, 0.7224672001, 1],
    [81, 263, 0.2552885199, 0.366209577],
    [3, 1000, 0.001020783881, 0.008783014054],
    [450, 500, 0.8705780904, 0.9233224373],
  ])("the interval of %d of %d", (k, n, low, high) => {
    expect(off(wilsonInterval(k, n)?.low, low)).toBeLessThan(tolerance);
    expect(off(wilsonInterval(k, n)?.high, high)).toBeLessThan(tolerance);
  });
});

describe("statsmodels.stats.proportion.confint_proportions_2indep(k1, n1, k2, n2, method='newcomb')", () => {
  test.each([
    [56, 70, 48, 80, 0.0524314724, 0.333872654],
    [9, 10, 3, 10, 0.1705227239, 0.8090179735],
    [90, 100, 80, 100, 0.0001490251186, 0.1994738701],
    [10, 10, 0, 10, 0.6075093504, 1],
  ])("%d/%d against %d/%d", (k1, n1, k2, n2, low, high) => {
    expect(off(newcombeDifference(k1, n1, k2, n2)?.low, low)).toBeLessThan(tolerance);
    expect(off(newcombeDifference(k1, n1, k2, n2)?.high, high)).toBeLessThan(tolerance);
  });
});

describe("scipy.stats.betabinom.logpmf(y, n, a, b)", () => {
  test.each([
    [0, 5, 1, 1, -1.791759469],
    [3, 20, 180, 20, -27.87283945],
    [14, 20, 180, 20, -4.463263183],
    [20, 20, 180, 20, -2.008380324],
    [7, 7, 0.5, 0.5, -1.563162067],
    [0, 1, 2, 200, -0.009950330853],
  ])("y %d of %d under Beta(%d, %d)", (y, n, a, b, expected) =>
    expect(off(betaBinomialLogPmf(y, n, a, b), expected)).toBeLessThan(tolerance),
  );
});

test("overdispersion by moments: X = sum (y-np)^2/(np(1-p)), rho = max(0, (X-(G-1))/(sum n - sum n^2/sum n - (G-1)))", () => {
  const y = [18, 19, 17, 20, 12, 19, 18, 20, 16, 19, 20, 18];
  const fit = overdispersion(y, Array(12).fill(20), Array(12).fill(0.9));
  expect(off(fit?.rho, 0.09622541201)).toBeLessThan(tolerance);
  expect(off(fit?.kappa, 9.392265193)).toBeLessThan(tolerance);
});

const hourly = [18, 19, 18, 17, 19, 18, 20, 18, 15, 14, 16, 13, 15, 14, 16, 15];

describe("e-detector: Shiryaev-Roberts with scipy.stats.betabinom, shifts .35/.7/1.4, two signs, epsilon .15, without the cap", () => {
  test("mean .9, kappa 200, 20 runs an hour, a change at the ninth", () => {
    const expected = [
      0.5105273427, 1.101548873, 1.224441857, 1.342388502, 1.669573931, 1.676367483, 3.763839105, 2.84199637, 3.005237578, 15.43776419,
      21.33347828, 276.6210994, 792.7837261, 5560.305529, 6814.571697, 20716.5377,
    ];
    const cell = newCell();
    const model = cellModel(0.9, 200, 0.15);
    hourly.forEach((y, index) => {
      advance(cell, y, 20, model, index, Infinity);
      expect(off(statistic(cell), expected[index] ?? 0)).toBeLessThan(tolerance);
    });
    expect(strongest(cell)).toMatchObject({ sign: -1, shift: 0.7, start: 8 });
  });
  test("a rare outcome in thin buckets, one of them empty", () => {
    const y = [0, 0, 1, 0, 0, 2, 1, 1, 0, 2];
    const n = [4, 0, 5, 3, 6, 5, 4, 5, 1, 6];
    const expected = [
      0.9584645459, 1.958464546, 3.640931866, 4.30573973, 4.749292663, 14.66437744, 37.01725662, 95.72273081, 91.16087893, 579.9451039,
    ];
    const cell = newCell();
    const model = cellModel(0.02, 50, 0.15);
    y.forEach((hits, index) => {
      advance(cell, hits, n[index] ?? 0, model, index, Infinity);
      expect(off(statistic(cell), expected[index] ?? 0)).toBeLessThan(tolerance);
    });
  });
});

test("change point posterior: uniform over the first changed bucket, BB before with Beta(180, 20), after with Beta(1, 1)", () => {
  const expected = [
    6.94116e-5, 0.000242946, 0.000445813, 0.000386649, 0.00202267, 0.00524508, 0.155117, 0.725267, 0.100367, 0.00621732, 0.00433371,
    0.000184611, 6.85012e-5, 1.4657e-5, 1.66686e-5,
  ];
  const posterior = normaliseLogs(changePointLog(hourly, Array(16).fill(20), { a: 180, b: 20 }, { a: 1, b: 1 }));
  expected.forEach((value, index) => expect(off(posterior[index], value)).toBeLessThan(5e-6));
  expect(credibleSet(posterior)).toEqual({ best: 7, first: 6, last: 8 });
});

describe("categorical: scipy.spatial.distance.jensenshannon(base=2)**2, scipy.stats.chi2_contingency(lambda_='log-likelihood')", () => {
  const baseline = [520, 300, 150, 30];
  const current = [60, 25, 35, 4];
  test("Jensen-Shannon divergence in bits", () => expect(off(jensenShannonBits(baseline, current), 0.02233626293)).toBeLessThan(tolerance));
  test("population stability index with half a count added", () =>
    expect(off(populationStability(baseline, current), 0.1250374203)).toBeLessThan(tolerance));
  test("G statistic and its tail", () => {
    expect(off(gTest(baseline, current)?.g, 14.29123252)).toBeLessThan(tolerance);
    expect(off(gTest(baseline, current)?.p, 0.002534380885)).toBeLessThan(tolerance);
  });
  test("Dirichlet(.5) log Bayes factor of different mixes", () =>
    expect(off(mixLogBayesFactor(baseline, current), 0.5349010753)).toBeLessThan(tolerance));
});

describe("unseen mass: Good 1953, Esty 1983", () => {
  test("nine categories, four of them seen once", () => {
    const found = goodTuring([50, 30, 12, 5, 2, 1, 1, 1, 1]);
    expect(off(found?.unseenMass, 0.03883495146)).toBeLessThan(tolerance);
    expect(off(found?.standardError, 0.0234715845)).toBeLessThan(tolerance);
  });
  test.each([
    [1, 50, 2.64],
    [2, 50, 6.21],
    [3, 50, 9.8],
    [1, 5, 4.79],
  ])("%d of %d recent runs against 2000 without: scipy.special.betaln, two decimals", (k, m, expected) => {
    expect(newCategoryLogBayesFactor(k, m, 2000)).toBeCloseTo(expected, 2);
  });
});

test("e-BH at level .1 lists the first three of eight (Wang, Ramdas)", () => {
  expect(eBenjaminiHochberg([400, 90, 30, 12, 3, 1, 0.5, 0.2], 0.1)).toEqual([0, 1, 2]);
});
