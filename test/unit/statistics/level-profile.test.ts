import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { credibleSet } from "../../../domain/statistics/change-point.ts";
import { levelProfile, peakOf, summedRows } from "../../../domain/statistics/level-profile.ts";
import { shortestHalf } from "../../../domain/statistics/shortest-half.ts";

const levels = Array.from({ length: 41 }, (_, i) => -2 + i * 0.1);
const centre = fc.double({ min: -1.8, max: 1.8, noNaN: true });

describe("a table of log-likelihoods by level", () => {
  test("has its peak where a parabola has its vertex, between the levels too", () => {
    fc.assert(
      fc.property(fc.array(centre, { minLength: 1, maxLength: 12 }), (centres) => {
        const profile = levelProfile(levels, centres.length, (i, level) => -((level - (centres[i] ?? 0)) ** 2));
        const peak = peakOf(
          levels,
          summedRows(
            profile,
            centres.map((_, i) => i),
          ),
        );
        const mean = centres.reduce((a, b) => a + b, 0) / centres.length;
        expect(peak.level).toBeCloseTo(mean, 9);
        expect(peak.logLikelihood).toBeCloseTo(
          centres.reduce((sum, x) => sum - (mean - x) ** 2, 0),
          9,
        );
      }),
    );
  });
  test("sums of a union are the sums of its parts", () => {
    const profile = levelProfile(levels, 20, (i, level) => Math.cos(i + level));
    const [all, even, odd] = [() => true, (i: number) => i % 2 === 0, (i: number) => i % 2 === 1].map((keep) =>
      summedRows(profile, [...Array(20).keys()].filter(keep)),
    );
    all?.forEach((sum, g) => expect(sum).toBeCloseTo((even?.[g] ?? 0) + (odd?.[g] ?? 0), 12));
  });
  test("of one level is that level", () => expect(peakOf([3], Float64Array.of(-7))).toEqual({ level: 3, logLikelihood: -7 }));
});

describe("the shortest half", () => {
  test("is the middle of the ordinary values, whatever the fewer others are", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 50, max: 1e6, noNaN: true }), { maxLength: 9 }), (strange) => {
        const ordinary = Array.from({ length: 21 }, (_, i) => -1 + i / 10);
        const found = shortestHalf([...ordinary, ...strange]);
        expect(Math.abs(found?.centre ?? Infinity)).toBeLessThanOrEqual(1);
        expect(found?.spread).toBeLessThan(2);
      }),
    );
  });
  test("of nothing is null, and of equal values has no spread", () => {
    expect(shortestHalf([])).toBeNull();
    expect(shortestHalf([4, 4, 4])).toEqual({ centre: 4, spread: 0 });
  });
});

test("a credible set is an interval around the best that holds its mass, and none shorter does", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (weights) => {
      const total = weights.reduce((a, b) => a + b, 0);
      const probabilities = weights.map((weight) => weight / total);
      const { best, first, last } = credibleSet(probabilities);
      const held = (from: number, to: number): number => probabilities.slice(from, to + 1).reduce((a, b) => a + b, 0);
      expect(probabilities[best]).toBe(Math.max(...probabilities));
      expect(first <= best && best <= last).toBe(true);
      expect(held(first, last)).toBeGreaterThan(0.9 - 1e-9);
      // the best is added to the shortest interval, which may have missed it
      const own = [first, first + 1, last - 1, last].includes(best) ? 1 : 0;
      for (let length = 1; length < last - first + 1 - own * (last - first); length++)
        for (let from = 0; from + length <= probabilities.length; from++) expect(held(from, from + length - 1)).toBeLessThan(0.9 + 1e-9);
    }),
  );
});
