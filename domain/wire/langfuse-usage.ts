// Token counts as Langfuse keeps them, in any generation of its SDKs. Its keys are free; by its own convention every key that
// starts with "input" is a part of the input and `input` alone leaves the cached part out, but senders also write `input` with
// the cached part in it. A total that comes with them settles which.
import type { Usage } from "../run/run.ts";
import { countOf, firstOf, isObject } from "./json-value.ts";
import { inclusiveUsage } from "./usage.ts";

/** From usageDetails, usage, or usage_details; null when nothing is known. */
export function langfuseUsage(details: unknown): Usage | null {
  if (!isObject(details)) return null;
  const input = firstOf(
    countOf(details["input"]),
    countOf(details["promptTokens"]),
    countOf(details["prompt_tokens"]),
    countOf(details["input_tokens"]),
  );
  const output = firstOf(
    countOf(details["output"]),
    countOf(details["completionTokens"]),
    countOf(details["completion_tokens"]),
    countOf(details["output_tokens"]),
  );
  const total = firstOf(countOf(details["total"]), countOf(details["totalTokens"]), countOf(details["total_tokens"]));
  const cacheRead = firstOf(
    ...["input_cached_tokens", "cache_read_input_tokens", "input_cache_read", "cache_read"].map((key) => countOf(details[key])),
  );
  const cacheWrite = firstOf(
    ...["cache_creation_input_tokens", "input_cache_creation", "cache_write_input_tokens", "input_cache_write"].map((key) =>
      countOf(details[key]),
    ),
  );
  const outputParts = sumOf(details, /^output_(?!tokens$)/);
  const outputAll = output === null ? null : output + outputParts;
  const inputParts = sumOf(details, /^(input_(?!tokens$)|cache_(read|creation|write))/);
  const inputAll = input === null ? null : input + inputParts;
  // OpenAI's names, which the older SDKs take, include the cached part.
  const isOpenAi = details["promptTokens"] !== undefined || details["prompt_tokens"] !== undefined;
  if (isOpenAi) return inclusiveUsage({ input, output, total, cacheRead, cacheWrite });
  if (total === null || inputAll === null || outputAll === null || inputAll + outputAll === total)
    return inclusiveUsage({ input: inputAll, output: outputAll, total, cacheRead, cacheWrite });
  // The parts do not add up to the total, so they are shares of `input` and `output` and not beside them.
  return inclusiveUsage({ input: total >= (output ?? 0) ? total - (output ?? 0) : input, output, total, cacheRead, cacheWrite });
}

function sumOf(details: Record<string, unknown>, names: RegExp): number {
  return Object.entries(details).reduce((sum, [name, value]) => sum + (names.test(name) ? (countOf(value) ?? 0) : 0), 0);
}
