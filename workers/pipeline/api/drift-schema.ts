// Changes, drifts, attributions and dimensions as they are read, in OpenAPI's terms. The records are domain/drift/drift.ts.
import * as z from "zod";
import { changeKinds } from "../../../domain/drift/drift.ts";

export const changeKind = z.enum(changeKinds);
export const severity = z.enum(["low", "medium", "high", "critical"]);
export const dimensionKind = z.enum(["proportion", "count", "duration", "categorical"]);

export const changeSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    kind: changeKind,
    ref: z.string().meta({
      description: "Model id, prompt hash or declared ref, tool name, `attribute=value` of a cohort, `slug@version` of an artifact.",
    }),
    at: z.string(),
    declared: z.boolean().meta({ description: "false: inferred at the first run that shows it." }),
    from: z.string().nullable(),
    to: z.string().nullable(),
    description: z.string().nullable(),
    author: z.string().nullable(),
    run_id: z.string().nullable().meta({ description: "The first run that shows it." }),
  })
  .meta({ id: "Change", description: "A dated event that may move behaviour." });

const cause = z.object({
  kind: changeKind,
  ref: z.string(),
  change_id: z.string().nullable(),
  at: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  share: z.number().nullable().meta({ description: "Share of the change that this cause explains." }),
  share_low: z.number().nullable(),
  share_high: z.number().nullable(),
  confidence: z.number().meta({ description: "Probability of this cause among its rivals, 0–1." }),
  declared: z.boolean(),
  evidence: z.array(z.string()),
});

export const attributionSchema = z
  .object({
    verdict: z.enum(["attributed", "confounded", "unattributed", "insufficient_data"]),
    causes: z.array(cause).meta({ description: "Best first." }),
    mix: z.object({ total: z.number(), within: z.number(), mix: z.number(), attribute: z.string() }).nullable(),
    certain: z
      .boolean()
      .optional()
      .meta({ description: "The first cause is sure enough for “caused by”; false is “likely” or no cause.." }),
  })
  .meta({ id: "Attribution" });

const side = z.looseObject({ n: z.number(), value: z.number().nullable() });

export const driftSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    dimension: z.string(),
    kind: dimensionKind,
    direction: z.enum(["up", "down", "mixed"]),
    status: z.enum(["open", "recovered", "accepted", "dismissed"]),
    onset_at: z.string(),
    onset_from: z.string(),
    onset_to: z.string(),
    detected_at: z.string().meta({ description: "Event time at which the bucket that crossed the threshold closed." }),
    baseline: side,
    current: side,
    effect: z.object({ measure: z.string(), value: z.number(), low: z.number(), high: z.number() }),
    evidence: z.object({ method: z.string(), value: z.number(), threshold: z.number() }),
    severity,
    incident_id: z.string().nullable(),
    attribution: attributionSchema,
  })
  .meta({ id: "Drift", description: "A dimension that left its baseline." });

const band = z.looseObject({ n: z.number(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });

export const dimensionSchema = z
  .object({
    name: z.string(),
    kind: dimensionKind,
    unit: z.string(),
    status: z.enum(["learning", "stable", "drifting", "silent"]),
    baseline: band,
    current: band,
    references: z
      .array(z.object({ name: z.string(), at: z.string(), by: z.string(), baseline: band, current: band }))
      .meta({ description: "What it was when a person blessed it, newest first; `at` is event time." }),
    feedback: z
      .object({
        expected: z.number(),
        not_useful: z.number(),
        evidence_factor: z.number().meta({ description: "Times the usual evidence that its next alarm needs, 1 to 256; fades." }),
        last_at: z.string().meta({ description: "Event time of the last dismissal." }),
      })
      .nullable()
      .meta({ description: "What dismissals of its drifts taught; null for none." }),
    needs: z.object({ runs: z.number(), days: z.number() }).nullable().meta({ description: "While learning: how much more is needed." }),
    expression: z.string().nullable().meta({ description: "Of a dimension that somebody defined; null for built-in ones." }),
  })
  .meta({ id: "Dimension", description: "One measured property of an agent's behaviour." });
