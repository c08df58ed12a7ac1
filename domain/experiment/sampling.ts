// Which runs of the history a replay takes, and how far its answer then reaches. A sample is even by the hash of ids, so that it is the same
// again; a stratified one gives each kind of run its share and leaves none out that it has room for.
import { sampleHash } from "../backfill/sample.ts";

/** A run that could be taken. */
export interface HistoryItem {
  id: string;
  /** Of the cohort attribute; null where the run has none. */
  cohort: string | null;
  /** Signals that the run shows. */
  signals: readonly string[];
}

export interface SamplingPlan {
  text: string;
  /** Runs that could have been taken, and those that are. */
  inRange: number;
  runs: number;
  /** null for runs that were named one by one. */
  coverage: number | null;
  /** Largest first; empty where nothing is stratified. */
  strata: Stratum[];
}

export interface Stratum {
  cohort: string | null;
  signal: string | null;
  inRange: number;
  runs: number;
}

export interface Strata {
  attribute: string | null;
  signals: boolean;
}

export const namedRuns = (runs: number): SamplingPlan => ({
  text: `${counted(runs)} named one by one; they say nothing about others.`,
  inRange: runs,
  runs,
  coverage: null,
  strata: [],
});

/** The ids taken, by hash. @param n "all", a share up to 1, or how many */
export function chooseRuns(history: readonly HistoryItem[], n: number | "all", by: Strata | null): { ids: string[]; plan: SamplingPlan } {
  const wanted = n === "all" ? history.length : Math.min(history.length, n <= 1 ? Math.ceil(n * history.length) : n);
  if (by === null || wanted === history.length) {
    const ids = lowestHashes(history, wanted);
    return { ids, plan: planOf(history.length, ids.length, by === null ? [] : strataOf(history, by).map(asStratum((one) => one.length))) };
  }
  const strata = strataOf(history, by);
  const shares = allocate(
    strata.map(({ items }) => items.length),
    wanted,
  );
  const ids = strata.flatMap(({ items }, i) => lowestHashes(items, shares[i] ?? 0));
  return { ids, plan: planOf(history.length, ids.length, strata.map(asStratum((_, i) => shares[i] ?? 0))) };
}

interface OpenStratum {
  cohort: string | null;
  signal: string | null;
  items: readonly HistoryItem[];
}

const asStratum =
  (runsOf: (items: readonly HistoryItem[], index: number) => number) =>
  ({ cohort, signal, items }: OpenStratum, index: number): Stratum => ({
    cohort,
    signal,
    inRange: items.length,
    runs: runsOf(items, index),
  });

/** Runs by cohort and by the rarest signal that they show: a run is in one stratum only. */
function strataOf(history: readonly HistoryItem[], by: Strata): OpenStratum[] {
  const counts = new Map<string, number>();
  for (const { signals } of history) for (const signal of new Set(signals)) counts.set(signal, (counts.get(signal) ?? 0) + 1);
  const rarest = (signals: readonly string[]): string | null =>
    signals.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || (a < b ? -1 : 1))[0] ?? null;
  const groups = Map.groupBy(history, (item) =>
    JSON.stringify([by.attribute === null ? null : item.cohort, by.signals ? rarest(item.signals) : null]),
  );
  const strata = [...groups].map(([key, items]): OpenStratum => {
    const [cohort, signal]: [string | null, string | null] = JSON.parse(key);
    return { cohort, signal, items };
  });
  return strata.sort(
    (a, b) => b.items.length - a.items.length || (JSON.stringify([a.cohort, a.signal]) < JSON.stringify([b.cohort, b.signal]) ? -1 : 1),
  );
}

/** Whole numbers in proportion to `sizes` that add up to `asked`; at least one each where there is room, the largest first. */
export function allocate(sizes: readonly number[], asked: number): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  const wanted = Math.min(asked, total);
  const order = sizes.map((_, i) => i).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const given = sizes.map(() => 0);
  for (const i of order.slice(0, wanted)) given[i] = Math.min(1, sizes[i] ?? 0);
  // One at a time to whoever is furthest behind its share: exact, and never beyond a stratum's size.
  let left = wanted - given.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (size / total) * wanted);
  for (const i of order) {
    const more = Math.min(left, Math.max(0, Math.floor(exact[i] ?? 0) - (given[i] ?? 0)));
    given[i] = (given[i] ?? 0) + more;
    left -= more;
  }
  while (left > 0) {
    const behind = (i: number): number => ((given[i] ?? 0) < (sizes[i] ?? 0) ? (exact[i] ?? 0) - (given[i] ?? 0) : -Infinity);
    const next = order.toSorted((a, b) => behind(b) - behind(a))[0];
    if (next === undefined) break;
    given[next] = (given[next] ?? 0) + 1;
    left--;
  }
  return given;
}

function lowestHashes(items: readonly HistoryItem[], wanted: number): string[] {
  if (wanted >= items.length) return items.map(({ id }) => id);
  const hashed = items.map(({ id }) => ({ id, hash: sampleHash(id) }));
  return hashed
    .sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1))
    .slice(0, wanted)
    .map(({ id }) => id);
}

function planOf(inRange: number, runs: number, strata: Stratum[]): SamplingPlan {
  const coverage = inRange === 0 ? null : runs / inRange;
  if (coverage === null) return { text: "There are no runs to replay.", inRange, runs, coverage, strata };
  if (runs === inRange) return { text: `All ${counted(runs)} of the history.`, inRange, runs, coverage, strata };
  const how =
    strata.length === 0 ? "those with the lowest hash of their id" : `${strata.length} strata, each by its share and with one run at least`;
  const thin = strata.filter((one) => one.runs === 0).length;
  const left = thin === 0 ? "" : ` ${thin} strata have no run in it.`;
  const share = `${Number((100 * coverage).toPrecision(3))} %`;
  return { text: `${counted(runs)} of ${inRange.toLocaleString("en-US")} (${share}): ${how}.${left}`, inRange, runs, coverage, strata };
}

const counted = (runs: number): string => `${runs.toLocaleString("en-US")} run${runs === 1 ? "" : "s"}`;
