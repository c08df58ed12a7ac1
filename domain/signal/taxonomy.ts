// The map of how an agent fails: families with their signals, both ranked, and how much of it nobody has seen yet.
import { neverSeenBound } from "../statistics/never-seen.ts";
import { goodTuring } from "../statistics/unseen.ts";
import type { Signal } from "./signal.ts";

/** 95 % of a normal distribution. */
const z = 1.959963984540054;

export interface Taxonomy<S> {
  unseen_mass: number | null;
  unseen_mass_low: number | null;
  unseen_mass_high: number | null;
  families: { signal: S; signals: S[] }[];
  wins: S[];
}

/** @param signals of one agent; what is archived is left out */
export function taxonomyOf<S extends Signal>(signals: readonly S[]): Taxonomy<S> {
  const live = signals.filter(({ state }) => state !== "archived").toSorted(byRank);
  const children = Map.groupBy(live, ({ parent_id }) => parent_id);
  const failures = live.filter(({ polarity }) => polarity === "failure");
  const top = failures.filter(({ parent_id }) => parent_id === null);
  const leaves = failures.filter(({ id }) => !children.has(id));
  const unseen = goodTuring(leaves.map(({ count }) => count));
  return {
    unseen_mass: unseen?.unseenMass ?? null,
    unseen_mass_low: unseen === null ? null : Math.max(0, unseen.unseenMass - z * unseen.standardError),
    unseen_mass_high:
      unseen === null ? null : Math.min(1, Math.max(neverSeenBound(unseen.n), unseen.unseenMass + z * unseen.standardError)),
    families: top.map((signal) => ({ signal, signals: children.get(signal.id) ?? [] })),
    wins: live.filter(({ polarity, id }) => polarity === "win" && !children.has(id)),
  };
}

function byRank(a: Signal, b: Signal): number {
  return b.priority - a.priority || b.count - a.count || (a.id < b.id ? -1 : 1);
}
