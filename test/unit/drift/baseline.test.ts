import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineOf, type Baseline, meanAt } from "../../../domain/drift/baseline.ts";
import { type Bucket, bucketsOf } from "../../../domain/drift/buckets.ts";
import { cellCount, tally } from "../../../domain/drift/cells.ts";
import { columnsOf } from "../../../domain/drift/column.ts";
import type { RunFacts } from "../../../domain/drift/facts.ts";
import { runWeights } from "../../../domain/drift/run-weights.ts";
import { isWeekend, slotMeans } from "../../../domain/drift/season.ts";
import { timelineOf } from "../../../domain/drift/timeline.ts";
import { startsOf } from "../../../domain/drift/watch.ts";
import { amount, anAgent, aRunAt, type Behaviour, dayMs, hourMs, oneOf, startMs, yes } from "./synthetic.ts";

const untilMs = startMs + 14 * dayMs;
const bucketed = (runs: readonly RunFacts[], until = untilMs): ReturnType<typeof bucketsOf> =>
  bucketsOf(timelineOf(runs, until), until, false);

function learn(behaviour: Behaviour, perHour = 5): Baseline | null {
  const timeline = timelineOf(anAgent({ days: 14, perHour }, behaviour), untilMs);
  const buckets = bucketsOf(timeline, untilMs, false).slow;
  const [column] = columnsOf(timeline);
  if (column === undefined) return null;
  return baselineOf({ column, buckets, starts: startsOf(column.runs, buckets), weights: null }, () => true);
}

describe("buckets", () => {
  test("hold every run once, in order, and never span the border of a weekend", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 12, noNaN: true }), fc.integer({ min: 0, max: 1000 }), (perHour, seed) => {
        const runs = anAgent({ days: 14, perHour, seed: String(seed) }, () => []);
        const { slow } = bucketed(runs);
        slow.forEach((bucket: Bucket, i: number) => {
          expect(bucket.firstRun).toBe(i === 0 ? 0 : slow[i - 1]?.endRun);
          expect(bucket.toMs - bucket.fromMs).toBeLessThanOrEqual(dayMs);
          expect(isWeekend(bucket.fromMs)).toBe(isWeekend(bucket.toMs - 1));
        });
      }),
      { numRuns: 30 },
    );
  });
  test("wait for five runs where traffic is thin, and close by the hour where it is not", () => {
    const thin = bucketed(anAgent({ days: 5, perHour: 1 }, () => [])).slow;
    expect(thin.filter(({ firstRun, endRun }) => endRun - firstRun >= 5).length).toBeGreaterThan(thin.length / 2);
    const dense = bucketed(anAgent({ days: 5, perHour: 40 }, () => [])).slow;
    expect(dense.every(({ fromMs, toMs }) => toMs - fromMs === hourMs)).toBe(true);
  });
  test("close a quarter of an hour after their end", () => {
    const runs = anAgent({ days: 1, perHour: 20 }, () => []);
    const last = (until: number): number | undefined => bucketed(runs, until).slow.at(-1)?.toMs;
    expect(last(startMs + 5 * hourMs + 14 * 60_000)).toBe(startMs + 4 * hourMs);
    expect(last(startMs + 5 * hourMs + 15 * 60_000)).toBe(startMs + 5 * hourMs);
  });
});

describe("a baseline", () => {
  test("knows the mean of a rate and its band", () => {
    const cell = learn((_, random) => [yes("outcome.success", 0.8, random)])?.list[0];
    expect(cell?.mean).toBeCloseTo(0.8, 1);
    expect(cell?.epsilon).toBeGreaterThan(0.15);
    expect(cell?.epsilon).toBeLessThan(0.5);
    expect(cell?.seasonal).toBe(false);
  });
  test("has a mean of its own for weekends that differ", () => {
    const cell = learn((atMs, random) => [yes("outcome.success", isWeekend(atMs) ? 0.5 : 0.9, random)])?.list[0];
    expect(cell?.seasonal).toBe(true);
    expect(cell?.slots[0].mean).toBeCloseTo(0.9, 1);
    expect(cell?.slots[1].mean).toBeCloseTo(0.5, 1);
  });
  test("knows hours of the day that differ, and none where they do not", () => {
    const night = (atMs: number): boolean => new Date(atMs).getUTCHours() < 8;
    const cell = learn((atMs, random) => [yes("outcome.success", night(atMs) ? 0.6 : 0.9, random)], 12)?.list[0];
    if (cell === undefined) throw new Error("no cell");
    expect(meanAt(cell, startMs + 3 * hourMs)).toBeLessThan(0.72);
    expect(meanAt(cell, startMs + 15 * hourMs)).toBeGreaterThan(0.85);
    expect(learn((_, random) => [yes("outcome.success", 0.8, random)], 12)?.list[0]?.hours).toBeNull();
  });
  test("widens its band where days wander", () => {
    const wandering = learn((atMs, random) => [yes("outcome.success", Math.floor(atMs / dayMs) % 2 === 0 ? 0.6 : 0.85, random)])?.list[0];
    const steady = learn((_, random) => [yes("outcome.success", 0.72, random)])?.list[0];
    expect(wandering?.epsilon).toBeGreaterThan(2 * (steady?.epsilon ?? Infinity));
  });
  test("cuts an amount into bands of its own quantiles", () => {
    const list = learn((_, random) => [amount("latency.run_ms", 1000, random)])?.list ?? [];
    const expected = [0.1, 0.4, 0.4, 0.09, 0.01];
    list.forEach((cell, i) => expect(Math.abs(cell.mean - (expected[i] ?? 0))).toBeLessThan(0.01));
  });
  test("gives the twelve most common categories a cell, and the rest one together", () => {
    const shares = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, 20 - i]));
    const list = learn((_, random) => [oneOf("tools.first", shares, random)], 20)?.list ?? [];
    expect(list.length).toBe(14);
    expect(list.slice(-2).map(({ name }) => name)).toEqual(["other", "new"]);
  });
  test("is null for free text and for too few runs", () => {
    let i = 0;
    expect(learn(() => [{ dimension: "q", kind: "categorical", value: `text ${i++}` }])).toBeNull();
    expect(learn((_, random) => [yes("outcome.success", 0.8, random)], 0.05)).toBeNull();
  });
  test("answers for a single run as it counts many", () => {
    const runs = anAgent({ days: 14, perHour: 3 }, (_, random) => [oneOf("tools.mix", { a: 5, b: 3 }, random)]);
    const timeline = timelineOf(runs, untilMs);
    const buckets = bucketsOf(timeline, untilMs, false).slow;
    const [column] = columnsOf(timeline);
    if (column === undefined) throw new Error("no column");
    const baseline = baselineOf({ column, buckets, starts: startsOf(column.runs, buckets), weights: null }, () => true);
    if (baseline === null) throw new Error("no baseline");
    const y = new Float64Array(baseline.list.length);
    tally(column, baseline.cells, 0, column.runs.length, null, y);
    const single = baseline.list.map((_, cell) =>
      runs.reduce((sum, run) => sum + (cellCount(run.observations[0], baseline.cells, cell)?.hits ?? 0), 0),
    );
    expect([...y]).toEqual(single);
  });
});

describe("two means for two kinds of day", () => {
  test("are used only where the data want them", () => {
    expect(slotMeans([90, 18], [100, 20], 1).seasonal).toBe(false);
    expect(slotMeans([90, 20], [100, 40], 1).seasonal).toBe(true);
    expect(slotMeans([90, 0], [100, 5], 1).seasonal).toBe(false);
  });
  test("are wanted less where runs of an hour go together", () => expect(slotMeans([90, 30], [100, 40], 8).seasonal).toBe(false));
});

describe("what a run counts for", () => {
  const at = (i: number, session: string | null, weight = 1): RunFacts => ({
    ...aRunAt(`r${i}`, startMs + i * 60_000, []),
    session,
    weight,
  });
  const weighed = (runs: RunFacts[]): Float64Array | null => {
    const timeline = timelineOf(runs, untilMs);
    return runWeights(timeline, bucketsOf(timeline, untilMs, false).slow);
  };
  test("is one where all are alike", () => expect(weighed([1, 2, 3, 4, 5, 6].map((i) => at(i, null)))).toBeNull());
  test("is a part of one where its session crowds the bucket", () => {
    const weights = weighed([...[1, 2, 3, 4].map((i) => at(i, "s")), ...[5, 6, 7, 8].map((i) => at(i, `t${i}`))]);
    expect([...(weights ?? [])]).toEqual([0.25, 0.25, 0.25, 0.25, 1, 1, 1, 1]);
  });
  test("adds up to the effective number of runs where weights differ", () => {
    const weights = weighed([at(1, null, 1), at(2, null, 1), at(3, null, 1), at(4, null, 1), at(5, null, 10)]);
    expect([...(weights ?? [])].reduce((a, b) => a + b, 0)).toBeCloseTo(14 ** 2 / 104, 9);
  });
});
