// A native run, checked by its schema, as the draft that every dialect delivers: short forms resolved, defaults filled, texts and
// nesting cut to their limits with a visible mark. It decides nothing that the sender could have said and did not.
import { promptHash } from "../run/config-hash.ts";
import { setOwn } from "../run/rebuild-json.ts";
import type { Config, Failure, RunDraft, RunStatus, Score, Step, StepType, ToolDefinition, Usage } from "../run/run.ts";
import { softError } from "../run/soft-error.ts";
import { cleanText, maxDepth, storedLimits, truncateJson, truncateText } from "../run/truncate.ts";
import { maxNameChars, type NativeRun, type NativeStep } from "./native-schema.ts";

/** Attributes of a cohort that are kept, in the order sent: each becomes a dimension. */
export const maxCohortAttributes = 50;
/** Characters of one cohort value or tag: they are categories, not texts. */
export const maxCategoryChars = 200;
/** Characters of an error message: a stack trace, not a log. */
export const maxErrorChars = 16_384;
/** Characters of one text in metadata; long texts belong into input, output and steps. */
const metadataLimits = { maxTextChars: 16_384, maxDepth };
/** Keys of metadata, params and attributes that are kept, in the order sent. */
export const maxKeys = 500;

/** The draft of `run`; `receivedAt` (ISO) stands in for a missing start. */
export function draftOf(run: NativeRun, receivedAt: string): RunDraft {
  const cut = new Cutter();
  const steps = stepsOf(run, cut);
  const error = failureOf(run.error, cut);
  const draft: RunDraft = {
    source_id: labelOf(run.id ?? run.run),
    agent: cleanText(run.agent),
    agent_version: cut.optional(run.agent_version ?? run.version, maxNameChars),
    session_id: labelOf(run.session_id),
    user_id: labelOf(run.user_id),
    cohort: cohortOf(run.cohort ?? {}, cut),
    tags: (run.tags ?? []).map((tag) => cut.text(tag, maxCategoryChars)),
    started_at: run.started_at ?? receivedAt,
    ended_at: run.ended_at ?? null,
    status: run.status ?? statusOf(error, steps),
    error,
    input: cut.any(run.input),
    output: cut.any(run.output),
    config: configOf(run, cut),
    flags: [],
    scores: scoresOf(run.scores, cut),
    steps,
    metadata: cut.record(run.metadata ?? {}),
    instrumentation:
      run.instrumentation == null
        ? null
        : { name: cut.optional(run.instrumentation.name, maxNameChars), version: cut.optional(run.instrumentation.version, maxNameChars) },
    sample_rate: run.sample_rate ?? 1,
    experiment:
      run.experiment == null
        ? null
        : { id: cleanText(run.experiment.id), arm: cleanText(run.experiment.arm), unit: labelOf(run.experiment.unit) },
    shadow_of: labelOf(run.shadow_of),
    declared_usage: usageOf(run.usage),
    declared_cost_usd: run.cost_usd ?? null,
  };
  return cut.hasCut ? { ...draft, flags: ["truncated"] } : draft;
}

/** A run is sent whole, so without a word it went well, unless it names an error or ends in a model call that failed. */
function statusOf(error: Failure | null, steps: readonly Step[]): RunStatus {
  const last = steps.at(-1);
  return error !== null || (last?.type === "llm" && last.status === "error") ? "error" : "ok";
}

function stepsOf(run: NativeRun, cut: Cutter): Step[] {
  const taken = new Set<string>();
  return (run.steps ?? []).map((sent, index) => {
    const id = unusedId(cleanText(sent.id ?? `step_${index + 1}`), taken);
    const own = new Cutter();
    const step = stepOf(sent, id, own);
    cut.hasCut ||= own.hasCut;
    return own.hasCut ? { ...step, truncated: true } : step;
  });
}

function stepOf(sent: NativeStep, id: string, cut: Cutter): Step {
  const type = sent.type ?? impliedType(sent);
  const error = failureOf(sent.error, cut);
  const status = sent.status ?? (error === null ? "ok" : "error");
  const given = type === "llm" ? sent.arguments : (sent.arguments ?? sent.input);
  const result = cut.any(type === "llm" ? sent.result : (sent.result ?? sent.output));
  const isCall = type === "tool" || type === "retrieval";
  return {
    id,
    parent_id: labelOf(sent.parent_id),
    type,
    name: cut.text(sent.name ?? sent.model ?? type, maxNameChars),
    model: labelOf(sent.model),
    started_at: sent.started_at ?? null,
    ended_at: sent.ended_at ?? endOf(sent),
    duration_ms: sent.ms ?? sent.duration_ms ?? null,
    status,
    error,
    soft_error: isCall && status === "ok" && softError(result),
    call_id: labelOf(sent.call_id),
    arguments: typeof given === "string" ? cut.any(parsedObject(given) ?? given) : cut.any(given),
    arguments_raw: typeof given === "string" ? cut.text(given, storedLimits.maxTextChars) : null,
    result,
    input: type === "llm" ? cut.any(sent.input ?? sent.arguments) : null,
    output: type === "llm" ? cut.any(sent.output ?? sent.result) : null,
    usage: usageOf(sent.usage),
    cost_usd: sent.cost_usd ?? null,
    truncated: false,
    attributes: cut.record({ ...sent.metadata, ...sent.attributes }),
  };
}

/** What a step without a type must be: only model calls have tokens or a model, only calls have arguments. */
function impliedType(sent: NativeStep): StepType {
  if (sent.usage != null || sent.model != null) return "llm";
  return sent.arguments !== undefined || sent.result !== undefined ? "tool" : "other";
}

function endOf({ started_at: startedAt, ms, duration_ms: durationMs }: NativeStep): string | null {
  const elapsed = ms ?? durationMs;
  if (startedAt == null || elapsed == null) return null;
  const end = new Date(Date.parse(startedAt) + elapsed);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

function unusedId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}~${number}`;
  taken.add(id);
  return id;
}

function failureOf(error: NativeRun["error"], cut: Cutter): Failure | null {
  if (error == null || error === "") return null;
  if (typeof error === "string") return { type: null, message: cut.text(error, maxErrorChars) };
  const type = cut.shown(error.type, maxNameChars);
  const message = cut.shown(error.message, maxErrorChars);
  if (type !== null || message !== null) return { type, message };
  return Object.keys(error).length === 0 ? null : { type: null, message: cut.shown(error, maxErrorChars) };
}

function configOf(run: NativeRun, cut: Cutter): Config {
  const sent = run.config;
  return {
    model: labelOf(sent?.model ?? run.model),
    prompt: promptOf(sent?.prompt, cut),
    tools: (sent?.tools ?? []).map((tool) => toolOf(tool, cut)),
    params: cut.record(sent?.params ?? {}),
    artifacts: (sent?.artifacts ?? []).map((artifact) => {
      if (typeof artifact !== "string") return { name: cleanText(artifact.name), version: cleanText(artifact.version) };
      const at = artifact.lastIndexOf("@");
      return { name: cleanText(artifact.slice(0, at)), version: cleanText(artifact.slice(at + 1)) };
    }),
  };
}

function promptOf(prompt: NonNullable<NativeRun["config"]>["prompt"], cut: Cutter): Config["prompt"] {
  if (prompt == null) return null;
  const sent = typeof prompt === "string" ? { text: prompt } : prompt;
  const text = sent.text ?? null;
  // The hash is over what was sent, before anything is cut or redacted: it must not move when those rules do.
  const hash = "hash" in sent && typeof sent.hash === "string" ? cleanText(sent.hash) : text === null ? null : promptHash(cleanText(text));
  return {
    name: "name" in sent && typeof sent.name === "string" ? cut.text(sent.name, maxNameChars) : null,
    version: "version" in sent && typeof sent.version === "string" ? cut.text(sent.version, maxNameChars) : null,
    text: text === null ? null : cut.text(text, storedLimits.maxTextChars),
    hash,
  };
}

/** Bento's own shape, OpenAI's (`{"type": "function", "function": {…}}`) or Anthropic's (`input_schema`). */
function toolOf(tool: NonNullable<NonNullable<NativeRun["config"]>["tools"]>[number], cut: Cutter): ToolDefinition {
  if (typeof tool === "string") return { name: cleanText(tool), description: null, parameters: null };
  const inner = tool.function ?? tool;
  return {
    name: cleanText(inner.name ?? "unnamed"),
    description: cut.optional(inner.description, storedLimits.maxTextChars),
    parameters: cut.any(inner.parameters ?? tool.input_schema),
  };
}

function cohortOf(cohort: NonNullable<NativeRun["cohort"]>, cut: Cutter): Record<string, string> {
  const kept: Record<string, string> = {};
  const entries = Object.entries(cohort).filter(([, value]) => value !== null);
  if (entries.length > maxCohortAttributes) cut.hasCut = true;
  for (const [key, value] of entries.slice(0, maxCohortAttributes))
    setOwn(kept, cut.text(key, maxNameChars), cut.text(String(value), maxCategoryChars));
  return kept;
}

function scoresOf(scores: NativeRun["scores"], cut: Cutter): Score[] {
  if (scores == null) return [];
  const listed = Array.isArray(scores)
    ? scores
    : Object.entries(scores).map(([name, score]) =>
        typeof score === "object" && score !== null ? { ...score, name } : { name, value: score },
      );
  return listed.flatMap((score) => {
    const { name, value } = score;
    if (value === null || value === undefined) return [];
    const kept = typeof value === "string" ? cut.text(value, maxCategoryChars) : value;
    const source = "source" in score ? (score.source ?? null) : null;
    const comment = "comment" in score ? cut.optional(score.comment, maxErrorChars) : null;
    return [{ name: cut.text(name, maxNameChars), value: kept, source, comment }];
  });
}

function usageOf(usage: NativeRun["usage"]): Usage | null {
  if (usage == null) return null;
  return {
    input_tokens: usage.input_tokens ?? null,
    output_tokens: usage.output_tokens ?? null,
    cache_read_tokens: usage.cache_read_tokens ?? null,
    cache_write_tokens: usage.cache_write_tokens ?? null,
    total_tokens: usage.total_tokens ?? null,
  };
}

/** Arguments that came as text count as parsed only when they are a JSON object. */
function parsedObject(text: string): object | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

const labelOf = (value: string | null | undefined): string | null => (value == null ? null : cleanText(value));

/** Cuts values and remembers whether it had to. */
class Cutter {
  hasCut = false;

  text(value: string, limit: number): string {
    const cut = truncateText(value, limit);
    this.hasCut ||= cut.truncated;
    return cut.value;
  }

  optional(value: string | null | undefined, limit: number): string | null {
    return value == null ? null : this.text(value, limit);
  }

  any(value: unknown, limits = storedLimits): unknown {
    if (value === undefined) return null;
    const cut = truncateJson(value, limits);
    this.hasCut ||= cut.truncated;
    return cut.value;
  }

  record(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const entries = Object.entries(value);
    if (entries.length > maxKeys) this.hasCut = true;
    const kept: Record<string, unknown> = {};
    for (const [key, child] of entries.slice(0, maxKeys)) setOwn(kept, this.text(key, maxNameChars), this.any(child, metadataLimits));
    return kept;
  }

  /** A text as it is, anything else as JSON; null for nothing. */
  shown(value: unknown, limit: number): string | null {
    if (value === undefined || value === null || value === "") return null;
    return this.text(typeof value === "string" ? value : JSON.stringify(truncateJson(value).value), limit);
  }
}
