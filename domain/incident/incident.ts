// The incident record as the public contract writes it: one thing that went wrong with an agent, its severity, owner,
// cause and lineage. Folding (fan-in.ts) and people's actions (transition.ts) make new records; nothing mutates one.
import type { Attribution, Drift, Severity } from "../drift/drift.ts";

export type IncidentStatus = "open" | "acknowledged" | "mitigated" | "resolved";

export type TimelineKind =
  | "opened"
  | "drift_added"
  | "drift_withdrawn"
  | "signal_added"
  | "cause_changed"
  | "escalated"
  | "recovered"
  | "resolved"
  | "reopened"
  | "acknowledged"
  | "mitigated"
  | "assigned"
  | "comment"
  | "merged"
  | "merged_into"
  | "withdrawn";

export interface TimelineEntry {
  /** Event time for what the traffic did, wall time for what people did. */
  at: string;
  kind: TimelineKind;
  /** The owner of the key that acted; `bento` for the machine. */
  by: string;
  text: string;
}

/** An escalating signal as the incident carries it. */
export interface IncidentSignal {
  id: string;
  slug: string;
  name: string;
  state: string;
  rate: number | null;
  rate_low: number | null;
  rate_high: number | null;
  /** When it began to escalate. */
  onset_at: string;
}

/** Ids of what the incident is linked to. */
export interface Lineage {
  changes: string[];
  runs: string[];
  experiments: string[];
  artifacts: string[];
  book: string[];
}

export interface Incident {
  id: string;
  slug: string;
  agent: string;
  title: string;
  summary: string;
  status: IncidentStatus;
  severity: Severity;
  opened_at: string;
  onset_at: string;
  owner: string | null;
  /** Whole drifts, most telling first. */
  drifts: Drift[];
  signals: IncidentSignal[];
  attribution: Attribution;
  lineage: Lineage;
  /** Oldest first. */
  timeline: TimelineEntry[];
  /** Event time at which all of its drifts were back; null while one is away. */
  recovered_at: string | null;
  resolved_at: string | null;
  /** The incident that swallowed this one; such records are left out of lists. */
  merged_into: string | null;
  /** Corrected facts no longer show any of it, and nobody had touched it: it is left out of lists as well. */
  withdrawn_at: string | null;
}

/** The name in a timeline for what Bento did by itself. */
export const machine = "bento";

export type IncidentEventType = "incident.opened" | "incident.escalated" | "incident.resolved" | "incident.reopened";

/** What must be told to people once; `key` is the same for the same fact however often it is computed. */
export interface IncidentEvent {
  type: IncidentEventType;
  key: string;
  at: string;
  incident_id: string;
}
