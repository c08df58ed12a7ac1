// Token arithmetic where unknown is not zero: a total is the sum of what is known, and null when nothing is.
import { type Usage, unknownUsage } from "./run.ts";

const fields = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"] as const;

/** A count that can be: a finite number of at least 0, rounded down; anything else is unknown. */
export function tokenCount(value: number | null): number | null {
  return value !== null && Number.isFinite(value) && value >= 0 ? Math.floor(value) : null;
}

/** `usage` with impossible counts made unknown and the total filled in: input + output where both are known, else what was declared. */
export function settledUsage(usage: Usage): Usage {
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: tokenCount(usage.cache_read_tokens),
    cache_write_tokens: tokenCount(usage.cache_write_tokens),
    total_tokens: input !== null && output !== null ? input + output : tokenCount(usage.total_tokens),
  };
}

/** Field by field, the sum of the known counts; the total is that of the single totals, so a call that knows only its total counts. */
export function sumUsage(usages: readonly Usage[]): Usage {
  const sum = { ...unknownUsage };
  for (const usage of usages.map(settledUsage)) {
    for (const field of fields) sum[field] = plus(sum[field], usage[field]);
    sum.total_tokens = plus(sum.total_tokens, usage.total_tokens ?? usage.input_tokens ?? usage.output_tokens);
  }
  return sum;
}

/** True when there is a count of tokens to speak of. */
export function isKnownUsage(usage: Usage | null): usage is Usage {
  return usage !== null && (usage.input_tokens !== null || usage.output_tokens !== null || usage.total_tokens !== null);
}

/** The sum of what is known; null only when both are unknown. */
export function plus(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}
