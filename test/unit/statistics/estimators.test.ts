import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changePointLog, credibleSet, normaliseLogs } from "../../../domain/statistics/change-point.ts";
import { gTest } from "../../../domain/statistics/dirichlet-multinomial.ts";
import { jensenShannonBits, populationStability } from "../../../domain/statistics/divergence.ts";
import { eBenjaminiHochberg } from "../../../domain/statistics/e-d-bh.ts";
import { gammaPoissonCdf, gammaPoissonLogPmf, gammaPoissonQuantile } from "../../../domain/statistics/gamma-poisson.ts";
import { gammaPoissonLogRatio } from "../../../domain/statistics/rate-ratio.ts";
import { newcombeDifference } from "../../../domain/statistics/newcombe-difference.ts";
import { quantileInterval } from "../../../domain/statistics/order-statistic-interval.ts";
import { overdispersion } from "../../../domain/statistics/overdispersion.ts";
import { cellOf, quantileCuts } from "../../../domain/statistics/quantile-cells.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { goodTuring } from "../../../domain/statistics/unseen.ts";
import { dayWander } from "../../../domain/statistics/wander.ts";
import { wilsonInterval } from "../../../domain/statistics/wilson-interval.ts";

const counts = fc.array(fc.nat(200), { minLength: 2, maxLength: 8 });

describe("intervals", () => {
  test("Wilson's lies in [0, 1] around the rate", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (k, rest) => {
        const n = k + rest;
        const found = wilsonInterval(k, n);
        if (n === 0) return expect(found).toBeNull();
        expect(found?.low).toBeGreaterThanOrEqual(0);
        expect(found?.high).toBeLessThanOrEqual(1);
        expect(found?.low).toBeLessThanOrEqual(k / n);
        expect(found?.high).toBeGreaterThanOrEqual(k / n);
      }),
    );
  });
  test("Newcombe's turns over with the samples, and knows nothing of an empty one", () => {
    const [there, back] = [newcombeDifference(9, 10, 30, 60), newcombeDifference(30, 60, 9, 10)];
    expect(there?.low).toBeCloseTo(-(back?.high ?? 0), 12);
    expect(newcombeDifference(0, 0, 3, 4)).toBeNull();
  });
  test("a median's interval covers the true median in about 95 of 100 samples", () => {
    const random = seededRandom("median");
    let covered = 0;
    for (let i = 0; i < 400; i++) {
      const sample = Float64Array.from({ length: 60 }, () => -Math.log(1 - random())).sort();
      const found = quantileInterval(sample, 0.5);
      if (found !== null && found.low <= Math.LN2 && found.high >= Math.LN2) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
  });
  test("the median of nothing is null, and of an even sample the middle", () => {
    expect(quantileInterval([], 0.5)).toBeNull();
    expect(quantileInterval([1, 2, 3, 10], 0.5)?.value).toBe(2.5);
  });
});

describe("quantile cells", () => {
  test("every value has exactly one cell, in the order of values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (list, x, y) => {
          const cuts = quantileCuts(Float64Array.from(list).sort());
          expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b));
          expect(cellOf(Math.min(x, y), cuts)).toBeLessThanOrEqual(cellOf(Math.max(x, y), cuts));
        },
      ),
    );
  });
  test("a constant has a cell below, one at and one above its value", () => {
    const cuts = quantileCuts([7, 7, 7, 7]);
    expect([6.9, 7, 7.1].map((x) => cellOf(x, cuts))).toEqual([0, 1, 2]);
  });
  test("a constant zero is told from a small amount", () => {
    const cuts = quantileCuts([0, 0, 0]);
    expect(cellOf(0, cuts)).not.toBe(cellOf(0.001, cuts));
  });
});

describe("overdispersion", () => {
  const drawn = (spread: number): ReturnType<typeof overdispersion> => {
    const random = seededRandom(`spread ${spread}`);
    const n: number[] = Array(300).fill(20);
    const y = n.map((size) => {
      const p = 0.8 + (random() < 0.5 ? -spread : spread);
      let hits = 0;
      for (let i = 0; i < size; i++) if (random() < p) hits++;
      return hits;
    });
    return overdispersion(y, n, Array(300).fill(0.8));
  };
  test("the bound lies above the estimate and the estimate near the truth (variance of the rate over p(1 − p))", () => {
    const fit = drawn(0.12);
    expect(fit?.rho).toBeGreaterThan(0.05);
    expect(fit?.rho).toBeLessThan(0.14);
    expect(fit?.upperRho).toBeGreaterThan(fit?.rho ?? 1);
  });
  test("a steady rate shows hardly any", () => expect(drawn(0)?.rho).toBeLessThan(0.02));
  test("one bucket says nothing", () => expect(overdispersion([3], [10], [0.3])).toBeNull());
});

describe("wander from day to day", () => {
  test("is not read into days that chance explains", () =>
    expect(dayWander([50, 47, 53, 52, 49], [50, 50, 50, 50, 50], [25, 25, 25, 25, 25])).toBe(0));
  test("is seen where days disagree", () => {
    const found = dayWander([50, 30, 70, 75, 28], [50, 50, 50, 50, 50], [25, 25, 25, 25, 25]);
    expect(found).toBeGreaterThan(0.5);
    expect(found).toBeLessThan(1.2);
  });
  test("needs four days", () => expect(dayWander([10, 90, 10], [50, 50, 50], [25, 25, 25])).toBe(0));
});

describe("change time", () => {
  test("the set holds the true bucket in about nine of ten series", () => {
    const random = seededRandom("change");
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const y = Array.from(
        { length: 60 },
        (_, hour) => Array.from({ length: 10 }, () => random() < (hour < 40 ? 0.9 : 0.7)).filter(Boolean).length,
      );
      const set = credibleSet(normaliseLogs(changePointLog(y, Array(60).fill(10), { a: 900, b: 100 }, { a: 1, b: 1 })));
      if (set.first <= 39 && set.last >= 39) held++;
    }
    expect(held / 200).toBeGreaterThan(0.85);
  });
  test("a flat posterior gives a set almost as wide as the window", () => {
    const set = credibleSet(Array(100).fill(0.01));
    expect(set.last - set.first).toBeGreaterThan(80);
  });
});

describe("mixes", () => {
  test("divergence is 0 between a mix and itself, 1 bit between strangers, and null without counts", () => {
    expect(jensenShannonBits([3, 7], [30, 70])).toBeCloseTo(0, 12);
    expect(jensenShannonBits([5, 0], [0, 9])).toBeCloseTo(1, 12);
    expect(jensenShannonBits([0, 0], [1, 1])).toBeNull();
    expect(Number.isFinite(populationStability([10, 0], [0, 10]))).toBe(true);
  });
  test("the G test needs two rows and two categories", () => {
    expect(gTest([0, 0], [3, 4])).toBeNull();
    expect(gTest([5, 0], [7, 0])).toBeNull();
  });
  test("the unseen mass is a share", () => {
    fc.assert(
      fc.property(counts, (list) => {
        const found = goodTuring(list);
        if (list.every((count) => count === 0)) return expect(found).toBeNull();
        expect(found?.unseenMass).toBeGreaterThanOrEqual(0);
        expect(found?.unseenMass).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("Gamma-Poisson counts", () => {
  test("probabilities sum to the distribution, and quantiles invert it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.double({ min: 0.2, max: 100, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (mean, shape, q) => {
          const quantile = gammaPoissonQuantile(q, mean, shape);
          expect(gammaPoissonCdf(quantile, mean, shape)).toBeGreaterThanOrEqual(q - 1e-9);
          if (quantile > 0) expect(gammaPoissonCdf(quantile - 1, mean, shape)).toBeLessThan(q + 1e-9);
          let sum = 0;
          for (let count = 0; count <= 10; count++) sum += Math.exp(gammaPoissonLogPmf(count, mean, shape));
          expect(sum).toBeCloseTo(gammaPoissonCdf(10, mean, shape), 6);
        },
      ),
    );
  });
  test("the ratio of two means is the difference of their log probabilities", () => {
    for (const count of [0, 1, 7, 40])
      expect(gammaPoissonLogRatio(count, 3, 12, 5)).toBeCloseTo(gammaPoissonLogPmf(count, 3, 5) - gammaPoissonLogPmf(count, 12, 5), 9);
  });
});

test("e-BH lists the strongest first, and nothing where nothing is strong", () => {
  expect(eBenjaminiHochberg([1, 500, 60, 200], 0.02)).toEqual([1, 3]);
  expect(eBenjaminiHochberg([1, 2, 3], 0.02)).toEqual([]);
  expect(eBenjaminiHochberg([], 0.1)).toEqual([]);
});
