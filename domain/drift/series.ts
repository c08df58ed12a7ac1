// The course of one dimension, bucket by bucket, with the band in which each value was expected. The band of a day is learnt from what is
// older than the quarantine then, and is null while there was too little of it; a bucket without observations has n 0 and no value.
import { gammaPoissonQuantile } from "../statistics/gamma-poisson.ts";
import { quantileAt } from "../statistics/order-statistic-interval.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import { dayMs, hourMs } from "./buckets.ts";
import { ascendingValues } from "./cells.ts";
import { type Column, columnsOf } from "./column.ts";
import type { RunFacts } from "./facts.ts";
import { type Side, sideOf } from "./side.ts";
import { lowerBound, type Timeline, timelineOf } from "./timeline.ts";
import { expectedAt, hourlyRuns, type VolumeProfile, volumeProfile } from "./volume-profile.ts";
import { quarantineMs } from "./needs.ts";

export interface SeriesOptions {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  bucket: "hour" | "day";
  /** Times that the band must not learn from: drifts that are known. */
  excluded?: readonly { fromMs: number; toMs: number }[];
}

export interface Band {
  value: number;
  low: number;
  high: number;
}

export interface SeriesBucket {
  /** Start of the bucket, ISO 8601. */
  at: string;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  baseline: Band | null;
  /** Categorical: the category whose share is the value, and the counts of all. */
  category?: string | null;
  categories?: Record<string, number>;
}

/** Observations below which a day's band is unknown. */
const fewestForBand = 30;
/** 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/** null for a dimension that no run shows. Whole buckets of UTC; the first and last may reach beyond the window. */
export function series(facts: readonly RunFacts[], dimension: string, options: SeriesOptions): SeriesBucket[] | null {
  const relevant = dimension === "volume.runs" ? facts.map((fact) => ({ ...fact, observations: [] })) : onlyOf(facts, dimension);
  const timeline = timelineOf(relevant, options.toMs - 1);
  if (dimension === "volume.runs") return timeline.runs.length === 0 ? null : volumeSeries(timeline, options);
  const column = columnsOf(timeline).find((found) => found.dimension === dimension);
  return column === undefined ? null : columnSeries(column, timeline, options);
}

function onlyOf(facts: readonly RunFacts[], dimension: string): RunFacts[] {
  return facts.map((fact) => ({ ...fact, observations: fact.observations.filter((observation) => observation.dimension === dimension) }));
}

function starts({ fromMs, toMs, bucket }: SeriesOptions): { list: number[]; widthMs: number } {
  const widthMs = bucket === "hour" ? hourMs : dayMs;
  const list: number[] = [];
  for (let at = Math.floor(fromMs / widthMs) * widthMs; at < toMs; at += widthMs) list.push(at);
  return { list, widthMs };
}

function columnSeries(column: Column, timeline: Timeline, options: SeriesOptions): SeriesBucket[] {
  const { list, widthMs } = starts(options);
  const weights = timeline.unweighted ? null : Float64Array.from(timeline.runs, (run) => run.weight);
  const place = (atMs: number): number => lowerBound(column.runs, lowerBound(timeline.atMs, atMs));
  const common = column.kind === "categorical" ? mostCommon(column, weights) : undefined;
  let learnt: Learnt | null = null;
  let learntDay = Number.NaN;
  return list.map((atMs) => {
    const day = Math.floor(atMs / dayMs);
    if (day !== learntDay) learnt = learnBand(column, normalRanges(place, day * dayMs - quarantineMs, options), weights, common);
    learntDay = day;
    const side = sideOf(column, [[place(atMs), place(atMs + widthMs)]], weights, common);
    const point: SeriesBucket = {
      at: new Date(atMs).toISOString(),
      value: side.value,
      low: side.low,
      high: side.high,
      n: side.n,
      baseline: learnt === null || side.n === 0 ? (learnt?.wide ?? null) : learnt.band(side.n),
    };
    return column.kind === "categorical" ? { ...point, ...mixOf(side) } : point;
  });
}

function mixOf(side: Side): Pick<SeriesBucket, "category" | "categories"> {
  const { category, categories } = side;
  const counts: Record<string, number> = {};
  if (typeof categories === "object" && categories !== null)
    for (const [name, count] of Object.entries(categories)) if (typeof count === "number") counts[name] = count;
  return { category: typeof category === "string" ? category : null, categories: counts };
}

/** The category whose share is drawn throughout: the most common one of all runs. */
function mostCommon(column: Column, weights: Float64Array | null): string | undefined {
  const { category } = sideOf(column, [[0, column.runs.length]], weights);
  return typeof category === "string" ? category : undefined;
}

/** Observations before `cutMs` outside excluded times. */
function normalRanges(place: (atMs: number) => number, cutMs: number, { excluded = [] }: SeriesOptions): [number, number][] {
  let ranges: [number, number][] = [[0, place(cutMs)]];
  for (const { fromMs, toMs } of excluded) {
    const [from, to] = [place(fromMs), place(toMs)];
    ranges = ranges.flatMap(([a, b]): [number, number][] =>
      to <= a || from >= b
        ? [[a, b]]
        : [
            [a, Math.max(a, from)],
            [Math.min(b, to), b],
          ],
    );
  }
  return ranges.filter(([a, b]) => b > a);
}

interface Learnt {
  /** Where a bucket of n observations was expected. */
  band: (n: number) => Band;
  /** For a bucket without observations. */
  wide: Band;
}

function learnBand(
  column: Column,
  ranges: readonly [number, number][],
  weights: Float64Array | null,
  common: string | undefined,
): Learnt | null {
  const size = ranges.reduce((sum, [a, b]) => sum + b - a, 0);
  if (size < fewestForBand) return null;
  if (column.kind === "proportion" || column.kind === "categorical") {
    const { value } = sideOf(column, ranges, weights, common);
    if (value === null) return null;
    const band = (n: number): Band => ({ value, ...(wilsonInterval(value * n, n) ?? { low: 0, high: 1 }) });
    return { band, wide: band(1) };
  }
  const values = ascendingValues(column, ranges);
  const value = quantileAt(values, 0.5);
  const band = (n: number): Band => {
    const half = Math.min(0.45, (z * 0.5) / Math.sqrt(n));
    return { value, low: quantileAt(values, 0.5 - half), high: quantileAt(values, 0.5 + half) };
  };
  return { band, wide: band(1) };
}

/** Runs of each bucket, zero included from the agent's first run to its newest; no value outside, where nothing is known. */
function volumeSeries(timeline: Timeline, options: SeriesOptions): SeriesBucket[] {
  const { list, widthMs } = starts(options);
  const { atMs, runs } = timeline;
  const firstMs = atMs[0] ?? Infinity;
  const lastMs = atMs[atMs.length - 1] ?? -Infinity;
  const hours = hourlyRuns(atMs, timeline.unweighted ? null : runs.map((run) => run.weight), options.toMs);
  const scale = runs.reduce((sum, run) => sum + run.weight, 0) / Math.max(1, runs.length);
  let profile: VolumeProfile | null = null;
  let learntDay = Number.NaN;
  return list.map((at) => {
    const day = Math.floor(at / dayMs);
    const cutMs = day * dayMs - quarantineMs;
    if (day !== learntDay)
      profile = volumeProfile(
        hours,
        (hour) => hour + hourMs <= cutMs && !(options.excluded ?? []).some(({ fromMs, toMs }) => hour + hourMs > fromMs && hour < toMs),
      );
    learntDay = day;
    const known = at + widthMs > firstMs && at <= lastMs;
    const bucket = runs.slice(lowerBound(atMs, at), lowerBound(atMs, at + widthMs));
    const count = bucket.reduce((sum, run) => sum + run.weight, 0);
    // an exact-enough interval of a Poisson count: its square root has variance 1/4
    const half = z / 2;
    return {
      at: new Date(at).toISOString(),
      value: known ? count : null,
      low: known ? scale * Math.max(0, Math.sqrt(count / scale) - half) ** 2 : null,
      high: known ? scale * (Math.sqrt(count / scale) + half) ** 2 : null,
      n: bucket.length,
      baseline: profile === null ? null : volumeBand(profile, at, widthMs, scale),
    };
  });
}

/** 95 % of the counts that the profile predicts for the bucket. */
function volumeBand(profile: VolumeProfile, atMs: number, widthMs: number, scale: number): Band | null {
  let mean = 0;
  let extra = 0;
  for (let at = atMs; at < atMs + widthMs; at += hourMs) {
    const expected = expectedAt(profile.hours, at);
    if (expected === null) return null;
    mean += expected;
    extra += (expected * expected) / profile.shape;
  }
  // hours stray on their own, days as a whole
  const shape = (mean * mean) / Math.max(1e-9, Math.max(extra, (mean * profile.dayWander) ** 2));
  return {
    value: mean * scale,
    low: gammaPoissonQuantile(0.025, mean, shape) * scale,
    high: gammaPoissonQuantile(0.975, mean, shape) * scale,
  };
}
