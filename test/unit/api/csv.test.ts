import fc from "fast-check";
import { expect, it } from "vitest";
import { csvLine, type Cell } from "../../../workers/pipeline/api/csv.ts";

/** Cells as a spreadsheet reads them. */
function read(line: string): string[] {
  const cells: string[] = [];
  let rest = line.replace(/\r\n$/, "");
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest);
    const raw = quoted?.[0] ?? /^[^,]*/.exec(rest)?.[0] ?? "";
    cells.push(quoted?.[1]?.replaceAll('""', '"') ?? raw);
    if (raw.length === rest.length) return cells;
    rest = rest.slice(raw.length + 1);
  }
}

it.each<[string, Cell[], string]>([
  ["a missing value and an empty text apart", [null, undefined, ""], ',,""\r\n'],
  ["numbers and yes or no as they are", [-1.5, 0, true], "-1.5,0,true\r\n"],
  ["commas, quotes and line ends in quotes", ['say "a,b"', "two\nlines"], '"say ""a,b""","two\nlines"\r\n'],
  ["formulas as text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1"], "'=HYPERLINK(1),'+1,'-1,'@x,'\t=1\r\n"],
  ["a formula with commas", ["=1,2"], '"\'=1,2"\r\n'],
])("%s", (_, cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

it("gives back every text, with a mark where it would be a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (texts) => {
      expect(read(csvLine(texts))).toEqual(texts.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)));
    }),
  );
});
