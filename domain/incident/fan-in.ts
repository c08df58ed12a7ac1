// Groups of drifts become incidents, one a cause: a group whose drifts are known updates their incident, a group that returns reopens
// it, and only what is really new opens one. Folding the same analysis twice changes nothing and tells nobody anything.
import type { DriftGroup, FreshDrift } from "../drift/analysis.ts";
import { type Incident, type IncidentEvent, machine } from "./incident.ts";
import { merged } from "./merge.ts";
import { homeOf, withGroup } from "./home.ts";
import { opened } from "./open.ts";
import { update, withdraw } from "./update.ts";

export interface FoldInput {
  agent: string;
  groups: readonly DriftGroup[];
  /** The drifts that the groups name, and any others that are known (a person's verdict on an old one). */
  drifts: readonly FreshDrift[];
  /** Ids of drifts that corrected facts no longer show. */
  withdrawn?: readonly string[];
  /** Time up to which the agent is judged. */
  nowMs: number;
}

export interface FoldResult {
  /** Only those that are new or changed. */
  incidents: Incident[];
  events: IncidentEvent[];
}

/** Folds an analysis into the incidents of its agent. */
export function foldGroups(existing: readonly Incident[], input: FoldInput): FoldResult {
  const known = new Map(existing.map((incident) => [incident.id, incident]));
  const drifts = new Map(input.drifts.map((drift) => [drift.id, drift]));
  const events: IncidentEvent[] = [];
  const homes: { group: DriftGroup; id: string }[] = [];
  const fresh = new Set<string>();
  for (const group of input.groups.toSorted((a, b) => a.openedAtMs - b.openedAtMs)) {
    const old = joined(homeOf(group, [...known.values()], drifts), known, input.nowMs);
    const home = old ?? opened(group, drifts, new Set([...known.values()].map(({ slug }) => slug)), input.agent);
    if (old === null) fresh.add(home.id);
    known.set(home.id, fresh.has(home.id) ? withGroup(home, group, drifts, old === null) : home);
    homes.push({ group, id: home.id });
  }
  const groupsOf = new Map<string, DriftGroup[]>();
  for (const { group, id } of homes) {
    const kept = survivor(id, known);
    groupsOf.set(kept, [...(groupsOf.get(kept) ?? []), group]);
  }
  for (const [id, groups] of groupsOf) {
    const incident = known.get(id);
    if (incident === undefined) continue;
    const isNew = !existing.some((before) => before.id === id);
    // A fresh one was told nothing yet, also not that it is over.
    const next = update(fresh.has(id) ? { ...incident, recovered_at: null } : incident, groups, drifts, input.nowMs, isNew);
    known.set(id, next.incident);
    events.push(...next.events);
  }
  const gone = new Set(input.withdrawn ?? []);
  for (const incident of [...known.values()].filter(({ id }) => !groupsOf.has(id))) {
    const next = withdraw(incident, drifts, gone, input.nowMs);
    known.set(incident.id, next.incident);
    events.push(...next.events);
  }
  const before = new Map(existing.map((incident) => [incident.id, JSON.stringify(incident)]));
  return { incidents: [...known.values()].filter((incident) => JSON.stringify(incident) !== before.get(incident.id)), events };
}

/** The incident that a group belongs to; where it shows that several are one, the oldest swallows the others. */
function joined(homes: readonly Incident[], known: Map<string, Incident>, nowMs: number): Incident | null {
  const [oldest, ...others] = homes.toSorted((a, b) =>
    a.opened_at < b.opened_at ? -1 : a.opened_at > b.opened_at ? 1 : a.id < b.id ? -1 : 1,
  );
  if (oldest === undefined) return null;
  let kept = oldest;
  for (const other of others) {
    const [into, from] = merged(kept, other, machine, nowMs);
    kept = into;
    known.set(from.id, from);
  }
  return kept;
}

/** The incident that stands for this one: itself, or the one that swallowed it while later groups were placed. */
function survivor(id: string, known: ReadonlyMap<string, Incident>): string {
  const into = known.get(id)?.merged_into ?? null;
  return into === null ? id : survivor(into, known);
}
