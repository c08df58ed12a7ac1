// Optimisations as the public API writes them, read field by field: what was shipped, what it promised, what was measured.
import { isRecord, number, record, text, timeMs, word } from "../json.ts";
import { readPromise, type PromiseView } from "./artifact.ts";

export const optimisationStates = ["waiting", "kept", "not_kept", "unclear"] as const;
export type OptimisationState = (typeof optimisationStates)[number];

export interface ComparedView {
  with: number | null;
  without: number | null;
  unitsWith: number | null;
  unitsWithout: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
}

export interface OptimisationView {
  id: string;
  agent: string;
  artifactId: string;
  ref: string;
  state: OptimisationState;
  targetSignalId: string | null;
  expected: PromiseView | null;
  measured: { atMs: number | null; against: string; signal: ComparedView | null; success: ComparedView | null; sentence: string } | null;
  incidentId: string | null;
  shippedMs: number | null;
  endedMs: number | null;
}

export function readOptimisation(value: unknown): OptimisationView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  const artifactId = text(value["artifact_id"]);
  if (id === null || artifactId === null) return null;
  const given = value["measured"];
  const measured = record(given);
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    artifactId,
    ref: text(value["artifact"]) ?? artifactId,
    state: word(value["state"], optimisationStates, "waiting"),
    targetSignalId: text(value["target_signal_id"]),
    expected: readPromise(value["expected"]),
    measured: isRecord(given)
      ? {
          atMs: timeMs(measured["at"]),
          against: text(measured["against"]) ?? "before",
          signal: readCompared(measured["signal"]),
          success: readCompared(measured["success"]),
          sentence: text(measured["sentence"]) ?? "",
        }
      : null,
    incidentId: text(value["incident_id"]),
    shippedMs: timeMs(value["shipped_at"]),
    endedMs: timeMs(value["ended_at"]),
  };
}

function readCompared(value: unknown): ComparedView | null {
  if (!isRecord(value)) return null;
  return {
    with: number(value["with"]),
    without: number(value["without"]),
    unitsWith: number(value["units_with"]),
    unitsWithout: number(value["units_without"]),
    difference: number(value["difference"]),
    low: number(value["low"]),
    high: number(value["high"]),
  };
}
