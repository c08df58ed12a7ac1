// The tree of a trace: who is whose parent, which observations are steps, in what order. Parents may be missing (filtered, lost,
// not here yet), and hostile ids may form circles; both end at a top of their own.
import { compareNs } from "./nanoseconds.ts";
import type { Observation } from "./observation.ts";

export interface TraceTree {
  /** By depth, then by start: what comes first is outermost. */
  outermostFirst: readonly Observation[];
  /** By start; parents before children that start with them. */
  inOrder: readonly Observation[];
  parentOf(observation: Observation): Observation | null;
  depthOf(observation: Observation): number;
  /** From the parent upwards. */
  ancestorsOf(observation: Observation): Iterable<Observation>;
  /** The id that the topmost ancestor (or the observation itself) names as its parent: null when that is a true root. */
  missingParentOf(observation: Observation): string | null;
}

/** The tree of observations with distinct ids. */
export function traceTree(observations: readonly Observation[]): TraceTree {
  const byId = new Map(observations.map((observation) => [observation.id, observation]));
  const cut = circleBreakers(byId);
  const parentOf = (observation: Observation): Observation | null => (observation.parentId === null || cut.has(observation.id) ? null : (byId.get(observation.parentId) ?? null));
  const depths = depthsOf(observations, parentOf);
  const depthOf = (observation: Observation): number => depths.get(observation.id) ?? 0;
  function* ancestorsOf(observation: Observation): Iterable<Observation> {
    for (let next = parentOf(observation); next !== null; next = parentOf(next)) yield next;
  }
  const missingParentOf = (observation: Observation): string | null => {
    let top = observation;
    for (const ancestor of ancestorsOf(observation)) top = ancestor;
    return cut.has(top.id) ? null : top.parentId;
  };
  const inOrder = observations.toSorted((a, b) => compareNs(a.startNs, b.startNs) || depthOf(a) - depthOf(b) || compareNs(a.endNs, b.endNs) || compareText(a.id, b.id));
  const outermostFirst = inOrder.toSorted((a, b) => depthOf(a) - depthOf(b));
  return { outermostFirst, inOrder, parentOf, depthOf, ancestorsOf, missingParentOf };
}

/** In every circle of parents, the one id at which it is cut: the smallest. */
function circleBreakers(byId: ReadonlyMap<string, Observation>): ReadonlySet<string> {
  const breakers = new Set<string>();
  const settled = new Set<string>();
  for (const start of byId.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    let id: string | null = start;
    while (id !== null && byId.has(id) && !settled.has(id) && !onPath.has(id)) {
      path.push(id);
      onPath.add(id);
      id = byId.get(id)?.parentId ?? null;
    }
    if (id !== null && onPath.has(id)) breakers.add(path.slice(path.indexOf(id)).reduce((a, b) => (a < b ? a : b)));
    for (const walked of path) settled.add(walked);
  }
  return breakers;
}

function depthsOf(observations: readonly Observation[], parentOf: (observation: Observation) => Observation | null): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const observation of observations) {
    const path: Observation[] = [];
    let next: Observation | null = observation;
    while (next !== null && !depths.has(next.id)) {
      path.push(next);
      next = parentOf(next);
    }
    let depth = next === null ? -1 : (depths.get(next.id) ?? 0);
    for (const walked of path.toReversed()) depths.set(walked.id, (depth += 1));
  }
  return depths;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
