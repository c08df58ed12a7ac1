// Backfills and their previews as the public API writes them, read field by field.
import { isRecord, list, number, record, text, timeMs, word } from "../json.ts";
import { readRate, readTrend, type RateView, type TrendView } from "./signal.ts";

export const backfillStatuses = ["queued", "running", "paused", "done", "cancelled", "failed"] as const;
export type BackfillStatus = (typeof backfillStatuses)[number];

export const targetKinds = ["signal_id", "detector", "dimension", "evaluator"] as const;
export type TargetKind = (typeof targetKinds)[number];

export interface TargetView {
  kind: TargetKind | "unknown";
  /** The id or name that it was asked for by. */
  ref: string;
  /** Of the definition that it looks for; versions are never mixed. */
  version: string | null;
}

export interface BackfillReport {
  firstMs: number | null;
  /** Runs in which it was found and not known before. */
  recovered: number | null;
  /** Runs in which it was known before. */
  overlap: number | null;
  /** Of all runs that were read. */
  rate: RateView;
  series: TrendView[];
}

/** Which runs are read, in words and numbers. */
export interface PlanView {
  text: string | null;
  fromMs: number | null;
  toMs: number | null;
  runsInRange: number | null;
  runs: number | null;
  coverage: number | null;
}

export interface BackfillView {
  id: string;
  agent: string;
  target: TargetView;
  status: BackfillStatus;
  scanned: number | null;
  total: number | null;
  matched: number | null;
  errors: number | null;
  costUsd: number | null;
  etaSeconds: number | null;
  error: string | null;
  report: BackfillReport;
  plan: PlanView;
  createdMs: number | null;
  startedMs: number | null;
  updatedMs: number | null;
}

export interface BackfillPreview {
  runs: number | null;
  bytes: number | null;
  costUsd: number | null;
  plan: PlanView;
}

export function readBackfill(value: unknown): BackfillView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    target: readTarget(value["target"], value["target_version"]),
    status: word(value["status"], backfillStatuses, "queued"),
    scanned: number(value["scanned"]),
    total: number(value["total"]),
    matched: number(value["matched"]),
    errors: number(value["errors"]),
    costUsd: number(value["cost_usd"]),
    etaSeconds: number(value["eta_s"]),
    error: text(value["error"]),
    report: readReport(value["report"]),
    plan: readPlan(value["plan"]),
    createdMs: timeMs(value["created_at"]),
    startedMs: timeMs(value["started_at"]),
    updatedMs: timeMs(value["updated_at"]),
  };
}

export function readBackfillPreview(value: unknown): BackfillPreview | null {
  if (!isRecord(value)) return null;
  return {
    runs: number(value["runs"]),
    bytes: number(value["bytes"]),
    costUsd: number(value["cost_usd"]),
    plan: readPlan(value["plan"]),
  };
}

function readTarget(value: unknown, version: unknown): TargetView {
  const from = record(value);
  for (const kind of targetKinds) {
    const ref = text(from[kind]);
    if (ref !== null) return { kind, ref, version: text(version) };
  }
  return { kind: "unknown", ref: "", version: null };
}

function readReport(value: unknown): BackfillReport {
  const from = record(value);
  return {
    firstMs: timeMs(from["first_seen"]),
    recovered: number(from["recovered"]),
    overlap: number(from["overlap"]),
    rate: readRate(value),
    series: list(from["series"])
      .flatMap(readTrend)
      .sort((a, b) => a.atMs - b.atMs),
  };
}

function readPlan(value: unknown): PlanView {
  if (typeof value === "string") return { text: value, fromMs: null, toMs: null, runsInRange: null, runs: null, coverage: null };
  const from = record(value);
  return {
    text: text(from["text"]),
    fromMs: timeMs(from["from"]),
    toMs: timeMs(from["to"]),
    runsInRange: number(from["runs_in_range"]),
    runs: number(from["runs"]),
    coverage: number(from["coverage"]),
  };
}
