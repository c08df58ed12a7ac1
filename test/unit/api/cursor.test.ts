import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { decodeCursor, encodeCursor } from "../../../d1/cursor.ts";

const shape = z.tuple([z.number(), z.string()]);
const anyText = fc.string({ unit: "binary", maxLength: 60 });

describe("a cursor", () => {
  it("gives back the position that it was made from, whatever text an id holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.maxSafeInteger(), anyText, (list, ms, id) => {
        expect(decodeCursor(list, encodeCursor(list, [ms, id.toWellFormed()]), shape)).toEqual([ms, id.toWellFormed()]);
      }),
    );
  });

  it("needs no escaping in a URL", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), anyText, (ms, id) => {
        expect(encodeCursor("runs", [ms, id])).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it("is worthless in another list", () => {
    expect(decodeCursor("runs?agent=b", encodeCursor("runs?agent=a", [1, "run_1"]), shape)).toBeNull();
  });

  it("is refused when it was cut or forged, and never throws", () => {
    const whole = encodeCursor("runs", [1_700_000_000_000, "run_1"]);
    for (let length = 0; length < whole.length; length++) expect(decodeCursor("runs", whole.slice(0, length), shape)).toBeNull();
    fc.assert(fc.property(anyText, (text) => decodeCursor("runs", text, shape) === null));
  });

  it("is refused when its position has another shape", () => {
    expect(decodeCursor("runs", encodeCursor("runs", ["run_1"]), shape)).toBeNull();
    expect(decodeCursor("runs", encodeCursor("runs", ["run_1", 1]), shape)).toBeNull();
  });
});
