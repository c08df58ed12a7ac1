// Token counts as the dialects give them, to Bento's: `input_tokens` is everything sent, cached or not. Whether a count
// includes the cached part is the convention of its source and cannot be seen in the numbers, so each reader says which it is.
import type { Usage } from "../run/run.ts";
import { countOf } from "./json-value.ts";

export interface Counts {
  input?: unknown;
  output?: unknown;
  cacheRead?: unknown;
  cacheWrite?: unknown;
  total?: unknown;
}

/** Counts whose input includes the cached tokens (OpenTelemetry, OpenAI, OpenInference, LangSmith, AI SDK). null when nothing is known. */
export function inclusiveUsage(counts: Counts): Usage | null {
  const usage: Usage = {
    input_tokens: countOf(counts.input),
    output_tokens: countOf(counts.output),
    cache_read_tokens: countOf(counts.cacheRead),
    cache_write_tokens: countOf(counts.cacheWrite),
    total_tokens: countOf(counts.total),
  };
  if (Object.values(usage).every((count) => count === null)) return null;
  if (
    usage.input_tokens === null &&
    usage.total_tokens !== null &&
    usage.output_tokens !== null &&
    usage.total_tokens >= usage.output_tokens
  )
    usage.input_tokens = usage.total_tokens - usage.output_tokens;
  if (usage.total_tokens === null && usage.input_tokens !== null && usage.output_tokens !== null)
    usage.total_tokens = usage.input_tokens + usage.output_tokens;
  return usage;
}

/** Counts whose input leaves the cached tokens out (Anthropic's own, OpenLLMetry's for Anthropic); a total given with them is as short. */
export function exclusiveUsage(counts: Counts): Usage | null {
  const input = countOf(counts.input);
  if (input === null) return inclusiveUsage({ ...counts, total: null });
  return inclusiveUsage({ ...counts, input: input + (countOf(counts.cacheRead) ?? 0) + (countOf(counts.cacheWrite) ?? 0), total: null });
}

/** The sum of several calls' usage: what one of them does not know counts as nothing, what none knows stays unknown. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (a === null) return b;
  if (b === null) return a;
  const add = (x: number | null, y: number | null): number | null => (x === null ? y : y === null ? x : x + y);
  return {
    input_tokens: add(a.input_tokens, b.input_tokens),
    output_tokens: add(a.output_tokens, b.output_tokens),
    cache_read_tokens: add(a.cache_read_tokens, b.cache_read_tokens),
    cache_write_tokens: add(a.cache_write_tokens, b.cache_write_tokens),
    total_tokens: add(a.total_tokens, b.total_tokens),
  };
}
