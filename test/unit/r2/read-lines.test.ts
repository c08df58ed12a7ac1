import fc from "fast-check";
import { expect, it } from "vitest";
import { rangesOf } from "../../../r2/read-lines.ts";
import type { LinePlace } from "../../../r2/segments.ts";

const kb = 1024;
const at = (key: string, offset: number, length: number): LinePlace => ({ key, offset, length });
const told = (places: readonly LinePlace[]) => rangesOf(places).map(({ key, offset, end }) => [key, offset, end]);

it.each<[string, LinePlace[], (string | number)[][]]>([
  ["none", [], []],
  ["neighbours are one read", [at("s", 0, 10), at("s", 10, 10)], [["s", 0, 20]]],
  ["in any order", [at("s", 10, 10), at("s", 0, 10)], [["s", 0, 20]]],
  ["a small gap is read with them", [at("s", 0, 10), at("s", 10 + 32 * kb, 10)], [["s", 0, 32 * kb + 20]]],
  [
    "a large gap is not",
    [at("s", 0, 10), at("s", 11 + 32 * kb, 10)],
    [
      ["s", 0, 10],
      ["s", 11 + 32 * kb, 21 + 32 * kb],
    ],
  ],
  [
    "two segments are two reads",
    [at("s", 0, 10), at("t", 10, 10)],
    [
      ["s", 0, 10],
      ["t", 10, 20],
    ],
  ],
  [
    "a read has its limit",
    [at("s", 0, 600 * kb), at("s", 600 * kb, 600 * kb)],
    [
      ["s", 0, 600 * kb],
      ["s", 600 * kb, 1_200 * kb],
    ],
  ],
  ["a line beyond it is read all the same", [at("s", 0, 9_000 * kb)], [["s", 0, 9_000 * kb]]],
])("%s", (_, places, expected) => {
  expect(told(places)).toEqual(expected);
});

it("reads each line that is asked for, once, inside its range", () => {
  const place = fc.record({
    key: fc.constantFrom("s", "t", "u"),
    offset: fc.integer({ min: 0, max: 5_000 * kb }),
    length: fc.integer({ min: 1, max: 50 * kb }),
  });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 60 }), (places) => {
      const ranges = rangesOf(places);
      const found = ranges.flatMap((range) => range.places);
      expect(found.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(places.map((_, i) => i));
      for (const { key, offset, end, places: inside } of ranges)
        for (const { index, place: one } of inside) {
          expect(one).toBe(places[index]);
          expect([one.key, one.offset >= offset, one.offset + one.length <= end]).toEqual([key, true, true]);
        }
    }),
  );
});
