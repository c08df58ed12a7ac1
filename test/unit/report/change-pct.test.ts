import fc from "fast-check";
import { expect, it } from "vitest";
import { changePct, type Total } from "../../../domain/report/change-pct.ts";

const all = (sum: number | null): Total => ({ sum, known: sum === null ? 0 : 10, runs: 10 });

it.each([
  ["from zero there is none", 0, 7, null],
  ["zero to zero has none", 0, 0, null],
  ["equal is 0", 5, 5, 0],
  ["double is 100", 50, 100, 100],
  ["to zero is -100", 7, 0, -100],
  ["from unknown there is none", null, 7, null],
  ["to unknown there is none", 7, null, null],
  ["a third is rounded to two decimals", 3, 4, 33.33],
  ["next to nothing is 0 and not -0", 1_000_000, 999_999.99, 0],
])("%s", (_, previous, current, expected) => {
  expect(changePct(all(previous), all(current))).toBe(expected);
});

it("totals that are known for other parts of the runs are not compared", () => {
  expect(changePct({ sum: 100, known: 10, runs: 10 }, { sum: 50, known: 5, runs: 10 })).toBeNull();
  expect(changePct({ sum: 100, known: 100, runs: 100 }, { sum: 110, known: 97, runs: 100 })).toBe(10);
});

it("is never infinite, NaN or below -100", () => {
  const total = fc.record({
    sum: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    known: fc.nat(10),
    runs: fc.constant(10),
  });
  fc.assert(
    fc.property(total, total, (previous, current) => {
      const change = changePct(previous, current);
      if (change !== null && Number.isFinite(change)) expect(change).toBeGreaterThanOrEqual(-100);
      expect(Number.isNaN(change)).toBe(false);
    }),
  );
});
