// All rules of one agent at one moment: what each reads, how each stands then, and what must be told. Rules that are gone or switched
// off leave nothing behind and end without a word.
import { recordHash } from "../audit/chain.ts";
import { bento, type AuditDraft } from "../audit/entry.ts";
import { timedId } from "../drift/stable-id.ts";
import { alertOf, type Alert } from "./alert.ts";
import { driftReadings, incidentReadings, type NewsOf, type Reading } from "./alert-reading.ts";
import type { AlertRule } from "./alert-rule.ts";
import { nothingRemembered, step, type AlertMemory } from "./alert-state.ts";
import type { Incident } from "./incident.ts";

export interface AlertInput {
  agent: string;
  /** Those that watch the agent. */
  rules: readonly AlertRule[];
  /** Rule id → what it remembers of the agent. */
  memories: ReadonlyMap<string, AlertMemory>;
  /** Rule id → readings of what only its traffic shows: buckets, silence. */
  given: ReadonlyMap<string, readonly Reading[]>;
  incidents: readonly Incident[];
  newsOf: NewsOf;
  nowMs: number;
}

export interface AlertOutput {
  memories: Map<string, AlertMemory>;
  alerts: Alert[];
  /** What the audit log must hear of. */
  drafts: AuditDraft[];
  /** When time alone makes something due. */
  dueMs: number | null;
}

export function evaluateAlerts({ agent, rules, memories, given, incidents, newsOf, nowMs }: AlertInput): AlertOutput {
  const output: AlertOutput = { memories: new Map(), alerts: [], drafts: [], dueMs: null };
  for (const rule of rules) {
    const readings = given.get(rule.id) ?? readingsOf(rule, incidents, newsOf);
    const { memory, notices, dueMs } = step(rule, memories.get(rule.id) ?? nothingRemembered, readings, nowMs);
    output.memories.set(rule.id, memory);
    const alerts = notices.map((notice) => alertOf(rule, agent, notice, nowMs));
    output.alerts.push(...alerts);
    output.drafts.push(...alerts.flatMap((alert) => draftOf(alert, nowMs)));
    const due = [dueMs, silenceDueMs(rule, readings, nowMs), output.dueMs].filter((at) => at !== null);
    output.dueMs = due.length === 0 ? null : Math.min(...due);
  }
  return output;
}

function readingsOf({ condition, watching_since }: AlertRule, incidents: readonly Incident[], newsOf: NewsOf): Reading[] {
  const sinceMs = Date.parse(watching_since);
  switch (condition.type) {
    case "incident":
      return incidentReadings(condition, incidents, newsOf, sinceMs);
    case "drift":
      return driftReadings(condition, incidents, newsOf, sinceMs);
    case "threshold":
    case "no_data":
      return [];
  }
}

/** Silence comes by the clock alone. */
function silenceDueMs({ condition }: AlertRule, readings: readonly Reading[], nowMs: number): number | null {
  const [silence] = readings;
  if (condition.type !== "no_data" || silence === undefined || silence.holds === "yes" || silence.atMs <= nowMs) return null;
  return silence.atMs;
}

/** Reminders change nothing. The names of dimensions may hold a value of the traffic. */
function draftOf({ id, event, rule, agent, severity, dimension, incident_id, drift_id }: Alert, nowMs: number): AuditDraft[] {
  if (event === "alert.renotified") return [];
  return [
    {
      id: timedId("aud_", nowMs, [id]),
      at: new Date(nowMs).toISOString(),
      actor: bento,
      action: event,
      object: rule.id,
      before: null,
      after: { agent, severity, dimension: dimension === null ? null : recordHash(dimension), incident: incident_id, drift: drift_id },
      reason: null,
    },
  ];
}
