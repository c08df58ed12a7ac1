import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lagOne } from "../../../domain/statistics/lag-one.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { withoutSpikes } from "../../../domain/statistics/spike-filter.ts";
import { trendChanges } from "../../../domain/statistics/trend-segments.ts";

function noise(seed: string): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
function series(n: number, at: (i: number, noise: number) => number, seed = "series"): number[] {
  const next = noise(seed);
  return Array.from({ length: n }, (_, i) => at(i, next()));
}
const near = (found: readonly number[], truth: readonly number[]): boolean =>
  found.length === truth.length && found.every((one, i) => Math.abs(one - (truth[i] ?? Infinity)) <= 5);

describe("changes of a finished series", () => {
  test.each<[string, number[], number[]]>([
    ["a step", series(200, (i, e) => (i >= 120 ? 3 : 0) + e), [120]],
    ["a step on a rising line", series(200, (i, e) => 0.05 * i + (i >= 120 ? 8 : 0) + e), [120]],
    ["a line that turns", series(200, (i, e) => Math.max(0, i - 100) * 0.3 + e / 4), [100]],
    ["levels up and down", series(300, (i, e) => [0, 5, 2, 7][Math.floor(i / 75)] ?? 0 + e), [75, 150, 225]],
    ["a step among spikes", series(300, (i, e) => (i >= 200 ? 3 : 0) + e + (i % 31 === 0 ? 40 : 0)), [200]],
  ])("%s is found where it is", (_, values, truth) => {
    expect(trendChanges(values)).toSatisfy((found: number[]) => near(found, truth));
  });

  test.each<[string, number[]]>([
    ["noise", series(300, (_, e) => e)],
    ["a straight line", series(300, (i, e) => i * 0.2 + e)],
    ["a season", series(240, (i, e) => 3 * Math.sin((i * 2 * Math.PI) / 12) + e)],
    ["spikes", series(300, (i, e) => e + (i % 40 === 7 ? 30 : 0))],
    ["a constant", Array.from({ length: 50 }, () => 4)],
    ["a handful", [1, 1, 1, 9, 9, 9, 9]],
    ["nothing", []],
  ])("%s has none", (_, values) => expect(trendChanges(values)).toEqual([]));

  test("persistent noise is seldom taken for changes", () => {
    let found = 0;
    for (let run = 0; run < 40; run++) {
      let state = 0;
      found += trendChanges(series(300, (_, e) => (state = 0.8 * state + 0.6 * e), `ar ${run}`)).length;
    }
    expect(found).toBeLessThan(8);
  });

  test("neither unit nor origin matters, and stretches are long enough to be one", () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true, noDefaultInfinity: true }), { minLength: 0, maxLength: 60 });
    fc.assert(
      fc.property(values, (given) => {
        const found = trendChanges(given);
        expect(trendChanges(given.map((value) => value * 4 + 1024))).toEqual(found);
        for (const [i, at] of [...found, given.length].entries())
          if (found.length > 0) expect(at - (found[i - 1] ?? 0)).toBeGreaterThanOrEqual(5);
      }),
      { numRuns: 60 },
    );
  });
});

test("spikes are drawn in, and what lasts stays", () => {
  const values = series(60, (i, e) => (i >= 30 ? 10 : 0) + e / 10 + (i === 20 ? 50 : 0));
  const calm = withoutSpikes(values, 4);
  expect(calm[20]).toBeLessThan(1);
  expect(calm[45]).toBe(values[45]);
  expect(withoutSpikes([], 4)).toEqual([]);
});

test("persistence is 0 for noise, near 1 for a walk, and 0 where nothing varies", () => {
  expect(Math.abs(lagOne(series(2000, (_, e) => e)))).toBeLessThan(0.1);
  let state = 0;
  expect(lagOne(series(2000, (_, e) => (state += e)))).toBeGreaterThan(0.95);
  expect(lagOne([3, 3, 3])).toBe(0);
});
