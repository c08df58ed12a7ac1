// A run as observations: the built-in dimensions of behaviour, each measured once a run. What a run does not carry is absent,
// never zero: success without a success score, cost without a price, latency without times. Signals' rates are added by those who know signals.
import type { Observation } from "../drift/facts.ts";
import { category } from "./category.ts";
import { intentOf } from "./intent.ts";
import { outputShape } from "./output-shape.ts";
import { isRefusal } from "./refusal.ts";
import type { Run, Score } from "./run.ts";
import { toolObservations } from "./tool-observations.ts";

/** Score names and cohort attributes of one run that become dimensions. */
const mostScores = 20;
const mostAttributes = 12;
/** Score at and above which a run counts as a success: the contract's own line. */
const successLine = 0.5;

/** A run is never changed once it is finished, and both its summary and its facts ask. */
const known = new WeakMap<Run, readonly Observation[]>();

/** All built-in dimensions that this run shows. */
export function observe(run: Run): readonly Observation[] {
  const before = known.get(run);
  if (before !== undefined) return before;
  const observed = observationsOf(run);
  known.set(run, observed);
  return observed;
}

function observationsOf(run: Run): Observation[] {
  const observed: Observation[] = [...outcomes(run), ...scores(run.scores)];
  const amount = (dimension: string, kind: "count" | "duration", value: number | null): void => {
    if (value !== null && Number.isFinite(value) && value >= 0) observed.push({ dimension, kind, value });
  };
  const llm = run.steps.filter((step) => step.type === "llm");
  const llmTimes = llm.flatMap((step) => (step.duration_ms === null ? [] : [step.duration_ms]));
  amount("latency.run_ms", "duration", run.duration_ms);
  if (llmTimes.length > 0) amount("latency.llm_ms", "duration", llmTimes.reduce((a, b) => a + b, 0) / llmTimes.length);
  amount("volume.steps", "count", run.counts.steps);
  amount("volume.llm_calls", "count", run.counts.llm_calls);
  amount("volume.tool_calls", "count", run.counts.tool_calls);
  amount("tokens.input", "count", run.usage.input_tokens);
  amount("tokens.output", "count", run.usage.output_tokens);
  amount("tokens.cache_read", "count", run.usage.cache_read_tokens);
  amount("cost.usd", "count", run.cost_usd);
  observed.push(...toolObservations(run), ...form(run), ...cohort(run));
  return observed;
}

/** Outcome dimensions; a run that was cancelled or never finished is in no denominator. */
function outcomes(run: Run): Observation[] {
  if (run.status === "cancelled" || run.status === "incomplete") return [];
  const observed: Observation[] = [yesNo("outcome.error", run.status === "error")];
  const succeeded = hasSucceeded(run);
  if (succeeded !== null) observed.push(yesNo("outcome.success", succeeded));
  const refusal = isRefusal(run);
  if (refusal !== null) observed.push(yesNo("outcome.refusal", refusal));
  return observed;
}

/** What the last success score says; null where there is none, or its word means neither yes nor no. */
export function hasSucceeded(run: Run): boolean | null {
  const success = run.scores.findLast((score) => score.name === "success");
  const value = success === undefined ? null : scoreValue(success);
  return value === null ? null : value >= successLine;
}

/** `score.<name>`: yes/no and values in [0, 1] as proportions, larger numbers as counts, words as categories. The last of a name counts. */
function scores(list: readonly Score[]): Observation[] {
  const last = new Map<string, Score>();
  for (const score of list) if (score.name !== "success" && last.size < mostScores) last.set(score.name, score);
  const observed: Observation[] = [];
  for (const score of last.values()) {
    const dimension = `score.${category(score.name)}`;
    if (typeof score.value === "string") observed.push({ dimension, kind: "categorical", value: category(score.value) });
    else if (typeof score.value === "boolean") observed.push(yesNo(dimension, score.value));
    else if (Number.isFinite(score.value) && score.value >= 0 && score.value <= 1)
      observed.push({ dimension, kind: "proportion", value: score.value, trials: 1 });
    else if (Number.isFinite(score.value) && score.value > 1) observed.push({ dimension, kind: "count", value: score.value });
  }
  return observed;
}

/** A success score as a number; words that mean neither yes nor no are no score. */
function scoreValue(score: Score): number | null {
  if (typeof score.value === "number") return Number.isFinite(score.value) ? score.value : null;
  if (typeof score.value === "boolean") return score.value ? 1 : 0;
  const word = score.value.trim().toLowerCase();
  if (["true", "yes", "pass", "passed", "success", "1"].includes(word)) return 1;
  if (["false", "no", "fail", "failed", "failure", "0"].includes(word)) return 0;
  return null;
}

function form(run: Run): Observation[] {
  const shape = outputShape(run.output);
  if (shape === null) return [];
  const text = typeof run.output === "string" ? run.output : safeJson(run.output);
  const observed: Observation[] = [{ dimension: "output.shape", kind: "categorical", value: shape }];
  if (text !== null) observed.push({ dimension: "output.length", kind: "count", value: text.length });
  return observed;
}

/** JSON text, or null where nesting is too deep to write it (a parser takes what a writer cannot). */
function safeJson(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

function cohort(run: Run): Observation[] {
  const attributes = Object.entries(cohortOf(run));
  return attributes.map(([attribute, value]) => ({ dimension: `cohort.${attribute}`, kind: "categorical", value }));
}

/** The cohort attributes that are kept of a run, `intent` among them; names and values bounded. */
export function cohortOf(run: Run): Record<string, string> {
  const kept: [string, string][] = [];
  const intent = intentOf(run);
  if (intent !== null) kept.push(["intent", intent]);
  for (const [name, value] of Object.entries(run.cohort).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name !== "intent" && kept.length < mostAttributes) kept.push([category(name), category(value)]);
  }
  return Object.fromEntries(kept);
}

function yesNo(dimension: string, yes: boolean): Observation {
  return { dimension, kind: "proportion", value: yes ? 1 : 0, trials: 1 };
}
