// Does the map depend on how the runs came? Every finding of every run, by the signal it ends in: in the order of the record, shuffled, and
// sent in two halves with what the first one made carried over. It compares groups; that ids stay is told beside it.
import { adjustedRand } from "../../domain/statistics/adjusted-rand.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";
import { atLeast, told, type Row } from "../rows.ts";
import { placedRuns, type StreamRun } from "./map.ts";

const leastStable = 0.95;

/** @param batch class key → signal id, of all runs at once */
export function stabilityRows(name: string, runs: readonly StreamRun[], batch: ReadonlyMap<string, string>, seed: string): Row[] {
  const middle = Math.ceil(runs.length / 2);
  const mixed = shuffled(runs, seed);
  const firstHalf = runs.slice(0, middle);
  const first = placedRuns(firstHalf).assigned;
  const both = placedRuns(runs, first).assigned;
  const mixedBoth = placedRuns(mixed, placedRuns(mixed.slice(0, middle)).assigned).assigned;
  const findings = runs.reduce((sum, one) => sum + one.findings.length, 0);
  const stable = (how: string, a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>, of: readonly StreamRun[]): Row =>
    atLeast(`${name}: same map ${how}`, agreement(of, a, b) ?? Number.NaN, "adjusted Rand", leastStable);
  return [
    { ...stable("shuffled", batch, placedRuns(mixed).assigned, runs), reference: `${findings} findings` },
    stable("in two halves", batch, both, runs),
    stable("shuffled and in two halves", batch, mixedBoth, runs),
    stable("after the first half as at the end", first, both, firstHalf),
    told(`${name}: findings that keep their signal when the second half comes`, kept(firstHalf, first, both), ""),
  ];
}

/** Adjusted Rand index over all findings; null for fewer than two. */
export function agreement(runs: readonly StreamRun[], a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): number | null {
  const keys = runs.flatMap(({ findings }) => findings.map((one) => one.class.key));
  return adjustedRand(
    keys.map((key) => a.get(key) ?? "none"),
    keys.map((key) => b.get(key) ?? "none"),
  );
}

function kept(runs: readonly StreamRun[], before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number | null {
  const keys = runs.flatMap(({ findings }) => findings.map((one) => one.class.key));
  return keys.length === 0 ? null : keys.filter((key) => before.get(key) === after.get(key)).length / keys.length;
}

/** Fisher and Yates. */
export function shuffled<T>(list: readonly T[], seed: string): T[] {
  const random = seededRandom(seed);
  const left = [...list];
  return list.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
