// The kept list of public prices: USD per million tokens, by exact model name, with the day from which each holds. A name that is
// not here has no price; a sibling's is never borrowed. Last checked against the providers' pages and their mirrors: 2026-11-25.

/** Prices of one call size. null: the provider has no such price. */
export interface TokenPrices {
  input: number;
  output: number;
  cache_read: number | null;
  cache_write: number | null;
}

export interface ListedPrice extends TokenPrices {
  /** Every name under which exactly this model is sold: aliases, dated ids, ids on other clouds. */
  models: readonly string[];
  /** The first day (UTC) on which this price holds; null = since the model exists. */
  from: string | null;
  /** The share of the price that batch and flex calls cost; null = not offered. */
  batch: number | null;
  /** Prices of a call whose input has more tokens than `over_input_tokens`. */
  long: (TokenPrices & { over_input_tokens: number }) | null;
}

type Extra = Partial<Pick<ListedPrice, "from" | "batch" | "long">>;

/** OpenAI bills writing to its cache as plain input up to GPT-5.5. */
function openai(models: readonly string[], input: number, cacheRead: number | null, output: number, extra: Extra = {}): ListedPrice {
  const listed = { from: null, batch: 0.5, long: null, ...extra };
  return {
    models: withVendor("openai", models),
    input,
    output,
    cache_read: cacheRead,
    cache_write: cacheRead === null ? null : input,
    ...listed,
  };
}

/** Anthropic: writing to the five-minute cache costs 1.25 of the input, reading it a tenth unless listed otherwise. */
function anthropic(models: readonly string[], input: number, output: number, extra: Extra & { cacheRead?: number } = {}): ListedPrice {
  const { cacheRead = times(input, 0.1), ...rest } = extra;
  const listed = { from: null, batch: 0.5, long: null, ...rest };
  return { models: withVendor("anthropic", models), input, output, cache_read: cacheRead, cache_write: times(input, 1.25), ...listed };
}

/** Google bills reading of the cache by token and keeping it by the hour, which no trace tells; writing is plain input. */
function google(models: readonly string[], input: number, cacheRead: number | null, output: number, extra: Extra = {}): ListedPrice {
  const listed = { from: null, batch: 0.5, long: null, ...extra };
  const names = [...withVendor("google", models), ...models.map((model) => `models/${model}`)];
  return { models: names, input, output, cache_read: cacheRead, cache_write: cacheRead === null ? null : input, ...listed };
}

function other(
  vendor: string,
  models: readonly string[],
  input: number,
  cacheRead: number | null,
  output: number,
  extra: Extra = {},
): ListedPrice {
  const listed = { from: null, batch: null, long: null, ...extra };
  return {
    models: withVendor(vendor, models),
    input,
    output,
    cache_read: cacheRead,
    cache_write: cacheRead === null ? null : input,
    ...listed,
  };
}

/** Routers pass a provider's price on and write the provider's name before the model's. */
const withVendor = (vendor: string, models: readonly string[]): string[] => [...models, ...models.map((model) => `${vendor}/${model}`)];

/** Products of prices without the noise of binary fractions (0.8 × 0.1). */
const times = (price: number, factor: number): number => Math.round(price * factor * 1e6) / 1e6;

/** The names of one Claude model: alias, dated id, Vertex id, Bedrock id. */
function claude(name: string, date: string): string[] {
  return [name, `${name}-${date}`, `${name}@${date}`, `anthropic.${name}-${date}-v1:0`];
}

/** A long OpenAI prompt costs twice the input and one and a half of the output for the whole call. */
const openaiLong = (input: number, cacheRead: number, output: number) => ({
  long: { over_input_tokens: 272_000, input: input * 2, output: output * 1.5, cache_read: cacheRead * 2, cache_write: input * 2 },
});

/** A long Gemini Pro prompt has its own prices. */
const geminiLong = (input: number, cacheRead: number, output: number) => ({
  long: { over_input_tokens: 200_000, input, output, cache_read: cacheRead, cache_write: input },
});

export const priceList: readonly ListedPrice[] = [
  openai(["gpt-3.5-turbo", "gpt-3.5-turbo-0125", "gpt-35-turbo"], 0.5, null, 1.5),
  openai(["gpt-4", "gpt-4-0613"], 30, null, 60),
  openai(["gpt-4-turbo", "gpt-4-turbo-2024-04-09"], 10, null, 30),
  openai(["gpt-4o-2024-05-13"], 5, null, 15),
  openai(["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], 2.5, 1.25, 10),
  openai(["gpt-4o-mini", "gpt-4o-mini-2024-07-18"], 0.15, 0.075, 0.6),
  openai(["chatgpt-4o-latest"], 5, null, 15, { batch: null }),
  openai(["gpt-4.1", "gpt-4.1-2025-04-14"], 2, 0.5, 8),
  openai(["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"], 0.4, 0.1, 1.6),
  openai(["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"], 0.1, 0.025, 0.4),
  openai(["o1", "o1-2024-12-17"], 15, 7.5, 60),
  openai(["o1-mini", "o1-mini-2024-09-12"], 1.1, 0.55, 4.4),
  openai(["o1-pro", "o1-pro-2025-03-19"], 150, null, 600),
  openai(["o3", "o3-2025-04-16"], 10, 2.5, 40),
  openai(["o3", "o3-2025-04-16"], 2, 0.5, 8, { from: "2025-06-10" }),
  openai(["o3-mini", "o3-mini-2025-01-31"], 1.1, 0.55, 4.4),
  openai(["o3-pro", "o3-pro-2025-06-10"], 20, null, 80),
  openai(["o4-mini", "o4-mini-2025-04-16"], 1.1, 0.275, 4.4),
  openai(["gpt-5", "gpt-5-2025-08-07", "gpt-5-chat-latest", "gpt-5-codex"], 1.25, 0.125, 10),
  openai(["gpt-5-mini", "gpt-5-mini-2025-08-07"], 0.25, 0.025, 2),
  openai(["gpt-5-nano", "gpt-5-nano-2025-08-07"], 0.05, 0.005, 0.4),
  openai(["gpt-5-pro", "gpt-5-pro-2025-10-06"], 15, null, 120),
  openai(["gpt-5.1", "gpt-5.1-2025-11-13", "gpt-5.1-chat-latest", "gpt-5.1-codex"], 1.25, 0.125, 10),
  openai(["gpt-5.1-codex-mini"], 0.25, 0.025, 2),
  openai(["gpt-5.2", "gpt-5.2-2025-12-11", "gpt-5.2-chat-latest", "gpt-5.2-codex", "gpt-5.3-codex"], 1.75, 0.175, 14),
  openai(["gpt-5.2-pro", "gpt-5.2-pro-2025-12-11"], 21, null, 168),
  openai(["gpt-5.4"], 2.5, 0.25, 15, openaiLong(2.5, 0.25, 15)),
  openai(["gpt-5.4-mini"], 0.75, 0.075, 4.5),
  openai(["gpt-5.4-nano"], 0.2, 0.02, 1.25),
  openai(["gpt-5.4-pro", "gpt-5.5-pro"], 30, null, 180),
  openai(["gpt-5.5"], 5, 0.5, 30, openaiLong(5, 0.5, 30)),
  // From GPT-5.6 on, writing to the cache costs 1.25 of the input. The promotion of August 2026 is a price of its own.
  { ...openai(["gpt-5.6-sol", "gpt-5.6"], 5, 0.5, 30, openaiLong(5, 0.5, 30)), cache_write: 6.25 },
  { ...openai(["gpt-5.6-sol", "gpt-5.6"], 4, 0.4, 20, { from: "2026-08-21", ...openaiLong(4, 0.4, 20) }), cache_write: 5 },
  { ...openai(["gpt-6.1-sol"], 2, 0.1, 10, openaiLong(2, 0.1, 10)), cache_write: 2.5 },
  openai(["text-embedding-3-small"], 0.02, null, 0),
  openai(["text-embedding-3-large"], 0.13, null, 0),
  openai(["text-embedding-ada-002"], 0.1, null, 0),

  anthropic(claude("claude-3-haiku", "20240307"), 0.25, 1.25, { cacheRead: 0.03 }),
  anthropic([...claude("claude-3-opus", "20240229"), "claude-3-opus-latest"], 15, 75),
  anthropic(claude("claude-3-sonnet", "20240229"), 3, 15),
  anthropic([...claude("claude-3-5-haiku", "20241022"), "claude-3-5-haiku-latest"], 0.8, 4),
  anthropic([...claude("claude-3-5-sonnet", "20240620"), "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-latest"], 3, 15),
  anthropic(["claude-3-5-sonnet@20241022", "claude-3-5-sonnet-v2@20241022", "anthropic.claude-3-5-sonnet-20241022-v2:0"], 3, 15),
  anthropic([...claude("claude-3-7-sonnet", "20250219"), "claude-3-7-sonnet-latest"], 3, 15),
  anthropic([...claude("claude-opus-4", "20250514"), "claude-opus-4-0", ...claude("claude-opus-4-1", "20250805")], 15, 75),
  anthropic([...claude("claude-sonnet-4", "20250514"), "claude-sonnet-4-0", ...claude("claude-sonnet-4-5", "20250929")], 3, 15),
  anthropic(["claude-sonnet-4-6"], 3, 15),
  anthropic(claude("claude-haiku-4-5", "20251001"), 1, 5),
  anthropic([...claude("claude-opus-4-5", "20251101"), "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-opus-5"], 5, 25),
  anthropic(["claude-opus-5-5"], 4, 20, { cacheRead: 0.2 }),
  anthropic(["claude-sonnet-5"], 2, 10),
  anthropic(["claude-sonnet-5-5"], 2, 10),
  anthropic(["claude-sonnet-5-5"], 2, 10, { cacheRead: 0.1, from: "2026-10-07" }),
  anthropic(["claude-haiku-5-5"], 0.1, 0.5, {
    long: { over_input_tokens: 100_000, input: 0.5, output: 2.5, cache_read: 0.05, cache_write: 0.625 },
  }),
  anthropic(["claude-fable-5", "claude-mythos-5"], 10, 50),
  anthropic(["claude-fable-5-1", "claude-mythos-5-1"], 10, 50, { cacheRead: 0.25 }),

  google(["gemini-1.5-pro", "gemini-1.5-pro-002"], 1.25, 0.3125, 5, {
    long: { over_input_tokens: 128_000, input: 2.5, output: 10, cache_read: 0.625, cache_write: 2.5 },
  }),
  google(["gemini-2.0-flash", "gemini-2.0-flash-001"], 0.1, 0.025, 0.4),
  google(["gemini-2.0-flash-lite", "gemini-2.0-flash-lite-001"], 0.075, null, 0.3),
  google(["gemini-2.5-pro"], 1.25, 0.125, 10, geminiLong(2.5, 0.25, 15)),
  google(["gemini-2.5-flash"], 0.3, 0.03, 2.5),
  google(["gemini-2.5-flash-lite"], 0.1, 0.01, 0.4),
  google(["gemini-3-pro-preview", "gemini-3.1-pro-preview"], 2, 0.2, 12, geminiLong(4, 0.4, 18)),
  google(["gemini-3-flash-preview"], 0.5, 0.05, 3),
  google(["gemini-3.1-flash-lite", "gemini-3.1-flash-lite-preview"], 0.25, 0.025, 1.5),
  google(["gemini-3.5-flash"], 1.5, 0.15, 9),
  google(["gemini-embedding-001"], 0.15, null, 0),

  other("mistral", ["mistral-large-2407", "mistral-large-2411"], 2, null, 6),
  other("mistral", ["mistral-large-2512"], 0.5, 0.05, 1.5),
  other("mistral", ["mistral-medium-2505", "mistral-medium-2508"], 0.4, 0.04, 2),
  other("mistral", ["mistral-medium-3-5", "mistral-medium-3.5"], 1.5, 0.15, 7.5),
  other("mistral", ["mistral-small-2603"], 0.15, 0.015, 0.6),
  other("mistral", ["codestral-2501"], 0.3, null, 0.9),
  other("mistral", ["codestral-2508"], 0.3, 0.03, 0.9),
  other("x-ai", ["grok-3", "grok-3-latest", "grok-3-beta"], 3, 0.75, 15),
  other("x-ai", ["grok-3-mini", "grok-3-mini-latest", "grok-3-mini-beta"], 0.3, 0.075, 0.5),
  other("x-ai", ["grok-4", "grok-4-0709", "grok-4-latest"], 3, 0.75, 15),
  other(
    "x-ai",
    ["grok-4-fast-reasoning", "grok-4-fast-non-reasoning", "grok-4-1-fast-reasoning", "grok-4-1-fast-non-reasoning"],
    0.2,
    0.05,
    0.5,
  ),
  other("x-ai", ["grok-4.3"], 1.25, 0.2, 2.5),
  other("x-ai", ["grok-4.5"], 2, 0.5, 6),
  other("x-ai", ["grok-code-fast-1"], 0.2, 0.02, 1.5),
  other("deepseek", ["deepseek-v4-flash"], 0.14, 0.0028, 0.28),
  other("deepseek", ["deepseek-v4-pro"], 0.435, 0.003625, 0.87),
];
