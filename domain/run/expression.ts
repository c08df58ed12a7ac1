// Expressions over a run, in CEL (the Common Expression Language): a person's own measure of behaviour, without a program that could
// run away. Refused before they are kept: what cannot be parsed, regular expressions (their cost has no bound) and loops in loops.
import { Environment, type ASTNode } from "@marcbachmann/cel-js";
import type { Run, Step } from "./run.ts";

/** Longer ones are programs, and are better sent as a score. */
export const longestExpression = 500;
/** Steps that an expression sees, the first ones: a loop over them is the dearest thing that it can do. */
const mostSteps = 500;

export type Expression = { ok: true; evaluate: (run: Run) => unknown } | { ok: false; message: string };

const environment = new Environment({
  limits: { maxAstNodes: 120, maxDepth: 24, maxListElements: 64, maxMapEntries: 32, maxCallArguments: 8 },
}).registerVariable("run", "map");

// Every number of a run is a double; `run.cost_usd * 100` must not need to be written `* 100.0`.
for (const [sign, apply] of [
  ["+", (a: number, b: number) => a + b],
  ["-", (a: number, b: number) => a - b],
  ["*", (a: number, b: number) => a * b],
  ["/", (a: number, b: number) => a / b],
] as const) {
  environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) => apply(a, Number(b)));
  environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) => apply(Number(a), b));
}

const loops: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** Reads `text`; `evaluate` gives undefined where the run lacks what the expression asks for. */
export function readExpression(text: string): Expression {
  if (text.length > longestExpression) return { ok: false, message: `must be at most ${longestExpression} characters` };
  try {
    const parsed = environment.parse(text);
    const problem = problemOf(parsed.ast, false);
    if (problem !== null) return { ok: false, message: problem };
    const check = parsed.check();
    if (!check.valid) return { ok: false, message: firstLine(check.error) };
    const view = viewerOf(parsed.ast);
    return { ok: true, evaluate: (run) => quietly(() => plain(parsed({ run: view(run) }))) };
  } catch (error) {
    return { ok: false, message: firstLine(error) };
  }
}

function problemOf(node: ASTNode, isInLoop: boolean): string | null {
  const called = node.op === "rcall" || node.op === "call" ? node.args[0] : null;
  if (called === "matches") return "may not use matches(): write contains(), startsWith() or endsWith()";
  const isLoop = node.op === "rcall" && loops.has(node.args[0]);
  if (isLoop && isInLoop) return "may not loop inside a loop";
  // What a loop goes over is worked out once, before it.
  const before = isLoop ? [node.args[1]] : [];
  const within = isLoop ? node.args[2] : childrenOf(node);
  return firstProblem(before, isInLoop) ?? firstProblem(within, isInLoop || isLoop);
}

function firstProblem(nodes: readonly ASTNode[], isInLoop: boolean): string | null {
  for (const node of nodes) {
    const problem = problemOf(node, isInLoop);
    if (problem !== null) return problem;
  }
  return null;
}

function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isNode(value)) found.push(value);
  };
  collect(node.args);
  return found;
}

const isNode = (value: unknown): value is ASTNode => typeof value === "object" && value !== null && "op" in value && "args" in value;

/** The library's messages quote the expression on further lines; the first says what is wrong. */
const firstLine = (error: unknown): string => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : "cannot be read");

/** A run that lacks what is asked for is measured not at all: that is no error and no zero. */
function quietly(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch {
    return undefined;
  }
}

/** Integers of CEL are bigints. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

type Views<T> = Readonly<Record<string, (of: T) => unknown>>;

/** What an expression may name: the run as the API gives it, scores by name, and no field that is null. */
const runFields: Views<Run> = {
  status: (run) => run.status,
  agent_version: (run) => run.agent_version,
  duration_ms: (run) => run.duration_ms,
  cost_usd: (run) => run.cost_usd,
  model: (run) => run.config.model,
  tags: (run) => run.tags,
  flags: (run) => run.flags,
  cohort: (run) => run.cohort,
  input: (run) => run.input,
  output: (run) => run.output,
  metadata: (run) => run.metadata,
  usage: (run) => known({ ...run.usage }),
  counts: (run) => ({ ...run.counts }),
  scores: (run) => Object.fromEntries(run.scores.map(({ name, value }) => [name, value])),
  error: (run) => (run.error === null ? null : known({ ...run.error })),
};

const stepFields: Views<Step> = {
  type: (step) => step.type,
  name: (step) => step.name,
  model: (step) => step.model,
  status: (step) => step.status,
  soft_error: (step) => step.soft_error,
  result: (step) => step.result,
  output: (step) => step.output,
  attributes: (step) => step.attributes,
  arguments: (step) => step.arguments,
  duration_ms: (step) => step.duration_ms,
  cost_usd: (step) => step.cost_usd,
  usage: (step) => (step.usage === null ? null : known({ ...step.usage })),
  error: (step) => (step.error === null ? null : known({ ...step.error })),
};

/** Makes what `ast` can ask for and nothing else: making the view of a whole run costs more than most questions. */
function viewerOf(ast: ASTNode): (run: Run) => Record<string, unknown> {
  const [ofRun, ofSteps] = [new Set<string>(), new Set<string>()];
  const viewStep = viewOf(stepFields, asksStepsFor(ast, ofSteps) ? ofSteps : null);
  const views: Views<Run> = { ...runFields, steps: (run) => run.steps.slice(0, mostSteps).map(viewStep) };
  return viewOf(views, selects(ast, "run", ofRun) ? ofRun : null);
}

/** @param named null: all of them */
function viewOf<T>(views: Views<T>, named: ReadonlySet<string> | null): (of: T) => Record<string, unknown> {
  const chosen = Object.entries(views).filter(([name]) => named === null || named.has(name));
  return (of) => {
    const view: Record<string, unknown> = {};
    for (const [name, field] of chosen) {
      const value = field(of);
      if (value !== null && value !== undefined) view[name] = value;
    }
    return view;
  };
}

/** Whether `variable` is only used to select a field of it; the fields' names go into `names`. */
function selects(node: ASTNode, variable: string, names: Set<string>): boolean {
  if (node.op === "id") return node.args !== variable;
  if (node.op === "." && node.args[0].op === "id" && node.args[0].args === variable) {
    names.add(node.args[1]);
    return true;
  }
  return childrenOf(node).every((child) => selects(child, variable, names));
}

/** The same of the run's steps, where they are only looped over. What filter() lets through is used by whatever comes behind it. */
function asksStepsFor(node: ASTNode, names: Set<string>): boolean {
  if (node.op === "rcall" && loops.has(node.args[0]) && node.args[0] !== "filter" && isSteps(node.args[1])) {
    const [variable, ...within] = node.args[2];
    if (variable?.op !== "id") return false;
    const name = variable.args;
    return within.every((inner) => selects(inner, name, names) && asksStepsFor(inner, names));
  }
  return !isSteps(node) && childrenOf(node).every((child) => asksStepsFor(child, names));
}

const isSteps = (node: ASTNode): boolean =>
  node.op === "." && node.args[1] === "steps" && node.args[0].op === "id" && node.args[0].args === "run";

/** Without nulls, so that asking for one is asking for something missing. */
function known(record: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) if (value !== null && value !== undefined) kept[name] = value;
  return kept;
}
