// Dimensions that a person defines for an agent: a name, a kind and an expression over the run. They are measured beside the built-in
// ones and judged by the same rules. What an expression cannot say of a run is absent, never zero.
import type { DimensionKind, Observation } from "../drift/facts.ts";
import { category } from "./category.ts";
import { observe } from "./dimensions.ts";
import { readExpression, type Expression } from "./expression.ts";
import { memory } from "./memory.ts";
import type { Run } from "./run.ts";

export interface CustomDimension {
  name: string;
  kind: DimensionKind;
  /** CEL, as `readExpression` takes it. */
  expression: string;
}

/** Of one agent: each is one more chance of a false alarm within the same budget, and one more thing to look at. */
export const mostCustomDimensions = 20;
/** Categories that one run adds. */
const mostCategories = 16;

const builtIn = /^(?:outcome|score|latency|volume|tokens|cost|tools|tool|output|cohort|signal)\./;

/** Why a definition is refused, and where; null when it is fine. */
export function customDimensionProblem({ name, expression }: CustomDimension): { path: "name" | "expression"; message: string } | null {
  if (!/^[a-z][a-z0-9_.-]{0,63}$/.test(name))
    return { path: "name", message: "must be at most 64 of a–z, 0–9, _ . - and begin with a letter" };
  if (builtIn.test(name)) return { path: "name", message: "begins like a built-in dimension; choose another prefix" };
  const reading = compiled(expression);
  return reading.ok ? null : { path: "expression", message: reading.message };
}

const readings = memory<Expression>({ entries: 200, keyChars: 500 });
const compiled = (expression: string): Expression => readings(expression, () => readExpression(expression));

/** Everything that is measured of `run`: built-in dimensions, then the person's own. */
export function observeAll(run: Run, dimensions: readonly CustomDimension[]): readonly Observation[] {
  return dimensions.length === 0 ? observe(run) : [...observe(run), ...observeCustom(run, dimensions)];
}

/** What `run` shows of each dimension. */
export function observeCustom(run: Run, dimensions: readonly CustomDimension[]): Observation[] {
  return dimensions.flatMap((dimension) => {
    const reading = compiled(dimension.expression);
    const observed = reading.ok ? observationOf(dimension, reading.evaluate(run)) : null;
    return observed === null ? [] : [observed];
  });
}

/** null where the value is not of the dimension's kind. */
function observationOf({ name: dimension, kind }: CustomDimension, value: unknown): Observation | null {
  if (kind === "categorical") return categories(dimension, value);
  const amount = typeof value === "boolean" && kind === "proportion" ? Number(value) : value;
  if (typeof amount !== "number" || !Number.isFinite(amount) || amount < 0) return null;
  if (kind !== "proportion") return { dimension, kind, value: amount };
  return amount > 1 ? null : { dimension, kind, value: amount, trials: 1 };
}

function categories(dimension: string, value: unknown): Observation | null {
  if (Array.isArray(value)) {
    const words = value.flatMap((item: unknown) => (typeof item === "string" ? [category(item)] : []));
    return { dimension, kind: "categorical", value: [...new Set(words)].sort().slice(0, mostCategories) };
  }
  if (typeof value !== "string" && typeof value !== "boolean" && typeof value !== "number") return null;
  return { dimension, kind: "categorical", value: category(String(value)) };
}
