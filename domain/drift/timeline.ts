// An agent's retained runs in the order of their events, each once: the newest revision of every run, nothing after `untilMs`.
// The same set of facts gives the same timeline whatever order they arrived in.
import type { RunFacts } from "./facts.ts";

export interface Timeline {
  runs: readonly RunFacts[];
  atMs: Float64Array;
  /** Every run has weight 1 (nothing was sampled away by the sender). */
  unweighted: boolean;
}

export function timelineOf(facts: readonly RunFacts[], untilMs: number): Timeline {
  const newest = new Map<string, RunFacts>();
  for (const fact of facts) {
    if (!Number.isFinite(fact.atMs) || fact.atMs > untilMs) continue;
    const known = newest.get(fact.id);
    if (known === undefined || known.version < fact.version) newest.set(fact.id, fact);
  }
  const runs = [...newest.values()].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  return { runs, atMs: Float64Array.from(runs, (run) => run.atMs), unweighted: runs.every((run) => run.weight === 1) };
}

/** First index whose value is >= the limit. */
export function lowerBound(ascending: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
