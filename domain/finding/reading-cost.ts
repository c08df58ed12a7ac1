// What a call to the model may cost at most, and what it did cost. A model without a price is refused rather than called: money that
// nobody counts would pass under every cap.
import { costOf, type PriceBook } from "../run/price.ts";
import type { Usage } from "../run/run.ts";
import type { ModelAsk } from "./rubric.ts";

/** Bytes of a token, on the low side: prose has about four, dense JSON about two and a half. */
const bytesOfToken = 2;
/** Tokens that the API adds for the schema and the frame of a message. */
const overheadTokens = 1_000;

/** USD that the call is not expected to exceed; null where the model has no price. */
export function mostCostUsd(model: string, ask: ModelAsk, atMs: number, prices: PriceBook): number | null {
  const bytes = new TextEncoder().encode(ask.system + ask.message + JSON.stringify(ask.schema)).length;
  const input = Math.ceil(bytes / bytesOfToken) + overheadTokens;
  return callCostUsd(model, { input, output: ask.mostOutputTokens, cacheRead: 0, cacheWrite: 0 }, atMs, prices);
}

/** Tokens of one call as the API bills them; `input` counts everything sent, cached or not. */
export interface CallTokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** USD of a call, or null where the model has no price. */
export function callCostUsd(model: string, tokens: CallTokens, atMs: number, prices: PriceBook): number | null {
  const usage: Usage = {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cache_read_tokens: tokens.cacheRead,
    cache_write_tokens: tokens.cacheWrite,
    total_tokens: tokens.input + tokens.output,
  };
  return costOf(model, usage, atMs, prices);
}
