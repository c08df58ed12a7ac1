// What passes between Bento and the user's own agent when it is the candidate: one signed request for each run, one answer. What the agent
// sends is data of unknown shape; what cannot be read is no answer.
import * as z from "zod";
import type { Usage } from "../run/run.ts";
import { countOf, isObject, listOf, textOf } from "../wire/json-value.ts";
import type { Candidate } from "./candidate.ts";
import type { Call } from "./recorded-tools.ts";

export interface WebhookAsk {
  run_id: string;
  input: unknown;
  candidate: Pick<Candidate, "config" | "artifacts">;
  /** Takes `{name, arguments}`, answers `{result}`, or 409 where the record has none. */
  tool_url: string;
  deadline_ms: number;
}

const score = z.union([z.number(), z.boolean()]);
const answer = z.looseObject({
  output: z.unknown().optional(),
  steps: z.array(z.unknown()).max(10_000).nullish(),
  usage: z.unknown().optional(),
  scores: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish(),
});

export interface WebhookAnswer {
  output: unknown;
  /** Calls of tools in the steps that it tells of; null where it tells of none. */
  calls: Call[] | null;
  usage: Usage | null;
  /** Its own score `success`; null without one. */
  success: boolean | null;
}

/** null for what is no answer. */
export function readWebhookAnswer(body: unknown): WebhookAnswer | null {
  const read = answer.safeParse(body);
  if (!read.success || !("output" in read.data)) return null;
  const { output, steps, usage, scores } = read.data;
  return { output: output ?? null, calls: steps == null ? null : callsIn(steps), usage: usageOf(usage), success: successOf(scores) };
}

const callsIn = (steps: readonly unknown[]): Call[] =>
  steps.flatMap((step) => {
    if (!isObject(step) || (step["type"] !== "tool" && step["type"] !== "retrieval")) return [];
    const name = textOf(step["name"]);
    return name === null ? [] : [{ name, arguments: step["arguments"] ?? null }];
  });

function usageOf(given: unknown): Usage | null {
  if (!isObject(given)) return null;
  const input = countOf(given["input_tokens"]);
  const output = countOf(given["output_tokens"]);
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: countOf(given["cache_read_tokens"]),
    cache_write_tokens: countOf(given["cache_write_tokens"]),
    total_tokens: input === null || output === null ? null : input + output,
  };
}

/** In both forms of a native run: `{success: 1}` or `[{name: "success", value: 1}]`. */
function successOf(scores: z.infer<typeof answer>["scores"]): boolean | null {
  const given: unknown = Array.isArray(scores)
    ? listOf(scores).findLast((one) => isObject(one) && one["name"] === "success")
    : isObject(scores)
      ? scores["success"]
      : null;
  return asSuccess(isObject(given) ? given["value"] : given);
}

/** A score of success counts from a half on, as the dimension does; null for what is no score. */
export function asSuccess(value: unknown): boolean | null {
  const read = score.safeParse(value);
  if (!read.success) return null;
  return typeof read.data === "boolean" ? read.data : read.data >= 0.5;
}
