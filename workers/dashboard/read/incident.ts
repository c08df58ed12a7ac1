// An incident as the public API writes it, read field by field.
import { isRecord, list, number, record, text, texts, timeMs, word } from "../json.ts";
import { readAttribution, readDrift, severities, type AttributionView, type DriftView, type Severity } from "./drift.ts";

export const incidentStatuses = ["open", "acknowledged", "mitigated", "resolved"] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export interface SignalOfIncident {
  id: string;
  name: string;
  state: string;
  rate: number | null;
  low: number | null;
  high: number | null;
}

export interface IncidentView {
  id: string;
  slug: string;
  agent: string;
  title: string;
  summary: string;
  status: IncidentStatus;
  severity: Severity;
  openedMs: number | null;
  onsetMs: number | null;
  recoveredMs: number | null;
  owner: string | null;
  drifts: DriftView[];
  signals: SignalOfIncident[];
  attribution: AttributionView;
  lineage: { changes: string[]; runs: string[]; experiments: string[]; artifacts: string[]; book: string[] };
  timeline: { atMs: number | null; kind: string; by: string; text: string }[];
}

export function readIncident(value: unknown): IncidentView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const lineage = record(value["lineage"]);
  return {
    id,
    slug: text(value["slug"]) ?? id,
    agent: text(value["agent"]) ?? "unknown",
    title: text(value["title"]) ?? "Untitled incident",
    summary: text(value["summary"]) ?? "",
    status: word(value["status"], incidentStatuses, "open"),
    severity: word(value["severity"], severities, "low"),
    openedMs: timeMs(value["opened_at"]),
    onsetMs: timeMs(value["onset_at"]),
    recoveredMs: timeMs(value["recovered_at"]),
    owner: text(value["owner"]),
    drifts: list(value["drifts"]).flatMap((each) => readDrift(each) ?? []),
    signals: list(value["signals"]).flatMap(readSignal),
    attribution: wordedAs(text(value["title"]) ?? "", readAttribution(value["attribution"])),
    lineage: {
      changes: ids(lineage["changes"]),
      runs: ids(lineage["runs"]),
      experiments: ids(lineage["experiments"]),
      artifacts: ids(lineage["artifacts"]),
      book: ids(lineage["book"]),
    },
    timeline: list(value["timeline"]).filter(isRecord).map(readEntry),
  };
}

/** The incident's title carries the wording that the evidence allows; a confidence alone does not tell a mere cut-over. */
function wordedAs(title: string, attribution: AttributionView): AttributionView {
  if (attribution.isCertain !== null) return attribution;
  const said = /; (likely )?cause: /.exec(title);
  return said === null ? attribution : { ...attribution, isCertain: said[1] === undefined };
}

/** Ids, or the ids of objects: a richer API may send either. */
function ids(value: unknown): string[] {
  return [...texts(value), ...list(value).flatMap((each) => text(record(each)["id"]) ?? [])];
}

function readEntry(entry: Record<string, unknown>): IncidentView["timeline"][number] {
  return { atMs: timeMs(entry["at"]), kind: text(entry["kind"]) ?? "note", by: text(entry["by"]) ?? "", text: text(entry["text"]) ?? "" };
}

function readSignal(value: unknown): SignalOfIncident[] {
  const from = record(value);
  const id = text(from["id"]);
  if (id === null) return [];
  const signal = { id, name: text(from["name"]) ?? text(from["slug"]) ?? id, state: text(from["state"]) ?? "" };
  return [{ ...signal, rate: number(from["rate"]), low: number(from["rate_low"]), high: number(from["rate_high"]) }];
}
