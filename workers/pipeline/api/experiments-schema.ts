// Experiments as they are read, in OpenAPI's terms. The records are domain/experiment.
import * as z from "zod";
import { actions, verdicts } from "../../../domain/experiment/comparison.ts";
import { experimentKindNames, experimentStatuses, type Experiment } from "../../../domain/experiment/experiment.ts";
import { replayResults } from "../../../domain/experiment/replay.ts";
import { canaryFlag, canarySchema, guardSchema, shadowSchema } from "./experiments-canary-schema.ts";
import type { ReadExperiment } from "./experiments-kinds.ts";

export const experimentStatus = z.enum(experimentStatuses);
export const experimentKindName = z.enum(experimentKindNames);

/** Of one experiment at once; a list has pages for the others. */
export const resultsShown = 1_000;

export const candidateSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  artifacts: z.array(z.string()),
  driver: z.object({ type: z.enum(["claude", "webhook"]), url: z.string().optional() }),
});

const metric = z.object({
  name: z.string(),
  role: z.enum(["primary", "guardrail", "exploratory"]).meta({ description: "The verdict follows from the primary one alone." }),
  baseline: z.number().nullable(),
  candidate: z.number().nullable(),
  difference: z.number().nullable().meta({ description: "candidate − baseline, with its 95 % interval." }),
  low: z.number().nullable(),
  high: z.number().nullable(),
  p_or_e: z.number().nullable(),
  method: z.string(),
  n: z.number(),
  required_n: z.number().nullable().meta({ description: "To be decisive about a difference as large as the one seen; null without one." }),
  guard: guardSchema.nullable().optional().meta({ description: "Of a canary; null for a metric that is not guarded." }),
});

const cases = z.object({
  fixed: z.number(),
  broken: z.number(),
  same_pass: z.number(),
  same_fail: z.number(),
  unstable: z.number(),
  incomparable: z.number(),
});

export const samplingSchema = z.object({
  text: z.string(),
  runs_in_range: z.number(),
  runs: z.number(),
  coverage: z.number().nullable().meta({ description: "Share of the runs in range that are replayed; null where they were named." }),
  strata: z.array(z.object({ cohort: z.string().nullable(), signal: z.string().nullable(), runs_in_range: z.number(), runs: z.number() })),
});

const call = z.object({ name: z.string(), arguments: z.unknown() });

export const resultSchema = z
  .object({
    run_id: z.string(),
    result: z.enum(replayResults).nullable().meta({ description: "null while it is not known." }),
    reason: z.string().nullable().meta({ description: "Why it is incomparable or unstable." }),
    diverged: z.boolean().nullable().meta({ description: "The candidate's calls are not those of the record, one by one." }),
    missing_calls: z.array(call).meta({ description: "Calls for which the record had no answer; none of them was made." }),
    unexpected_calls: z.array(call).meta({ description: "Those of them to tools that the recorded run never used." }),
    unused_calls: z.number().nullable().meta({ description: "Recorded calls that the candidate did not make." }),
    tool_calls: z.number().nullable(),
    passed: z.object({ baseline: z.boolean().nullable(), candidate: z.number(), judged: z.number(), repeats: z.number() }),
    output: z.unknown().meta({ description: "The candidate's, of the last repeat; cut where it is long." }),
    cost_usd: z.number().nullable(),
  })
  .meta({ id: "ReplayResult", description: "What the candidate made of one recorded run." });

export const experimentSchema = z
  .object({
    id: z.string(),
    kind: experimentKindName,
    agent: z.string(),
    status: experimentStatus,
    candidate: candidateSchema,
    baseline: z.record(z.string(), z.unknown()).nullable(),
    plan: z.record(z.string(), z.unknown()),
    sampling: samplingSchema.nullable(),
    verdict: z.enum(verdicts),
    action: z.enum(actions).optional(),
    flags: z.array(canaryFlag).optional(),
    decisive_sentence: z.string(),
    metrics: z.array(metric),
    cases: cases.nullable().meta({ description: "null where there are no cases." }),
    srm: z.unknown().meta({ description: "Whether the split came out as designed; null where nothing is assigned." }),
    coverage: z.number().nullable().meta({ description: "Share of what was planned that could be compared." }),
    progress: z.object({ done: z.number(), total: z.number(), errored: z.number() }).nullable(),
    results: z.array(resultSchema).optional().meta({ description: "Of a replay, the first 1,000; the others under /results." }),
    canary: canarySchema.optional(),
    shadow: shadowSchema.optional(),
    cost_usd: z.number(),
    error: z.string().nullable().meta({ description: "Why it failed or ended early." }),
    created_at: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    updated_at: z.string(),
  })
  .meta({ id: "Experiment", description: "A comparison of a candidate with a baseline." });

export const madeExperiment = experimentSchema.extend({
  driver_secret: z.string().nullable().meta({ description: "Signs the calls to the candidate's webhook. Shown once." }),
});

export const replayPreview = z
  .object({
    runs: z.number(),
    items: z.number().meta({ description: "Runs times repeats." }),
    tokens: z.object({ input: z.number().nullable(), output: z.number().nullable() }).meta({ description: "As the runs were recorded." }),
    cost_usd: z.number().nullable().meta({ description: "Recorded tokens at the candidate's price; null where either is not known." }),
    required_n: z.number().meta({ description: "Runs that a difference of five points needs when a fifth of all runs change." }),
    sampling: samplingSchema,
  })
  .meta({ id: "ReplayPreview", description: "What a replay would do." });

export function experimentView(
  given: Experiment,
  { experiment = given, reading, progress, results }: ReadExperiment,
): z.input<typeof experimentSchema> {
  const { design } = experiment;
  return {
    id: experiment.id,
    kind: design.kind,
    agent: experiment.agent,
    status: experiment.status,
    candidate: { ...design.candidate, config: { ...design.candidate.config } },
    baseline: design.baseline,
    plan: planView(design),
    sampling: design.kind === "replay" ? samplingView(design.sampling) : null,
    ...reading,
    progress,
    ...(results === null ? {} : { results: results.slice(0, resultsShown) }),
    cost_usd: experiment.costUsd,
    error: experiment.error,
    created_at: timeOf(experiment.createdMs),
    started_at: experiment.startedMs === null ? null : timeOf(experiment.startedMs),
    ended_at: experiment.endedMs === null ? null : timeOf(experiment.endedMs),
    updated_at: timeOf(experiment.updatedMs),
  };
}

/** Of a suite: its cases say which runs and what is expected, and those that are sealed do not. */
function planView(design: Experiment["design"]): Record<string, unknown> {
  if (design.kind !== "replay" || design.suiteId === undefined) return { ...design.plan };
  const { runs: _, expected: __, ...plan } = design.plan;
  return { ...plan, suite_id: design.suiteId };
}

export function samplingView({
  text,
  inRange,
  runs,
  coverage,
  strata,
}: {
  text: string;
  inRange: number;
  runs: number;
  coverage: number | null;
  strata: readonly { cohort: string | null; signal: string | null; inRange: number; runs: number }[];
}): z.input<typeof samplingSchema> {
  return {
    text,
    runs_in_range: inRange,
    runs,
    coverage,
    strata: strata.map((one) => ({ cohort: one.cohort, signal: one.signal, runs_in_range: one.inRange, runs: one.runs })),
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
