// Who asks, as strata: the cohort attributes whose mix moved with the behaviour are held fixed when causes are compared.
// An attribute with too many values is no cohort but an identity, and would leave nothing to compare.
import { mixLogBayesFactor } from "../statistics/dirichlet-multinomial.ts";
import type { Outcome, Window } from "./window.ts";

/** ln Bayes factor above which a cohort's mix has moved ("decisive", statistics.md 1.6). */
export const movedMix = 3;
/** Values of an attribute that are told apart; the rest is pooled. */
const mostValues = 30;
/** Share of runs that the values told apart must cover, or the attribute is free text. */
const leastCover = 0.8;
/** Attributes held fixed at once: strata multiply, and comparisons thin out. */
const mostFixed = 2;
/** Share of an outcome's variance from which an attribute sharpens a comparison more than it thins it out. */
const leastExplained = 0.02;
/** Code of pooled rare values. */
const restCode = 0;

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
  const after = window.runs.findIndex((run) => run.atMs >= onsetMs);
  const first = after === -1 ? window.runs.length : after;
  return [...attributes]
    .sort()
    .flatMap((attribute) => shiftOf(attribute, window, first) ?? [])
    .sort((a, b) => b.logEvidence - a.logEvidence);
}

/** The shift between the window's runs before and from the index `first`. */
function shiftOf(attribute: string, window: Window, first: number): MixShift | null {
  const column = columnOf(window, attribute);
  if (column === null || first === 0 || first === window.runs.length) return null;
  const size = column.reduce((most, code) => Math.max(most, code), 0) + 1;
  const before: number[] = Array.from({ length: size }, () => 0);
  const after: number[] = Array.from({ length: size }, () => 0);
  for (const [i, code] of column.entries()) {
    const side = i < first ? before : after;
    side[code] = (side[code] ?? 0) + (window.weights?.[i] ?? 1);
  }
  if (size < 2) return null;
  const [n0 = 0, n1 = 0] = [before, after].map((side) => side.reduce((sum, count) => sum + count, 0));
  let most = 0;
  for (let code = 1; code < size; code++) if (gain(code) > gain(most)) most = code;
  function gain(code: number): number {
    return code === restCode ? -Infinity : (after[code] ?? 0) / n1 - (before[code] ?? 0) / n0;
  }
  const shown = window.runs[column.indexOf(most)]?.cohort[attribute] ?? "";
  return {
    attribute,
    logEvidence: mixLogBayesFactor(before, after),
    value: shown,
    shareBefore: (before[most] ?? 0) / n0,
    shareAfter: (after[most] ?? 0) / n1,
  };
}

/**
 * Strata by the attributes whose mix moved, or where none did by the one that tells most of the outcome: what is known of a run before it
 * starts need not blur the comparison. One stratum where no attribute tells anything.
 */
export function strataOf(window: Window, shifts: readonly MixShift[], outcome: Outcome | undefined, onsetMs: number): Strata {
  const moved = shifts
    .filter((shift) => shift.logEvidence > movedMix)
    .slice(0, mostFixed)
    .map((shift) => shift.attribute);
  const telling = moved.length > 0 || outcome === undefined ? null : mostTelling(window, outcome, onsetMs);
  return strataBy(window, telling === null ? moved : [telling]);
}

/** The attribute that explains most of the outcome's variance before the change, if that is more than its values would by chance. */
function mostTelling(window: Window, outcome: Outcome, onsetMs: number): string | null {
  const attributes = [...new Set(window.runs.flatMap((run) => Object.keys(run.cohort)))].sort();
  const scored = attributes.flatMap((attribute) => {
    const column = columnOf(window, attribute);
    return column === null ? [] : [{ attribute, share: explainedVariance(column, window, outcome, onsetMs) }];
  });
  const best = scored.toSorted((a, b) => b.share - a.share || (a.attribute < b.attribute ? -1 : 1))[0];
  return best === undefined || best.share < leastExplained ? null : best.attribute;
}

/** Adjusted R² of the values' means. */
function explainedVariance(column: Int32Array, { runs }: Window, { y }: Outcome, onsetMs: number): number {
  const groups = new Map<number, { n: number; sum: number }>();
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const [i, run] of runs.entries()) {
    const value = y[i] ?? NaN;
    if (run.atMs >= onsetMs || Number.isNaN(value)) continue;
    const group = groups.get(column[i] ?? 0) ?? { n: 0, sum: 0 };
    groups.set(column[i] ?? 0, group);
    group.n++;
    group.sum += value;
    n++;
    sum += value;
    squares += value * value;
  }
  const total = squares - (sum * sum) / n;
  if (!(total > 0) || n <= groups.size) return 0;
  const between = [...groups.values()].reduce((all, group) => all + (group.sum * group.sum) / group.n, 0) - (sum * sum) / n;
  return 1 - ((1 - between / total) * (n - 1)) / (n - groups.size);
}

/** Strata by all combinations of the given attributes' values; free-text attributes are left out. */
export function strataBy(window: Window, attributes: readonly string[]): Strata {
  const columns = attributes.flatMap((attribute) => columnOf(window, attribute) ?? []);
  const codes = new Map<number, number>();
  const of = Int32Array.from(window.runs, (_, i) => {
    let key = 0;
    for (const column of columns) key = key * (mostValues + 1) + (column[i] ?? 0);
    const known = codes.get(key) ?? codes.size;
    codes.set(key, known);
    return known;
  });
  return { of, count: Math.max(1, codes.size), attributes: [...attributes] };
}

/** The attribute's value in each run as a code from 1 on, rare ones pooled as 0; null for free text. */
function columnOf(window: Window, attribute: string): Int32Array | null {
  const known = window.cohorts.get(attribute);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const run of window.runs) {
    const value = run.cohort[attribute] ?? "";
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const kept = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostValues);
  const covered = kept.reduce((sum, [, n]) => sum + n, 0);
  const codes = new Map(kept.map(([value], i) => [value, i + 1]));
  const column =
    covered < leastCover * window.runs.length
      ? null
      : Int32Array.from(window.runs, (run) => codes.get(run.cohort[attribute] ?? "") ?? restCode);
  window.cohorts.set(attribute, column);
  return column;
}
