// One line of a report for each thing that happened: the record's id, and what is to be said of it in words and numbers. Names that come from
// traces are kept on one line; who renders a line escapes it.
import type { Change, Drift } from "../drift/drift.ts";
import { dimensionWords, numberWords, oneLine, unitOf } from "../drift/words.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { Gate } from "../experiment/gate.ts";
import type { Incident } from "../incident/incident.ts";
import type { Period } from "./period.ts";

export interface ReportLine {
  id: string;
  slug: string | null;
  text: string;
}

const longestText = 300;

export function incidentLine({ id, slug, title, severity, status, opened_at, resolved_at }: Incident, period: Period): ReportLine {
  const isNew = Date.parse(opened_at) >= period.fromMs;
  const isOver = resolved_at !== null && Date.parse(resolved_at) >= period.fromMs && Date.parse(resolved_at) < period.toMs;
  const course = isOver ? (isNew ? "opened and resolved" : "resolved") : isNew ? `opened, ${status}` : `still ${status}`;
  return { id, slug, text: `${severity}, ${course}: ${oneLine(title, longestText)}` };
}

export function driftLine({ id, dimension, baseline, current, effect, attribution, status }: Drift): ReportLine {
  const unit = unitOf(dimension);
  const moved =
    baseline.value === null || current.value === null
      ? "changed"
      : `moved from ${numberWords(baseline.value)} to ${numberWords(current.value)}${unit}`;
  const interval = `${effect.measure} ${numberWords(effect.value)}, 95 % interval ${numberWords(effect.low)} to ${numberWords(effect.high)}`;
  return { id, slug: null, text: `${dimensionWords(dimension)} ${moved} (${interval}; ${status}); ${causeWords(attribution)}` };
}

function causeWords({ verdict, causes, certain }: Drift["attribution"]): string {
  const [first] = causes;
  if (first === undefined || verdict === "insufficient_data") return "cause not known";
  const name = `${first.kind} ${oneLine(first.ref, 60)}`;
  if (verdict === "attributed") return `${certain ? "cause" : "likely cause"}: ${name}`;
  return verdict === "confounded" ? "causes that cannot be told apart" : `no cause named (closest: ${name})`;
}

export function experimentLine({ id, design, status, reading }: Experiment): ReportLine {
  return {
    id,
    slug: null,
    text: `${design.kind}, ${status}, ${reading.verdict.replaceAll("_", " ")}: ${oneLine(reading.decisive_sentence, longestText)}`,
  };
}

export function gateLine({ id, verdict, status, waiver, reasons }: Gate): ReportLine {
  const word = status === "running" ? "not decided yet" : verdict.replaceAll("_", " ");
  const waived = waiver === null ? "" : `, waived by ${oneLine(waiver.by ?? waiver.keyId)}`;
  const [first] = reasons;
  return { id, slug: null, text: `${word}${waived}${first === undefined ? "" : `: ${oneLine(first, longestText)}`}` };
}

export function changeLine({ id, kind, ref, from, to, declared }: Change): ReportLine {
  const course = to === null ? "" : from === null ? ` to ${oneLine(to)}` : ` from ${oneLine(from)} to ${oneLine(to)}`;
  return { id, slug: null, text: `${kind} ${oneLine(ref)}${course} (${declared ? "declared" : "seen in the runs"})` };
}
