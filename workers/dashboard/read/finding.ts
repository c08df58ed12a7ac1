// Findings and the state of Claude's reading as the public API writes them. One that does not name what it found is left out.
import { isRecord, list, number, record, text, timeMs, word } from "../json.ts";
import { severities, type Severity } from "./drift.ts";

const fields = ["error", "arguments", "result", "input", "output", "name", "status", "score"] as const;
const sources = ["rule", "model", "human"] as const;
const readings = ["pending", "ok", "failed", "off"] as const;

export interface EvidenceView {
  /** null: a field of the run itself. */
  stepId: string | null;
  field: (typeof fields)[number];
  quote: string;
  /** Places in the field's text; null where the API gave none. */
  start: number | null;
  end: number | null;
}

export interface FindingView {
  /** null from an API that gives none: such a finding cannot be labelled. */
  id: string | null;
  runId: string | null;
  stepId: string | null;
  what: string;
  why: string | null;
  where: string | null;
  expected: string | null;
  context: [string, string][];
  severity: Severity;
  isWin: boolean;
  recovered: boolean;
  detector: string | null;
  detectorVersion: string | null;
  source: (typeof sources)[number];
  evidence: EvidenceView[];
  signalId: string | null;
  /** What a person said of it; null where nobody did. */
  label: { isCorrect: boolean; by: string | null; comment: string | null } | null;
  atMs: number | null;
}

export interface ReadingView {
  status: (typeof readings)[number];
  findings: number | null;
  error: string | null;
}

export function readFinding(value: unknown): FindingView | null {
  if (!isRecord(value)) return null;
  const what = text(value["what"]);
  if (what === null) return null;
  return {
    id: text(value["id"]),
    runId: text(value["run_id"]),
    stepId: text(value["step_id"]),
    what,
    why: text(value["why"]),
    where: text(value["where"]),
    expected: text(value["expected"]),
    context: Object.entries(record(value["context"])).flatMap(([name, each]): [string, string][] =>
      typeof each === "string" ? [[name, each]] : [],
    ),
    severity: word(value["severity"], severities, "low"),
    isWin: value["polarity"] === "win",
    recovered: value["recovered"] === true,
    detector: text(value["detector"]),
    detectorVersion: text(value["detector_version"]),
    source: word(value["source"], sources, "rule"),
    evidence: list(value["evidence"]).flatMap(readEvidence),
    signalId: text(value["signal_id"]),
    label: readLabel(value["label"]),
    atMs: timeMs(value["at"]),
  };
}

export function readReading(value: unknown): ReadingView | null {
  if (!isRecord(value)) return null;
  const status = word(value["status"], readings, null);
  return status === null ? null : { status, findings: number(value["findings"]), error: text(value["error"]) };
}

function readEvidence(value: unknown): EvidenceView[] {
  if (!isRecord(value)) return [];
  const field = word(value["field"], fields, null);
  const quote = text(value["quote"]);
  if (field === null || quote === null) return [];
  return [{ stepId: text(value["step_id"]), field, quote, start: number(value["start"]), end: number(value["end"]) }];
}

function readLabel(value: unknown): FindingView["label"] {
  if (!isRecord(value) || typeof value["correct"] !== "boolean") return null;
  return { isCorrect: value["correct"], by: text(value["by"]), comment: text(value["comment"]) };
}
