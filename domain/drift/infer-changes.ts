// Changes that nobody declared: the first run that shows a new model, prompt, tool definition, artifact, agent version, parameters
// or instrumentation, and cohort values that are really new. Where an agent starts is no change, and neither is a value that is new
// in every run (a prompt with the user's text in it): there first appearances mean nothing.
import { goodTuring, newCategoryLogBayesFactor } from "../statistics/unseen.ts";
import type { Change } from "./drift.ts";
import type { RunFacts } from "./facts.ts";
import { namedId } from "./stable-id.ts";
import { type Appearance, type VersionHistory, slotKey } from "./version-history.ts";
import { refOf } from "./version-part.ts";

/** Runs of a slot from which its share of once-only values is judged; before, too few to tell. */
const enoughRuns = 20;
/** A slot with more once-only values than this share of runs is free text, not a version. */
const mostUnseenMass = 0.1;
/** New names (tools, artifacts) that one run alone showed: up to so many of a kind are what was just added, more are made up for each run. */
const mostOnceOnly = 10;
/** ln Bayes factor from which a cohort value is really new, and the unseen mass above which new values are normal (statistics.md 1.6). */
const newCohortEvidence = 4;
const cohortUnseenMass = 0.02;
/** Runs without a value before its appearance means anything: in the first days every value is new. */
const leastCohortHistory = 200;

/** Inferred changes over `facts` (sorted by time), oldest first. */
export function inferChanges(agent: string, facts: readonly RunFacts[], history: VersionHistory): Change[] {
  const unstable = unstableSlots(history);
  const madeUp = madeUpKinds(history);
  const versions = history.appearances
    .filter((seen) => !seen.initial && !unstable.has(slotKey(seen.part)) && !(isOnceOnly(seen, history) && madeUp.has(seen.part.kind)))
    .map((seen) => changeOf(agent, seen));
  return [...versions, ...newCohortValues(agent, facts)].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
}

function changeOf(agent: string, { part, atMs, runId, from }: Appearance): Change {
  const ref = refOf(part);
  return {
    id: namedId("chg_", [agent, part.kind, ref, part.value]),
    agent,
    kind: part.kind,
    ref,
    at: new Date(atMs).toISOString(),
    declared: false,
    from,
    to: part.value,
    description: null,
    author: null,
    run_id: runId,
  };
}

/** Slots whose values are mostly seen once. */
function unstableSlots(history: VersionHistory): Set<string> {
  const once = new Map<string, number>();
  for (const { part, runs } of history.appearances) if (runs === 1) once.set(slotKey(part), (once.get(slotKey(part)) ?? 0) + 1);
  const unstable = new Set<string>();
  for (const [slot, runs] of history.slotRuns) if (runs >= enoughRuns && (once.get(slot) ?? 0) > mostUnseenMass * runs) unstable.add(slot);
  return unstable;
}

/** Kinds whose names are mostly seen in one run and never again. */
function madeUpKinds(history: VersionHistory): Set<string> {
  const once = new Map<string, number>();
  for (const seen of history.appearances) if (isOnceOnly(seen, history)) once.set(seen.part.kind, (once.get(seen.part.kind) ?? 0) + 1);
  return new Set([...once].filter(([, names]) => names > mostOnceOnly).map(([kind]) => kind));
}

function isOnceOnly({ part }: Appearance, { slotRuns }: VersionHistory): boolean {
  return slotRuns.get(slotKey(part)) === 1;
}

interface ValueSeen {
  first: number;
  runs: number;
}

/** Values of cohort attributes that came up only lately and too often to have been rare before. */
function newCohortValues(agent: string, facts: readonly RunFacts[]): Change[] {
  const seen = new Map<string, Map<string, ValueSeen>>();
  for (const [index, run] of facts.entries()) {
    for (const [attribute, value] of Object.entries(run.cohort)) {
      const values = seen.get(attribute) ?? new Map<string, ValueSeen>();
      seen.set(attribute, values);
      const known = values.get(value);
      if (known === undefined) values.set(value, { first: index, runs: 1 });
      else known.runs++;
    }
  }
  const changes: Change[] = [];
  for (const [attribute, values] of seen) {
    const unseen = goodTuring([...values.values()].map((value) => value.runs));
    if (unseen === null || unseen.unseenMass >= cohortUnseenMass) continue;
    for (const [value, { first, runs }] of values) {
      const run = facts[first];
      if (
        run === undefined ||
        first < leastCohortHistory ||
        newCategoryLogBayesFactor(runs, facts.length - first, first) < newCohortEvidence
      )
        continue;
      changes.push(cohortChange(agent, `${attribute}=${value}`, value, run));
    }
  }
  return changes;
}

function cohortChange(agent: string, ref: string, value: string, run: RunFacts): Change {
  const id = namedId("chg_", [agent, "cohort", ref, value]);
  return {
    id,
    agent,
    kind: "cohort",
    ref,
    at: new Date(run.atMs).toISOString(),
    declared: false,
    from: null,
    to: value,
    description: null,
    author: null,
    run_id: run.id,
  };
}
