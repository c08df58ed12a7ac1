import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/drift/detect.ts";
import type { Detection } from "../../../domain/drift/detection.ts";
import type { RunFacts } from "../../../domain/drift/facts.ts";
import { amount, anAgent, aRunAt, type Behaviour, dayMs, hourMs, oneOf, optionsUntil, startMs, yes } from "./synthetic.ts";

const days = 21;
const changeMs = startMs + 14 * dayMs + 9 * hourMs;
const endMs = startMs + days * dayMs;
const steady = { success: 0.9, latency: 1000, mix: { a: 6, b: 3, c: 1 } };
const normal: Behaviour = (_, random) => [
  yes("outcome.success", steady.success, random),
  amount("latency.run_ms", steady.latency, random),
  oneOf("cohort.plan", steady.mix, random),
];
const found = (runs: readonly RunFacts[], dimension?: string): Detection[] =>
  detect(runs, optionsUntil(endMs)).detections.filter((d) => dimension === undefined || d.dimension === dimension);
const hoursOff = (detection: Detection | undefined, atMs = changeMs): number =>
  Math.abs((detection?.onset.atMs ?? Infinity) - atMs) / hourMs;

const withRate =
  (before: number, after: number): Behaviour =>
  (atMs, random) => [yes("outcome.success", atMs >= changeMs ? after : before, random), ...normal(atMs, random).slice(1)];

describe("what moves is found, with its time", () => {
  test("a fall of success from .9 to .7", () => {
    const [drift] = found(anAgent({ days, perHour: 5 }, withRate(0.9, 0.7)), "outcome.success");
    expect(drift).toMatchObject({ kind: "proportion", direction: "down", recoveredAtMs: null });
    expect(hoursOff(drift)).toBeLessThan(12);
    expect(drift?.onset.fromMs).toBeLessThanOrEqual(drift?.onset.atMs ?? 0);
    expect(drift?.onset.toMs).toBeGreaterThanOrEqual(drift?.onset.atMs ?? 0);
    expect(drift?.effect.value).toBeCloseTo(-0.2, 1);
    expect(drift?.effect.high).toBeLessThan(0);
  });
  test("a latency that doubles", () => {
    const [drift] = found(
      anAgent({ days, perHour: 5 }, (atMs, random) => [
        yes("outcome.success", 0.9, random),
        amount("latency.run_ms", atMs >= changeMs ? 2000 : 1000, random),
      ]),
      "latency.run_ms",
    );
    expect(drift).toMatchObject({ direction: "up", effect: { measure: "median_ratio" } });
    expect(drift?.effect.value).toBeGreaterThan(1.7);
    expect(drift?.effect.low).toBeGreaterThan(1.4);
    expect(hoursOff(drift)).toBeLessThan(12);
  });
  test("a mix that shifts", () => {
    const [drift] = found(
      anAgent({ days, perHour: 5 }, (atMs, random) => [
        yes("outcome.success", 0.9, random),
        oneOf("cohort.plan", atMs >= changeMs ? { a: 3, b: 3, c: 4 } : steady.mix, random),
      ]),
      "cohort.plan",
    );
    expect(drift?.direction).toBe("mixed");
    expect(drift?.cells.map(({ cell }) => cell)).toContain("c");
    expect(hoursOff(drift)).toBeLessThan(12);
  });
  test("a category never seen before, and the run-level question about it", () => {
    const runs = anAgent({ days, perHour: 3 }, (atMs, random) => [
      yes("outcome.success", 0.9, random),
      oneOf("tool.get.error_code", atMs >= changeMs ? { e1: 8, e9: 2 } : { e1: 8, e2: 2 }, random),
    ]);
    const [drift] = found(runs, "tool.get.error_code");
    const cell = drift?.cells.find((each) => each.cell === "new");
    expect(cell).toBeDefined();
    const hits = runs.filter((run) => cell?.indicator(run)?.hits === 1);
    expect(hits.length).toBeGreaterThan(10);
    expect(hits.every((run) => run.observations.some(({ value }) => value === "e9"))).toBe(true);
  });
  test("a constant that moves, either way", () => {
    for (const after of [6, 4]) {
      const [drift] = found(
        anAgent({ days, perHour: 3 }, (atMs, random) => [
          yes("outcome.success", 0.9, random),
          { dimension: "volume.steps", kind: "count", value: atMs >= changeMs ? after : 5 },
        ]),
        "volume.steps",
      );
      expect(drift?.direction).toBe(after > 5 ? "up" : "down");
    }
  });
  test("a total outage within the hour where traffic is dense", () => {
    const runs = anAgent({ days: 16, perHour: 60 }, (atMs, random) => [yes("outcome.success", atMs >= changeMs ? 0.1 : 0.9, random)]);
    const [drift] = detect(runs, optionsUntil(startMs + 15 * dayMs)).detections;
    expect(drift?.lane).toBe("fast");
    expect(((drift?.detectedAtMs ?? Infinity) - changeMs) / 60_000).toBeLessThanOrEqual(60);
  });
  test("in thin traffic too, from five runs at a time", () => {
    const [drift] = found(anAgent({ days, perHour: 1.5 }, withRate(0.9, 0.4)), "outcome.success");
    expect(hoursOff(drift)).toBeLessThan(24);
  });
});

describe("what does not move is not alarmed on", () => {
  const alarms = (runs: readonly RunFacts[]): Detection[] => detect(runs, optionsUntil(endMs, { closeAll: true })).detections;
  test.each(["s1", "s2", "s3", "s4", "s5", "s6"])("a steady agent (%s)", (seed) =>
    expect(alarms(anAgent({ days, perHour: 4, seed }, normal))).toEqual([]),
  );
  test("weekends that differ, the first of them included", () => {
    const isWeekend = (atMs: number): boolean => [0, 6].includes(new Date(atMs).getUTCDay());
    expect(
      alarms(
        anAgent({ days, perHour: 4, traffic: (atMs) => (isWeekend(atMs) ? 0.5 : 1) }, (atMs, random) => [
          yes("outcome.success", isWeekend(atMs) ? 0.6 : 0.9, random),
        ]),
      ),
    ).toEqual([]);
  });
  test("nights that differ from days", () => {
    const isNight = (atMs: number): boolean => new Date(atMs).getUTCHours() < 8;
    expect(alarms(anAgent({ days, perHour: 12 }, (atMs, random) => [yes("outcome.success", isNight(atMs) ? 0.7 : 0.9, random)]))).toEqual(
      [],
    );
  });
  test("hours that crowd together in one session", () => {
    const runs = anAgent({ days, perHour: 4 }, normal);
    const copies = Array.from({ length: 40 }, (_, i): RunFacts => ({
      ...aRunAt(`burst${i}`, changeMs + i * 30_000, [{ dimension: "outcome.success", kind: "proportion", value: 0, trials: 1 }]),
      session: "one",
    }));
    expect(alarms([...runs, ...copies].sort((a, b) => a.atMs - b.atMs))).toEqual([]);
  });
  test("one run a thousand times as slow", () => {
    expect(
      alarms(
        anAgent({ days, perHour: 4 }, (atMs, random) => [
          yes("outcome.success", 0.9, random),
          amount("latency.run_ms", Math.abs(atMs - changeMs) < 10 * 60_000 ? 1e6 : 1000, random),
        ]),
      ),
    ).toEqual([]);
  });
  test("free text, which is no category", () => {
    let i = 0;
    expect(
      alarms(
        anAgent({ days, perHour: 4 }, (_, random) => [
          yes("outcome.success", 0.9, random),
          { dimension: "tool.t.arg.q", kind: "categorical", value: `text ${i++}` },
        ]),
      ),
    ).toEqual([]);
  });
  test("an agent too young to judge", () => {
    const runs = anAgent({ days: 4, perHour: 10 }, (atMs, random) => [
      yes("outcome.success", atMs > startMs + 3 * dayMs ? 0.2 : 0.9, random),
    ]);
    const { detections, dimensions } = detect(runs, optionsUntil(startMs + 4 * dayMs));
    expect(detections).toEqual([]);
    expect(dimensions.find(({ name }) => name === "outcome.success")).toMatchObject({ status: "learning", needs: { runs: 0, days: 2 } });
  });
  test("no runs at all", () => expect(detect([], optionsUntil(endMs))).toMatchObject({ detections: [], closedUntilMs: -Infinity }));
});

describe("after an alarm", () => {
  test("a later change of another dimension is found as a drift of its own", () => {
    const later = changeMs + 5 * dayMs;
    const runs = anAgent({ days: 26, perHour: 6 }, (atMs, random) => [
      yes("outcome.success", atMs >= changeMs ? 0.65 : 0.9, random),
      amount("latency.run_ms", atMs >= later ? 2500 : 1000, random),
    ]);
    const { detections } = detect(runs, optionsUntil(startMs + 26 * dayMs));
    expect(hoursOff(detections.find((d) => d.dimension === "outcome.success"))).toBeLessThan(12);
    expect(
      hoursOff(
        detections.find((d) => d.dimension === "latency.run_ms"),
        later,
      ),
    ).toBeLessThan(12);
  });
  test("a dimension that comes back is recovered, and its second fall is a second drift", () => {
    const fall = (atMs: number): boolean => (atMs >= changeMs && atMs < changeMs + 3 * dayMs) || atMs >= changeMs + 8 * dayMs;
    const runs = anAgent({ days: 26, perHour: 6 }, (atMs, random) => [yes("outcome.success", fall(atMs) ? 0.6 : 0.9, random)]);
    const drifts = detect(runs, optionsUntil(startMs + 26 * dayMs)).detections;
    expect(drifts.length).toBe(2);
    expect(Math.abs((drifts[0]?.recoveredAtMs ?? 0) - (changeMs + 3 * dayMs)) / hourMs).toBeLessThan(12);
    expect(hoursOff(drifts[1], changeMs + 8 * dayMs)).toBeLessThan(12);
    expect(drifts[1]?.baseline.value).toBeCloseTo(0.9, 1);
  });
  test("a fall that stays never becomes the baseline it is measured against", () => {
    const runs = anAgent({ days: 35, perHour: 4 }, withRate(0.9, 0.7));
    const { detections, dimensions } = detect(runs, optionsUntil(startMs + 35 * dayMs));
    expect(detections.filter(({ dimension }) => dimension === "outcome.success").length).toBe(1);
    const state = dimensions.find(({ name }) => name === "outcome.success");
    expect(state?.status).toBe("drifting");
    expect(state?.baseline.value).toBeCloseTo(0.9, 1);
    expect(state?.current.value).toBeCloseTo(0.7, 0);
  });
  test("a standing drift that gets more than twice as bad is told again", () => {
    const runs = anAgent({ days: 34, perHour: 6 }, (atMs, random) => [
      yes("outcome.success", atMs < changeMs ? 0.95 : atMs < changeMs + 10 * dayMs ? 0.85 : 0.3, random),
    ]);
    const drifts = detect(runs, optionsUntil(startMs + 34 * dayMs)).detections;
    expect(drifts.length).toBe(2);
    expect(hoursOff(drifts[1], changeMs + 10 * dayMs)).toBeLessThan(12);
  });
  test("a dismissed drift stays quiet, an accepted one starts a new baseline", () => {
    const runs = anAgent({ days, perHour: 5 }, withRate(0.9, 0.7));
    const [drift] = found(runs);
    const interval = { dimension: "outcome.success", fromMs: drift?.onset.fromMs ?? 0, toMs: drift?.onset.toMs ?? 0 };
    expect(detect(runs, optionsUntil(endMs, { feedback: { resets: [], dismissals: [interval] } })).detections).toEqual([]);
    const accepted = detect(runs, optionsUntil(endMs, { feedback: { resets: [{ dimension: null, atMs: changeMs }], dismissals: [] } }));
    expect(accepted.detections).toEqual([]);
    expect(accepted.dimensions.find(({ name }) => name === "outcome.success")?.baseline.value).toBeCloseTo(0.7, 1);
  });
});

describe("detection is a function of events", () => {
  const runs = anAgent({ days, perHour: 5 }, withRate(0.9, 0.65));
  const key = (d: Detection): string => `${d.dimension} ${d.lane} ${d.detectedAtMs}`;
  test("of no order of arrival, repetition or older revision", () => {
    const expected = JSON.stringify(detect(runs, optionsUntil(endMs)));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const shuffled = runs.toSorted((a, b) => Math.sin(seed + a.atMs) - Math.sin(seed + b.atMs));
        const old = runs.slice(0, 50).map((run) => ({ ...run, version: "0", observations: [] }));
        expect(JSON.stringify(detect([...old, ...shuffled, ...runs.slice(100, 200)], optionsUntil(endMs)))).toBe(expected);
      }),
      { numRuns: 5 },
    );
  });
  test("and an import of a month alarms when the living month alarmed", () => {
    const whole = detect(runs, optionsUntil(endMs)).detections.map(key);
    expect(whole.length).toBeGreaterThan(0);
    for (let day = 8; day < days; day++) {
      const untilMs = startMs + day * dayMs + 5 * hourMs;
      const then = detect(
        runs.filter(({ atMs }) => atMs <= untilMs),
        optionsUntil(untilMs),
      );
      expect(then.detections.map(key)).toEqual(whole.filter((each) => Number(each.split(" ")[2]) <= then.closedUntilMs));
    }
  });
  test("and runs of the future move nothing before their time", () => {
    const future = runs.slice(0, 300).map((run) => ({ ...run, id: `f${run.id}`, atMs: run.atMs + 400 * dayMs, observations: [] }));
    expect(JSON.stringify(detect([...runs, ...future], optionsUntil(endMs)))).toBe(JSON.stringify(detect(runs, optionsUntil(endMs))));
  });
  test("and a run that stands for ten counts for ten in rates and for one in evidence", () => {
    const weighted = runs.map((run) => ({ ...run, weight: 10 }));
    expect(detect(weighted, optionsUntil(endMs)).detections.map(key)).toEqual(detect(runs, optionsUntil(endMs)).detections.map(key));
  });
});
