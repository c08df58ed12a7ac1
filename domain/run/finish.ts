// Makes a Run of a draft: durations, costs, totals, counts, flags and the config's name. All that Bento derives from what a
// sender said is derived here, once, for every dialect; the same draft always gives the same run.
import { configHash, promptHash } from "./config-hash.ts";
import { costOf, type PriceBook, serviceTierOf, withoutNoise } from "./price.ts";
import { retriesOf } from "./retries.ts";
import type { Config, Run, RunCounts, RunDraft, RunFlag, Step, Usage } from "./run.ts";
import { callsOf, type Calls, withoutCircles } from "./step-tree.ts";
import { isKnownUsage, plus, settledUsage, sumUsage } from "./tokens.ts";

export interface FinishContext {
  prices: PriceBook;
  /** When the run was received (epoch milliseconds), not when it is computed: the flags must not depend on a replay's clock. */
  nowMs: number;
  /** Bento's id of the run: `runIdOf` the sender's, or `newRunId`. */
  id: string;
}

/** Clocks of well-kept machines differ by less; beyond it a start in the future is a wrong clock or a wrong date. */
const clockToleranceMs = 5 * 60_000;

/** The run of `draft`. */
export function finishRun(draft: RunDraft, context: FinishContext): Run {
  const { declared_usage: declaredUsage, declared_cost_usd: declaredCostUsd, ...sent } = draft;
  const startedAtMs = Date.parse(draft.started_at);
  const steps = withoutCircles(draft.steps).map((step) => finishStep(step, startedAtMs, context.prices));
  const calls = callsOf(steps);
  const config = finishConfig(draft.config, calls.llm);
  const usage = totalUsage(calls, declaredUsage);
  const cost = totalCost(calls, declaredCostUsd, () => costOf(config.model, usage, startedAtMs, context.prices));
  const flags = new Set<RunFlag>(draft.flags);
  if (cost.isIncomplete) flags.add("cost_incomplete");
  if (startedAtMs > context.nowMs + clockToleranceMs) flags.add("clock_skew");
  if (steps.some((step) => step.truncated)) flags.add("truncated");
  if (draft.status !== "error" && hasUnrecoveredSoftError(steps)) flags.add("soft_failure");
  return {
    ...sent,
    id: context.id,
    duration_ms: elapsedMs(draft.started_at, draft.ended_at),
    config,
    config_hash: configHash(config),
    usage,
    cost_usd: cost.usd,
    flags: [...flags].sort(),
    counts: countsOf(steps, calls),
    steps,
  };
}

/** Milliseconds from start to end; null when either is unknown or the end comes first. */
export function elapsedMs(startedAt: string | null, endedAt: string | null): number | null {
  if (startedAt === null || endedAt === null) return null;
  const elapsed = Date.parse(endedAt) - Date.parse(startedAt);
  return elapsed >= 0 ? elapsed : null;
}

function finishStep(step: Step, runStartedAtMs: number, prices: PriceBook): Step {
  const usage = step.usage === null ? null : settledUsage(step.usage);
  const durationMs = step.duration_ms ?? elapsedMs(step.started_at, step.ended_at);
  const startedAtMs = step.started_at === null ? runStartedAtMs : Date.parse(step.started_at);
  const sentCostUsd = step.cost_usd !== null && Number.isFinite(step.cost_usd) && step.cost_usd >= 0 ? step.cost_usd : null;
  return {
    ...step,
    usage,
    duration_ms: durationMs !== null && Number.isFinite(durationMs) && durationMs >= 0 ? durationMs : null,
    cost_usd: sentCostUsd ?? costOf(step.model, usage, startedAtMs, prices, serviceTierOf(step.attributes)),
  };
}

/** A config without a model takes that of the run's first model call: the one that leads, where a run uses several. */
function finishConfig(config: Config, llmCalls: readonly Step[]): Config {
  const { prompt } = config;
  const hashed = prompt !== null && prompt.hash === null && prompt.text !== null ? { ...prompt, hash: promptHash(prompt.text) } : prompt;
  return { ...config, model: config.model ?? llmCalls.find((step) => step.model !== null)?.model ?? null, prompt: hashed };
}

/** The sum of what the calls know; what the sender declared for the whole run only where none of them knows anything. */
function totalUsage({ counted }: Calls, declared: Usage | null): Usage {
  const known = counted.map((step) => step.usage).filter(isKnownUsage);
  if (known.length === 0 && declared !== null) return settledUsage(declared);
  return sumUsage(known);
}

/**
 * The sum of the known costs, marked incomplete when a call's is unknown; a total that the sender declared stands in for an
 * incomplete sum. A call that failed before it used a token is no gap. Where no call knows its tokens, declared ones are priced,
 * and without those the cost is plainly unknown rather than incomplete.
 */
function totalCost(
  calls: Calls,
  declaredUsd: number | null,
  ofDeclaredUsage: () => number | null,
): { usd: number | null; isIncomplete: boolean } {
  const charged = calls.counted.filter((step) => step.cost_usd !== null || isKnownUsage(step.usage) || step.status !== "error");
  const hasGap = charged.some((step) => step.cost_usd === null);
  let sum: number | null = null;
  for (const step of [...charged, ...calls.costly]) sum = plus(sum, step.cost_usd);
  const declared = declaredUsd !== null && Number.isFinite(declaredUsd) && declaredUsd >= 0 ? declaredUsd : null;
  if (sum !== null && !hasGap) return { usd: withoutNoise(sum), isIncomplete: false };
  if (declared !== null) return { usd: declared, isIncomplete: false };
  if (sum !== null) return { usd: withoutNoise(sum), isIncomplete: true };
  const hasTokens = charged.some((step) => isKnownUsage(step.usage));
  return hasTokens ? { usd: null, isIncomplete: true } : { usd: ofDeclaredUsage(), isIncomplete: false };
}

function countsOf(steps: readonly Step[], calls: Calls): RunCounts {
  const toolCalls = steps.filter((step) => step.type === "tool");
  return {
    steps: steps.length,
    llm_calls: calls.llm.length,
    tool_calls: toolCalls.length,
    tool_errors: toolCalls.filter((step) => step.status === "error" || step.soft_error).length,
    retries: retriesOf(steps),
  };
}

/** A soft error is recovered when the same tool answered well afterwards. */
function hasUnrecoveredSoftError(steps: readonly Step[]): boolean {
  const failing = new Set<string>();
  for (const step of steps) {
    if (step.type !== "tool" && step.type !== "retrieval") continue;
    if (step.soft_error) failing.add(step.name);
    else if (step.status === "ok") failing.delete(step.name);
  }
  return failing.size > 0;
}
