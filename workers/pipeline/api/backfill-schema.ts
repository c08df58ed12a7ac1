// Backfills as they are asked for and read, in OpenAPI's terms. The records are domain/backfill.
import * as z from "zod";
import {
  backfillStatuses,
  etaSeconds,
  targetFields,
  type Backfill,
  type BackfillTarget,
  type TargetKind,
} from "../../../domain/backfill/backfill.ts";
import { tellPlan } from "../../../domain/backfill/plan.ts";
import { reportOf } from "../../../domain/backfill/report.ts";
import { pathText } from "./endpoint.ts";
import { timeText } from "./time-filter.ts";

export const backfillStatus = z.enum(backfillStatuses);

/** In the order in which they are told. */
const kinds = ["signal", "detector", "dimension"] as const satisfies readonly TargetKind[];
const known = kinds.map((kind) => targetFields[kind]).join(", ");

const named = z.strictObject({
  signal_id: pathText.optional().meta({ description: "A signal: its rule, or the detectors that see it." }),
  detector: pathText.optional().meta({ description: "A detector in its present version, such as `tool_error`." }),
  dimension: pathText.optional().meta({ description: "A dimension that was defined for the agent." }),
});

/** Exactly one of the fields. */
const target = named
  .transform((given, ctx) => {
    const names = kinds.flatMap((kind): { kind: TargetKind; ref: string }[] => {
      const ref = given[targetFields[kind]];
      return ref === undefined ? [] : [{ kind, ref }];
    });
    const [first, second] = names;
    if (first !== undefined && second === undefined) return first;
    ctx.addIssue({ code: "custom", message: `name exactly one of ${known}` });
    return z.NEVER;
  })
  .meta({ description: `Exactly one of ${known}.` });

export const backfillAsked = z.strictObject({
  agent: pathText,
  target,
  from: timeText.optional().meta({ description: "Runs begun then or later; from the agent's first run when absent." }),
  to: timeText.optional().meta({ description: "Runs begun before then; up to the agent's newest run when absent." }),
  sample: z
    .number()
    .positive()
    .max(10_000_000)
    .refine((sample) => sample <= 1 || Number.isInteger(sample), "a share above 0 and up to 1, or a whole number of runs")
    .optional()
    .meta({
      description: "Up to 1 a share of the runs, above it how many. Chosen by the hash of their ids: evenly, and the same ones again.",
    }),
  max_cost_usd: z.number().nonnegative().optional().meta({ description: "Nothing is begun that would cost more." }),
  preview: z.boolean().default(false).meta({ description: "Say what would be done, and do nothing." }),
});

const plan = z.object({
  text: z.string(),
  from: z.string(),
  to: z.string(),
  sample: z.number().nullable(),
  runs_in_range: z.number(),
  runs: z.number(),
  coverage: z.number().nullable().meta({ description: "Share of the runs in range that are read." }),
});

const size = {
  runs: z.number().meta({ description: "That are read." }),
  bytes: z.number().meta({ description: "Of them in the archive; above 5,000 runs an estimate." }),
  cost_usd: z.number().meta({ description: "For models." }),
};

export const previewSchema = z.object({ ...size, plan }).meta({ id: "BackfillPreview", description: "What a backfill would do." });

const rate = { rate: z.number().nullable(), rate_low: z.number().nullable(), rate_high: z.number().nullable() };

export const backfillSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    target: named,
    target_version: z.string().meta({ description: "Of the definition; all results are of this one." }),
    status: backfillStatus,
    scanned: z.number().meta({ description: "Runs that were looked at." }),
    total: z.number().meta({ description: "Runs to look at, counted when it was made; in the end those that were there." }),
    matched: z.number().meta({ description: "Runs that show it." }),
    errors: z.number().meta({ description: "Runs that could not be read." }),
    cost_usd: z.number(),
    eta_s: z.number().nullable().meta({ description: "At the rate measured so far; null where nothing moves or nothing was measured." }),
    plan,
    max_cost_usd: z.number().nullable(),
    report: z.object({
      first_seen: z.string().nullable().meta({ description: "Start of the oldest run that shows it." }),
      recovered: z.number().meta({ description: "Runs that show it and were not known to." }),
      overlap: z.number().meta({ description: "Runs that were known to." }),
      ...rate,
      series: z.array(z.object({ at: z.string(), count: z.number(), denominator: z.number(), ...rate })).meta({
        description: "By day (UTC): runs that show it among runs that were read, and the rate with its Wilson 95 % interval.",
      }),
    }),
    error: z.string().nullable().meta({ description: "Why it failed; of one that is under way, why its last try came to nothing." }),
    created_at: z.string(),
    started_at: z.string().nullable(),
    updated_at: z.string(),
  })
  .meta({ id: "Backfill", description: "A scan of history." });

export function previewView(job: Backfill): z.input<typeof previewSchema> {
  const { runs, bytes, costUsd } = job.plan;
  return { runs, bytes, cost_usd: costUsd, plan: tellPlan(job.agent, job.target, job.plan) };
}

export function backfillView(job: Backfill): z.input<typeof backfillSchema> {
  const { id, agent, status, scanned, total, matched, errors, error } = job;
  return {
    id,
    agent,
    target: targetView(job.target),
    target_version: job.target.version,
    status,
    scanned,
    total: Math.max(total, scanned),
    matched,
    errors,
    cost_usd: job.costUsd,
    eta_s: etaSeconds(job),
    plan: tellPlan(agent, job.target, job.plan),
    max_cost_usd: job.plan.maxCostUsd,
    report: reportOf(job.tally),
    error,
    created_at: new Date(job.createdMs).toISOString(),
    started_at: job.startedMs === null ? null : new Date(job.startedMs).toISOString(),
    updated_at: new Date(job.updatedMs).toISOString(),
  };
}

const targetView = ({ kind, ref }: BackfillTarget): z.input<typeof named> => ({ [targetFields[kind]]: ref });
