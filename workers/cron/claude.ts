// Claude, through Anthropic's own SDK. One call here is one request: the SDK's own retries are off, because how often a run may be asked
// about is decided where it is counted and paid. Answers are streamed, so that a long one is not taken for a dead connection.
import Anthropic, { APIError, APIConnectionError, APIUserAbortError } from "@anthropic-ai/sdk";
import type { CallTokens } from "../../domain/finding/reading-cost.ts";
import { retryAfterMs, type CallFailure } from "../../domain/finding/reading-retry.ts";
import type { CallResult, Model } from "../../queues/reading-model.ts";

export interface ClaudeBindings {
  /** Secret. Without it nothing is asked of a model. */
  ANTHROPIC_API_KEY?: string;
  /** Where the API is, if not at its usual address. */
  ANTHROPIC_BASE_URL?: string;
  /** The model that reads, in place of the default. */
  BENTO_MODEL?: string;
}

/** Reads well for its price; priced in domain/run/price-list.ts. */
export const defaultModel = "claude-sonnet-5-5";
/** Enough thought for a trace; left to the API for other models, of which older ones refuse the option. */
const effort = "medium";
/** The whole answer must have come by then. */
export const longestCallMs = 150_000;

/** null without a key. */
export function claudeOf(bindings: ClaudeBindings): Model | null {
  const client = clientOf(bindings);
  const { BENTO_MODEL: named } = bindings;
  const name = named === undefined || named === "" ? defaultModel : named;
  return client === null ? null : { name, call: (ask) => call(client, name, ask) };
}

/** null without a key. */
export function clientOf({ ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseURL }: ClaudeBindings): Anthropic | null {
  if (apiKey === undefined || apiKey === "") return null;
  return new Anthropic({
    apiKey,
    authToken: null,
    ...(baseURL === undefined || baseURL === "" ? {} : { baseURL }),
    maxRetries: 0,
    timeout: longestCallMs,
    // It would write events that it cannot read, and with them trace text, into the log.
    logLevel: "off",
  });
}

async function call(client: Anthropic, model: string, ask: Parameters<Model["call"]>[0]) {
  const { system, message, schema, mostOutputTokens, longestMs = longestCallMs } = ask;
  const stream = client.messages.stream(
    {
      model,
      max_tokens: mostOutputTokens,
      system,
      messages: [{ role: "user", content: message }],
      // Not a forced tool: the models from 5.5 on refuse one.
      output_config: { format: { type: "json_schema", schema }, ...(model === defaultModel ? { effort } : {}) },
    },
    { signal: AbortSignal.timeout(longestMs) },
  );
  try {
    return resultOf(await stream.finalMessage());
  } catch (error) {
    const begun = stream.currentMessage;
    return { ok: false as const, failure: failureOf(error), tokens: begun === undefined ? null : tokensOf(begun) };
  }
}

function resultOf(message: Anthropic.Message): CallResult {
  const tokens = tokensOf(message);
  // The stream ended in the middle of a message.
  if (message.stop_reason === null) return { ok: false, failure: brokenOff, tokens };
  const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  const toolInputs = message.content.flatMap((block) => (block.type === "tool_use" ? [block.input] : []));
  return { ok: true, reply: { stopReason: message.stop_reason, text, toolInputs }, tokens };
}

export const brokenOff: CallFailure = { status: null, type: null, retryAfterMs: null };

/** The SDK's error without its message, which quotes the answer. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof APIConnectionError || error instanceof APIUserAbortError || !(error instanceof APIError)) return brokenOff;
  const headers: unknown = error.headers;
  const asked = headers instanceof Headers ? retryAfterMs(headers.get("retry-after"), Date.now()) : null;
  return { status: error.status ?? null, type: error.type, retryAfterMs: asked };
}

/** As the API counts: what was read from a cache or written to one stands beside the input. */
export function tokensOf({ usage }: Anthropic.Message): CallTokens {
  const cacheRead = usage.cache_read_input_tokens ?? 0;
  const cacheWrite = usage.cache_creation_input_tokens ?? 0;
  return { input: usage.input_tokens + cacheRead + cacheWrite, output: usage.output_tokens, cacheRead, cacheWrite };
}
