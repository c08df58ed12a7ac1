// Alert rules, what they tell, previews and deliveries, read from the public API field by field.
import { isRecord, list, number, record, text, texts, timeMs, word } from "../json.ts";
import { severities, type Severity } from "./drift.ts";

export const conditionTypes = ["incident", "drift", "threshold", "no_data"] as const;
export type ConditionType = (typeof conditionTypes)[number];

export interface RuleView {
  id: string;
  name: string;
  agent: string | null;
  enabled: boolean;
  condition: {
    type: ConditionType;
    minSeverity: Severity;
    dimensions: string[];
    directions: string[];
    kinds: string[];
    causeKinds: string[];
    above: number | null;
    below: number | null;
    bucket: "hour" | "day";
    buckets: number;
    minRuns: number | null;
    afterMs: number | null;
  };
  /** Ids of webhooks, and hosts of Slack addresses. */
  targets: { webhookId: string | null; host: string | null }[];
  coolDownMs: number | null;
  renotifyMs: number | null;
  noData: "keep" | "resolve" | "alert";
  firing: number;
  pending: number;
  withoutData: number;
  standing: StandingView[];
}

export interface StandingView {
  agent: string;
  phase: "pending" | "firing" | "no_data";
  sinceMs: number | null;
  toldMs: number | null;
  notices: number | null;
  title: string;
  severity: Severity | null;
  incidentId: string | null;
  dimension: string | null;
}

export interface AlertView {
  id: string;
  event: string;
  agent: string;
  title: string;
  severity: Severity | null;
  dimension: string | null;
  incidentId: string | null;
  toldMs: number | null;
  sinceMs: number | null;
}

export interface PreviewView {
  fromMs: number;
  toMs: number;
  agents: string[];
  agentsLeftOut: number;
  fired: number;
  notices: number;
  renotified: number;
  resolved: number;
  held: number;
  standing: number;
  told: AlertView[];
}

export interface DeliveryView {
  id: string;
  event: string;
  status: "delivered" | "retrying" | "failed";
  attempts: number | null;
  lastError: string | null;
  createdMs: number | null;
  nextMs: number | null;
  ruleId: string | null;
  agent: string | null;
  host: string | null;
  about: string | null;
}

export function readRule(value: unknown): RuleView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const condition = record(value["condition"]);
  return {
    id,
    name: text(value["name"]) ?? id,
    agent: text(value["agent"]),
    enabled: value["enabled"] !== false,
    condition: {
      type: word(condition["type"], conditionTypes, "incident"),
      minSeverity: word(condition["min_severity"], severities, "low"),
      dimensions: texts(condition["dimensions"]),
      directions: texts(condition["directions"]),
      kinds: texts(condition["kinds"]),
      causeKinds: texts(condition["cause_kinds"]),
      above: number(condition["above"]),
      below: number(condition["below"]),
      bucket: word(condition["bucket"], ["hour", "day"] as const, "hour"),
      buckets: number(condition["buckets"]) ?? 1,
      minRuns: number(condition["min_runs"]),
      afterMs: number(condition["after_ms"]),
    },
    targets: list(value["targets"])
      .filter(isRecord)
      .map((target) => ({ webhookId: text(target["webhook_id"]), host: text(target["host"]) })),
    coolDownMs: number(value["cool_down_ms"]),
    renotifyMs: number(value["renotify_ms"]),
    noData: word(value["no_data"], ["keep", "resolve", "alert"] as const, "keep"),
    firing: number(value["firing"]) ?? 0,
    pending: number(value["pending"]) ?? 0,
    withoutData: number(value["without_data"]) ?? 0,
    standing: list(value["standing"]).flatMap(readStanding),
  };
}

function readStanding(value: unknown): StandingView[] {
  if (!isRecord(value)) return [];
  return [
    {
      agent: text(value["agent"]) ?? "",
      phase: word(value["phase"], ["pending", "firing", "no_data"] as const, "firing"),
      sinceMs: timeMs(value["since"]),
      toldMs: timeMs(value["told_at"]),
      notices: number(value["notices"]),
      title: text(value["title"]) ?? "",
      severity: word(value["severity"], severities, null),
      incidentId: text(value["incident_id"]),
      dimension: text(value["dimension"]),
    },
  ];
}

function readAlert(value: unknown): AlertView[] {
  if (!isRecord(value)) return [];
  return [
    {
      id: text(value["id"]) ?? "",
      event: text(value["event"]) ?? "",
      agent: text(value["agent"]) ?? "",
      title: text(value["title"]) ?? "",
      severity: word(value["severity"], severities, null),
      dimension: text(value["dimension"]),
      incidentId: text(value["incident_id"]),
      toldMs: timeMs(value["told_at"]),
      sinceMs: timeMs(value["since"]),
    },
  ];
}

/** Null without the time that it covers. */
export function readPreview(value: unknown): PreviewView | null {
  const from = record(value);
  const fromMs = timeMs(from["from"]);
  const toMs = timeMs(from["to"]);
  if (fromMs === null || toMs === null) return null;
  return {
    fromMs,
    toMs,
    agents: texts(from["agents"]),
    agentsLeftOut: number(from["agents_left_out"]) ?? 0,
    fired: number(from["fired"]) ?? 0,
    notices: number(from["notices"]) ?? 0,
    renotified: number(from["renotified"]) ?? 0,
    resolved: number(from["resolved"]) ?? 0,
    held: number(from["held"]) ?? 0,
    standing: number(from["standing"]) ?? 0,
    told: list(from["told"]).flatMap(readAlert),
  };
}

export function readDelivery(value: unknown): DeliveryView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    event: text(value["event"]) ?? "",
    status: word(value["status"], ["delivered", "retrying", "failed"] as const, "retrying"),
    attempts: number(value["attempts"]),
    lastError: text(value["last_error"]),
    createdMs: timeMs(value["created_at"]),
    nextMs: timeMs(value["next_attempt_at"]),
    ruleId: text(value["rule_id"]),
    agent: text(value["agent"]),
    host: text(value["host"]),
    about: text(value["about"]),
  };
}
