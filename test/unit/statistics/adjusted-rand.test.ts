import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adjustedRand } from "../../../domain/statistics/adjusted-rand.ts";

const grouping = (text: string): string[] => text.split("");

describe("adjusted Rand index", () => {
  // The first four are the examples of scikit-learn's adjusted_rand_score; the others are worked out by hand from the pair counts.
  test.each([
    ["equal groupings", "0011", "0011", 1],
    ["equal groupings under other names", "0011", "1100", 1],
    ["a group that is split: 1 of 2 pairs, expected 1/3 of 1.5", "0012", "0011", 4 / 7],
    ["all together against all alone", "0000", "0123", 0],
    ["half of the pairs each: together 2, of 6 and 3, of 15", "000111", "001122", 8 / 33],
    ["crossed: together 0, of 2 and 2, of 6", "0011", "0101", -0.5],
    ["both all together", "000", "111", 1],
    ["both all alone", "012", "345", 1],
  ])("%s", (_, a, b, expected) => {
    expect(adjustedRand(grouping(a), grouping(b))).toBeCloseTo(expected, 12);
    expect(adjustedRand(grouping(b), grouping(a))).toBeCloseTo(expected, 12);
  });

  test("says nothing of fewer than two items, and refuses lists of different length", () => {
    expect(adjustedRand([], [])).toBeNull();
    expect(adjustedRand(["a"], ["b"])).toBeNull();
    expect(() => adjustedRand(["a"], ["b", "c"])).toThrow(RangeError);
  });

  test("is at most 1, and 1 only for the same pairs", () => {
    const anyGrouping = fc.array(fc.tuple(fc.constantFrom("x", "y", "z"), fc.constantFrom("u", "v", "w")), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(anyGrouping, (items) => {
        const [a, b] = [items.map(([x]) => x), items.map(([, y]) => y)];
        const value = adjustedRand(a, b) ?? Number.NaN;
        const isSame = a.every((x, i) => a.every((y, j) => (x === y) === (b[i] === b[j])));
        expect(value).toBeLessThanOrEqual(1);
        expect(value === 1).toBe(isSame);
      }),
    );
  });
});
