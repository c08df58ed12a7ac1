// Steps in the order in which they are read: children under their parent, by start. Whatever a trace claims (missing
// parents, loops, a thousand levels), every step comes out exactly once and nothing recurses.
import type { StepView } from "./read/run.ts";

export interface PlacedStep {
  step: StepView;
  depth: number;
  /** Place in this order, from 1. */
  place: number;
}

export function placeSteps(steps: readonly StepView[]): PlacedStep[] {
  const order = new Map(steps.map((step, index) => [step, index]));
  const inTime = (a: StepView, b: StepView): number =>
    (a.startMs ?? Infinity) - (b.startMs ?? Infinity) || (order.get(a) ?? 0) - (order.get(b) ?? 0);
  const sorted = [...steps].sort((a, b) => compare(inTime(a, b), (order.get(a) ?? 0) - (order.get(b) ?? 0)));
  const known = new Set(steps.map((step) => step.id));
  const children = new Map<string, StepView[]>();
  const roots: StepView[] = [];
  for (const step of sorted) {
    if (step.parentId === null || step.parentId === step.id || !known.has(step.parentId)) roots.push(step);
    else append(children, step.parentId, step);
  }
  const placed: PlacedStep[] = [];
  const seen = new Set<StepView>();
  // Steps that are their own ancestors hang from no root: they follow, each as a root.
  for (const root of [...roots, ...sorted]) {
    const waiting: { step: StepView; depth: number }[] = [{ step: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.step)) continue;
      seen.add(next.step);
      placed.push({ ...next, place: placed.length + 1 });
      const { depth } = next;
      for (const step of (children.get(next.step.id) ?? []).toReversed()) waiting.push({ step, depth: depth + 1 });
    }
  }
  return placed;
}

function append(children: Map<string, StepView[]>, parentId: string, step: StepView): void {
  const siblings = children.get(parentId);
  if (siblings === undefined) children.set(parentId, [step]);
  else siblings.push(step);
}

/** Infinity − Infinity is NaN, which is no order. */
function compare(first: number, second: number): number {
  return Number.isNaN(first) ? second : first;
}
