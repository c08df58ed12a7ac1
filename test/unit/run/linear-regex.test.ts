import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileLinear, type Span } from "../../../domain/run/linear-regex.ts";

function spans(pattern: string, text: string): Span[] {
  const compiled = compileLinear(pattern);
  if (compiled.kind === "refused") throw new Error(compiled.message);
  return compiled.findAll(text);
}

const found = (pattern: string, text: string): string[] => spans(pattern, text).map(({ from, to }) => text.slice(from, to));

describe("compileLinear", () => {
  it.each([
    ["ACC-\\d{6}", "x ACC-123456 ACC-12345 y", ["ACC-123456"]],
    ["a|ab", "ab", ["ab"]],
    ["(foo|ba[rz])+", "foobar baz", ["foobar", "baz"]],
    ["\\bcat\\b", "cat concat cat.", ["cat", "cat"]],
    ["^a+", "aaba", ["aa"]],
    ["a$", "aba", ["a"]],
    ["[^ ]{3,}", "ab abc abcd", ["abc", "abcd"]],
    ["(?i)id-[a-f]+", "ID-ABC id-Def", ["ID-ABC", "id-Def"]],
    ["\\u00e9t\\u00e9", "un été", ["été"]],
    ["a{2}", "aaaaa", ["aa", "aa"]],
    ["[]a]+", "a]a", ["a]a"]],
    ["a.c", "abc a\nc", ["abc"]],
    ["x{y", "x{y", ["x{y"]],
  ])("finds %s in %s", (pattern, text, expected) => expect(found(pattern, text)).toEqual(expected));

  it.each([
    ["(a)\\1", "refers back"],
    ["(?=a)b", "only plain groups"],
    ["(?<name>a)", "only plain groups"],
    ["a*?b", "lazy"],
    ["a**", "in a row"],
    ["*a", "repeats nothing"],
    ["(a", "not closed"],
    ["a)", 'without its "("'],
    ["[a", "not closed"],
    ["[z-a]", "range"],
    ["a{3,1}", "backwards"],
    ["a{1,999}", "at most"],
    ["(a{200}){200}", "too large"],
    ["a*", "empty text"],
    ["", "empty text"],
    ["\\q", "no meaning"],
    ["a\\", "ends in"],
    ["^*", "cannot be repeated"],
    ["a".repeat(201), "at most 200"],
  ])("refuses %s and says why", (pattern, reason) => {
    const compiled = compileLinear(pattern);
    expect(compiled.kind === "refused" ? compiled.message : "taken").toContain(reason);
  });

  it("begins where the platform's engine begins and reaches at least as far", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\w", "\\d", "(?:ab)", "(?:a|ab)", "(?:ab?|c)");
    const piece = fc.tuple(atom, fc.constantFrom("", "", "+", "*", "?", "{2}", "{1,3}")).map(([one, times]) => one + times);
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `${pieces.join("")}[a1]`);
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", "\n"), maxLength: 40 }), (source, text) => {
        const expected = new RegExp(source, "g").exec(text);
        const [first] = spans(source, text);
        expect(first?.from).toBe(expected?.index);
        const matched = first === undefined ? null : text.slice(first.from, first.to);
        expect((matched ?? "").length).toBeGreaterThanOrEqual((expected?.[0] ?? "").length);
        expect(matched === null || new RegExp(`^(?:${source})$`).test(matched)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("stays in bounded time where a backtracking engine would not", () => {
    const text = "a".repeat(20_000);
    const started = performance.now();
    for (const pattern of ["(a+)+$b", "(a|a)*b", "(a|aa)+c", "a*a*a*a*b"]) expect(found(pattern, text)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
