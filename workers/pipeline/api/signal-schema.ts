// Findings and signals as they are read, in OpenAPI's terms. The records are domain/finding/finding.ts and domain/signal/signal.ts.
import * as z from "zod";
import type { SignalRow } from "../../../d1/signal-rows.ts";
import { mostHistory } from "../../../domain/signal/said.ts";
import { severity } from "./drift-schema.ts";

export const polarity = z.enum(["failure", "win"]);
export const signalState = z.enum(["new", "escalating", "ongoing", "regressed", "resolved", "archived"]);

const evidence = z.object({
  step_id: z.string().nullable().meta({ description: "null: a field of the run itself." }),
  field: z.enum(["error", "arguments", "result", "input", "output", "name", "status", "score"]),
  quote: z.string(),
  start: z.number().meta({ description: "UTF-16 units into the field's text; JSON where it is no text." }),
  end: z.number(),
});

export const findingSchema = z
  .object({
    id: z.string(),
    run_id: z.string(),
    step_id: z.string().nullable().meta({ description: "The responsible step." }),
    what: z.string(),
    why: z.string().nullable(),
    where: z.string().nullable(),
    context: z.record(z.string(), z.string()),
    expected: z.string().nullable(),
    severity,
    polarity,
    detector: z.string(),
    detector_version: z.string(),
    source: z.enum(["rule", "model", "human"]),
    recovered: z.boolean().meta({ description: "The run got over it: a finding, and no failure of the run." }),
    evidence: z.array(evidence),
    signal_id: z.string().nullable(),
    label: z
      .object({ correct: z.boolean(), comment: z.string().nullable(), by: z.string(), at: z.string() })
      .nullable()
      .meta({ description: "What a person said of it. One that is called wrong counts for no rate." }),
  })
  .meta({ id: "Finding", description: "A label on a run, citing its evidence." });

const rate = {
  count: z.number().meta({ description: "Runs that show it." }),
  denominator: z.number().meta({ description: "Runs of the agent." }),
  rate: z.number().nullable().meta({ description: "Weighted by sample rates, so not always their quotient." }),
  rate_low: z.number().nullable(),
  rate_high: z.number().nullable(),
};

export const signalSchema = z
  .object({
    id: z.string(),
    slug: z.string(),
    agent: z.string(),
    name: z.string(),
    definition: z.string(),
    version: z.number().meta({ description: "Of the definition." }),
    polarity,
    state: signalState,
    severity,
    ...rate,
    share_of_failures: z.number().nullable().meta({ description: "Of the runs with a failure that they did not get over." }),
    priority: z.number().meta({ description: "Rate of the last four weeks × weight of the severity (1, 3, 9, 27)." }),
    first_seen: z.string().nullable(),
    last_seen: z.string().nullable(),
    trend: z.array(z.object({ at: z.string(), ...rate })).meta({ description: "By day, the last four weeks of the agent's traffic." }),
    by: z
      .record(z.string(), z.array(z.object({ value: z.string(), ...rate })))
      .meta({ description: "Among whom: `model`, `prompt` and cohort attributes, over the runs that behaviour remembers." }),
    examples: z.array(z.string()).meta({ description: "Ids of runs, newest first." }),
    parent_id: z.string().nullable().meta({ description: "The signal of its family; null for one of a family, and for a declared one." }),
    rule: z.string().nullable().meta({ description: "Of a declared signal: CEL over `run`; null where Claude reads for it." }),
    is_declared: z.boolean(),
    confirmed_by: z.string().nullable(),
  })
  .meta({ id: "Signal", description: "A named class of findings." });

export const proposalStatus = z.enum(["pending", "ready", "failed", "off"]);

const proposal = z
  .object({
    name: z.string().nullable(),
    definition: z.string().nullable(),
    merge_into: z.string().nullable().meta({ description: "Slug of the signal beside it that is said to be the same." }),
    reason: z.string().nullable(),
    model: z.string().nullable(),
    at: z.string().meta({ description: "When it was asked for." }),
    status: proposalStatus,
    error: z.string().nullable().meta({ description: "Why it failed, waits or is off." }),
  })
  .meta({ id: "SignalProposal", description: "What Claude proposes. It changes nothing before a person accepts it." });

export const wholeSignal = signalSchema
  .extend({
    proposal: proposal.nullable().meta({ description: "null: nobody asked for one, or it was answered." }),
    classes: z.array(z.object({ key: z.string(), template: z.string(), findings: z.number() })).meta({
      description: "What it is made of: masked texts, those with most findings first. `split` takes their keys.",
    }),
    history: z
      .array(z.object({ at: z.string(), by: z.string(), kind: z.string(), other: z.string().nullable(), reason: z.string().nullable() }))
      .meta({ description: "What became of it, newest last." }),
  })
  .meta({ id: "WholeSignal", description: "A signal, what it is made of, and what became of it." });

export const signalView = ({ record, rule, isDeclared, said, version }: SignalRow) => ({
  ...record,
  version,
  rule,
  is_declared: isDeclared,
  confirmed_by: said.confirmed_by,
});

export function proposalView({ said: { proposal: given } }: SignalRow): z.infer<typeof proposal> | null {
  if (given === null) return null;
  const { calls: _, held_until_ms: __, ...shown } = given;
  return shown;
}

export const historyView = ({ history }: SignalRow) => history.slice(-mostHistory);
