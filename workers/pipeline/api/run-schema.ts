// A run as it is read, in OpenAPI's terms. The record itself is domain/run/run.ts; this says the same to those who ask over HTTP.
import * as z from "zod";
import { findingSchema } from "./signal-schema.ts";

const failure = z.object({ type: z.string().nullable(), message: z.string().nullable() }).nullable();

const usage = z
  .object({
    input_tokens: z.number().nullable().meta({ description: "Everything sent, cached or not." }),
    output_tokens: z.number().nullable(),
    cache_read_tokens: z.number().nullable().meta({ description: "Part of `input_tokens`." }),
    cache_write_tokens: z.number().nullable().meta({ description: "Part of `input_tokens`." }),
    total_tokens: z.number().nullable(),
  })
  .meta({ id: "Usage", description: "null is unknown, never 0." });

const config = z.object({
  model: z.string().nullable(),
  prompt: z
    .object({ name: z.string().nullable(), version: z.string().nullable(), text: z.string().nullable(), hash: z.string().nullable() })
    .nullable(),
  tools: z.array(z.object({ name: z.string(), description: z.string().nullable(), parameters: z.unknown() })),
  params: z.record(z.string(), z.unknown()),
  artifacts: z.array(z.object({ name: z.string(), version: z.string() })),
});

const step = z
  .object({
    id: z.string().meta({ description: "The span or observation id, or the sender's own." }),
    parent_id: z.string().nullable(),
    type: z.enum(["llm", "tool", "retrieval", "agent", "guardrail", "other"]),
    name: z.string(),
    model: z.string().nullable(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration_ms: z.number().nullable(),
    status: z.enum(["ok", "error"]),
    error: failure,
    soft_error: z.boolean().meta({ description: "The record says ok, its result says otherwise." }),
    call_id: z.string().nullable(),
    arguments: z.unknown(),
    arguments_raw: z.string().nullable().meta({ description: "The exact text where the arguments came as text." }),
    result: z.unknown(),
    input: z.unknown().meta({ description: "llm only: the messages sent." }),
    output: z.unknown().meta({ description: "llm only: the messages received." }),
    usage: usage.nullable(),
    cost_usd: z.number().nullable(),
    truncated: z.boolean(),
    attributes: z
      .record(z.string(), z.unknown())
      .meta({ description: "The sender's attributes by their own names. Integers beyond 2^53 are decimal text." }),
  })
  .meta({ id: "Step" });

const score = z.object({
  name: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]),
  source: z.enum(["user", "human", "check", "judge"]).nullable(),
  comment: z.string().nullable(),
});

export const runStatus = z.enum(["ok", "error", "cancelled", "incomplete"]);

export const readingStatus = z.enum(["pending", "ok", "failed", "off"]);

const reading = z
  .object({ status: readingStatus, findings: z.number().nullable(), error: z.string().nullable() })
  .meta({ description: "Of Claude; `off` where nobody asked for one or there is no model key." });

const fields = {
  id: z.string(),
  source_id: z.string().nullable().meta({ description: "The sender's id: trace id, Langfuse trace id, LangSmith root id." }),
  agent: z.string(),
  agent_version: z.string().nullable(),
  session_id: z.string().nullable(),
  user_id: z.string().nullable(),
  cohort: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  duration_ms: z.number().nullable(),
  status: runStatus,
  error: failure,
  input: z.unknown(),
  output: z.unknown(),
  config,
  config_hash: z.string(),
  usage,
  cost_usd: z.number().nullable(),
  flags: z.array(z.enum(["soft_failure", "cost_incomplete", "clock_skew", "truncated"])),
  counts: z.object({ steps: z.number(), llm_calls: z.number(), tool_calls: z.number(), tool_errors: z.number(), retries: z.number() }),
  scores: z.array(score),
  observations: z.array(z.object({ dimension: z.string(), value: z.union([z.number(), z.string(), z.array(z.string())]) })),
  metadata: z.record(z.string(), z.unknown()),
  instrumentation: z.object({ name: z.string().nullable(), version: z.string().nullable() }).nullable(),
  sample_rate: z.number(),
  experiment: z.object({ id: z.string(), arm: z.string(), unit: z.string().nullable() }).nullable(),
  shadow_of: z.string().nullable(),
  findings: z.array(findingSchema),
  reading,
};

export const listedRun = z.object(fields).meta({ id: "ListedRun", description: "A run without its steps." });
export const wholeRun = z.object({ ...fields, steps: z.array(step) }).meta({ id: "Run", description: "A run." });
export const scoreOfRun = score.extend({ run_id: z.string() }).meta({ id: "Score" });
