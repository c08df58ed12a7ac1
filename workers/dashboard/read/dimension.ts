// A dimension's state and its series of buckets, read from the public API.
import { isRecord, list, number, record, text, timeMs, word } from "../json.ts";
import { readKind, type Kind } from "./drift.ts";
import { unitOf } from "../format.ts";

export const dimensionStatuses = ["learning", "stable", "drifting", "silent"] as const;

export interface Level {
  n: number | null;
  value: number | null;
  low: number | null;
  high: number | null;
  /** Of a categorical dimension: the category whose share the value is, and how many runs showed each. */
  category: string | null;
  categories: [string, number][];
}

export interface DimensionView {
  name: string;
  kind: Kind;
  /** As the API names it, said more closely where it only says that it counts. */
  unit: string;
  /** Of the levels below, where they are rates of what the buckets count: `runs/day`. */
  levelUnit: string;
  status: (typeof dimensionStatuses)[number];
  baseline: Level;
  current: Level;
  needs: { runs: number | null; days: number | null } | null;
  /** Of one that somebody defined. */
  expression: string | null;
  /** What dismissals taught; null for none. */
  feedback: { expected: number; notUseful: number; factor: number } | null;
}

export interface Bucket {
  atMs: number;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number | null;
  /** The baseline's middle and band at that time. */
  baseline: { value: number | null; low: number | null; high: number | null };
}

export function readDimension(value: unknown): DimensionView | null {
  if (!isRecord(value)) return null;
  const name = text(value["name"]);
  if (name === null) return null;
  const kind = readKind(value["kind"]);
  const needs = value["needs"];
  const unit = closerUnit(text(value["unit"]), name, kind);
  const per = text(record(value["current"])["per"]) ?? text(record(value["baseline"])["per"]);
  return {
    name,
    kind,
    unit,
    levelUnit: per === null ? unit : `${unit}/${per}`,
    status: word(value["status"], dimensionStatuses, "learning"),
    baseline: readLevel(value["baseline"]),
    current: readLevel(value["current"]),
    expression: text(value["expression"]),
    feedback: readFeedback(value["feedback"]),
    needs: isRecord(needs) ? { runs: number(needs["runs"]), days: number(needs["days"]) } : null,
  };
}

function readFeedback(value: unknown): DimensionView["feedback"] {
  const from = record(value);
  const factor = number(from["evidence_factor"]);
  if (factor === null) return null;
  return { expected: number(from["expected"]) ?? 0, notUseful: number(from["not_useful"]) ?? 0, factor };
}

function readLevel(value: unknown): Level {
  const from = record(value);
  return {
    n: number(from["n"]),
    value: number(from["value"]),
    low: number(from["low"]),
    high: number(from["high"]),
    category: text(from["category"]),
    categories: readCounts(from["categories"]),
  };
}

function readCounts(value: unknown): [string, number][] {
  return Object.entries(record(value)).flatMap(([name, each]): [string, number][] => {
    const count = number(each);
    return count === null ? [] : [[name, count]];
  });
}

function closerUnit(unit: string | null, name: string, kind: Kind): string {
  return unit === null || unit === "count" || unit === "category" ? unitOf(name, kind) : unit;
}

/** The buckets of a series, in order of time. */
export function readSeries(data: unknown): Bucket[] {
  const buckets = list(isRecord(data) ? data["data"] : data).flatMap(readBucket);
  return buckets.sort((a, b) => a.atMs - b.atMs);
}

function readBucket(value: unknown): Bucket[] {
  if (!isRecord(value)) return [];
  const atMs = timeMs(value["at"]);
  if (atMs === null) return [];
  const baseline = value["baseline"];
  const band = record(baseline);
  return [
    {
      atMs,
      value: number(value["value"]),
      low: number(value["low"]),
      high: number(value["high"]),
      n: number(value["n"]),
      baseline: { value: number(baseline) ?? number(band["value"]), low: number(band["low"]), high: number(band["high"]) },
    },
  ];
}
