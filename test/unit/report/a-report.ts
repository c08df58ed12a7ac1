// A report of nothing remarkable, for tests that care about one part of it.
import { periodBefore, periodOf } from "../../../domain/report/period.ts";
import { writeReport, type Figures, type Report, type ReportEvidence } from "../../../domain/report/report.ts";

export const noFigures: Figures = {
  runs: 0,
  weight: 0,
  ended: 0,
  errors: 0,
  scored: 0,
  succeeded: 0,
  tokens: { sum: null, known: 0 },
  costUsd: { sum: null, known: 0 },
};

export const figures = (given: Partial<Figures>): Figures => ({ ...noFigures, weight: given.runs ?? 0, ...given });

const nothing: ReportEvidence = {
  figures: noFigures,
  previous: noFigures,
  incidents: [],
  drifts: [],
  signals: [],
  experiments: [],
  gates: [],
  changes: [],
  learned: [],
};

/** Of 23 November 2026 in UTC, made a day later. */
export function report(given: Partial<ReportEvidence>, agent = "support-bot"): Report {
  const period = periodOf("day", "2026-11-23", "UTC");
  return writeReport(agent, period, periodBefore(period, "UTC"), "UTC", { ...nothing, ...given }, Date.UTC(2026, 10, 24, 12));
}
