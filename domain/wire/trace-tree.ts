// The tree of a trace: who is whose parent, which observations are steps, in what order. Parents may be missing (filtered, lost,
// not here yet), and hostile ids may form circles; both end at a top of their own. Nothing here walks up from every observation:
// a chain of ten thousand spans must cost no more than ten thousand siblings.
import { compareNs } from "./nanoseconds.ts";
import type { Observation } from "./observation.ts";

export interface TraceTree {
  /** By depth, then by start: parents before their children. */
  outermostFirst: readonly Observation[];
  /** By start; parents before children that start with them. */
  inOrder: readonly Observation[];
  parentOf(observation: Observation): Observation | null;
  /**
   * What observations inherit, by id: `atTop` gives the value of an observation without a parent, `below` the value that the
   * children of `parent` get.
   */
  inherit<T>(atTop: (observation: Observation) => T, below: (parent: Observation, inherited: T) => T): ReadonlyMap<string, T>;
  /** The id that the topmost ancestor (or the observation itself) names as its parent: null when that is a true root. */
  missingParents: ReadonlyMap<string, string | null>;
}

/** The tree of observations with distinct ids. */
export function traceTree(observations: readonly Observation[]): TraceTree {
  const byId = new Map(observations.map((observation) => [observation.id, observation]));
  const cut = circleBreakers(byId);
  const parentOf = (observation: Observation): Observation | null =>
    observation.parentId === null || cut.has(observation.id) ? null : (byId.get(observation.parentId) ?? null);
  const depths = depthsOf(observations, parentOf);
  const depthOf = (observation: Observation): number => depths.get(observation.id) ?? 0;
  const inOrder = observations.toSorted(
    (a, b) => compareNs(a.startNs, b.startNs) || depthOf(a) - depthOf(b) || compareNs(a.endNs, b.endNs) || compareText(a.id, b.id),
  );
  const outermostFirst = inOrder.toSorted((a, b) => depthOf(a) - depthOf(b));
  function inherit<T>(atTop: (observation: Observation) => T, below: (parent: Observation, inherited: T) => T): ReadonlyMap<string, T> {
    const values = new Map<string, T>();
    for (const observation of outermostFirst) {
      const parent = parentOf(observation);
      const inherited = parent === null ? undefined : values.get(parent.id);
      values.set(observation.id, parent === null || inherited === undefined ? atTop(observation) : below(parent, inherited));
    }
    return values;
  }
  const tops = inherit<{ parentId: string | null }>(
    (observation) => ({ parentId: cut.has(observation.id) ? null : observation.parentId }),
    (_, inherited) => inherited,
  );
  const missingParents = new Map([...tops].map(([id, { parentId }]) => [id, parentId]));
  return { outermostFirst, inOrder, parentOf, inherit, missingParents };
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

function depthsOf(
  observations: readonly Observation[],
  parentOf: (observation: Observation) => Observation | null,
): ReadonlyMap<string, number> {
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
