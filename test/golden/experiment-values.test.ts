// Reference values of the estimators behind experiments, gates and trends, and of the tails everything rests on. Made with scipy 1.10.1,
// statsmodels 0.13.5 and numpy 1.24.2 (Debian 12) unless a table says otherwise; the call that made each stands over it.
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import gammainc from "@stdlib/math-base-special-gammainc";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { describe, expect, test } from "vitest";
import { benjaminiYekutieli } from "../../domain/statistics/benjamini-yekutieli.ts";
import { logBetaMarginal } from "../../domain/statistics/beta-binomial.ts";
import { changePointLog } from "../../domain/statistics/change-point.ts";
import { betOnHarm, betOnNoHarm, openWager } from "../../domain/statistics/betting-e-process.ts";
import { chaoRichness } from "../../domain/statistics/chao-richness.ts";
import { clopperPearson } from "../../domain/statistics/clopper-pearson.ts";
import { cochranArmitage } from "../../domain/statistics/cochran-armitage.ts";
import { sequenceHalfWidth, sequenceTuning } from "../../domain/statistics/confidence-sequence.ts";
import { dropProbability } from "../../domain/statistics/flaky-case.ts";
import { pocockSpending, sequentialBounds } from "../../domain/statistics/group-sequential.ts";
import { holm } from "../../domain/statistics/holm.ts";
import { jeffreysInterval } from "../../domain/statistics/jeffreys-interval.ts";
import { logMeanExp } from "../../domain/statistics/log-sum-exp.ts";
import { mcNemarOneSided } from "../../domain/statistics/mcnemar-one-sided.ts";
import { neverSeenBound } from "../../domain/statistics/never-seen.ts";
import { passAtK, passHatK } from "../../domain/statistics/pass-at-k.ts";
import { pearsonChiSquare } from "../../domain/statistics/pearson-chi-square.ts";
import { poissonScan } from "../../domain/statistics/poisson-scan.ts";
import { ppiMean } from "../../domain/statistics/ppi-mean.ts";
import { unitsForNonInferiority } from "../../domain/statistics/sample-size-non-inferiority.ts";
import { tangoInterval, tangoLowerBound } from "../../domain/statistics/tango-interval.ts";

function near(actual: number | null | undefined, expected: number, tolerance = 1e-6): void {
  const allowed = expected === 0 ? 1e-9 : tolerance * Math.abs(expected);
  expect(Math.abs((actual ?? Number.NaN) - expected), `${actual} is not ${expected}`).toBeLessThanOrEqual(allowed);
}

describe("statsmodels.stats.proportion.proportion_confint(k, n, method='beta') and method='jeffreys', ends at 0 and n set to 0 and 1", () => {
  test.each([
    [0, 10, 0, 0.3084971078, 0, 0.2171962675],
    [1, 10, 0.002528578544, 0.445016117, 0.01101167376, 0.3813147711],
    [5, 10, 0.1870860284, 0.8129139716, 0.2235286703, 0.7764713297],
    [9, 10, 0.554983883, 0.9974714215, 0.6186852289, 0.9889883262],
    [10, 10, 0.6915028922, 1, 0.7828037325, 1],
    [81, 263, 0.2527367456, 0.3676219226, 0.254521935, 0.3656474992],
    [3, 1000, 0.0006190999316, 0.008742023238, 0.0008456348018, 0.007984367358],
    [450, 500, 0.8702909143, 0.9248641849, 0.8714007846, 0.9239863465],
  ])("%d of %d", (k, n, exactLow, exactHigh, low, high) => {
    near(clopperPearson(k, n)?.low, exactLow);
    near(clopperPearson(k, n)?.high, exactHigh);
    near(jeffreysInterval(k, n)?.low, low);
    near(jeffreysInterval(k, n)?.high, high);
  });
});

describe("scipy.stats.binom.cdf(worse, worse + better, 0.5)", () => {
  test.each([
    [1, 8, 0.01953125],
    [5, 15, 0.02069473267],
    [0, 6, 0.015625],
    [10, 10, 0.588098526],
    [25, 45, 0.01123144775],
    [2, 3, 0.5],
    [0, 1, 0.5],
    [40, 80, 0.0001652000092],
  ])("%d worse, %d better", (worse, better, p) => near(mcNemarOneSided(worse, better), p));
});

describe("Tango's score interval of a paired difference", () => {
  test("PropCIs::scoreci.mp(25, 28, 618, 0.9) of R, four decimals", () => {
    const found = tangoInterval({ worse: 25, better: 28, pairs: 618 }, 0.9);
    expect(found?.low).toBeCloseTo(-0.0148, 4);
    expect(found?.high).toBeCloseTo(0.0247, 4);
  });
  // scipy 1.17.1: the trinomial likelihood under a fixed difference maximised by scipy.optimize.brentq on its derivative, the ends found by
  // brentq on (seen − supposed) / standard error ∓ norm.ppf
  test.each([
    [20, 40, 160, 0.03086453313, 0.2180642442],
    [5, 15, 100, 0.01344676087, 0.1923965051],
    [0, 6, 50, 0.04009068897, 0.2380481738],
    [10, 10, 80, -0.1141446807, 0.1141446807],
    [1, 0, 44, -0.1180771014, 0.05939323112],
    [12, 3, 40, -0.401809377, -0.03888297155],
  ])("%d worse and %d better of %d", (worse, better, pairs, low, high) => {
    near(tangoInterval({ worse, better, pairs })?.low, low);
    near(tangoInterval({ worse, better, pairs })?.high, high);
  });
  test.each([
    [5, 3, 200, -0.03751816856],
    [0, 0, 100, -0.02634272163],
    [12, 10, 300, -0.03393789249],
  ])("one-sided, %d worse and %d better of %d", (worse, better, pairs, low) => near(tangoLowerBound({ worse, better, pairs }), low));
});

describe("P(new rate < old rate − drop): scipy.integrate.quad of beta.pdf(p, k0 + .5, …) · beta.cdf(p − drop, k1 + .5, …), scipy 1.17.1", () => {
  test.each([
    [1, 1, 0, 1, 0.2, 0.7942609802],
    [5, 5, 2, 5, 0.2, 0.9111729007],
    [10, 10, 4, 10, 0.2, 0.9831975031],
    [8, 8, 8, 8, 0.2, 0.03482315811],
    [90, 100, 60, 100, 0.2, 0.9544955693],
    [900, 1000, 690, 1000, 0.2, 0.7127852761],
    [5, 5, 0, 5, 0.5, 0.9626576863],
  ])("%d/%d, then %d/%d, drop %d", (k0, n0, k1, n1, drop, p) =>
    near(dropProbability({ successes: k0, tries: n0 }, { successes: k1, tries: n1 }, drop), p),
  );
});

describe("asymptotic confidence sequence: numpy, the closed form of arXiv 2103.06476", () => {
  test.each([
    [0.02, 1000, 1000, 0.08908509753, 0.06070417981],
    [0.02, 1000, 5000, 0.03984006677, 0.06727775452],
    [0.01, 5000, 5000, 0.03984006677, 0.0303520899],
    [0.03, 400, 2000, 0.06299267657, 0.1009166318],
  ])("standard error %d at %d of %d", (standardError, n, planned, rho, half) => {
    near(sequenceTuning(planned), rho);
    near(sequenceHalfWidth(standardError, n, planned), half);
  });
});

describe("bets with aGRAPA stakes, margin .05: numpy, the products of arXiv 2010.09686 written out", () => {
  const steady = [1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1];
  const weak = [0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0];
  const pairs = (baseline: readonly number[], candidate: readonly number[]): { baseline: number; candidate: number }[] =>
    baseline.map((value, i) => ({ baseline: value, candidate: candidate[i] ?? 0 }));
  test("log wealth of a bet on harm, and its largest so far", () => {
    const found = pairs(steady, weak).reduce((wager, pair) => betOnHarm(wager, pair, 0.05), openWager);
    near(found.logWealth, 2.419649309);
    near(found.mostLogWealth, 2.419649309);
    const early = pairs(steady, weak).slice(0, 6);
    near(early.reduce((wager, pair) => betOnHarm(wager, pair, 0.05), openWager).logWealth, 0.6741158370427043);
  });
  test("log wealth of a bet on no harm", () =>
    near(pairs(weak, steady).reduce((wager, pair) => betOnNoHarm(wager, pair, 0.05), openWager).logWealth, 3.338506767));
});

describe("Lan-DeMets bounds of Pocock's type, two-sided 0.05 (R package ldbounds), four decimals", () => {
  test.each([[[2.157, 2.201]], [[2.2794, 2.2949, 2.2959]], [[2.438, 2.4268, 2.4102, 2.3966, 2.386]]])("%j", (bounds) => {
    const fractions = bounds.map((_, i) => (i + 1) / bounds.length);
    const found = sequentialBounds(fractions, 0.05, pocockSpending);
    for (const [i, bound] of bounds.entries()) expect(found[i]).toBeCloseTo(bound, 3.9);
  });
});

test.each([
  [0.9, 0.05, 446],
  [0.9, 0.03, 1237],
  [0.8, 0.05, 792],
  [0.95, 0.02, 1469],
])("non-inferiority at rate %d with margin %d needs %d in each arm: (z.95 + z.8)² 2pq / margin²", (rate, margin, n) =>
  expect(unitsForNonInferiority(rate, margin)).toBe(n),
);

describe("pass^k and pass@k: scipy.special.comb(c, k) / comb(n, k), 1 − comb(n − c, k) / comb(n, k)", () => {
  test.each([
    [4, 4, [1, 1, 1, 1], [1, 1, 1, 1]],
    [4, 3, [0.75, 0.5, 0.25, 0], [0.75, 1, 1, 1]],
    [4, 1, [0.25, 0, 0, 0], [0.25, 0.5, 0.75, 1]],
    [8, 6, [0.75, 0.5357142857, 0.3571428571, 0.2142857143], [0.75, 0.9642857143, 1, 1]],
    [10, 5, [0.5, 0.2222222222, 0.08333333333, 0.02380952381], [0.5, 0.7777777778, 0.9166666667, 0.9761904762]],
  ])("%d tries, %d successes", (tries, successes, all, one) => {
    for (const [i, value] of all.entries()) near(passHatK({ tries, successes }, i + 1), value);
    for (const [i, value] of one.entries()) near(passAtK({ tries, successes }, i + 1), value);
  });
});

describe("statsmodels.stats.multitest.multipletests(p, method=…)", () => {
  const p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
  test("fdr_by", () => {
    const adjusted = [
      0.02928968254, 0.1171587302, 0.2460333333, 0.2460333333, 0.2460333333, 0.2928968254, 0.3096337868, 0.6326571429, 0.6326571429,
      0.6326571429,
    ];
    for (const [i, found] of benjaminiYekutieli(p).entries()) near(found, adjusted[i] ?? Number.NaN);
  });
  test("holm", () => {
    const adjusted = [0.01, 0.072, 0.312, 0.312, 0.312, 0.312, 0.312, 0.615, 0.615, 0.615];
    for (const [i, found] of holm(p).entries()) near(found, adjusted[i] ?? Number.NaN);
  });
});

describe("trend of a rate", () => {
  test("Cochran-Armitage by numpy: T / √V with V = pq Σ n (s − s̄)², 2 · norm.sf", () => {
    const found = cochranArmitage([5, 8, 9, 14, 20, 22], [100, 110, 95, 120, 130, 105]);
    near(found?.z, 4.046824847);
    near(found?.p, 5.191705889e-5);
  });
  test("divided by √φ, φ = (chi-square − z²) / (periods − 2) where that is above 1", () => {
    const n = [100, 110, 95, 120, 130, 105];
    const restless = cochranArmitage([5, 30, 2, 40, 10, 60], n, undefined, true);
    near(restless?.phi, 24.75539618537638);
    near(restless?.z, 1.2760822621765449);
    near(cochranArmitage([5, 8, 9, 14, 20, 22], n, undefined, true)?.z, 4.046824847);
  });
});

describe("scipy.stats.chi2_contingency(table, correction=False)", () => {
  test.each([
    [
      [
        [520, 300, 150, 30],
        [60, 25, 35, 4],
      ],
      15.71546039,
      3,
      0.001296924964,
    ],
    // scipy 1.17.1
    [
      [
        [30, 20, 10],
        [25, 25, 5],
        [40, 10, 9],
      ],
      11.692614450399706,
      4,
      0.01978961825197628,
    ],
  ])("%j", (rows, statistic, freedom, p) => {
    near(pearsonChiSquare(rows)?.statistic, statistic);
    expect(pearsonChiSquare(rows)?.freedom).toBe(freedom);
    near(pearsonChiSquare(rows)?.p, p);
  });
});

test("kinds in all by Chao 1984: 9 seen, 4 once, 1 twice make 9 + 4² / 2", () => near(chaoRichness([50, 30, 12, 5, 2, 1, 1, 1, 1]), 17));

test("none in 300 by numpy: 1 − .05^(1/300)", () => near(neverSeenBound(300), 0.009936081944));

test("ln Bayes factor of a change at a bucket nobody knows against none: scipy.special.betaln, logsumexp − ln 15", () => {
  const y = [18, 19, 18, 17, 19, 18, 20, 18, 15, 14, 16, 13, 15, 14, 16, 15];
  const logs = changePointLog(y, Array(16).fill(20), { a: 180, b: 20 }, { a: 1, b: 1 });
  near(logMeanExp(logs) - logBetaMarginal(265, 320, 180, 20), 7.687245);
});

test("a prediction-powered mean with the judge at full weight, and at none: numpy, ddof 0 for the judge and 1 for the humans", () => {
  const labels = [
    [1, 1, 52],
    [1, 0, 8],
    [0, 1, 12],
    [0, 0, 328],
  ] as const;
  const labelled = labels.flatMap(([human, judge, count]) => Array.from({ length: count }, () => ({ human, judge })));
  const judged = { n: 2000, mean: 0.18, variance: 0.18 * 0.82 };
  near(ppiMean(labelled, judged, 1)?.value, 0.17);
  near(ppiMean(labelled, judged, 1)?.se, 0.01410186713);
  near(ppiMean(labelled, judged, 0)?.value, 0.15);
  near(ppiMean(labelled, judged, 0)?.se, 0.01787592997);
});

describe("Kulldorff's ratio of one slice by numpy: K_in ln(K_in / E_in) + K_out ln(K_out / E_out) − K ln(K / E)", () => {
  test.each([
    [60, 20, 200, 160, 21.28802706],
    [30, 25, 100, 90, 0.1211531888],
    [12, 2, 50, 45, 11.53575752],
  ])("%d of %d expected", (inside, expectedInside, all, expectedAll, ratio) =>
    near(poissonScan(inside, expectedInside, all, expectedAll), ratio),
  );
  test("finds nothing where there is less than expected", () => expect(poissonScan(10, 20, 100, 100)).toBe(0));
});

describe("tails, as the estimators call them", () => {
  test.each([
    [1.96, 0.02499789515],
    [4, 3.167124183e-5],
    [6, 9.86587645e-10],
    [8, 6.220960574e-16],
    [12, 1.776482112e-33],
  ])("scipy.stats.norm.sf(%d)", (at, p) => near(normalCdf(-at, 0, 1), p));
  test.each([
    [3.841458820694124, 1, 0.05],
    [40, 5, 1.4933679e-7],
    [200, 30, 4.952733529e-27],
    [300, 10, 1.554674754e-58],
  ])("scipy.stats.chi2.sf(%d, %d)", (at, freedom, p) => near(gammainc(at / 2, freedom / 2, true, true), p));
  test.each([
    [0.025, 3.5, 97.5, 0.008520283107],
    [1e-6, 0.5, 1000.5, 7.852018384e-16],
    [1e-8, 20, 20000, 0.0001996407606],
  ])("scipy.stats.beta.ppf(%d, %d, %d)", (q, a, b, at) => near(betaQuantile(q, a, b), at));
  test.each([
    [3, 40, 0.5, 9.732502804e-9],
    [0, 50, 0.5, 8.881784197e-16],
    [10, 1000, 0.02, 0.01023654816],
  ])("scipy.stats.binom.cdf(%d, %d, %d)", (k, n, rate, p) => near(binomialCdf(k, n, rate), p));
});
