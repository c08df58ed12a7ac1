import fc from "fast-check";
import { expect, it } from "vitest";
import { chooseSample, sampleHash } from "../../../domain/backfill/sample.ts";

const hashesOf = (ids: readonly string[]): Uint32Array => Uint32Array.from(ids, sampleHash);
const chosenOf = (ids: readonly string[], sample: number): string[] => {
  const { below } = chooseSample(sample, hashesOf(ids));
  return ids.filter((id) => below === null || sampleHash(id) < below);
};
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 200 });

it("holds as many runs as it says, whatever is asked for", () => {
  fc.assert(
    fc.property(ids, fc.oneof(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.integer({ min: 2, max: 300 })), (given, sample) => {
      expect(chosenOf(given, sample)).toHaveLength(chooseSample(sample, hashesOf(given)).runs);
    }),
  );
});

it("holds exactly the number of runs that is asked for, or all there are", () => {
  const given = Array.from({ length: 1_000 }, (_, i) => `run_${i}`);
  for (const sample of [2, 37, 999, 1_000, 5_000]) expect(chosenOf(given, sample)).toHaveLength(Math.min(sample, 1_000));
  expect(chosenOf(given, 1)).toEqual(given);
});

it("is the same whatever the order of the runs, and a smaller one lies within a larger one", () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 2, max: 100 }), fc.integer({ min: 2, max: 100 }), (given, a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)];
      expect(chosenOf(given.toReversed(), small).toSorted()).toEqual(chosenOf(given, small).toSorted());
      expect(chosenOf(given, large)).toEqual(expect.arrayContaining(chosenOf(given, small)));
    }),
  );
});

it("spreads evenly over ids that differ in their last digits alone", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const id of chosenOf(
    Array.from({ length: 20_000 }, (_, i) => `run_bench-${i}`),
    0.2,
  )) {
    // prettier-ignore
    const tenth = Math.floor(Number(id.slice(10)) / 2_000);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  // 400 are expected in each; five standard deviations of a binomial count are 90.
  for (const count of tenths) expect(Math.abs(count - 400)).toBeLessThan(90);
});

it("of nothing is nothing", () => {
  expect(chooseSample(0.5, new Uint32Array())).toMatchObject({ runs: 0 });
  expect(chooseSample(10, new Uint32Array())).toMatchObject({ runs: 0 });
});
