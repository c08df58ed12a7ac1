// Drifts and attributions as the public API writes them, read field by field. What is missing stays null.
import { changeKinds, type ChangeKind } from "../../../domain/drift/drift.ts";
import { isRecord, list, number, record, text, texts, timeMs, word } from "../json.ts";

export const severities = ["critical", "high", "medium", "low"] as const;
export const verdicts = ["attributed", "confounded", "unattributed", "insufficient_data"] as const;
const kinds = ["proportion", "count", "duration", "categorical"] as const;

export type Kind = (typeof kinds)[number];
export type Severity = (typeof severities)[number];

export interface CauseView {
  kind: ChangeKind | "unknown";
  ref: string;
  changeId: string | null;
  atMs: number | null;
  from: string | null;
  to: string | null;
  share: number | null;
  shareLow: number | null;
  shareHigh: number | null;
  confidence: number | null;
  declared: boolean;
  evidence: string[];
}

export interface AttributionView {
  verdict: (typeof verdicts)[number];
  /** Whether the cause may be stated without "likely"; null where the API does not say. */
  isCertain: boolean | null;
  causes: CauseView[];
  mix: { total: number; within: number; mix: number; attribute: string } | null;
}

/** One side of a drift; `category` is the one whose share the value is. */
export interface Side {
  n: number | null;
  value: number | null;
  category: string | null;
  unit: string | null;
}

export interface DriftView {
  id: string;
  agent: string;
  dimension: string;
  kind: Kind;
  direction: "up" | "down" | "mixed";
  status: "open" | "recovered" | "accepted" | "dismissed";
  onsetMs: number | null;
  onsetFromMs: number | null;
  onsetToMs: number | null;
  detectedMs: number | null;
  before: Side;
  after: Side;
  effect: { measure: string; value: number | null; low: number | null; high: number | null };
  evidence: { method: string; value: number | null; threshold: number | null };
  severity: Severity;
  incidentId: string | null;
  attribution: AttributionView;
}

export function readKind(value: unknown): Kind {
  return word(value, kinds, "count");
}

export function readDrift(value: unknown): DriftView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  const dimension = text(value["dimension"]);
  if (id === null || dimension === null) return null;
  const effect = record(value["effect"]);
  const evidence = record(value["evidence"]);
  return {
    id,
    dimension,
    agent: text(value["agent"]) ?? "",
    kind: readKind(value["kind"]),
    direction: word(value["direction"], ["up", "down", "mixed"] as const, "mixed"),
    status: word(value["status"], ["open", "recovered", "accepted", "dismissed"] as const, "open"),
    onsetMs: timeMs(value["onset_at"]),
    onsetFromMs: timeMs(value["onset_from"]),
    onsetToMs: timeMs(value["onset_to"]),
    detectedMs: timeMs(value["detected_at"]),
    before: readSide(value["baseline"]),
    after: readSide(value["current"]),
    effect: {
      measure: text(effect["measure"]) ?? "",
      value: number(effect["value"]),
      low: number(effect["low"]),
      high: number(effect["high"]),
    },
    evidence: { method: text(evidence["method"]) ?? "", value: number(evidence["value"]), threshold: number(evidence["threshold"]) },
    severity: word(value["severity"], severities, "low"),
    incidentId: text(value["incident_id"]),
    attribution: readAttribution(value["attribution"]),
  };
}

function readSide(value: unknown): Side {
  const side = record(value);
  return { n: number(side["n"]), value: number(side["value"]), category: text(side["category"]), unit: text(side["unit"]) };
}

export function readAttribution(value: unknown): AttributionView {
  const from = record(value);
  const mix = record(from["mix"]);
  const total = number(mix["total"]);
  const within = number(mix["within"]);
  const mixed = number(mix["mix"]);
  return {
    verdict: word(from["verdict"], verdicts, "insufficient_data"),
    isCertain: typeof from["certain"] === "boolean" ? from["certain"] : null,
    causes: list(from["causes"]).flatMap(readCause),
    mix:
      total === null || within === null || mixed === null
        ? null
        : { total, within, mix: mixed, attribute: text(mix["attribute"]) ?? "cohort" },
  };
}

function readCause(value: unknown): CauseView[] {
  if (!isRecord(value)) return [];
  const cause: CauseView = {
    kind: word(value["kind"], changeKinds, "unknown"),
    ref: text(value["ref"]) ?? "",
    changeId: text(value["change_id"]),
    atMs: timeMs(value["at"]),
    from: text(value["from"]),
    to: text(value["to"]),
    share: number(value["share"]),
    shareLow: number(value["share_low"]),
    shareHigh: number(value["share_high"]),
    confidence: number(value["confidence"]),
    declared: value["declared"] === true,
    evidence: texts(value["evidence"]),
  };
  return [cause];
}
