// Where quotes stand in a field as it is shown: a mark never names other text than the quote, however the field is indented.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { citedText } from "../../../workers/dashboard/cited.ts";
import type { EvidenceView } from "../../../workers/dashboard/read/finding.ts";

const evidence = (quote: string, start: number | null = null, end: number | null = null): EvidenceView => ({
  stepId: "s",
  field: "result",
  quote,
  start,
  end,
});
const marked = (value: unknown, ...quotes: EvidenceView[]): string[] | null => {
  const cited = citedText(value, quotes);
  return cited === null ? null : cited.marks.map(({ start, end }) => cited.text.slice(start, end));
};

describe("a text", () => {
  test.each<[string, string, EvidenceView[], string[]]>([
    ["is marked by its place", "ab ab ab", [evidence("ab", 3, 5)], ["ab"]],
    ["is marked where the quote stands when the place is wrong", "ab cd", [evidence("cd", 0, 2)], ["cd"]],
    ["is marked without places", "ab cd", [evidence("cd")], ["cd"]],
    ["is not marked for a quote that stands nowhere", "ab cd", [evidence("xy", 0, 2)], []],
    ["is not marked for an empty quote", "ab", [evidence("", 0, 0)], []],
    ["joins quotes that overlap or touch", "abcdef", [evidence("abc", 0, 3), evidence("cd", 2, 4), evidence("ef", 4, 6)], ["abcdef"]],
  ])("%s", (_, text, quotes, expected) => expect(marked(text, ...quotes)).toEqual(expected));

  test("is marked at the place that was meant, not at the first that looks like it", () => {
    expect(citedText("ab ab ab", [evidence("ab", 3, 5)])?.marks).toEqual([{ start: 3, end: 5 }]);
  });
});

describe("JSON", () => {
  test("that is shown indented is marked around the same signs", () => {
    const value = { ok: false, error: "no [such] order", more: [1, 2] };
    expect(marked(value, evidence("no [such] order"))).toEqual(["no [such] order"]);
    expect(marked(value, evidence('"ok":false,"error":"no'))).toEqual(['"ok": false,\n  "error": "no']);
  });

  test("nested too deep to be written is not shown at all", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(citedText(loop, [evidence("x")])).toBeNull();
  });

  test("marks hold what was quoted, whatever the value and the stretch", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.nat(), (value, a, b) => {
        const compact = JSON.stringify(value);
        if (typeof value === "string" || compact.length < 2) return;
        const [start, end] = [Math.min(a, b) % compact.length, (Math.max(a, b) % compact.length) + 1];
        if (end <= start) return;
        const [first, ...others] = marked(value, evidence(compact.slice(start, end), start, end)) ?? [];
        expect(others).toEqual([]);
        expect(withoutIndent(first ?? "", compact.slice(0, start))).toBe(compact.slice(start, end));
      }),
    );
  });
});

/** The stretch of indented JSON without the space that indenting added; `before` says whether it begins inside a text. */
function withoutIndent(stretch: string, before: string): string {
  let inText = false;
  let isEscaped = false;
  const step = (letter: string): boolean => {
    const isSpace = !inText && /[ \n]/.test(letter);
    if (isEscaped) isEscaped = false;
    else if (letter === "\\" && inText) isEscaped = true;
    else if (letter === '"') inText = !inText;
    return !isSpace;
  };
  for (const letter of before.split("")) step(letter);
  return stretch
    .split("")
    .filter((letter) => step(letter))
    .join("");
}
