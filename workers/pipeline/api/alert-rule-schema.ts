// An alert rule as it is said and read, in OpenAPI's terms. The record is domain/incident/alert-rule.ts. A Slack address is a secret:
// it is taken, and shown only by its host.
import * as z from "zod";
import type { AlertRule, AlertTarget } from "../../../domain/incident/alert-rule.ts";
import type { ListedAlert } from "../../../d1/alert-states.ts";
import { changeKind, severity } from "./drift-schema.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const dimensions = z.array(z.string().min(1).max(300)).min(1).max(50).meta({ description: "Names; `*` stands for any run of characters." });
const causeKinds = z.array(changeKind).min(1).max(20);
const filter = <S extends z.ZodType>(schema: S) => schema.nullable().default(null);

const condition = z.discriminatedUnion("type", [
  z
    .strictObject({
      type: z.literal("incident"),
      min_severity: severity.default("low"),
      dimensions: filter(dimensions),
      cause_kinds: filter(causeKinds),
    })
    .meta({ description: "An incident opened with, or escalated to, at least this severity." }),
  z
    .strictObject({
      type: z.literal("drift"),
      min_severity: severity.default("low"),
      dimensions: filter(dimensions),
      directions: filter(z.array(z.enum(["up", "down", "mixed"])).min(1)),
      kinds: filter(z.array(z.enum(["proportion", "count", "duration", "categorical"])).min(1)),
      cause_kinds: filter(causeKinds),
    })
    .meta({ description: "A drift of this kind." }),
  z
    .strictObject({
      type: z.literal("threshold"),
      dimensions: z.array(z.string().min(1).max(300)).min(1).max(20).meta({ description: "Whole names." }),
      above: z.number().nullable().default(null),
      below: z.number().nullable().default(null),
      bucket: z.enum(["hour", "day"]).default("hour"),
      buckets: z.int().min(1).max(48).default(1).meta({ description: "So many closed buckets in a row." }),
      min_runs: z.int().min(1).max(100_000).default(5).meta({ description: "A bucket that fewer runs show says nothing." }),
    })
    .refine(({ above, below }) => above !== null || below !== null, "give `above`, `below` or both")
    .meta({ description: "A dimension's value beyond a bound. Of a category, the share of its most common one." }),
  z
    .strictObject({
      type: z.literal("no_data"),
      after_ms: z
        .int()
        .min(minuteMs)
        .max(30 * dayMs),
    })
    .meta({ description: "No run for so long. A rule on all agents watches those that sent one since it was made." }),
]);

const target = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("webhook"), webhook_id: z.string().min(1).max(100) }),
  z.strictObject({ type: z.literal("slack"), url: z.string().min(1).max(2_000) }),
]);

const fields = {
  name: z.string().trim().min(1).max(200),
  agent: z.string().min(1).max(200).nullable().meta({ description: "null: every agent." }),
  enabled: z.boolean(),
  condition,
  targets: z.array(target).max(20).meta({ description: "Webhooks that ask for alert events hear every rule; these hear this one." }),
  cool_down_ms: z
    .int()
    .min(0)
    .max(7 * dayMs)
    .meta({ description: "After a first notice, further ones of this rule and agent wait for so long, unless they are worse." }),
  renotify_ms: z
    .int()
    .min(minuteMs)
    .max(30 * dayMs)
    .nullable()
    .meta({ description: "What stands and nobody acknowledged is told again after this; null: never." }),
  no_data: z
    .enum(["keep", "resolve", "alert"])
    .meta({ description: "A threshold's bucket without enough runs: leave things as they are, take them as well, or tell it." }),
};

/** What makes a rule. */
export const ruleSaid = z
  .strictObject({
    ...fields,
    agent: fields.agent.default(null),
    enabled: fields.enabled.default(true),
    targets: fields.targets.default([]),
    cool_down_ms: fields.cool_down_ms.default(60 * minuteMs),
    renotify_ms: fields.renotify_ms.default(null),
    no_data: fields.no_data.default("keep"),
  })
  .meta({ id: "AlertRuleSaid" });

/** What changes one: what is absent stays. */
export const ruleChange = z.strictObject(fields).partial();

export const ruleSchema = z
  .object({
    id: z.string(),
    ...fields,
    targets: z.array(
      z.discriminatedUnion("type", [
        z.object({ type: z.literal("webhook"), webhook_id: z.string() }),
        z.object({ type: z.literal("slack"), host: z.string() }),
      ]),
    ),
    created_at: z.string(),
    updated_at: z.string(),
    watching_since: z.string().meta({ description: "What was known before is not news." }),
    firing: z.number(),
    pending: z.number(),
    without_data: z.number(),
  })
  .meta({ id: "AlertRule", description: "What people want to hear of." });

export const standingSchema = z.object({
  agent: z.string(),
  phase: z.enum(["pending", "firing", "no_data"]),
  since: z.string(),
  told_at: z.string().nullable().meta({ description: "null: the cool-down holds the first notice back." }),
  notices: z.number(),
  title: z.string(),
  severity: severity.nullable(),
  dimension: z.string().nullable(),
  value: z.number().nullable(),
  incident_id: z.string().nullable(),
  drift_id: z.string().nullable(),
});

export const alertSchema = z
  .object({
    id: z.string(),
    event: z.string(),
    rule: z.object({ id: z.string(), name: z.string() }),
    agent: z.string(),
    title: z.string(),
    severity: severity.nullable(),
    dimension: z.string().nullable(),
    value: z.number().nullable(),
    incident_id: z.string().nullable(),
    drift_id: z.string().nullable(),
    at: z.string(),
    since: z.string(),
    told_at: z.string(),
    notices: z.number(),
  })
  .meta({ id: "Alert" });

export type PhaseCounts = ReadonlyMap<string, number>;

/** `counts`: phase → how many. */
export function ruleView({ targets, ...rule }: AlertRule, counts: PhaseCounts): z.input<typeof ruleSchema> {
  return {
    ...rule,
    targets: targets.map(targetView),
    firing: counts.get("firing") ?? 0,
    pending: counts.get("pending") ?? 0,
    without_data: counts.get("no_data") ?? 0,
  };
}

export function standingView({ agent, state }: ListedAlert): z.input<typeof standingSchema> {
  const { phase, sinceMs, toldMs, notices, reading } = state;
  return {
    agent,
    phase,
    since: new Date(sinceMs).toISOString(),
    told_at: toldMs === null ? null : new Date(toldMs).toISOString(),
    notices,
    title: reading.title,
    severity: reading.severity,
    dimension: reading.dimension,
    value: reading.value,
    incident_id: reading.incidentId,
    drift_id: reading.driftId,
  };
}

function targetView(target: AlertTarget): z.input<typeof ruleSchema>["targets"][number] {
  return target.type === "webhook" ? target : { type: "slack", host: URL.parse(target.url)?.hostname ?? "" };
}
