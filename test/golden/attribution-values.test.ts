// Reference values of the statistics behind attribution, made with scipy 1.10.1 and statsmodels 0.13.5 (relative tolerance 1e-6).
import { describe, expect, test } from "vitest";
import { mechanismShares, type GroupTable } from "../../domain/drift/mechanisms.ts";
import { logBayesFactor } from "../../domain/statistics/approximate-bayes-factor.ts";
import { cmhScore } from "../../domain/statistics/cmh-score.ts";
import { kitagawa } from "../../domain/statistics/kitagawa.ts";
import { shapley } from "../../domain/statistics/shapley.ts";

function near(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1e-3, Math.abs(expected)));
}

describe("the CMH score and Wakefield's Bayes factor", () => {
  // [exposed and failed, exposed, failed, total] per stratum
  const strata = [
    [30, 200, 50, 600],
    [22, 100, 40, 300],
    [15, 50, 24, 120],
  ].map(([exposedSum = 0, exposed = 0, sum = 0, n = 0]) => ({ n, exposed, sum, exposedSum, sumSquares: sum }));
  const score = cmhScore(strata);

  test("agree with statsmodels on three strata", () => {
    near(score.u, 27);
    near(score.v, 22.63753979);
    near(score.u / Math.sqrt(score.v), 5.674781586);
    near(score.u / score.v, 1.192709113);
    near(1 / Math.sqrt(score.v), 0.2101770958);
    near((score.u * score.u) / score.v, 32.20314605);
  });

  test("give the reference log Bayes factor at prior variance 0.5", () => {
    near(logBayesFactor(score), 13.5389346);
  });
});

describe("the Kitagawa split", () => {
  const split = kitagawa([
    { n0: 800, y0: 800 * 0.95, n1: 500, y1: 500 * 0.94 },
    { n0: 150, y0: 150 * 0.8, n1: 300, y1: 300 * 0.8 },
    { n0: 50, y0: 50 * 0.6, n1: 200, y1: 200 * 0.55 },
  ]);

  test("splits the reference change into mix and within", () => {
    expect(split).not.toBeNull();
    near(split?.total ?? NaN, -0.09);
    near(split?.mix ?? NaN, -0.07725);
    near(split?.within ?? NaN, -0.01275);
  });

  test("splits it by group as well", () => {
    [-0.0236625, -0.00991875, -0.04366875].forEach((expected, i) => near(split?.mixByGroup[i] ?? NaN, expected));
    [-0.0065, 0, -0.00625].forEach((expected, i) => near(split?.withinByGroup[i] ?? NaN, expected));
  });
});

describe("exact Shapley values over mechanisms", () => {
  const groups = [
    { share: [0.7, 0.5], ok: [0.98, 0.98], whenOk: [0.95, 0.95], failing: [0.4, 0.4] },
    { share: [0.3, 0.5], ok: [0.95, 0.85], whenOk: [0.85, 0.8], failing: [0.3, 0.3] },
  ];
  const side = (i: 0 | 1): GroupTable[] =>
    groups.map(({ share, ok, whenOk, failing }) => ({
      share: share[i] ?? NaN,
      uses: 1,
      fails: 1 - (ok[i] ?? NaN),
      unused: 0,
      working: whenOk[i] ?? NaN,
      failing: failing[i] ?? NaN,
    }));

  test("share the reference change among mix, tool and policy", () => {
    const shares = mechanismShares(side(0), side(1));
    near(shares.total, 0.832 - 0.90405);
    near(shares.whoAsks, -0.03321666667);
    near(shares.tool, -0.02091666667);
    near(shares.agent, -0.01791666667);
    near(shares.choice, 0);
  });

  test("add up to the whole game and give a player that changes nothing nothing", () => {
    const values = shapley(3, (set) => ((set & 1) === 0 ? 0 : 4) + ((set & 2) === 0 ? 0 : 1) * ((set & 1) === 0 ? 1 : 3));
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(7, 12);
    expect(values[2]).toBe(0);
  });

  test("refuse more mechanisms than can be read", () => {
    expect(() => shapley(7, () => 0)).toThrow(RangeError);
  });
});
