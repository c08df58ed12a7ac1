// The native run as senders write it: what each field may be, and what to do when it is not. Lenient where the meaning is clear
// (a number as an id, a tool in a provider's own shape, "success" for "ok"), strict elsewhere; unknown fields are ignored.
import * as z from "zod";

/** Characters of an id; longer ones do not fit keys and indexes. */
export const maxIdChars = 256;
/** Characters of the names of agents, tools, models, scores and cohort attributes. */
export const maxNameChars = 200;
/** Steps of one run. A longer trajectory is a loop or several runs. */
export const maxSteps = 10_000;
/** Scores, tags, tools and artifacts of one run. */
export const maxListed = 1_000;

const id = z
  .union([z.string(), z.int()], { error: "must be a text (a whole number is taken as one)" })
  .transform(String)
  .pipe(
    z
      .string()
      .min(1, { error: "must not be empty; leave it out to get one" })
      .max(maxIdChars, { error: `must have at most ${maxIdChars} characters; keep long keys in metadata` }),
  );

const name = z
  .string({ error: "must be a text" })
  .trim()
  .min(1, { error: "must not be empty" })
  .max(maxNameChars, { error: `must have at most ${maxNameChars} characters` });

const text = z.string({ error: "must be a text" });

const label = z.union([z.string(), z.number(), z.boolean()], { error: "must be a text" }).transform(String);

const timeRemedy = "must be a time in ISO 8601 with its zone, such as 2026-11-24T10:00:00.000Z";

/** Normalised to UTC with milliseconds. */
const time = z.string({ error: timeRemedy }).transform((value, context) => {
  const at = readTime(value);
  if (at !== null) return at;
  context.addIssue({ code: "custom", message: timeRemedy });
  return z.NEVER;
});

const tokens = z
  .number({ error: "must be a number; leave it out when unknown" })
  .min(0, { error: "must be 0 or more; leave it out when unknown" });

/** A negative cost is how some routers say "unknown". */
const cost = z.number({ error: "must be a number of USD; leave it out when unknown" }).transform((usd) => (usd < 0 ? null : usd));

const milliseconds = z
  .number({ error: "must be a number of milliseconds" })
  .min(0, { error: "must be 0 or more; leave it out when unknown" });

const object = z.record(z.string(), z.unknown(), { error: "must be an object" });

const usage = z.looseObject(
  {
    input_tokens: tokens.nullish(),
    output_tokens: tokens.nullish(),
    cache_read_tokens: tokens.nullish(),
    cache_write_tokens: tokens.nullish(),
    total_tokens: tokens.nullish(),
  },
  { error: "must be an object of token counts: {input_tokens, output_tokens, cache_read_tokens, cache_write_tokens}" },
);

const failure = z.union([z.string(), z.looseObject({ type: z.unknown().optional(), message: z.unknown().optional() })], {
  error: 'must be a text or {"type", "message"}',
});

const runWords: Readonly<Record<string, "ok" | "error" | "cancelled" | "incomplete">> = {
  ok: "ok", success: "ok", succeeded: "ok", completed: "ok", error: "error", failed: "error", failure: "error",
  cancelled: "cancelled", canceled: "cancelled", aborted: "cancelled", incomplete: "incomplete",
}; // prettier-ignore

const stepWords: Readonly<Record<string, "llm" | "tool" | "retrieval" | "agent" | "guardrail" | "other">> = {
  llm: "llm", generation: "llm", chat: "llm", model: "llm", tool: "tool", function: "tool", tool_call: "tool",
  retrieval: "retrieval", retriever: "retrieval", agent: "agent", sub_agent: "agent", guardrail: "guardrail",
  other: "other", chain: "other", span: "other", step: "other",
}; // prettier-ignore

/** One of `known`'s words in any case, as the word it stands for. */
function word<T extends string>(known: Readonly<Record<string, T>>, remedy: string) {
  return z.string({ error: remedy }).transform((value, context) => {
    const meant = known[value.toLowerCase()];
    if (meant !== undefined && Object.hasOwn(known, value.toLowerCase())) return meant;
    context.addIssue({ code: "custom", message: remedy });
    return z.NEVER;
  });
}

const scoreValue = z.union([z.number(), z.boolean(), z.string()], { error: "must be a number, a truth value or a text" });
const scoreSource = z.enum(["user", "human", "check", "judge"], { error: 'must be "user", "human", "check" or "judge"' });
const listedScore = z.looseObject({ name, value: scoreValue.nullish(), source: scoreSource.nullish(), comment: text.nullish() });
const mappedScore = z.union([
  scoreValue,
  z.looseObject({ value: scoreValue.nullish(), source: scoreSource.nullish(), comment: text.nullish() }),
]);

const tool = z.union(
  [
    name,
    z.looseObject({
      name: name.nullish(),
      description: text.nullish(),
      parameters: z.unknown().optional(),
      input_schema: z.unknown().optional(),
      function: z.looseObject({ name, description: text.nullish(), parameters: z.unknown().optional() }).nullish(),
    }),
  ],
  { error: 'must be {"name", "description", "parameters"} or a tool\'s name' },
);

const artifact = z.union([z.string().regex(/^.+@.+$/), z.looseObject({ name, version: label })], {
  error: 'must be {"name", "version"} or "name@version"',
});

const config = z.looseObject(
  {
    model: name.nullish(),
    prompt: z
      .union([z.string(), z.looseObject({ name: label.nullish(), version: label.nullish(), text: text.nullish(), hash: id.nullish() })], {
        error: 'must be a text or {"name", "version", "text" or "hash"}',
      })
      .nullish(),
    tools: z.array(tool, { error: "must be a list of tool definitions" }).max(maxListed).nullish(),
    params: object.nullish(),
    artifacts: z.array(artifact, { error: "must be a list" }).max(maxListed).nullish(),
  },
  { error: "must be an object: {model, prompt, tools, params, artifacts}" },
);

const stepTypeRemedy = 'must be "llm", "tool", "retrieval", "agent", "guardrail" or "other"';

export const nativeStepSchema = z.looseObject(
  {
    id: id.nullish(),
    parent_id: id.nullish(),
    type: word(stepWords, stepTypeRemedy).nullish(),
    name: text.nullish(),
    model: name.nullish(),
    started_at: time.nullish(),
    ended_at: time.nullish(),
    ms: milliseconds.nullish(),
    duration_ms: milliseconds.nullish(),
    call_id: id.nullish(),
    arguments: z.unknown().optional(),
    result: z.unknown().optional(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    error: failure.nullish(),
    status: word({ ok: "ok", success: "ok", error: "error", failed: "error" } as const, 'must be "ok" or "error"').nullish(),
    usage: usage.nullish(),
    cost_usd: cost.nullish(),
    attributes: object.nullish(),
    metadata: object.nullish(),
  },
  { error: "must be an object" },
);

export const nativeRunSchema = z.looseObject(
  {
    agent: z
      .string({ error: "is required: the agent's name, a text" })
      .trim()
      .min(1, { error: "must not be empty: the agent's name" })
      .max(maxNameChars, { error: `must have at most ${maxNameChars} characters` }),
    id: id.nullish(),
    run: id.nullish(),
    agent_version: label.nullish(),
    version: label.nullish(),
    model: name.nullish(),
    session_id: id.nullish(),
    user_id: id.nullish(),
    cohort: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()], { error: "must be a text" }), {
        error: "must be an object of texts",
      })
      .nullish(),
    tags: z.array(label, { error: "must be a list of texts" }).max(maxListed).nullish(),
    started_at: time.nullish(),
    ended_at: time.nullish(),
    status: word(runWords, 'must be "ok", "error" or "cancelled"').nullish(),
    error: failure.nullish(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    config: config.nullish(),
    steps: z.array(nativeStepSchema).max(maxSteps).nullish(),
    scores: z
      .union([z.array(listedScore).max(maxListed), z.record(z.string(), mappedScore.nullish())], {
        error: 'must be {"name": value} or [{"name", "value", "source"}]',
      })
      .nullish(),
    usage: usage.nullish(),
    cost_usd: cost.nullish(),
    metadata: object.nullish(),
    instrumentation: z.looseObject({ name: label.nullish(), version: label.nullish() }, { error: 'must be {"name", "version"}' }).nullish(),
    sample_rate: z
      .number({ error: "must be a number above 0 and at most 1" })
      .gt(0, { error: "must be above 0: the share of such runs that you send" })
      .max(1, { error: "must be at most 1: the share of such runs that you send" })
      .nullish(),
    experiment: z.looseObject({ id, arm: name, unit: id.nullish() }, { error: 'must be {"id", "arm", "unit"}' }).nullish(),
    shadow_of: id.nullish(),
  },
  { error: "must be an object: one run" },
);

export type NativeRun = z.output<typeof nativeRunSchema>;
export type NativeStep = NonNullable<NativeRun["steps"]>[number];

/** ISO 8601 with date, time and zone → the same moment in UTC with milliseconds; null for anything else and for days that no month has. */
export function readTime(value: string): string | null {
  const parts = /^(\d{4}-\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,12})?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/.exec(value.trim());
  const [matched, month, day] = parts ?? [];
  if (matched === undefined || month === undefined || day === undefined) return null;
  // The engine takes 30 February for 2 March.
  const lastDay = new Date(Date.parse(`${month}-01T00:00:00Z`));
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  if (!(Number(day) <= lastDay.getUTCDate())) return null;
  const normal = matched
    .toUpperCase()
    .replace(" ", "T")
    .replace(",", ".")
    .replace(/([+-]\d{2})(\d{2})$/, "$1:$2");
  const ms = Date.parse(normal);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
