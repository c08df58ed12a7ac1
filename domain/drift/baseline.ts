// What a dimension is when nothing has changed: its cells, each cell's mean on weekdays and weekends, how much it varies from hour to
// hour and day to day, and the band around it inside which nobody is told. Too little history gives null, not a guess.
import { cellModel, type CellModel } from "../statistics/e-detector.ts";
import { overdispersion } from "../statistics/overdispersion.ts";
import { dayWander } from "../statistics/wander.ts";
import { type Bucket, dayMs } from "./buckets.ts";
import { type CellSet, cellsOf, tally } from "./cells.ts";
import type { Column } from "./column.ts";
import { slotMeans, type SlotMean } from "./season.ts";

/** Smallest change in log-odds that anyone should hear of. */
const smallestEffect = 0.15;
/** Band widths per standard error of the mean: insurance against a mis-estimated baseline. */
const errorsInBand = 2;
/** Band widths per standard deviation of the day-to-day wander. */
const wandersInBand = 2;
/** Observations of the dimension below which its cells say nothing. */
const fewestObservations = 30;
/** Intra-bucket correlation assumed for values never seen: history cannot show how they cluster. */
const unseenRho = 0.05;

export interface CellBaseline {
  name: string;
  /** Weekday and weekend. */
  slots: [SlotMean, SlotMean];
  seasonal: boolean;
  /** Pooled mean. */
  mean: number;
  rho: number;
  /** 1 + (mean bucket size − 1) rho. */
  designEffect: number;
  epsilon: number;
  /** By lane and day type. */
  hourly: [CellModel, CellModel];
  daily: [CellModel, CellModel];
}

export interface Baseline {
  cells: CellSet;
  /** Effective runs (trials of a proportion). */
  n: number;
  observations: number;
  /** n on weekdays and weekends. */
  slotSizes: [number, number];
  /** Observations of the column that make it up, as [from, to) ranges. */
  ranges: [number, number][];
  list: CellBaseline[];
}

/** What a baseline is made from: closed slow buckets, and the first observation of the column in each (one more entry than buckets). */
export interface History {
  column: Column;
  buckets: readonly Bucket[];
  starts: Int32Array;
  weights: Float64Array | null;
}

/** The baseline over the buckets with `included(bucket)`; null when the history is too small or the dimension cannot be watched. */
export function baselineOf(history: History, included: (bucket: Bucket) => boolean): Baseline | null {
  const { column, buckets, starts, weights } = history;
  const chosen: number[] = [];
  const ranges: [number, number][] = [];
  let observations = 0;
  buckets.forEach((bucket, index) => {
    const from = starts[index] ?? 0;
    const to = starts[index + 1] ?? 0;
    if (to <= from || !included(bucket)) return;
    chosen.push(index);
    observations += to - from;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last[1] === from) last[1] = to;
    else ranges.push([from, to]);
  });
  if (observations < fewestObservations) return null;
  const cells = cellsOf(column, ranges);
  if (cells === null) return null;
  const width = cells.names.length;
  const sizes = new Float64Array(chosen.length);
  const counts = Array.from({ length: width }, () => new Float64Array(chosen.length));
  const weekend = chosen.map((index) => buckets[index]?.weekend === true);
  const days = chosen.map((index) => Math.floor((buckets[index]?.fromMs ?? 0) / dayMs));
  const y = new Float64Array(width);
  chosen.forEach((index, i) => {
    sizes[i] = tally(column, cells, starts[index] ?? 0, starts[index + 1] ?? 0, weights, y);
    for (let cell = 0; cell < width; cell++) (counts[cell] ?? y)[i] = y[cell] ?? 0;
  });
  const slotSizes = splitSum(sizes, weekend);
  const n = slotSizes[0] + slotSizes[1];
  const list = cells.names.map((name, cell) =>
    cellBaseline(name, cell === cells.newCell ? cells.unseenMass : null, counts[cell] ?? sizes, sizes, weekend, days),
  );
  return { cells, n, observations, slotSizes, ranges, list };
}

function cellBaseline(name: string, unseenMass: number | null, y: Float64Array, n: Float64Array, weekend: readonly boolean[], days: readonly number[]): CellBaseline {
  const size = splitSum(n, weekend);
  const total = size[0] + size[1];
  const meanSize = total / n.length;
  if (unseenMass !== null) {
    const mean = (unseenMass * total + 0.5) / (total + 1);
    return finish(name, { seasonal: false, slots: [{ mean, n: total }, { mean, n: total }] }, mean, unseenRho, unseenRho, meanSize, meanSize, 0);
  }
  const hits = splitSum(y, weekend);
  const mean = (hits[0] + hits[1] + 0.5) / (total + 1);
  const flat = overdispersion(y, n, new Float64Array(n.length).fill(mean));
  const season = slotMeans(hits, size, 1 + (meanSize - 1) * (flat?.rho ?? 0));
  const means = Float64Array.from(weekend, (isWeekend) => season.slots[isWeekend ? 1 : 0].mean);
  const spread = (season.seasonal ? overdispersion(y, n, means) : flat) ?? { upperRho: unseenRho, rho: 0 };
  const daily = byDay(y, n, means, days);
  const wander = dayWander(daily.y, daily.expected, daily.variance.map((v, i) => v * (1 + ((daily.n[i] ?? 1) / (daily.buckets[i] ?? 1) - 1) * spread.rho)));
  const dayMeans = daily.expected.map((expected, i) => expected / (daily.n[i] ?? 1));
  const dayRho = overdispersion(daily.y, daily.n, dayMeans)?.upperRho ?? spread.upperRho;
  return finish(name, season, mean, spread.upperRho, dayRho, meanSize, total / Math.max(1, daily.n.length), wander);
}

function finish(
  name: string,
  { seasonal, slots }: { seasonal: boolean; slots: [SlotMean, SlotMean] },
  mean: number,
  rho: number,
  dayRho: number,
  meanSize: number,
  daySize: number,
  wander: number,
): CellBaseline {
  const designEffect = 1 + Math.max(0, meanSize - 1) * rho;
  const dayEffect = 1 + Math.max(0, daySize - 1) * dayRho;
  const band = (slot: SlotMean, effect: number): number =>
    Math.max(smallestEffect, wandersInBand * wander) + errorsInBand * Math.sqrt(effect / (Math.max(1, slot.n) * slot.mean * (1 - slot.mean)));
  const model = (slot: SlotMean, correlation: number, effect: number): CellModel => cellModel(slot.mean, 1 / correlation - 1, band(slot, effect));
  const [weekday, weekend] = slots;
  return {
    name,
    slots,
    seasonal,
    mean,
    rho,
    designEffect,
    epsilon: band(weekday, designEffect),
    hourly: [model(weekday, rho, designEffect), model(weekend, rho, designEffect)],
    daily: [model(weekday, dayRho, dayEffect), model(weekend, dayRho, dayEffect)],
  };
}

/** Sums over weekdays and weekends. */
function splitSum(values: Float64Array, weekend: readonly boolean[]): [number, number] {
  const sums: [number, number] = [0, 0];
  values.forEach((value, i) => (sums[weekend[i] === true ? 1 : 0] += value));
  return sums;
}

interface Days {
  y: number[];
  n: number[];
  expected: number[];
  variance: number[];
  buckets: number[];
}

function byDay(y: Float64Array, n: Float64Array, means: Float64Array, days: readonly number[]): Days {
  const sums: Days = { y: [], n: [], expected: [], variance: [], buckets: [] };
  let day: number | undefined;
  days.forEach((own, i) => {
    if (own !== day) for (const list of Object.values(sums)) list.push(0);
    day = own;
    const at = sums.y.length - 1;
    const size = n[i] ?? 0;
    const mean = means[i] ?? 0;
    const add = (list: number[], amount: number): void => void (list[at] = (list[at] ?? 0) + amount);
    add(sums.y, y[i] ?? 0);
    add(sums.n, size);
    add(sums.expected, size * mean);
    add(sums.variance, size * mean * (1 - mean));
    add(sums.buckets, 1);
  });
  return sums;
}
