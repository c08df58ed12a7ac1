// Whether an output, or the arguments of a call, fit a JSON Schema, by a kept validator that runs in Workers. Both sides are bounded:
// the schema by check-schema-limits.ts, the value by its size; a value that is too large to be checked is errored, never passed.
import { Validator, type Schema } from "@cfworker/json-schema";
import { canonicalJson } from "../run/fingerprint.ts";
import { memory } from "../run/memory.ts";
import { errored, failed, noOutput, outputJson, passed, type CheckResult, type Subject } from "./check-result.ts";
import { subschemasOf } from "./check-schema-limits.ts";
import type { SchemaCheck } from "./evaluator.ts";

/** Values within a value. */
const mostValues = 5_000;
const deepest = 64;
/** Values × parts of the schema: about a second of the validator's work. */
const mostWork = 500_000;

export function checkSchema({ schema }: SchemaCheck, { run }: Subject): CheckResult {
  const value = outputJson(run);
  if (value === undefined) return failed(run.output === null ? noOutput : "the output is no JSON");
  const misfit = misfitOf(value, schema);
  if (misfit.kind === "unknown") return errored(misfit.reason);
  return misfit.kind === "fits" ? passed : failed(misfit.reason);
}

export type Fit = { kind: "fits" } | { kind: "misfit"; reason: string } | { kind: "unknown"; reason: string };

/** @param schema as `schemaProblem` lets it pass */
export function misfitOf(value: unknown, schema: SchemaCheck["schema"]): Fit {
  const compiled = compiledSchema(schema);
  if (compiled === null) return { kind: "unknown", reason: "the schema cannot be used" };
  const values = countValues(value, 0);
  if (values > mostValues || values * compiled.parts > mostWork) return { kind: "unknown", reason: "the value is too large to be checked" };
  try {
    const { valid, errors } = compiled.validator.validate(value);
    if (valid) return { kind: "fits" };
    // The outer errors only say that something within does not fit.
    const inner = errors.at(-1);
    return { kind: "misfit", reason: `${inner?.instanceLocation ?? "#"}: ${inner?.error ?? "does not fit the schema"}` };
  } catch {
    return { kind: "unknown", reason: "the schema cannot be used" };
  }
}

interface Compiled {
  validator: Validator;
  parts: number;
}

const compilations = memory<Compiled | null>({ entries: 200, keyChars: 20_000 });

function compiledSchema(schema: SchemaCheck["schema"]): Compiled | null {
  return compilations(canonicalJson(schema), () => {
    const parts = subschemasOf(schema);
    if (typeof parts === "string") return null;
    // The validator writes into what it is given.
    const own: Schema | boolean = structuredClone(schema);
    return { validator: new Validator(own, "2020-12", true), parts };
  });
}

/** At most one more than `mostValues`; a value that nests too deep counts as too large. */
function countValues(value: unknown, depth: number): number {
  if (depth > deepest) return mostValues + 1;
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const inner of Object.values(value)) {
    count += countValues(inner, depth + 1);
    if (count > mostValues) return mostValues + 1;
  }
  return count;
}
