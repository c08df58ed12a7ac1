// Suites and their cases as the public API writes them, read field by field. Of a sealed case there is nothing to read.
import { isRecord, list, number, record, text, timeMs } from "../json.ts";

export interface GrowthView {
  atMs: number | null;
  version: number | null;
  signalId: string | null;
  added: number | null;
  sealed: number | null;
  duplicates: number | null;
}

export interface SuiteView {
  id: string;
  agent: string;
  name: string;
  version: number | null;
  newest: number | null;
  isGrowing: boolean;
  hasHoldout: boolean;
  /** null in lists. */
  counts: { cases: number | null; sealed: number | null; fromRuns: number | null; fromSignals: number | null } | null;
  growth: GrowthView[];
  createdMs: number | null;
}

export interface CaseView {
  id: string;
  runId: string | null;
  input: unknown;
  expected: unknown;
  origin: string;
  signalId: string | null;
  isSealed: boolean;
  sinceVersion: number | null;
  createdMs: number | null;
}

export function readSuite(value: unknown): SuiteView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const counts = value["counts"];
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    name: text(value["name"]) ?? id,
    version: number(value["version"]),
    newest: number(value["newest_version"]) ?? number(value["version"]),
    isGrowing: value["grows_from"] === "signals",
    hasHoldout: value["holdout"] === true,
    counts: isRecord(counts)
      ? {
          cases: number(counts["cases"]),
          sealed: number(counts["sealed"]),
          fromRuns: number(counts["from_runs"]),
          fromSignals: number(counts["from_signals"]),
        }
      : null,
    growth: list(value["growth"]).map((each) => {
      const from = record(each);
      return {
        atMs: timeMs(from["at"]),
        version: number(from["version"]),
        signalId: text(from["signal_id"]),
        added: number(from["added"]),
        sealed: number(from["sealed"]),
        duplicates: number(from["duplicates"]),
      };
    }),
    createdMs: timeMs(value["created_at"]),
  };
}

export function readCase(value: unknown): CaseView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    runId: text(value["run_id"]),
    input: value["input"] ?? null,
    expected: value["expected"] ?? null,
    origin: text(value["origin"]) ?? "person",
    signalId: text(value["signal_id"]),
    isSealed: value["sealed"] === true,
    sinceVersion: number(value["since_version"]),
    createdMs: timeMs(value["created_at"]),
  };
}
