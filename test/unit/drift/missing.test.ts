import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/drift/detect.ts";
import type { Detection } from "../../../domain/drift/detection.ts";
import type { RunFacts } from "../../../domain/drift/facts.ts";
import { amount, anAgent, dayMs, hourMs, optionsUntil, startMs, yes } from "./synthetic.ts";

const changeMs = startMs + 13 * dayMs;
const endMs = startMs + 21 * dayMs;
const missing = (runs: RunFacts[], untilMs = endMs): Detection[] =>
  detect(runs, optionsUntil(untilMs)).detections.filter(({ lane }) => lane === "missing");

describe("a field that goes missing", () => {
  const runs = anAgent({ days: 21, perHour: 4 }, (atMs, random) => [
    yes("outcome.error", 0.05, random),
    ...(atMs >= changeMs && random() < 0.7 ? [] : [amount("cost.usd", 0.02, random)]),
  ]);
  const [drift] = missing(runs);
  test("is a drift under its own name, dated like any other", () => {
    expect(drift).toMatchObject({ dimension: "cost.usd", direction: "up", effect: { measure: "missing_rate_difference" } });
    expect(Math.abs((drift?.onset.atMs ?? 0) - changeMs)).toBeLessThan(12 * hourMs);
    expect(drift?.effect.value).toBeCloseTo(0.7, 1);
  });
  test("can be asked of any run", () => {
    const [cell] = drift?.cells ?? [];
    expect(cell?.cell).toBe("missing");
    for (const run of runs.slice(-50))
      expect(cell?.indicator(run)?.hits).toBe(run.observations.some(({ dimension }) => dimension === "cost.usd") ? 0 : 1);
  });
});

test("labels that are merely not there yet are not missing", () => {
  const runs = anAgent({ days: 21, perHour: 4 }, (atMs, random) => [
    yes("outcome.error", 0.05, random),
    ...(atMs >= endMs - 2 * dayMs ? [] : [yes("outcome.success", 0.9, random)]),
  ]);
  expect(missing(runs)).toEqual([]);
});

test("labels that stay away are", () => {
  const runs = anAgent({ days: 21, perHour: 4 }, (atMs, random) => [
    yes("outcome.error", 0.05, random),
    ...(atMs >= changeMs ? [] : [yes("outcome.success", 0.9, random)]),
  ]);
  const [drift] = missing(runs);
  expect(drift?.dimension).toBe("outcome.success");
  expect(drift?.detectedAtMs).toBeGreaterThan(changeMs + 3 * dayMs);
});

test("a field that most runs never had does not go missing", () => {
  const runs = anAgent({ days: 21, perHour: 4 }, (atMs, random) => [
    yes("outcome.error", 0.05, random),
    ...(atMs < changeMs && random() < 0.3 ? [amount("tokens.cache_read", 100, random)] : []),
  ]);
  expect(missing(runs)).toEqual([]);
});
