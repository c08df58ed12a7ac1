import { expect, test } from "vitest";
import type { Severity } from "../../../domain/drift/drift.ts";
import { driftSeverity, isWorse, worst } from "../../../domain/incident/severity.ts";
import { attributedTo, unattributed } from "./an-incident.ts";

function severityOf(
  dimension: string,
  direction: "up" | "down",
  shift: number,
  from: number | null,
  to: number | null,
  attribution = unattributed,
): Severity {
  const cells = [{ cell: "yes", indicator: () => null, logOddsShift: shift, logEvidence: 10 }];
  return driftSeverity(
    { dimension, direction, kind: "proportion", cells, baseline: { n: 500, value: from }, current: { n: 100, value: to } },
    attribution,
  );
}

test.each<[string, Severity, Severity]>([
  ["success halves", severityOf("outcome.success", "down", -2, 0.9, 0.4), "critical"],
  ["success falls clearly", severityOf("outcome.success", "down", -1.35, 0.9, 0.7), "high"],
  ["success slips", severityOf("outcome.success", "down", -0.3, 0.9, 0.87), "medium"],
  ["success rises", severityOf("outcome.success", "up", 1.5, 0.5, 0.8), "low"],
  ["most runs fail", severityOf("outcome.error", "up", 3, 0.05, 0.6), "critical"],
  ["latency jumps", severityOf("latency.run_ms", "up", 2, 900, 4000), "high"],
  ["latency falls", severityOf("latency.run_ms", "down", -2, 4000, 900), "low"],
  ["the mix of tools moves", severityOf("tools.mix", "up", 1.4, null, null), "low"],
  ["the agent goes silent", severityOf("volume.runs", "down", 0, 60, 0), "high"],
  ["traffic halves", severityOf("volume.runs", "down", 0, 60, 30), "medium"],
  ["traffic doubles", severityOf("volume.runs", "up", 0, 60, 120), "low"],
  ["a failure class appears", severityOf("signal.timeouts", "up", 3, 0, 0.1), "high"],
  ["a failure class grows a little", severityOf("signal.timeouts", "up", 0.6, 0.05, 0.09), "medium"],
  ["a failure class vanishes", severityOf("signal.timeouts", "down", -3, 0.1, 0), "low"],
  ["what went well is rarer", severityOf("signal.win-recovered", "down", -0.6, 0.2, 0.12), "medium"],
  ["what went well is more frequent", severityOf("signal.win-recovered", "up", 2, 0.05, 0.3), "low"],
  ["instrumentation moves success", severityOf("outcome.success", "down", -2, 0.9, 0.4, attributedTo({ kind: "instrumentation" })), "low"],
])("%s: %s", (_, actual, expected) => {
  expect(actual).toBe(expected);
});

test("the worst of several counts, and of none the least", () => {
  expect(worst(["low", "high", "medium"])).toBe("high");
  expect(worst([])).toBe("low");
  expect(isWorse("critical", "high")).toBe(true);
  expect(isWorse("high", "high")).toBe(false);
});
