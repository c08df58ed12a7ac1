// An incident as it is read, in OpenAPI's terms. The record is domain/incident/incident.ts.
import * as z from "zod";
import { attributionSchema, driftSchema, severity } from "./drift-schema.ts";

export const incidentStatus = z.enum(["open", "acknowledged", "mitigated", "resolved"]);

const signal = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  state: z.string(),
  rate: z.number().nullable(),
  rate_low: z.number().nullable(),
  rate_high: z.number().nullable(),
  onset_at: z.string().meta({ description: "When it began to escalate." }),
});

export const incidentSchema = z
  .object({
    id: z.string(),
    slug: z.string(),
    agent: z.string(),
    title: z.string(),
    summary: z.string(),
    status: incidentStatus,
    severity,
    opened_at: z.string(),
    onset_at: z.string(),
    owner: z.string().nullable(),
    drifts: z.array(driftSchema).meta({ description: "Most telling first." }),
    signals: z.array(signal),
    attribution: attributionSchema.meta({ description: "Of its drifts taken together." }),
    lineage: z.object({
      changes: z.array(z.string()),
      runs: z.array(z.string()),
      experiments: z.array(z.string()),
      artifacts: z.array(z.string()),
      book: z.array(z.string()),
    }),
    timeline: z
      .array(z.object({ at: z.string(), kind: z.string(), by: z.string(), text: z.string() }))
      .meta({ description: "Oldest first." }),
    recovered_at: z.string().nullable(),
    resolved_at: z.string().nullable(),
    merged_into: z.string().nullable(),
    withdrawn_at: z.string().nullable().meta({ description: "Corrected facts no longer show any of it, and nobody had touched it." }),
  })
  .meta({ id: "Incident", description: "Drifts and escalating signals with one onset or one cause." });
