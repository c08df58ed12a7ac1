import { describe, expect, test } from "vitest";
import { series } from "../../../domain/drift/series.ts";
import { amount, anAgent, dayMs, hourMs, oneOf, startMs, yes } from "./synthetic.ts";

const runs = anAgent(
  { days: 14, perHour: 5, traffic: (atMs) => (atMs >= startMs + 10 * dayMs && atMs < startMs + 11 * dayMs ? 0 : 1) },
  (_, random) => [
    yes("outcome.success", 0.8, random),
    amount("latency.run_ms", 1000, random),
    oneOf("cohort.plan", { free: 3, pro: 1 }, random),
  ],
);
const window = { fromMs: startMs, toMs: startMs + 14 * dayMs, bucket: "day" } as const;

describe("a series", () => {
  test("is null for a dimension that no run shows", () => expect(series(runs, "cost.usd", window)).toBeNull());
  test("has one bucket a day or an hour, of whole UTC days and hours", () => {
    expect(series(runs, "outcome.success", window)?.length).toBe(14);
    const hours = series(runs, "outcome.success", { fromMs: startMs + 90 * 60_000, toMs: startMs + 5 * hourMs, bucket: "hour" });
    expect(hours?.map(({ at }) => at)).toEqual(["01", "02", "03", "04"].map((hour) => `2026-10-05T${hour}:00:00.000Z`));
  });
  test("of a proportion has its rate with Wilson's interval, and a band once learnt", () => {
    const days = series(runs, "outcome.success", window) ?? [];
    expect(days[0]?.baseline).toBeNull();
    const last = days[13];
    expect(last?.value).toBeGreaterThan(last?.low ?? 1);
    expect(last?.value).toBeLessThan(last?.high ?? 0);
    expect(last?.baseline?.value).toBeCloseTo(0.8, 1);
    expect(last?.baseline?.low).toBeLessThan(last?.baseline?.value ?? 0);
  });
  test("has no value where there were no runs, and still a band", () => {
    const gap = series(runs, "outcome.success", window)?.[10];
    expect(gap).toMatchObject({ n: 0, value: null, low: null, high: null });
    expect(gap?.baseline).not.toBeNull();
  });
  test("of an amount has its median", () => {
    const last = series(runs, "latency.run_ms", window)?.[13];
    expect(Math.abs((last?.value ?? 0) - 1000)).toBeLessThan(250);
    expect(last?.baseline?.low).toBeLessThan(1000);
    expect(last?.baseline?.high).toBeGreaterThan(1000);
  });
  test("of a category has the share of its most common one, and all counts", () => {
    const last = series(runs, "cohort.plan", window)?.[13];
    expect(last?.category).toBe("free");
    expect(last?.value).toBeCloseTo(0.75, 0);
    expect(Object.values(last?.categories ?? {}).reduce((a, b) => a + b, 0)).toBe(last?.n);
  });
  test("of traffic counts runs, zero where there were none, and nothing outside the agent's life", () => {
    const days = series(runs, "volume.runs", { ...window, fromMs: startMs - 2 * dayMs, toMs: startMs + 15 * dayMs }) ?? [];
    expect(days[0]).toMatchObject({ value: null, n: 0 });
    expect(days[12]).toMatchObject({ value: 0, n: 0 });
    expect(days[15]?.value).toBe(days[15]?.n);
    expect(days[15]?.baseline?.low).toBeLessThan(120);
    expect(days[15]?.baseline?.high).toBeGreaterThan(120);
    expect(days[16]?.value).toBeNull();
  });
  test("learns no band from times that are known to have drifted", () => {
    const fallen = anAgent({ days: 14, perHour: 5 }, (atMs, random) => [
      yes("outcome.success", atMs < startMs + 6 * dayMs ? 0.9 : 0.3, random),
    ]);
    const drifting = series(fallen, "outcome.success", { ...window, excluded: [{ fromMs: startMs + 6 * dayMs, toMs: Infinity }] })?.[13];
    expect(drifting?.baseline?.value).toBeCloseTo(0.9, 1);
    expect(drifting?.value).toBeLessThan(drifting?.baseline?.low ?? 0);
  });
});
