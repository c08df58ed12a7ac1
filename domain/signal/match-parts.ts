// Which classes are to be one signal: those of one cluster and those that people put together, except what people keep apart.
// A class that nobody spoke of goes with the part that holds its signal, else with the one that has most findings.
import { saidBy, type SignalPin } from "./match-pins.ts";
import { disjointSets } from "./match-sets.ts";

export interface PartsInput {
  clusters: readonly { members: readonly string[] }[];
  current: ReadonlyMap<string, string>;
  pins: readonly SignalPin[];
  countOf: (key: string) => number;
}

interface Unit {
  id: string;
  /** Sorted. */
  keys: string[];
  findings: number;
  /** The signal that most of its findings are in. */
  signal: string | null;
}

/** Keys of each part, sorted; parts by their first key. A key that stands in no cluster is in no part. */
export function partsOf(input: PartsInput): string[][] {
  const { unitOf, apart } = saidBy(input.pins);
  const units = unitsOf(input, unitOf);
  return groupsOf(input.clusters, units, unitOf)
    .flatMap((group) => partsOfGroup(group, apart))
    .map((part) => part.flatMap(({ keys }) => keys).sort())
    .sort((a, b) => compare(a[0] ?? "", b[0] ?? ""));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unitsOf({ clusters, current, countOf }: PartsInput, unitOf: (key: string) => string): Map<string, Unit> {
  const keys = [...new Set(clusters.flatMap(({ members }) => members))].sort();
  const units = new Map<string, Unit>();
  for (const [id, own] of Map.groupBy(keys, unitOf)) {
    const held = new Map<string, number>();
    for (const key of own) {
      const signal = current.get(key);
      if (signal !== undefined) held.set(signal, (held.get(signal) ?? 0) + countOf(key));
    }
    const [most] = [...held].sort(([s, n], [t, m]) => m - n || compare(s, t));
    units.set(id, { id, keys: own, findings: own.reduce((sum, key) => sum + countOf(key), 0), signal: most?.[0] ?? null });
  }
  return units;
}

/** Units that a cluster or what people said ties to one another. */
function groupsOf(clusters: PartsInput["clusters"], units: ReadonlyMap<string, Unit>, unitOf: (key: string) => string): Unit[][] {
  const { rootOf, join } = disjointSets<string>();
  for (const { members } of clusters) {
    const [first] = members;
    if (first !== undefined) for (const key of members) join(unitOf(first), unitOf(key));
  }
  return [...Map.groupBy(units.values(), ({ id }) => rootOf(id)).values()];
}

/** One part, unless people keep some of the units apart: then those are placed first, each with what it may be with. */
function partsOfGroup(group: readonly Unit[], apart: ReadonlyMap<string, ReadonlySet<string>>): Unit[][] {
  const ordered = group.toSorted((a, b) => b.findings - a.findings || compare(a.keys[0] ?? "", b.keys[0] ?? ""));
  const ids = new Set(group.map(({ id }) => id));
  const isBound = ({ id }: Unit): boolean => [...(apart.get(id) ?? [])].some((other) => ids.has(other));
  const bound = ordered.filter(isBound);
  if (bound.length === 0) return [[...group]];
  const parts: Unit[][] = [];
  // Those that have a signal come first and keep it, so that a new class cannot push an old one out of its place.
  for (const unit of [...bound.filter(({ signal }) => signal !== null), ...bound.filter(({ signal }) => signal === null)]) {
    const open = parts.filter((part) => part.every(({ id }) => apart.get(unit.id)?.has(id) !== true));
    const place = unit.signal === null ? largest(open) : holderOf(open, unit.signal);
    if (place === undefined) parts.push([unit]);
    else place.push(unit);
  }
  const seeds = parts.map((part) => [...part]);
  for (const unit of ordered.filter((one) => !isBound(one))) {
    const at = (unit.signal === null ? undefined : holderOf(seeds, unit.signal)) ?? largest(seeds);
    if (at !== undefined) parts[seeds.indexOf(at)]?.push(unit);
  }
  return parts;
}

function holderOf(parts: readonly Unit[][], signal: string): Unit[] | undefined {
  return largest(parts.filter((part) => part.some((unit) => unit.signal === signal)));
}

/** The part with most findings; of equal ones that with the first key. */
function largest(parts: readonly Unit[][]): Unit[] | undefined {
  const findingsOf = (part: readonly Unit[]): number => part.reduce((sum, { findings }) => sum + findings, 0);
  const keyOf = (part: readonly Unit[]): string => part.map(({ keys }) => keys[0] ?? "").sort()[0] ?? "";
  return parts.toSorted((a, b) => findingsOf(b) - findingsOf(a) || compare(keyOf(a), keyOf(b)))[0];
}
