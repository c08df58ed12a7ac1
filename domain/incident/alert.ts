// An alert as it is told and listed: which rule, what it found, since when, how often it was said. Made from a notice of the state
// machine; its id is the same for the same notice however often it is made.
import { namedId } from "../drift/stable-id.ts";
import type { Severity } from "../drift/drift.ts";
import { oneLine } from "../drift/words.ts";
import type { AlertRule } from "./alert-rule.ts";
import type { AlertEvent, AlertNotice, AlertState } from "./alert-state.ts";

export interface Alert {
  id: string;
  event: AlertEvent;
  rule: { id: string; name: string };
  agent: string;
  /** One line. */
  title: string;
  severity: Severity | null;
  dimension: string | null;
  value: number | null;
  incident_id: string | null;
  drift_id: string | null;
  /** Event time of what was read. */
  at: string;
  /** When it began to stand, and when this was told. */
  since: string;
  told_at: string;
  /** How often it was told, this time included. */
  notices: number;
}

export function alertOf(rule: Pick<AlertRule, "id" | "name">, agent: string, { event, state }: AlertNotice, nowMs: number): Alert {
  const { reading, sinceMs, notices } = state;
  return {
    // Names of dimensions and agents come from traces; an id travels in a header.
    id: `${event}:${rule.id}:${namedId("", [agent, reading.subject])}:${sinceMs}:${notices}`,
    event,
    rule: { id: rule.id, name: rule.name },
    agent,
    title: titleOf(event, state),
    severity: reading.severity,
    dimension: reading.dimension,
    value: reading.value,
    incident_id: reading.incidentId,
    drift_id: reading.driftId,
    at: new Date(reading.atMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
    told_at: new Date(nowMs).toISOString(),
    notices,
  };
}

/** Longest line of a message. */
const longestTitle = 200;

function titleOf(event: AlertEvent, { phase, reading, toldSeverity }: AlertState): string {
  switch (event) {
    case "alert.fired":
      return oneLine(reading.title, longestTitle);
    case "alert.escalated":
      return oneLine(`now ${toldSeverity ?? "worse"}: ${reading.title}`, longestTitle);
    case "alert.renotified":
      return oneLine(`still: ${reading.title}`, longestTitle);
    case "alert.no_data":
      return oneLine(reading.title, longestTitle);
    case "alert.resolved":
      return oneLine(phase === "no_data" ? `data is back: ${reading.dimension ?? ""}` : `over: ${reading.title}`, longestTitle);
  }
}
