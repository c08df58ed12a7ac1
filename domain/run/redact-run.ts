// Redacts a run before it is finished, and the raw record behind it. What names things (ids, agent, models, times, numbers) stays as
// it came; every text in which a person or a tool can have put a secret is looked through.
import { hashUserId, redact, type RedactionRules } from "./redact.ts";
import type { Config, Failure, RunDraft, Score, Step } from "./run.ts";

/** `draft` without what `rules` take out; ids, agent, version, models and times are never rewritten, the user id only by hashing. */
export function redactRunDraft(draft: RunDraft, rules: RedactionRules): RunDraft {
  const redactor = new Redactor(rules);
  return {
    ...draft,
    user_id: draft.user_id === null || rules.userIdSalt === null ? draft.user_id : hashUserId(draft.user_id, rules.userIdSalt),
    cohort: redactor.texts(draft.cohort),
    tags: draft.tags.map((tag) => redactor.text(tag)),
    error: redactor.failure(draft.error),
    input: redactor.any(draft.input),
    output: redactor.any(draft.output),
    config: redactor.config(draft.config),
    scores: draft.scores.map((score) => redactor.score(score)),
    steps: draft.steps.map((step) => redactor.step(step)),
    metadata: redactor.record(draft.metadata),
  };
}

/** The fields by which Bento itself finds a part of a trace again. */
const partFields = ["traceId", "key", "spanId", "parentId", "source"] as const;

/** Any decoded record (a native run, an OTLP span, a Langfuse event), for the raw archive and for trace assembly. */
export function redactRecord<T>(record: T, rules: RedactionRules): T {
  const redacted = redact(record, rules).value;
  if (isRecord(record) && isRecord(redacted) && typeof record["traceId"] === "string" && typeof record["key"] === "string") {
    for (const field of partFields) if (field in record) redacted[field] = record[field];
  }
  return isStillA<T>(redacted) ? redacted : record;
}

/** Only texts and the senders' own keys were rewritten, so what was a T is one. */
function isStillA<T>(_redacted: unknown): _redacted is T {
  return true;
}

class Redactor {
  readonly #rules: RedactionRules;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  any(value: unknown): unknown {
    return redact(value, this.#rules).value;
  }

  text(value: string): string {
    const redacted = this.any(value);
    return typeof redacted === "string" ? redacted : value;
  }

  optional(value: string | null): string | null {
    return value === null ? null : this.text(value);
  }

  record(value: Record<string, unknown>): Record<string, unknown> {
    const redacted = this.any(value);
    return isRecord(redacted) ? redacted : {};
  }

  texts(value: Record<string, string>): Record<string, string> {
    const pairs = Object.entries(this.record(value)).filter((pair): pair is [string, string] => typeof pair[1] === "string");
    return Object.fromEntries(pairs);
  }

  failure(value: Failure | null): Failure | null {
    return value === null ? null : { type: this.optional(value.type), message: this.optional(value.message) };
  }

  score(value: Score): Score {
    const { value: given } = value;
    return { ...value, value: typeof given === "string" ? this.text(given) : given, comment: this.optional(value.comment) };
  }

  config(value: Config): Config {
    return {
      ...value,
      prompt: value.prompt === null ? null : { ...value.prompt, text: this.optional(value.prompt.text) },
      tools: value.tools.map((tool) => ({ ...tool, description: this.optional(tool.description), parameters: this.any(tool.parameters) })),
      params: this.record(value.params),
    };
  }

  step(value: Step): Step {
    return {
      ...value,
      name: this.text(value.name),
      error: this.failure(value.error),
      arguments: this.any(value.arguments),
      arguments_raw: this.optional(value.arguments_raw),
      result: this.any(value.result),
      input: this.any(value.input),
      output: this.any(value.output),
      attributes: this.record(value.attributes),
    };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
