import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/drift/detect.ts";
import type { Detection } from "../../../domain/drift/detection.ts";
import { dayMs, hourMs, anAgent, optionsUntil, type Pace, startMs, yes } from "./synthetic.ts";

const changeMs = startMs + 14 * dayMs + 10 * hourMs;
const endMs = startMs + 21 * dayMs;
const daily = (atMs: number): number => 0.4 + 1.2 * Math.max(0, Math.sin(((new Date(atMs).getUTCHours() - 6) / 24) * 2 * Math.PI));
const judged = (traffic: Pace["traffic"], untilMs = endMs, perHour = 4): Detection[] =>
  detect(
    anAgent({ days: 21, perHour, ...(traffic === undefined ? {} : { traffic }) }, (_, random) => [yes("outcome.success", 0.9, random)]),
    optionsUntil(untilMs),
  ).detections.filter(({ dimension }) => dimension === "volume.runs");

describe("an agent that goes silent", () => {
  const silent = judged((atMs) => (atMs >= changeMs && atMs < changeMs + 4 * dayMs ? 0 : daily(atMs)));
  test("is a drift of its own, down, from the hour it fell silent", () => {
    expect(silent.length).toBe(1);
    expect(silent[0]).toMatchObject({ direction: "down", lane: "volume", cells: [] });
    expect(silent[0]?.current.value).toBeLessThan(3);
    expect(Math.abs((silent[0]?.onset.atMs ?? 0) - changeMs)).toBeLessThanOrEqual(2 * hourMs);
  });
  test("is seen within a day, without a single further run", () =>
    expect((silent[0]?.detectedAtMs ?? Infinity) - changeMs).toBeLessThan(dayMs));
  test("recovers when runs come back", () =>
    expect(Math.abs((silent[0]?.recoveredAtMs ?? 0) - (changeMs + 4 * dayMs))).toBeLessThanOrEqual(6 * hourMs));
  test("is not silent by the wall clock of an import: it is judged up to the given time only", () => {
    expect(judged((atMs) => (atMs >= changeMs ? 0 : daily(atMs)), changeMs)).toEqual([]);
    expect(judged((atMs) => (atMs >= changeMs ? 0 : daily(atMs)), changeMs + dayMs).length).toBe(1);
  });
});

describe("traffic that keeps its rhythm", () => {
  test.each([1, 4, 20])("of nights, days and weekends is no drift at %d runs an hour", (perHour) => {
    const weekend = (atMs: number): number => ([0, 6].includes(new Date(atMs).getUTCDay()) ? 0.4 : 1);
    expect(judged((atMs) => daily(atMs) * weekend(atMs), endMs, perHour)).toEqual([]);
  });
  test("with days that stray by a third is no drift", () =>
    expect(judged((atMs) => daily(atMs) * (1 + 0.33 * Math.sin(Math.floor(atMs / dayMs) * 2.4)))).toEqual([]));
});

test("a surge is found, with its size", () => {
  const [surge] = judged((atMs) => daily(atMs) * (atMs >= changeMs ? 4 : 1));
  expect(surge?.direction).toBe("up");
  expect(surge?.effect.measure).toBe("ratio_of_expected");
  expect(surge?.effect.low).toBeGreaterThan(2.5);
  expect(surge?.effect.high).toBeLessThan(6);
});

test("the state of volume.runs says what is expected a day, and that it is silent", () => {
  const runs = anAgent({ days: 21, perHour: 4, traffic: (atMs) => (atMs >= changeMs ? 0 : 1) }, () => []);
  const state = detect(runs, optionsUntil(changeMs + 2 * dayMs)).dimensions.find(({ name }) => name === "volume.runs");
  expect(state).toMatchObject({ status: "silent", unit: "runs", current: { value: 0 } });
  expect(Math.abs((state?.baseline.value ?? 0) - 96)).toBeLessThan(12);
});
