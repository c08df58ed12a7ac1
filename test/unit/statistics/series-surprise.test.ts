import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupError } from "../../../domain/statistics/group-levels.ts";
import { nextValueSurprise } from "../../../domain/statistics/next-value.ts";
import { SeasonalProfile } from "../../../domain/statistics/seasonal-profile.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { SeriesSurprise } from "../../../domain/statistics/series-surprise.ts";
import { SortedHistory } from "../../../domain/statistics/sorted-history.ts";
import { fitTail, tailSurprise } from "../../../domain/statistics/tail-surprise.ts";

const fiveMinutesMs = 300_000;
const dayMs = 86_400_000;
function noise(seed: string): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

test("a sorted history is the newest values in order, whatever came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (values, capacity) => {
      const history = new SortedHistory(capacity);
      for (const value of values) history.add(value);
      expect([...history.ascending]).toEqual(values.slice(-capacity).toSorted((a, b) => a - b));
    }),
  );
});

describe("the tail of what was seen", () => {
  test.each([
    ["exponential", (u: number): number => -Math.log(1 - u)],
    ["Pareto with shape 0.3", (u: number): number => ((1 - u) ** -0.3 - 1) / 0.3],
    ["logistic", (u: number): number => Math.log(u / (1 - u))],
  ])("gives the probability of a value that one in 10,000 exceeds within a factor of five: %s", (_, quantile) => {
    const random = seededRandom("tail");
    const ascending = Float64Array.from({ length: 4_000 }, () => quantile(random())).sort();
    const tail = fitTail(ascending, 1);
    const nats = tail === null ? Number.NaN : tailSurprise(tail, quantile(1 - 1e-4));
    expect(Math.abs(nats - Math.log(1e4))).toBeLessThan(Math.log(5));
  });
  test("rises with the distance, mirrors for the other side, and says nothing below fifty values", () => {
    const next = noise("mirror");
    const values = Float64Array.from({ length: 300 }, next).sort();
    const mirrored = values.map((value) => -value).sort();
    const [above, below] = [fitTail(values, 1), fitTail(mirrored, -1)];
    if (above === null || below === null) throw new Error("three hundred values are enough");
    for (const [near, far] of [
      [1, 2.5],
      [2.5, 5],
      [5, 500],
    ] as const) {
      expect(tailSurprise(above, near)).toBeLessThan(tailSurprise(above, far));
      expect(tailSurprise(below, -far)).toBeCloseTo(tailSurprise(above, far), 9);
    }
    expect(fitTail(values.subarray(0, 49), 1)).toBeNull();
  });
  test("stays finite where nothing ever varied", () => {
    const tail = fitTail(new Float64Array(60), 1);
    if (tail === null) throw new Error("sixty values are enough");
    expect(tailSurprise(tail, 0)).toBe(0);
    expect(Number.isFinite(tailSurprise(tail, 1))).toBe(true);
  });
});

describe("one more value", () => {
  test.each([
    [[101, 99, 100, 102, 98, 100, 101, 99, 100], 1000, true],
    [[101, 99, 100, 102, 98, 100, 101, 99, 100], 101, false],
    [[93, 95, 98, 103, 101, 96, 100, 100, 102, 95], 0, true],
    [[0, 0, 0, 0, 0, 0, 0, 0], 0, false],
    [[5, 5, 5, 5, 5, 5, 5, 5], 5.1, false],
    [[5, 5, 5, 5, 5, 5, 5, 5], 9, true],
  ])("after %j, %d surprises: %s", (earlier, value, isSurprising) => {
    const found = nextValueSurprise(
      earlier.toSorted((a, b) => a - b),
      value,
    );
    expect((found?.nats ?? Number.NaN) > Math.log(1_000)).toBe(isSurprising);
  });
  test("with six earlier ones nothing is said", () => expect(nextValueSurprise([1, 2, 3, 4, 5, 6], 100)).toBeNull());
  test.each([
    ["normal", (e: number): number => 100 + 5 * e],
    ["skewed", (e: number): number => Math.exp(0.7 * e)],
  ])("a level of 1 in 1,000 is kept within a factor of four, for %s values", (_, valueOf) => {
    const next = noise("level");
    for (const n of [7, 14, 30, 60]) {
      let alarms = 0;
      for (let run = 0; run < 3_000; run++) {
        const earlier = Array.from({ length: n }, () => valueOf(next())).sort((a, b) => a - b);
        if ((nextValueSurprise(earlier, valueOf(next()))?.nats ?? 0) >= Math.log(1_000)) alarms++;
      }
      expect(alarms).toBeLessThanOrEqual(12);
    }
  });
});

test("a profile is used only where it predicts better than the mean", () => {
  const next = noise("profile");
  const [daily, flat] = [new SeasonalProfile(dayMs, 48), new SeasonalProfile(dayMs, 48)];
  for (let i = 0; i < 2_000; i++) {
    const atMs = i * fiveMinutesMs;
    daily.learn(atMs, 10 * Math.sin((2 * Math.PI * atMs) / dayMs) + next());
    flat.learn(atMs, next());
  }
  expect([daily.predicts, flat.predicts]).toEqual([true, false]);
  expect(daily.expectedAt(dayMs * 7 + dayMs / 4)).toBeCloseTo(10, -0.3);
  expect(new SeasonalProfile(dayMs, 48).expectedAt(0)).toBeNull();
});

test("groups tell something only where their levels differ, and a group of two cannot flatter itself", () => {
  const together = groupError([[10, 11, 9, 10, 1, 2, 1, 2]], 2) ?? 0;
  expect(
    groupError(
      [
        [10, 11, 9, 10],
        [1, 2, 1, 2],
      ],
      2,
    ),
  ).toBeLessThan(together / 2);
  expect(
    groupError(
      [
        [10, 100],
        [11, 9, 10, 12],
      ],
      2,
    ),
  ).toBeGreaterThan(20);
  expect(groupError([[10], [1, 2]], 2)).toBeNull();
});

describe("surprise of a stream", () => {
  const judged = (valueAt: (i: number, e: number) => number, n: number, seed = "stream"): number[] => {
    const [surprise, next] = [new SeriesSurprise(), noise(seed)];
    return Array.from({ length: n }, (_, i) => {
      const value = valueAt(i, next());
      const { nats } = surprise.judge(i * fiveMinutesMs, value);
      surprise.learn(i * fiveMinutesMs, value);
      return nats ?? -1;
    });
  };
  test("says nothing before fifty values", () => {
    const nats = judged((_, e) => e, 60);
    expect(nats.slice(0, 50).every((one) => one === -1)).toBe(true);
    expect(nats[55]).toBeGreaterThanOrEqual(0);
  });
  test.each<[string, (i: number, e: number) => number]>([
    ["a spike", (i, e) => e + (i === 1_500 ? 15 : 0)],
    ["a shift", (i, e) => e + (i >= 1_500 ? 4 : 0)],
    ["a wider spread", (i, e) => e * (i >= 1_500 ? 5 : 1)],
    ["a missing peak of the day", (i, e) => (i >= 1_500 && i < 1_600 ? 0 : 10 * Math.sin((2 * Math.PI * i) / 288) + e / 3)],
  ])("%s stands out within the hour", (_, valueAt) => {
    const nats = judged(valueAt, 1_520);
    expect(Math.max(...nats.slice(1_500, 1_520))).toBeGreaterThan(4);
    expect(Math.max(...nats.slice(1_300, 1_500))).toBeLessThan(4);
  });
  test("asking teaches nothing, and what is no norm is not learnt", () => {
    const next = noise("ask");
    const surprise = new SeriesSurprise();
    for (let i = 0; i < 600; i++) surprise.learn(i * fiveMinutesMs, next());
    const before = surprise.judge(601 * fiveMinutesMs, 30).nats;
    for (let i = 0; i < 5; i++) surprise.judge(601 * fiveMinutesMs, 30);
    expect(surprise.judge(601 * fiveMinutesMs, 30).nats).toBe(before);
    for (let i = 0; i < 200; i++) surprise.learn((601 + i) * fiveMinutesMs, 30, false);
    expect(surprise.judge(900 * fiveMinutesMs, 30).nats).toBeGreaterThan(4);
  });
});
