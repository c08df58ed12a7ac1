import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, maxDepth, truncateJson, truncateText } from "../../../domain/run/truncate.ts";

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("\ud83e\udd8a", "\ud800", "\udc00", "\u0000", "é", "a"), fc.string({ minLength: 1, maxLength: 1 })),
  maxLength: 200,
});

describe("truncateText", () => {
  it("leaves text within the limit as it is", () => {
    expect(truncateText("abc", 3)).toEqual({ value: "abc", truncated: false });
  });

  it("says how many characters were cut", () => {
    const { value, truncated } = truncateText("x".repeat(2_600_000), 1_000);
    const [, kept, cut] = /^(x+)…\[truncated (\d+) characters\]$/.exec(value) ?? [];
    expect(truncated).toBe(true);
    expect((kept ?? "").length + Number(cut)).toBe(2_600_000);
    expect(value.length).toBeLessThanOrEqual(1_000);
  });

  it("does not cut a character in two", () => {
    for (let limit = 40; limit < 60; limit += 1)
      expect(truncateText("🦊".repeat(100), limit).value).toMatch(/^(🦊)*…\[truncated \d+ characters\]$/u);
  });

  it("always gives well-formed text without NUL, within the limit, and changes nothing the second time", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 250 }), (text, limit) => {
        const once = truncateText(text, limit).value;
        expect(once.isWellFormed()).toBe(true);
        expect(once).not.toContain("\u0000");
        expect(once.length).toBeLessThanOrEqual(limit);
        expect(truncateText(once, limit)).toEqual({ value: once, truncated: false });
      }),
    );
  });
});

describe("cleanText", () => {
  it("keeps the words on both sides of a NUL and of half a character", () => {
    expect(cleanText("head\u0000tail")).toBe("head\ufffdtail");
    expect(cleanText("status ok \ud83e")).toBe("status ok \ufffd");
  });
});

describe("truncateJson", () => {
  it("keeps a value within the limits equal to itself", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value).replaceAll("\\u0000", " "));
        expect(truncateJson(plain, { maxTextChars: 1_000, maxDepth: 1_000 })).toEqual({ value: plain, truncated: false });
      }),
    );
  });

  it("cuts nesting that JSON.stringify cannot survive", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    const { value, truncated } = truncateJson(deep);
    expect(truncated).toBe(true);
    expect(JSON.stringify(value)).toBe(`${"[".repeat(maxDepth)}"…[truncated below ${maxDepth} levels]"${"]".repeat(maxDepth)}`);
  });

  it("keeps __proto__ an ordinary key", () => {
    const { value } = truncateJson(JSON.parse('{"__proto__": {"polluted": true}, "a": 1}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"a":1}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("turns what is not JSON into JSON", () => {
    expect(truncateJson({ a: undefined, b: Number.NaN, c: 10n, d: [undefined] }).value).toEqual({ b: "NaN", c: "10", d: [null] });
  });

  it("tells keys apart that become one by cutting", () => {
    const keys = { [`${"k".repeat(80)}1`]: 1, [`${"k".repeat(80)}2`]: 2 };
    const { value } = truncateJson(keys, { maxTextChars: 50, maxDepth: 5 });
    expect(Object.values(value ?? {})).toEqual([1, 2]);
  });
});
