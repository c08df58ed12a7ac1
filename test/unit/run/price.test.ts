import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, listedPrices, priceBookOf, serviceTierOf } from "../../../domain/run/price.ts";
import { priceList } from "../../../domain/run/price-list.ts";
import { type Usage, unknownUsage } from "../../../domain/run/run.ts";

const at = Date.parse("2026-11-24T10:00:00Z");
const usage = (input: number | null, output: number | null, read: number | null = null, write: number | null = null): Usage => ({
  ...unknownUsage,
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: read,
  cache_write_tokens: write,
});
const acme = priceBookOf({
  "acme-large-5": { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
  "router/auto": { input: -1_000_000, output: -1_000_000 },
});

describe("costOf", () => {
  it.each([
    ["acme-large-5", 0.0036],
    ["acme-large-5-1", null],
    ["acme-large-5.6-sol", null],
    ["Acme-Large-5", null],
    ["router/auto", null],
    ["zeta-9", null],
    ["__proto__", null],
  ])("prices only the exact name: %s", (model, expected) => expect(costOf(model, usage(1_000, 40), at, acme)).toBe(expected));

  it("prices the cached parts apart from the rest of the input", () => {
    expect(costOf("acme-large-5", usage(12_000, 200, 11_500, 0), at, acme)).toBe(0.00795);
    expect(costOf("acme-large-5", usage(2_050, 10, 0, 2_000), at, acme)).toBe(0.0078);
  });

  it.each<[string, Usage | null]>([
    ["usage", null],
    ["input tokens", usage(null, 10)],
    ["output tokens", usage(10, null)],
  ])("knows no cost without %s", (_, given) => expect(costOf("acme-large-5", given, at, acme)).toBeNull());

  it("knows no cost of cached tokens without a price for them", () => {
    const book = priceBookOf({ m: { input: 1, output: 1 } });
    expect(costOf("m", usage(100, 1), at, book)).not.toBeNull();
    expect(costOf("m", usage(100, 1, 50), at, book)).toBeNull();
  });

  it("takes the parts that a project leaves out from the list", () => {
    const book = priceBookOf({ "gpt-4o": { input: 1, output: 2 } });
    expect(costOf("gpt-4o", usage(1_000_000, 1_000_000, 1_000_000), at, book)).toBe(1.25 + 2);
  });

  it("takes the price of the day of the call", () => {
    const million = usage(1_000_000, 0);
    expect(costOf("o3", million, Date.parse("2025-06-09T23:59:59Z"), listedPrices)).toBe(10);
    expect(costOf("o3", million, Date.parse("2025-06-10T00:00:00Z"), listedPrices)).toBe(2);
    expect(costOf("o3", million, 0, listedPrices)).toBe(10);
  });

  it("takes the long price for a long prompt as a whole", () => {
    expect(costOf("gemini-2.5-pro", usage(200_000, 0), at, listedPrices)).toBe(0.25);
    expect(costOf("gemini-2.5-pro", usage(200_001, 0), at, listedPrices)).toBeCloseTo(0.5000025, 9);
  });

  it("halves a batch call, and knows no price of a priority call", () => {
    expect(costOf("claude-sonnet-4-5", usage(1_000_000, 0), at, listedPrices, "batch")).toBe(1.5);
    expect(costOf("claude-sonnet-4-5", usage(1_000_000, 0), at, listedPrices, "priority")).toBeNull();
  });

  it.each([
    ["openai/gpt-4o"],
    ["anthropic/claude-sonnet-4-5"],
    ["claude-sonnet-4-5@20250929"],
    ["anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["models/gemini-2.5-flash"],
  ])("knows %s by its listed alias", (model) => expect(costOf(model, usage(1_000, 1), at, listedPrices)).toBeGreaterThan(0));

  it("is never negative and never NaN", () => {
    const count = fc.option(fc.nat(1e9), { nil: null });
    fc.assert(
      fc.property(count, count, count, count, (input, output, read, write) => {
        expect(costOf("claude-opus-5-5", usage(input, output, read, write), at, listedPrices) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("priceList", () => {
  it("has each model once a day, and later prices after earlier ones", () => {
    const days = new Map<string, (string | null)[]>();
    for (const { models, from } of priceList) for (const model of models) days.set(model, [...(days.get(model) ?? []), from]);
    const isInOrder = (froms: (string | null)[]): boolean =>
      froms[0] === null && froms.every((from, i) => i === 0 || (from ?? "") > (froms[i - 1] ?? ""));
    expect([...days].filter(([, froms]) => !isInOrder(froms))).toEqual([]);
  });

  it("has finite prices of at least 0, reading a cache no dearer than plain input", () => {
    const isSound = (price: number | null): boolean => price === null || (Number.isFinite(price) && price >= 0);
    const unsound = priceList.filter(
      ({ input, output, cache_read, cache_write }) => ![input, output, cache_read, cache_write].every(isSound) || (cache_read ?? 0) > input,
    );
    expect(unsound).toEqual([]);
  });
});

describe("serviceTierOf", () => {
  it.each([
    [{ "openai.response.service_tier": "flex" }, "batch"],
    [{ "gen_ai.openai.response.service_tier": "priority" }, "priority"],
    [{ service_tier: "default" }, "standard"],
    [{}, "standard"],
  ])("reads %o as %s", (attributes, tier) => expect(serviceTierOf(attributes)).toBe(tier));
});
