import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesIn, type Day, judgeDays } from "../../../domain/drift/compare-days.ts";
import { compareDimensions } from "../../../domain/drift/compare-samples.ts";
import { compareDays, compareTimes } from "../../../domain/drift/compare-series.ts";
import { judgeStream, judgeTogether, streamThreshold } from "../../../domain/drift/compare-stream.ts";
import type { GivenSample } from "../../../domain/drift/sample.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

function noise(seed: string): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
/** 2026-01-05 is a Monday. */
const dayAt = (i: number): string => new Date(Date.UTC(2026, 0, 5) + i * 86_400_000).toISOString().slice(0, 10);
const days = (values: readonly (number | null)[]): Day[] => values.map((value, i) => ({ at: dayAt(i), value }));
const alarmsOf = (values: readonly (number | null)[]): number[] =>
  judgeDays(days(values), "unknown").flatMap(({ alarm }, i) => (alarm ? [i] : []));
const quiet = [101, 99, 100, 102, 98, 100, 101, 99, 100, 102, 98, 101, 99, 100];

describe("a day against the days before it", () => {
  test.each<[string, (number | null)[], number[]]>([
    ["a spike is not part of its own baseline", [...quiet.slice(0, 9), 1000], [9]],
    ["a spike does not hide the next one", [...quiet, 1000, 100, 160], [14, 16]],
    ["a quiet series never alarms", quiet, []],
    ["a day without a value is passed over", [...quiet, null, 101, 1000], [16]],
    ["six days are too few to say anything", [100, 101, 99, 100, 102, 98, 1000], []],
    ["a constant stays silent", Array.from({ length: 30 }, () => 0), []],
  ])("%s", (_, values, alarms) => expect(alarmsOf(values)).toEqual(alarms));

  test("a new level alarms for a week and is then the norm", () => {
    const next = noise("level");
    const values = Array.from({ length: 60 }, (_, i) => (i >= 40 ? 150 : 100) + 3 * next());
    expect(alarmsOf(values)).toEqual([40, 41, 42, 43, 44, 45, 46]);
    expect(changesIn(days(values))).toEqual([dayAt(40)]);
  });
  test("weekends differ from weekdays without alarm, and a weekday like a weekend alarms", () => {
    const next = noise("weekend");
    const values = Array.from({ length: 56 }, (_, i) => (i % 7 >= 5 ? 20 : 100) + 4 * next());
    expect(alarmsOf(values)).toEqual([]);
    expect(alarmsOf(values.map((value, i) => (i === 52 ? 22 : value)))).toEqual([52]);
  });
  test("a silent day is zero runs, and an unknown latency", () => {
    const runs = days([93, 95, 98, 103, 101, 96, 100, 100, 102, 95, 101]);
    const silent = dayAt(11);
    expect(judgeDays(runs, "zero", [silent]).at(-1)).toMatchObject({ at: silent, value: 0, verdict: "drift", alarm: true });
    const unknown = judgeDays(runs, "unknown", [silent]).at(-1);
    expect(unknown).toMatchObject({ at: silent, value: null, verdict: "insufficient_data", alarm: false });
    expect(unknown?.evidence.value).toBeNull();
  });
  test("steady series of many shapes alarm on at most five of a thousand days", () => {
    const next = noise("false alarms");
    for (const valueOf of [() => 100 + 5 * next(), () => Math.exp(5 + 0.6 * next()), () => Math.round(Math.abs(3 * next()))]) {
      let alarms = 0;
      for (let run = 0; run < 100; run++) alarms += alarmsOf(Array.from({ length: 60 }, valueOf)).length;
      expect(alarms).toBeLessThanOrEqual(30);
    }
  });
  test("no order of arrival changes an answer, and no answer depends on a later day", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 30 }), fc.integer(), (values, seed) => {
        const all = days(values);
        const random = seededRandom(String(seed));
        const shuffled = all.map((day) => ({ day, key: random() })).toSorted((a, b) => a.key - b.key);
        const judged = judgeDays(all, "unknown");
        expect(
          judgeDays(
            shuffled.map(({ day }) => day),
            "unknown",
          ),
        ).toEqual(judged);
        expect(judgeDays(all.slice(0, -1), "unknown")).toEqual(judged.slice(0, -1));
      }),
      { numRuns: 40 },
    );
  });
  test("only the days asked for are answered, and the alarm is theirs", () => {
    const all = days([...quiet, 1000, 100]);
    expect(compareDays(all, "unknown", [dayAt(15)])).toMatchObject({ alarm: false, points: [{ at: dayAt(15), alarm: false }] });
    expect(compareDays(all, "unknown", null).alarm).toBe(true);
  });
});

describe("a stream", () => {
  const stepMs = 300_000;
  const stream = (n: number, valueAt: (i: number, e: number) => number) => {
    const next = noise("stream");
    return Array.from({ length: n }, (_, i) => ({ at: new Date(i * stepMs).toISOString(), atMs: i * stepMs, value: valueAt(i, next()) }));
  };
  test("is told once when it goes on being odd, and again half a day later", () => {
    const points = stream(1_300, (i, e) => e + (i >= 1_000 && i % 2 === 0 ? 12 * (i - 999) : 0));
    const alarms = judgeStream(points).flatMap(({ alarm }, i) => (alarm ? [i] : []));
    expect(alarms).toContain(1_000);
    for (const [i, at] of alarms.entries()) if (i > 0) expect(at - (alarms[i - 1] ?? 0)).toBeGreaterThanOrEqual(144);
  });
  test("passes over what is missing, and answers for the times asked for", () => {
    const points = stream(400, (_, e) => e).map((one, i) => ({ ...one, value: i === 350 ? null : i === 380 ? 40 : one.value }));
    const { points: answered, alarm, changes } = compareTimes(points, [points[350]?.at ?? "", points[380]?.at ?? ""]);
    expect(answered.map(({ verdict }) => verdict)).toEqual(["insufficient_data", "drift"]);
    expect([alarm, changes]).toEqual([true, null]);
  });
  test("judged together, several weak signs are one strong one", () => {
    const next = noise("together");
    const rows = Array.from({ length: 700 }, (_, i) => ({
      atMs: i * 1_000,
      values: Array.from({ length: 9 }, () => next() + (i >= 650 ? 1 : 0)),
    }));
    const together = judgeTogether(rows, 600);
    const alone = judgeTogether(
      rows.map(({ atMs, values }) => ({ atMs, values: values.slice(0, 1) })),
      600,
    );
    const high = (nats: number[]): number => nats.slice(655).filter((one) => one >= streamThreshold).length;
    expect(high(together)).toBeGreaterThan(30);
    expect(high(together)).toBeGreaterThan(2 * high(alone));
    expect(together.slice(100, 650).filter((one) => one >= streamThreshold).length).toBeLessThan(6);
  });
});

const repeated = <T>(...parts: readonly (readonly [T, number])[]): T[] =>
  parts.flatMap(([value, times]) => Array.from({ length: times }, () => value));

describe("dimensions before and now", () => {
  const latency = (n: number, seed: string, shift = 0): number[] => {
    const next = noise(seed);
    return Array.from({ length: n }, () => Math.round(800 + 120 * next() + shift));
  };
  test.each<[string, GivenSample, GivenSample, string, string[]]>([
    ["three values are too few", latency(200, "a"), [895, 897, 900], "insufficient_data", []],
    ["without a baseline nothing is known", [], latency(50, "b"), "insufficient_data", []],
    ["a constant number", repeated([0, 60]), repeated([0, 60]), "no_drift", []],
    ["a constant category", repeated(["m", 60]), repeated(["m", 60]), "no_drift", []],
    ["two in a hundred", repeated([0, 100]), repeated([0, 98], [1, 2]), "no_drift", []],
    ["everything moved", repeated([0, 200]), repeated([5, 50]), "drift", ["values"]],
    [
      "a certain shift too small to matter",
      repeated([0.1, 30], [0.11, 30], [0.12, 30]),
      repeated([0.1002, 30], [0.1102, 30], [0.1202, 30]),
      "no_drift",
      [],
    ],
    ["a shift of one deviation", latency(200, "c"), latency(60, "d", 120), "drift", ["values"]],
    ["rare large values", repeated([0, 400]), repeated([0, 360], [9, 40]), "drift", ["values"]],
    ["a new category", { refund: 60, status: 40 }, { refund: 30, status: 20, cancel: 50 }, "drift", ["values"]],
    ["a vanished category", repeated(["a", 50], ["b", 50]), repeated(["a", 100]), "drift", ["values"]],
    ["values that went missing", latency(120, "e"), repeated([null, 80]), "insufficient_data", ["missing_rate"]],
    [
      "values half missing as before",
      [...latency(50, "f"), ...repeated([null, 50])],
      [...latency(50, "g"), ...repeated([null, 50])],
      "no_drift",
      [],
    ],
    [
      "days, one of them empty",
      [1, 2, 3, 4, 5, 6].map((i) => ({ at: `2026-11-0${i}`, values: i === 4 ? [] : latency(12, `h${i}`) })),
      latency(12, "i"),
      "no_drift",
      [],
    ],
  ])("%s: %#", (_, baseline, current, verdict, alarms) => {
    const [found] = compareDimensions([{ name: "x", baseline, current }]);
    expect(found).toMatchObject({ verdict, alarms, alarm: alarms.length > 0 });
    if (verdict !== "insufficient_data") expect(Number.isFinite(found?.evidence.value)).toBe(true);
    expect(Number.isFinite(found?.evidence.threshold)).toBe(true);
  });
  test("values that are there are counted, missing ones apart, and counts know of none", () => {
    const [list, counts] = compareDimensions([
      { name: "list", baseline: [1, null, 2, null], current: [null] },
      { name: "counts", baseline: { a: 30 }, current: { a: 12 } },
    ]);
    expect(list).toMatchObject({ baseline: { n: 2, missing_rate: 0.5 }, current: { n: 0, missing_rate: 1 } });
    expect(counts).toMatchObject({ baseline: { n: 30, missing_rate: null }, current: { n: 12, missing_rate: null } });
  });
  test("of fifty dimensions that did not change hardly one alarms, and the one that did is found among them", () => {
    const dimensions = Array.from({ length: 50 }, (_, i) => ({
      name: String(i),
      baseline: latency(150, `n${i}`),
      current: latency(60, `m${i}`, i === 7 ? 120 : 0),
    }));
    const drifted = compareDimensions(dimensions).filter(({ alarm }) => alarm);
    expect(drifted.map(({ name }) => name)).toContain("7");
    expect(drifted.length).toBeLessThanOrEqual(2);
  });
  test("days that differ from each other make one more unlike day less certain", () => {
    const byDay = Array.from({ length: 10 }, (_, day) => ({ at: dayAt(day), values: latency(20, `w${day}`, day % 2 === 0 ? 0 : 150) }));
    const pooled = byDay.flatMap(({ values }) => values);
    const current = latency(60, "w", 150);
    const [of, without] = compareDimensions([
      { name: "days", baseline: byDay, current },
      { name: "pooled", baseline: pooled, current },
    ]);
    expect(of?.evidence.value ?? 0).toBeLessThan((without?.evidence.value ?? 0) / 2);
  });
});
