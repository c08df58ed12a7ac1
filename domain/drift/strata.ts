// Who asks, as strata: the cohort attributes whose mix moved with the behaviour are held fixed when causes are compared.
// An attribute with too many values is no cohort but an identity, and would leave nothing to compare.
import { mixLogBayesFactor } from "../statistics/dirichlet-multinomial.ts";
import type { Window } from "./window.ts";

/** ln Bayes factor above which a cohort's mix has moved ("decisive", statistics.md 1.6). */
export const movedMix = 3;
/** Values of an attribute that are told apart; the rest is pooled. */
const mostValues = 30;
/** Share of runs that the values told apart must cover, or the attribute is free text. */
const leastCover = 0.8;
/** Attributes held fixed at once: strata multiply, and comparisons thin out. */
const mostFixed = 2;
const restValue = "\u0000rest";

export interface MixShift {
  attribute: string;
  /** ln Bayes factor of "another mix after the onset". */
  logEvidence: number;
  /** The value whose share moved most, with its shares. */
  value: string;
  shareBefore: number;
  shareAfter: number;
}

export interface Strata {
  /** Stratum of each window run. */
  of: Int32Array;
  count: number;
  attributes: string[];
}

/** How the mix of each cohort attribute moved at `onsetMs`, most certain first. */
export function mixShifts(window: Window, onsetMs: number): MixShift[] {
  const attributes = new Set(window.runs.flatMap((run) => Object.keys(run.cohort)));
  const shifts: MixShift[] = [];
  for (const attribute of [...attributes].sort()) {
    const values = valuesOf(window, attribute);
    if (values === null) continue;
    const before = new Map<string, number>();
    const after = new Map<string, number>();
    for (const [i, run] of window.runs.entries()) {
      const side = run.atMs < onsetMs ? before : after;
      const value = values[i] ?? restValue;
      side.set(value, (side.get(value) ?? 0) + 1);
    }
    const shift = shiftOf(attribute, before, after);
    if (shift !== null) shifts.push(shift);
  }
  return shifts.sort((a, b) => b.logEvidence - a.logEvidence);
}

function shiftOf(attribute: string, before: Map<string, number>, after: Map<string, number>): MixShift | null {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const n0 = [...before.values()].reduce((a, b) => a + b, 0);
  const n1 = [...after.values()].reduce((a, b) => a + b, 0);
  if (names.length < 2 || n0 === 0 || n1 === 0) return null;
  const counts0 = names.map((name) => before.get(name) ?? 0);
  const counts1 = names.map((name) => after.get(name) ?? 0);
  const shares = names.map((value, i) => ({ value, shareBefore: (counts0[i] ?? 0) / n0, shareAfter: (counts1[i] ?? 0) / n1 }));
  const named = shares.filter(({ value }) => value !== restValue);
  const most = named.toSorted((a, b) => b.shareAfter - b.shareBefore - (a.shareAfter - a.shareBefore))[0];
  return most === undefined ? null : { attribute, logEvidence: mixLogBayesFactor(counts0, counts1), ...most };
}

/** Strata by the attributes whose mix moved; one stratum where none did. */
export function strataOf(window: Window, shifts: readonly MixShift[]): Strata {
  const fixed = shifts.filter((shift) => shift.logEvidence > movedMix).slice(0, mostFixed).map((shift) => shift.attribute);
  return strataBy(window, fixed);
}

/** Strata by all combinations of the given attributes' values. */
export function strataBy(window: Window, attributes: readonly string[]): Strata {
  const columns = attributes.map((attribute) => valuesOf(window, attribute)).filter((values) => values !== null);
  const codes = new Map<string, number>();
  const of = Int32Array.from(window.runs, (_, i) => {
    const key = JSON.stringify(columns.map((values) => values[i] ?? restValue));
    const known = codes.get(key) ?? codes.size;
    codes.set(key, known);
    return known;
  });
  return { of, count: Math.max(1, codes.size), attributes: [...attributes] };
}

/** The attribute's value in each run, rare ones pooled; null for free text. */
function valuesOf(window: Window, attribute: string): string[] | null {
  const counts = new Map<string, number>();
  for (const run of window.runs) {
    const value = run.cohort[attribute] ?? "";
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const kept = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostValues);
  const covered = kept.reduce((sum, [, n]) => sum + n, 0);
  if (covered < leastCover * window.runs.length) return null;
  const names = new Set(kept.map(([value]) => value));
  return window.runs.map((run) => {
    const value = run.cohort[attribute] ?? "";
    return names.has(value) ? value : restValue;
  });
}
