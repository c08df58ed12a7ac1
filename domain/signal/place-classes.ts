// Puts the classes of an agent into signals: those of one family are clustered by their masked texts, a declared signal takes what its rule
// found, and signals that are known keep their ids. Pure: the same classes, in any order, end in the same signals.
import { timedId } from "../drift/stable-id.ts";
import { clusterShapes } from "./cluster.ts";
import { assignSignals, type SignalPin } from "./match.ts";
import type { FindingClass, SignalFamily } from "./signal.ts";

export interface PlacedClass extends FindingClass {
  signalId: string | null;
  findings: number;
  firstMs: number;
}

/** What became of a signal in this round. */
export interface Placement {
  id: string;
  kind: "merged" | "split";
  other: string | null;
  reason: string;
}

export interface PlacedSignal {
  id: string;
  family: SignalFamily;
  /** Of the cluster that most of its findings are in. */
  template: string[];
  members: string[];
  firstMs: number;
}

export interface Placed {
  /** Class key → signal id, for every class that has one. */
  assigned: Map<string, string>;
  /** Leaves that were made of classes; declared ones are not among them. */
  leaves: PlacedSignal[];
  events: Placement[];
}

/** Detectors of declared signals are called so, with the signal's slug behind. */
export const declaredPrefix = "signal.";

/** @param declared slug → id of the agent's declared signals */
export function placeClasses(
  agent: string,
  classes: readonly PlacedClass[],
  pins: readonly SignalPin[],
  declared: ReadonlyMap<string, string>,
): Placed {
  const placed: Placed = { assigned: new Map(), leaves: [], events: [] };
  for (const [, ofFamily] of Map.groupBy(classes, ({ family }) => JSON.stringify(family))) {
    const [first] = ofFamily;
    if (first === undefined) continue;
    const { detector } = first.family;
    if (!detector.startsWith(declaredPrefix)) placeFamily(agent, first.family, ofFamily, pins, placed);
    else {
      const id = declared.get(detector.slice(declaredPrefix.length));
      if (id !== undefined) for (const { key } of ofFamily) placed.assigned.set(key, id);
    }
  }
  return placed;
}

function placeFamily(
  agent: string,
  family: SignalFamily,
  classes: readonly PlacedClass[],
  pins: readonly SignalPin[],
  placed: Placed,
): void {
  const byKey = new Map(classes.map((one) => [one.key, one]));
  const clusters = clusterShapes(classes.map(({ key, tokens }) => ({ key, tokens })));
  const firstOf = (keys: readonly string[]): number => Math.min(...keys.map((key) => byKey.get(key)?.firstMs ?? Infinity));
  const current = new Map(classes.flatMap(({ key, signalId }) => (signalId === null ? [] : [[key, signalId] as const])));
  const held = Map.groupBy(current.keys(), (key) => current.get(key) ?? "");
  const { assignment, merges, splits } = assignSignals({
    clusters,
    current,
    pins: pins.filter(({ a, b }) => byKey.has(a) && byKey.has(b)),
    countOf: (key) => byKey.get(key)?.findings ?? 0,
    firstSeenOf: (id) => firstOf(held.get(id) ?? []),
  });
  const made = newIds(agent, assignment, firstOf);
  const members = new Map<string, string[]>();
  for (const [key, target] of assignment) {
    const id = typeof target === "string" ? target : (made.get(target.new) ?? "");
    placed.assigned.set(key, id);
    members.set(id, [...(members.get(id) ?? []), key]);
  }
  for (const [id, keys] of members)
    placed.leaves.push({ id, family, members: keys.sort(), template: templateOf(keys, clusters, byKey), firstMs: firstOf(keys) });
  placed.events.push(
    ...merges.map(({ from, into, reason }): Placement => ({ id: into, kind: "merged", other: from, reason })),
    ...splits.map(({ from, reason }): Placement => ({ id: from, kind: "split", other: null, reason })),
  );
}

/** Ids of new signals: made of what they hold, so that two who make them at once make the same. */
function newIds(
  agent: string,
  assignment: ReadonlyMap<string, string | { new: number }>,
  firstOf: (keys: readonly string[]) => number,
): Map<number, string> {
  const keysOf = new Map<number, string[]>();
  for (const [key, target] of assignment) if (typeof target !== "string") keysOf.set(target.new, [...(keysOf.get(target.new) ?? []), key]);
  return new Map(
    [...keysOf].map(([n, keys]) => {
      const [smallest = ""] = keys.toSorted();
      return [n, timedId("sig_", firstOf(keys), [agent, smallest])];
    }),
  );
}

/** The template of the cluster that most findings of `keys` are in. */
function templateOf(
  keys: readonly string[],
  clusters: readonly { template: string[]; members: string[] }[],
  byKey: ReadonlyMap<string, PlacedClass>,
): string[] {
  const own = new Set(keys);
  const weighed = clusters.map(({ template, members }) => ({
    template,
    findings: members.reduce((sum, key) => sum + (own.has(key) ? (byKey.get(key)?.findings ?? 0) : 0), 0),
  }));
  return weighed.reduce((best, one) => (one.findings > best.findings ? one : best)).template;
}
