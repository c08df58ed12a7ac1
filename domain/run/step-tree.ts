// Which steps of a run are calls of their own, and which repeat what their children say. Totals are made over the calls only, so
// that an aggregate (an agent span carrying the sum of its model spans) is never counted beside its parts.
import type { Step } from "./run.ts";

/** A parent of these kinds starts work of its own: a model call below it is another call, not the same one seen twice. */
const startsOwnWork: ReadonlySet<string> = new Set(["tool", "agent", "retrieval", "guardrail"]);

/** `steps` where no step is its own ancestor: of a circle of parents, the first in order becomes a root. */
export function withoutCircles(steps: readonly Step[]): Step[] {
  const parents = new Map(steps.map((step) => [step.id, step.parent_id]));
  const settled = new Set<string>();
  for (const { id } of steps) {
    const path = new Set<string>();
    for (let at: string | null | undefined = id; at !== null && at !== undefined && !settled.has(at); at = parents.get(at)) {
      if (path.has(at)) {
        parents.set(at, null);
        break;
      }
      path.add(at);
    }
    for (const passed of path) settled.add(passed);
  }
  return steps.map((step) => {
    const parent = parents.get(step.id) ?? null;
    return parent === step.parent_id ? step : { ...step, parent_id: parent };
  });
}

export interface Calls {
  /** Model calls, each once. */
  llm: Step[];
  /** The steps over which tokens are summed: of one call seen at two levels, the inner if it knows its tokens, else the outer. */
  counted: Step[];
  /** Steps that are no model calls, have nothing below them and carry a cost of their own (a paid search, an embedding). */
  costly: Step[];
}

/** Sorts the steps of one run into calls. Parents must be free of circles (`withoutCircles`). */
export function callsOf(steps: readonly Step[]): Calls {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const outerOf = new Map<Step, Step>();
  const repeated = new Set<Step>();
  const outdone = new Set<Step>();
  const hasChild = new Set<string>();
  for (const step of steps) {
    if (step.parent_id !== null) hasChild.add(step.parent_id);
    if (step.type !== "llm") continue;
    const outer = outerModelCall(step, byId);
    if (outer === null) continue;
    outerOf.set(step, outer);
    repeated.add(outer);
    if (hasUsage(step)) outdone.add(outer);
  }
  // An outer call is outdone by any call below it, however far; marks travel upwards from the innermost.
  for (const step of outdone) for (let outer = outerOf.get(step); outer !== undefined; outer = outerOf.get(outer)) outdone.add(outer);

  const isCovered = (step: Step): boolean => {
    for (let outer = outerOf.get(step); outer !== undefined; outer = outerOf.get(outer)) if (hasUsage(outer)) return true;
    return false;
  };
  const llm = steps.filter((step) => step.type === "llm");
  return {
    llm: llm.filter((step) => !repeated.has(step)),
    counted: llm.filter((step) => (hasUsage(step) ? !outdone.has(step) : !repeated.has(step) && !isCovered(step))),
    costly: steps.filter((step) => step.type !== "llm" && !hasChild.has(step.id) && (step.cost_usd !== null || step.usage !== null)),
  };
}

function outerModelCall(step: Step, byId: ReadonlyMap<string, Step>): Step | null {
  let at = step.parent_id === null ? undefined : byId.get(step.parent_id);
  while (at !== undefined && at !== step && !startsOwnWork.has(at.type)) {
    if (at.type === "llm") return at;
    at = at.parent_id === null ? undefined : byId.get(at.parent_id);
  }
  return null;
}

const hasUsage = ({ usage }: Step): boolean =>
  usage !== null && (usage.input_tokens !== null || usage.output_tokens !== null || usage.total_tokens !== null);
