// What a model call cost. Only the exact model name is priced, at the price of the day of the call; an unknown model, an unknown count
// or a placeholder price gives null, never 0 and never a relative's price.
import { type ListedPrice, priceList, type TokenPrices } from "./price-list.ts";
import type { Usage } from "./run.ts";

/**
 * A project's own price of a model, over the list: USD per million tokens. A negative number says that the model's price is unknown;
 * a part that is left out (or null) is the list's, if the list has the model.
 */
export interface PriceOverride {
  input?: number | null | undefined;
  output?: number | null | undefined;
  cache_read?: number | null | undefined;
  cache_write?: number | null | undefined;
}

/** The prices that hold for one project. */
export interface PriceBook {
  overrides: ReadonlyMap<string, PriceOverride>;
}

/** How the call was served, where it is billed differently: batch and flex by the list's share, priority at a price no list has. */
export type ServiceTier = "standard" | "batch" | "priority";

const tokensPerUnit = 1_000_000;

/** The list alone. */
export const listedPrices: PriceBook = { overrides: new Map() };

/** `overrides` as `PUT /v1/prices` takes them, by exact model name. */
export function priceBookOf(overrides: Readonly<Record<string, PriceOverride>>): PriceBook {
  return { overrides: new Map(Object.entries(overrides)) };
}

/**
 * USD of one call of `model` at `atMs` (epoch milliseconds), or null where any part is unknown. `usage.input_tokens` counts everything
 * sent; its cached parts are priced apart. A call that read or wrote a cache needs the price of that.
 */
export function costOf(
  model: string | null,
  usage: Usage | null,
  atMs: number,
  book: PriceBook,
  tier: ServiceTier = "standard",
): number | null {
  if (model === null || usage === null || usage.input_tokens === null || tier === "priority") return null;
  const price = priceOf(model, usage.input_tokens, atMs, book);
  if (price === null) return null;
  const read = usage.cache_read_tokens ?? 0;
  const write = usage.cache_write_tokens ?? 0;
  // Some senders count the cached part beside the input; what is left can then not be negative.
  const plain = Math.max(0, usage.input_tokens - read - write);
  const parts = [
    partUsd(plain, price.input),
    partUsd(read, price.cache_read),
    partUsd(write, price.cache_write),
    usage.output_tokens === null ? (price.output === 0 ? 0 : null) : partUsd(usage.output_tokens, price.output),
  ];
  const share = tier === "batch" ? price.batch : 1;
  let cost = 0;
  for (const part of parts) {
    if (part === null || share === null) return null;
    cost += part * share;
  }
  return withoutNoise(cost);
}

/** USD without the noise of binary sums (0.007949999999999999): to a trillionth, far below any price of one token. */
export function withoutNoise(usd: number): number {
  return Math.round(usd * 1e12) / 1e12;
}

/** The service tier that the step's attributes tell, by the names OpenAI and Anthropic use for it. */
export function serviceTierOf(attributes: Readonly<Record<string, unknown>>): ServiceTier {
  for (const key of tierKeys) {
    const tier = attributes[key];
    if (tier === "batch" || tier === "flex") return "batch";
    if (tier === "priority") return "priority";
  }
  return "standard";
}

const tierKeys = [
  "openai.response.service_tier",
  "gen_ai.openai.response.service_tier",
  "anthropic.response.service_tier",
  "service_tier",
  "openai.request.service_tier",
  "gen_ai.openai.request.service_tier",
];

function partUsd(tokens: number, usdPerMillion: number | null): number | null {
  if (tokens === 0) return 0;
  return usdPerMillion === null ? null : (tokens * usdPerMillion) / tokensPerUnit;
}

function priceOf(model: string, inputTokens: number, atMs: number, book: PriceBook): (TokenPrices & { batch: number | null }) | null {
  const listed = listedFor(model, inputTokens, atMs);
  const override = book.overrides.get(model);
  if (override === undefined) return listed;
  const parts = [override.input, override.output, override.cache_read, override.cache_write];
  if (parts.some((part) => typeof part === "number" && !(part >= 0))) return null;
  const input = override.input ?? listed?.input;
  const output = override.output ?? listed?.output;
  if (input === undefined || output === undefined) return null;
  return {
    input,
    output,
    cache_read: override.cache_read ?? listed?.cache_read ?? null,
    cache_write: override.cache_write ?? listed?.cache_write ?? null,
    batch: listed?.batch ?? null,
  };
}

function listedFor(model: string, inputTokens: number, atMs: number): (TokenPrices & { batch: number | null }) | null {
  const listed = listedAt(model, atMs);
  if (listed === null || listed.long === null || inputTokens <= listed.long.over_input_tokens) return listed;
  return { ...listed.long, batch: listed.batch };
}

/** The latest price whose day has come; before the first one, the first. */
function listedAt(model: string, atMs: number): ListedPrice | null {
  const prices = listedByName.get(model) ?? [];
  return prices.findLast(({ from }) => from === null || Date.parse(from) <= atMs) ?? prices[0] ?? null;
}

const listedByName = byName();

function byName(): ReadonlyMap<string, readonly ListedPrice[]> {
  const byModel = new Map<string, ListedPrice[]>();
  for (const listed of priceList) for (const model of listed.models) byModel.set(model, [...(byModel.get(model) ?? []), listed]);
  return byModel;
}
