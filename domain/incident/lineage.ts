// What an incident is linked to: the changes it names, runs that show it, and later the experiments, artifacts and Book entries that
// came of it. Links only grow; a cause that was corrected leaves its change out again.
import type { Attribution } from "../drift/drift.ts";
import type { Lineage } from "./incident.ts";

export const noLineage: Lineage = { changes: [], runs: [], experiments: [], artifacts: [], book: [] };

/** Runs that are linked as examples. */
const mostRuns = 20;

/** Lineage after a new look at the cause: changes as named now, runs added, everything else kept. */
export function lineageOf(known: Lineage, attribution: Attribution, runs: readonly string[]): Lineage {
  const isNamed = attribution.verdict === "attributed" || attribution.verdict === "confounded";
  const named = isNamed ? attribution.causes.slice(0, attribution.verdict === "attributed" ? 1 : 3) : [];
  const changes = named.flatMap(({ change_id: id }) => (id === null ? [] : [id]));
  const artifacts = named.flatMap(({ kind, ref }) => (kind === "artifact" ? [ref] : []));
  return { ...known, changes, runs: union(runs, known.runs).slice(0, mostRuns), artifacts: union(known.artifacts, artifacts) };
}

/** Links of two incidents together. */
export function joinedLineage(a: Lineage, b: Lineage): Lineage {
  return {
    changes: union(a.changes, b.changes),
    runs: union(a.runs, b.runs).slice(0, mostRuns),
    experiments: union(a.experiments, b.experiments),
    artifacts: union(a.artifacts, b.artifacts),
    book: union(a.book, b.book),
  };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
