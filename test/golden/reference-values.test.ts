// Every reference value that lies beside the repository, held against the function that answers for it. A key, a row or a field that is added
// there fails here until something answers for it. Without the file nothing is tested, and it says so; the same numbers, as far as they are
// known today, stand in the other golden tests.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { answers, leftOut } from "./reference-answers.ts";

const file = join(import.meta.dirname, "../../../shared/data/benchmarks/reference-values.json");
const isThere = existsSync(file);
if (!isThere) console.warn("The reference values are not beside the repository: only their copies in the other golden tests are checked.");

describe.skipIf(!isThere)("the reference values beside the repository", () => {
  const { values } = isThere
    ? z.looseObject({ values: z.record(z.string(), z.unknown()) }).parse(JSON.parse(readFileSync(file, "utf8")))
    : { values: {} };
  test("have an answer each, or a reason why there is none", () => {
    expect(Object.keys(values).toSorted()).toEqual([...Object.keys(answers), ...Object.keys(leftOut)].toSorted());
  });
  test.each(Object.keys(answers))("agree under %s", (key) => {
    const agreements = answers[key]?.(values[key]) ?? [];
    expect(agreements.length).toBeGreaterThan(0);
    const far = agreements.filter(({ actual, expected, tolerance }) => {
      // a zero is a zero to nine places
      const allowed = expected === 0 ? 1e-9 : tolerance * Math.abs(expected);
      return !(Math.abs((actual ?? Number.NaN) - expected) <= allowed);
    });
    expect(far).toEqual([]);
  });
});
