// What a dimension is when nothing has changed: its cells, each cell's mean on weekdays and weekends, how much it varies from hour to
// hour and day to day, and the band around it inside which nobody is told. Too little history gives null, not a guess.
import { cellModel, type CellModel } from "../statistics/e-detector.ts";
import { overdispersion } from "../statistics/overdispersion.ts";
import { dayWander } from "../statistics/wander.ts";
import { logistic, logit } from "../statistics/logit.ts";
import { type Bucket, dayMs, hourMs } from "./buckets.ts";
import { type CellSet, cellsOf, tally } from "./cells.ts";
import type { Column } from "./column.ts";
import { hourOffsets, isWeekend, slotMeans, type SlotMean } from "./season.ts";

/** Smallest change in log-odds that anyone should hear of. */
const smallestEffect = 0.15;
/** Band widths per standard error of the mean: insurance against a mis-estimated baseline. */
const errorsInBand = 2;
/** Band widths per standard deviation of the day-to-day wander. */
const wandersInBand = 2;
/** Observations of the dimension below which its cells say nothing. */
export const fewestObservations = 30;
/** Intra-bucket correlation assumed for values never seen: history cannot show how they cluster. */
const unseenRho = 0.05;

export interface CellBaseline {
  name: string;
  /** Weekday and weekend. */
  slots: [SlotMean, SlotMean];
  seasonal: boolean;
  /** Offsets in log-odds by hour of the day; null where hours are alike. */
  hours: Float64Array | null;
  /** Pooled mean. */
  mean: number;
  rho: number;
  /** 1 + (mean bucket size − 1) rho. */
  designEffect: number;
  epsilon: number;
  /** By lane and day type, without the hour's offset. */
  hourly: [CellModel, CellModel];
  daily: [CellModel, CellModel];
  /** With it, as far as asked for: by hour, weekends 24 later. */
  byHour: (CellModel | undefined)[];
}

/** What a bucket of the cell should look like. */
export function modelOf(cell: CellBaseline, bucket: Bucket): CellModel {
  const slot = bucket.weekend ? 1 : 0;
  if (bucket.lane === "daily") return cell.daily[slot];
  const plain = cell.hourly[slot];
  if (cell.hours === null || bucket.hour === null) return plain;
  const at = bucket.hour + 24 * slot;
  return (cell.byHour[at] ??= cellModel(logistic(logit(plain.mean) + (cell.hours[bucket.hour] ?? 0)), plain.kappa, plain.epsilon));
}

/** Expected rate of the cell for a run at a time. */
export function meanAt(cell: CellBaseline, atMs: number): number {
  const { mean } = cell.slots[isWeekend(atMs) ? 1 : 0];
  return cell.hours === null ? mean : logistic(logit(mean) + (cell.hours[Math.floor(atMs / hourMs) % 24] ?? 0));
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
  const { column, buckets, starts } = history;
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
  const counts = countBuckets(history, cells, chosen);
  const n = counts.slotSizes[0] + counts.slotSizes[1];
  const list = cells.names.map((name, cell) =>
    cell === cells.newCell ? unseenCell(name, cells.unseenMass, n) : cellBaseline(name, counts, cell),
  );
  return { cells, n, observations, slotSizes: counts.slotSizes, ranges, list };
}

/** Counts of the chosen buckets, cell after cell in one array: cell c of bucket i is y[c · buckets + i]. */
interface BucketCounts {
  size: number;
  y: Float64Array;
  n: Float64Array;
  slot: Uint8Array;
  /** Hour of the day, −1 for none. */
  hour: Int8Array;
  slotSizes: [number, number];
  /** Number of the day of each bucket, from 0. */
  day: Int32Array;
  days: number;
}

function countBuckets({ column, buckets, starts, weights }: History, cells: CellSet, chosen: readonly number[]): BucketCounts {
  const size = chosen.length;
  const width = cells.names.length;
  const counts: BucketCounts = {
    size,
    y: new Float64Array(size * width),
    n: new Float64Array(size),
    slot: new Uint8Array(size),
    hour: new Int8Array(size),
    slotSizes: [0, 0],
    day: new Int32Array(size),
    days: 0,
  };
  const y = new Float64Array(width);
  let lastDay = Number.NaN;
  for (let i = 0; i < size; i++) {
    const index = chosen[i] ?? 0;
    const bucket = buckets[index];
    if (bucket === undefined) continue;
    const total = tally(column, cells, starts[index] ?? 0, starts[index + 1] ?? 0, weights, y);
    for (let cell = 0; cell < width; cell++) counts.y[cell * size + i] = y[cell] ?? 0;
    counts.n[i] = total;
    counts.slot[i] = bucket.weekend ? 1 : 0;
    counts.hour[i] = bucket.hour ?? -1;
    counts.slotSizes[bucket.weekend ? 1 : 0] += total;
    const day = Math.floor(bucket.fromMs / dayMs);
    if (day !== lastDay) counts.days++;
    lastDay = day;
    counts.day[i] = counts.days - 1;
  }
  return counts;
}

/** Values never seen: their rate is the Good-Turing mass, and how they cluster is assumed. */
function unseenCell(name: string, unseenMass: number, n: number): CellBaseline {
  const mean = (unseenMass * n + 0.5) / (n + 1);
  return finish(
    name,
    {
      seasonal: false,
      slots: [
        { mean, n },
        { mean, n },
      ],
      hours: null,
    },
    { mean, rho: unseenRho, dayRho: unseenRho, meanSize: 1, daySize: 1, wander: 0 },
  );
}

function cellBaseline(name: string, { size, y: all, n, slot, hour, slotSizes, day, days }: BucketCounts, cell: number): CellBaseline {
  const y = all.subarray(cell * size, (cell + 1) * size);
  const hits: [number, number] = [0, 0];
  for (let i = 0; i < size; i++) hits[slot[i] === 1 ? 1 : 0] += y[i] ?? 0;
  const total = slotSizes[0] + slotSizes[1];
  const mean = (hits[0] + hits[1] + 0.5) / (total + 1);
  const meanSize = total / size;
  const means = new Float64Array(size).fill(mean);
  const flat = overdispersion(y, n, means);
  const season = slotMeans(hits, slotSizes, 1 + (meanSize - 1) * (flat?.rho ?? 0));
  if (season.seasonal) for (let i = 0; i < size; i++) means[i] = season.slots[slot[i] === 1 ? 1 : 0].mean;
  const weekly = season.seasonal ? overdispersion(y, n, means) : flat;
  const hours = hourSeason(y, n, means, hour, 1 + Math.max(0, meanSize - 1) * (weekly?.rho ?? 0));
  if (hours !== null)
    for (let i = 0; i < size; i++) if ((hour[i] ?? -1) >= 0) means[i] = logistic(logit(means[i] ?? 0) + (hours[hour[i] ?? 0] ?? 0));
  const spread = (hours === null ? weekly : overdispersion(y, n, means)) ?? { upperRho: unseenRho, rho: 0 };
  const dayY = new Float64Array(days);
  const dayN = new Float64Array(days);
  const expected = new Float64Array(days);
  const variance = new Float64Array(days);
  const inflation = 1 + Math.max(0, meanSize - 1) * spread.rho;
  for (let i = 0; i < size; i++) {
    const at = day[i] ?? 0;
    const trials = n[i] ?? 0;
    const m = means[i] ?? 0;
    dayY[at] = (dayY[at] ?? 0) + (y[i] ?? 0);
    dayN[at] = (dayN[at] ?? 0) + trials;
    expected[at] = (expected[at] ?? 0) + trials * m;
    variance[at] = (variance[at] ?? 0) + trials * m * (1 - m) * inflation;
  }
  const wander = dayWander(dayY, expected, variance);
  const dayMeans = expected.map((value, i) => value / (dayN[i] ?? 1));
  const dayRho = overdispersion(dayY, dayN, dayMeans)?.upperRho ?? spread.upperRho;
  return finish(name, { ...season, hours }, { mean, rho: spread.upperRho, dayRho, meanSize, daySize: total / Math.max(1, days), wander });
}

/** The season of the hours, from the buckets that have one; not asked for where most are longer. */
function hourSeason(y: Float64Array, n: Float64Array, means: Float64Array, hour: Int8Array, inflation: number): Float64Array | null {
  const hits = new Float64Array(24);
  const trials = new Float64Array(24);
  const expected = new Float64Array(24);
  const variance = new Float64Array(24);
  let without = 0;
  for (let i = 0; i < n.length; i++) {
    const h = hour[i] ?? -1;
    if (h < 0) {
      without++;
      continue;
    }
    const size = n[i] ?? 0;
    const mean = means[i] ?? 0;
    hits[h] = (hits[h] ?? 0) + (y[i] ?? 0);
    trials[h] = (trials[h] ?? 0) + size;
    expected[h] = (expected[h] ?? 0) + size * mean;
    variance[h] = (variance[h] ?? 0) + size * mean * (1 - mean) * inflation;
  }
  return without > n.length / 2 ? null : hourOffsets(hits, trials, expected, variance);
}

interface Spread {
  mean: number;
  /** Correlation within hours and within days. */
  rho: number;
  dayRho: number;
  meanSize: number;
  daySize: number;
  wander: number;
}

function finish(
  name: string,
  { seasonal, slots, hours }: Pick<CellBaseline, "seasonal" | "slots" | "hours">,
  { mean, rho, dayRho, meanSize, daySize, wander }: Spread,
): CellBaseline {
  const designEffect = 1 + Math.max(0, meanSize - 1) * rho;
  const dayEffect = 1 + Math.max(0, daySize - 1) * dayRho;
  const band = (slot: SlotMean, effect: number): number =>
    Math.max(smallestEffect, wandersInBand * wander) +
    errorsInBand * Math.sqrt(effect / (Math.max(1, slot.n) * slot.mean * (1 - slot.mean)));
  const model = (slot: SlotMean, correlation: number, effect: number): CellModel =>
    cellModel(slot.mean, 1 / correlation - 1, band(slot, effect));
  const [weekday, weekend] = slots;
  const hourly = model(weekday, rho, designEffect);
  const daily = model(weekday, dayRho, dayEffect);
  return {
    name,
    slots,
    seasonal,
    hours,
    mean,
    rho,
    designEffect,
    epsilon: band(weekday, designEffect),
    hourly: [hourly, seasonal ? model(weekend, rho, designEffect) : hourly],
    daily: [daily, seasonal ? model(weekend, dayRho, dayEffect) : daily],
    byHour: [],
  };
}
