// A dimension as counts in a few cells: one for a proportion, five quantile bands for an amount, the most common categories with
// `other` and `new` for a category. What a baseline fixes here stays until the baseline is made again.
import { cellOf, quantileCuts } from "../statistics/quantile-cells.ts";
import { goodTuring } from "../statistics/unseen.ts";
import type { Column } from "./column.ts";
import type { CellCount } from "./detection.ts";
import type { Observation } from "./facts.ts";

/** Categories with a cell of their own. */
const mostCategories = 12;
/** Share of never-seen values above which first appearances are normal (free text, ids) and `new` says nothing. */
const mostUnseen = 0.05;
/** Share above which the whole dimension is no category at all. */
const freeText = 0.2;

export interface CellSet {
  names: string[];
  /** Amounts: cut points between cells. */
  cuts: number[];
  /** Categories: cell by code, −1 for none; codes beyond the table are new. */
  cellOfCode: Int16Array;
  otherCell: number;
  newCell: number;
  /** Categories with a cell of their own, for reading a run from outside the columns. */
  known: ReadonlySet<string>;
  top: ReadonlyMap<string, number>;
  /** Mean of `new`: the Good-Turing mass, which no count in the baseline can show. */
  unseenMass: number;
}

/** Ranges of observations [from, to) that make up the baseline. */
export type Ranges = readonly (readonly [number, number])[];

/** The cells that this baseline supports; null where the dimension cannot be watched (free text, nothing seen). */
export function cellsOf(column: Column, ranges: Ranges): CellSet | null {
  const empty = {
    cuts: [],
    cellOfCode: new Int16Array(0),
    otherCell: -1,
    newCell: -1,
    known: new Set<string>(),
    top: new Map<string, number>(),
    unseenMass: 0,
  };
  if (column.kind === "proportion") return { ...empty, names: ["yes"] };
  if (column.kind !== "categorical") {
    const cuts = quantileCuts(ascendingValues(column, ranges));
    return cuts.length === 0 ? null : { ...empty, cuts, names: bandNames(cuts) };
  }
  return categoryCells(column, ranges, empty);
}

export function ascendingValues(column: Column, ranges: Ranges): Float64Array {
  let size = 0;
  for (const [from, to] of ranges) size += to - from;
  const values = new Float64Array(size);
  let at = 0;
  for (const [from, to] of ranges) {
    values.set(column.values.subarray(from, to), at);
    at += to - from;
  }
  return values.sort();
}

function bandNames(cuts: readonly number[]): string[] {
  return [
    ...cuts.map((cut, i) => (i === 0 ? `<=${brief(cut)}` : `${brief(cuts[i - 1] ?? 0)}..${brief(cut)}`)),
    `>${brief(cuts[cuts.length - 1] ?? 0)}`,
  ];
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function categoryCells(column: Column, ranges: Ranges, empty: Omit<CellSet, "names">): CellSet | null {
  const counts = new Int32Array(column.categories.length);
  let runs = 0;
  for (const [from, to] of ranges) {
    runs += to - from;
    for (let i = column.codeStart[from] ?? 0; i < (column.codeStart[to] ?? 0); i++) {
      const code = column.codes[i] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  const unseen = goodTuring([...counts])?.unseenMass ?? 0;
  // the mass is per value; a run that shows several values meets a new one that much more often
  const values = counts.reduce((a, b) => a + b, 0);
  const unseenMass = Math.min(1, (unseen * values) / Math.max(1, runs));
  if (unseenMass > freeText) return null;
  const common = [...counts.keys()].filter((code) => (counts[code] ?? 0) > 0).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const top = common.slice(0, mostCategories);
  const names = top.map((code) => column.categories[code] ?? "");
  const hasOther = common.length > top.length;
  const otherCell = hasOther ? names.push("other") - 1 : -1;
  const newCell = unseenMass <= mostUnseen ? names.push("new") - 1 : -1;
  const cellOfCode = new Int16Array(column.categories.length).fill(newCell);
  for (const code of common) cellOfCode[code] = otherCell;
  top.forEach((code, cell) => (cellOfCode[code] = cell));
  const known = new Set(common.map((code) => column.categories[code] ?? ""));
  return {
    ...empty,
    names,
    cellOfCode,
    otherCell,
    newCell,
    known,
    top: new Map(names.slice(0, top.length).map((name, cell) => [name, cell])),
    unseenMass,
  };
}

/**
 * Counts of observations from … to − 1 into `y` by cell; returns n. `weights` is what each run counts for (null: one each).
 * `y` must hold one number a cell.
 */
export function tally(column: Column, cells: CellSet, from: number, to: number, weights: Float64Array | null, y: Float64Array): number {
  y.fill(0);
  let total = 0;
  for (let i = from; i < to; i++) {
    const weight = weights === null ? 1 : (weights[column.runs[i] ?? 0] ?? 1);
    if (column.kind === "proportion") {
      const trials = column.trials[i] ?? 1;
      total += weight * trials;
      y[0] = (y[0] ?? 0) + weight * hitsOf(column.values[i] ?? 0, trials);
      continue;
    }
    total += weight;
    if (column.kind !== "categorical") {
      const cell = cellOf(column.values[i] ?? 0, cells.cuts);
      y[cell] = (y[cell] ?? 0) + weight;
    } else tallyCategories(column, cells, i, weight, y);
  }
  return total;
}

/** One run's categories: `other` and `new` count once however many of their members it shows. */
function tallyCategories(column: Column, cells: CellSet, observation: number, weight: number, y: Float64Array): void {
  let other = false;
  let fresh = false;
  for (let k = column.codeStart[observation] ?? 0; k < (column.codeStart[observation + 1] ?? 0); k++) {
    const cell = cells.cellOfCode[column.codes[k] ?? 0] ?? -1;
    if (cell < 0) continue;
    if (cell === cells.otherCell) other = true;
    else if (cell === cells.newCell) fresh = true;
    else y[cell] = (y[cell] ?? 0) + weight;
  }
  if (other) y[cells.otherCell] = (y[cells.otherCell] ?? 0) + weight;
  if (fresh) y[cells.newCell] = (y[cells.newCell] ?? 0) + weight;
}

/** Whole hits where the rate times the trials is whole but for rounding: whole counts take the exact path. */
function hitsOf(rate: number, trials: number): number {
  const hits = rate * trials;
  const whole = Math.round(hits);
  return Math.abs(hits - whole) < 1e-9 ? whole : hits;
}

/** Did this run, by its own observation, fall into the cell? null where it does not show the dimension. */
export function cellCount(observation: Observation | undefined, cells: CellSet, cell: number): CellCount | null {
  if (observation === undefined) return null;
  const { kind, value } = observation;
  if (kind === "proportion")
    return typeof value === "number" ? { hits: hitsOf(value, observation.trials ?? 1), trials: observation.trials ?? 1 } : null;
  if (kind !== "categorical") return typeof value === "number" ? { hits: cellOf(value, cells.cuts) === cell ? 1 : 0, trials: 1 } : null;
  if (typeof value === "number") return null;
  const shown = typeof value === "string" ? [value] : value;
  const hit = shown.some((name) => {
    const own = cells.top.get(name);
    if (own !== undefined) return own === cell;
    return cells.known.has(name) ? cell === cells.otherCell : cell === cells.newCell;
  });
  return { hits: hit ? 1 : 0, trials: 1 };
}
