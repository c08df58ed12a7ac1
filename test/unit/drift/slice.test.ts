import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawsFrom } from "../../../bench/quality/simulate-draws.ts";
import { type AmountLeaf, type Leaf, localise, localiseAmount, type Slice } from "../../../domain/drift/slice.ts";

const letters = ["a", "b", "c", "d"];
const digits = ["1", "2", "3", "4", "5"];
const names = ["letter", "digit", "plan"];
const everywhere = letters.flatMap((x) => digits.flatMap((y) => ["free", "pro"].map((z) => [x, y, z])));
const named = (slices: readonly Slice[]): string[] =>
  slices.map(({ where }) => where.map(({ attribute, value }) => `${attribute}=${value}`).join("&")).sort();

/** 5 % bad before and after, times `factor` after; numbers of runs differ from leaf to leaf. */
function countedCube(seed: string, factor: (values: string[]) => number): Leaf[] {
  const draws = drawsFrom(seed);
  return everywhere.map((values) => {
    const n0 = 100 + draws.poisson(150);
    const n1 = 40 + draws.poisson(60);
    return { values, n0, bad0: draws.binomial(n0, 0.05), n1, bad1: draws.binomial(n1, Math.min(0.95, 0.05 * factor(values))) };
  });
}

/** Forecasts missed by a tenth, times `factor`. */
function amountCube(seed: string, factor: (values: string[]) => number): AmountLeaf[] {
  const draws = drawsFrom(seed);
  return everywhere.map((values) => {
    const expected = 20 + 200 * draws.uniform();
    return { values, expected, actual: expected * factor(values) * Math.exp(0.1 * draws.normal()), runs: 50, variance: 0 };
  });
}

describe("the part of the traffic that got worse", () => {
  test.each(["s1", "s2", "s3", "s4"])("is found by its exact combination (%s)", (seed) => {
    const leaves = countedCube(seed, ([x, , z]) => (x === "b" && z === "pro" ? 6 : 1));
    expect(named(localise(names, leaves).causes)).toEqual(["letter=b&plan=pro"]);
  });
  test.each(["s1", "s2", "s3", "s4"])("is the whole of a value where its parts got worse, one more than the other (%s)", (seed) => {
    const leaves = countedCube(seed, ([x, y]) => (x === "b" ? (y === "1" ? 9 : 5) : 1));
    expect(named(localise(names, leaves).rivals.slice(0, 1))).toEqual(["letter=b"]);
  });
  test.each(["s1", "s2", "s3"])("may be two parts with two causes (%s)", (seed) => {
    const leaves = countedCube(seed, ([x, y]) => (x === "a" ? 6 : y === "4" ? 7 : 1));
    expect(named(localise(names, leaves).causes)).toEqual(["digit=4", "letter=a"]);
  });
  test("is nowhere when all got worse alike, or nothing did", () => {
    for (const factor of [1, 4])
      expect(
        localise(
          names,
          countedCube(`all ${factor}`, () => factor),
        ),
      ).toEqual({ rivals: [], causes: [] });
  });
  test("is told once in a hundred steady cubes at most", () => {
    let told = 0;
    for (let i = 0; i < 100; i++)
      if (
        localise(
          names,
          countedCube(`null ${i}`, () => 1),
        ).causes.length > 0
      )
        told++;
    expect(told).toBeLessThanOrEqual(3);
  });
  test("does not depend on the order of leaves", () => {
    const leaves = countedCube("order", ([x]) => (x === "c" ? 5 : 1));
    const expected = named(localise(names, leaves).causes);
    fc.assert(
      fc.property(fc.shuffledSubarray(leaves, { minLength: leaves.length }), (shuffled) => {
        expect(named(localise(names, shuffled).causes)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
  test("needs runs before and after", () => {
    expect(localise(names, [])).toEqual({ rivals: [], causes: [] });
    expect(
      localise(
        names,
        countedCube("no before", () => 3).map((leaf) => ({ ...leaf, n0: 0, bad0: 0 })),
      ),
    ).toEqual({ rivals: [], causes: [] });
  });
});

describe("the part whose amount is off its forecast", () => {
  test.each([
    ["up", 2.5],
    ["down", 0.3],
  ])("is found where it went %s", (_, factor) => {
    const leaves = amountCube(`amount ${factor}`, ([, y, z]) => (y === "2" && z === "free" ? factor : 1));
    expect(named(localiseAmount(names, leaves).causes)).toEqual(["digit=2&plan=free"]);
  });
  test("may be several, in both directions at once", () => {
    const leaves = amountCube("several", ([x, y]) => (x === "d" ? 3 : y === "5" ? 0.25 : 1));
    expect(named(localiseAmount(names, leaves).causes)).toEqual(["digit=5", "letter=d"]);
  });
  test("is nowhere where all moved alike", () => {
    expect(
      localiseAmount(
        names,
        amountCube("alike", () => 1.8),
      ),
    ).toEqual({ rivals: [], causes: [] });
  });
  test("is not told of leaves so small that chance moves them", () => {
    const leaves = amountCube("thin", ([x, y]) => (x === "a" && y === "1" ? 1.6 : 1)).map((leaf) => ({ ...leaf, variance: 0.5 }));
    expect(localiseAmount(names, leaves).causes).toEqual([]);
  });
  test("of nothing is nowhere", () => expect(localiseAmount(names, [])).toEqual({ rivals: [], causes: [] }));
});
