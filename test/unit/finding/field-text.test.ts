import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cite, citeMatch, fieldText, quoteChars } from "../../../domain/finding/field-text.ts";
import { failedTool, llm, runOf, scored, tool } from "./runs.ts";

const run = runOf(
  [
    tool("t1", { arguments: { order: 1 }, arguments_raw: '{"order":  1}', result: { state: 'a "quoted"\nline' } }),
    failedTool("t2", "no", { error: { type: "HTTP_503", message: "no" }, arguments: { order: 2 } }),
    llm("l1", { output: "plain" }),
  ],
  { input: "hello", output: { text: "bye" }, status: "error", error: { type: null, message: "broken" }, scores: scored(0) },
);

describe("the text of a field", () => {
  test.each([
    ["a text as it stands", "l1", "output", "plain"],
    ["arguments as they came, where they came as text", "t1", "arguments", '{"order":  1}'],
    ["arguments as JSON else", "t2", "arguments", '{"order":2}'],
    ["a failure with its type", "t2", "error", "HTTP_503: no"],
    ["a result as JSON", "t1", "result", '{"state":"a \\"quoted\\"\\nline"}'],
    ["a step's name and status", "t2", "status", "error"],
    ["nothing where nothing was sent", "l1", "result", null],
    ["nothing for a step that there is not", "t9", "name", null],
    ["the run's own", null, "error", "broken"],
    ["its scores by name", null, "score", "success: 0"],
    ["its output as JSON", null, "output", '{"text":"bye"}'],
    ["its agent", null, "name", "support-bot"],
    ["no arguments of a run", null, "arguments", null],
  ] as const)("%s", (_, step, field, text) => expect(fieldText(run, step, field)).toBe(text));
});

describe("citations", () => {
  it("find a text that JSON writes otherwise", () => {
    expect(citeMatch(run, "t1", "result", 'a "quoted"\nline')).toMatchObject({ quote: 'a \\"quoted\\"\\nline', start: 10 });
  });
  it("cite the beginning where the text stands nowhere", () => {
    expect(citeMatch(run, "l1", "output", "elsewhere")).toEqual({ step_id: "l1", field: "output", quote: "plain", start: 0, end: 5 });
  });
  it("cite nothing of a field without text", () => expect(cite(run, "l1", "result")).toBeNull());
  it("are never longer than told, never cut a character, and stand where they say", () => {
    const words = fc.string({ unit: fc.constantFrom("\ud83d\ude00", "a", "\n", '"', "\ud83d"), maxLength: 700 });
    fc.assert(
      fc.property(words, fc.nat(800), fc.nat(800), (output, from, length) => {
        const one = runOf([llm("l1", { output })]);
        const cited = cite(one, "l1", "output", from, from + length);
        if (cited === null) return;
        expect(output.slice(cited.start, cited.end)).toBe(cited.quote);
        expect(cited.quote.length).toBeLessThanOrEqual(quoteChars);
        expect(/^[\udc00-\udfff]/.test(cited.quote) && /[\ud800-\udbff]$/.test(output.slice(0, cited.start))).toBe(false);
        expect(/[\ud800-\udbff]$/.test(cited.quote) && /^[\udc00-\udfff]/.test(output.slice(cited.end))).toBe(false);
      }),
    );
  });
});
