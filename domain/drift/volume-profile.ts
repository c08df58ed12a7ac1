// How many runs to expect of an agent in an hour: a level for weekdays and one for weekends, a shape over the day, and how far hours and
// days stray from that. Learnt from whole hours older than the quarantine; too few of them give null.
import { dayMs, hourMs } from "./buckets.ts";
import { isWeekend } from "./season.ts";

/** History that a profile needs. */
const fewestHours = 72;
const fewestRuns = 50;
/** Whole days of a weekend below which it has no level of its own, and its hours are not judged. */
const fewestWeekendHours = 24;
/** Expected runs that are added to each hour of the day at the average, so that an hour without runs so far is not impossible. */
const pseudoRuns = 1;
/** The least squared coefficient of variation between hours: no traffic is perfectly Poisson. */
const leastVariation = 0.02;

/** Runs by hour: hour i is [fromMs + i h, + 1 h). Only whole hours. */
export interface HourlyRuns {
  fromMs: number;
  counts: Float64Array;
}

export interface VolumeProfile {
  /** Expected runs of an hour of weekdays and of weekends; null while that kind of day is unknown. */
  hours: [Float64Array, Float64Array | null];
  /** Gamma shape of the hourly rate around its expectation. */
  shape: number;
  /** Standard deviation of a day's total around its expectation, in log, beyond chance. */
  dayWander: number;
  /** Mean runs a day, its hours of history. */
  perDay: number;
  historyHours: number;
}

/** Whole hours from the first to the last before `untilMs`; each run counts by its weight over the mean weight. */
export function hourlyRuns(atMs: ArrayLike<number>, weights: readonly number[] | null, untilMs: number): HourlyRuns {
  const first = atMs[0];
  if (first === undefined) return { fromMs: 0, counts: new Float64Array(0) };
  const fromMs = Math.ceil(first / hourMs) * hourMs;
  const counts = new Float64Array(Math.max(0, Math.floor((untilMs - fromMs) / hourMs)));
  const mean = weights === null ? 1 : weights.reduce((a, b) => a + b, 0) / weights.length;
  for (let i = 0; i < atMs.length; i++) {
    const hour = Math.floor(((atMs[i] ?? 0) - fromMs) / hourMs);
    if (hour >= 0 && hour < counts.length) counts[hour] = (counts[hour] ?? 0) + (weights === null ? 1 : (weights[i] ?? 1) / mean);
  }
  return { fromMs, counts };
}

/** The profile from the hours with `included`. */
export function volumeProfile(runs: HourlyRuns, included: (atMs: number) => boolean): VolumeProfile | null {
  const totals = [0, 0];
  const sizes = [0, 0];
  const byHour = new Float64Array(24);
  const hoursSeen = new Float64Array(24);
  const used: number[] = [];
  runs.counts.forEach((count, i) => {
    const atMs = runs.fromMs + i * hourMs;
    if (!included(atMs)) return;
    const slot = isWeekend(atMs) ? 1 : 0;
    const hour = Math.floor(atMs / hourMs) % 24;
    totals[slot] = (totals[slot] ?? 0) + count;
    sizes[slot] = (sizes[slot] ?? 0) + 1;
    byHour[hour] = (byHour[hour] ?? 0) + count;
    hoursSeen[hour] = (hoursSeen[hour] ?? 0) + 1;
    used.push(i);
  });
  const [weekdayRuns = 0, weekendRuns = 0] = totals;
  const [weekdayHours = 0, weekendHours = 0] = sizes;
  if (used.length < fewestHours || weekdayRuns + weekendRuns < fewestRuns || weekdayHours < fewestWeekendHours) return null;
  const form = dayForm(byHour, hoursSeen, (weekdayRuns + weekendRuns) / used.length);
  const scaled = (level: number): Float64Array => form.map((share) => Math.max(1e-3, share * level));
  const hours: VolumeProfile["hours"] = [
    scaled(weekdayRuns / weekdayHours),
    weekendHours >= fewestWeekendHours ? scaled(weekendRuns / weekendHours) : null,
  ];
  const perDay = ((weekdayRuns + weekendRuns) / used.length) * 24;
  return { hours, ...spreadOf(runs, used, hours), perDay, historyHours: used.length };
}

/** Rate of each hour of the day relative to the mean, smoothed with its neighbours at half weight. */
function dayForm(byHour: Float64Array, hoursSeen: Float64Array, mean: number): Float64Array {
  const form = byHour.map((_, hour) => {
    const near = [-1, 0, 1].map((step) => (hour + step + 24) % 24);
    const weight = [0.5, 1, 0.5];
    const runs = near.reduce((sum, h, i) => sum + (weight[i] ?? 0) * (byHour[h] ?? 0), 0);
    const seen = near.reduce((sum, h, i) => sum + (weight[i] ?? 0) * (hoursSeen[h] ?? 0), 0);
    return (runs + pseudoRuns) / (seen * mean + pseudoRuns);
  });
  const average = form.reduce((a, b) => a + b, 0) / 24;
  return form.map((share) => share / average);
}

function spreadOf(runs: HourlyRuns, used: readonly number[], hours: VolumeProfile["hours"]): { shape: number; dayWander: number } {
  let excess = 0;
  let squares = 0;
  const days = new Map<number, { count: number; expected: number; hours: number }>();
  for (const i of used) {
    const atMs = runs.fromMs + i * hourMs;
    const expected = expectedAt(hours, atMs) ?? 0;
    const count = runs.counts[i] ?? 0;
    excess += (count - expected) ** 2 - expected;
    squares += expected * expected;
    const day = Math.floor(atMs / dayMs);
    const sum = days.get(day) ?? { count: 0, expected: 0, hours: 0 };
    days.set(day, { count: sum.count + count, expected: sum.expected + expected, hours: sum.hours + 1 });
  }
  let dayExcess = 0;
  let daySquares = 0;
  for (const { count, expected, hours: length } of days.values()) {
    if (length < 24) continue;
    dayExcess += (count - expected) ** 2 - expected;
    daySquares += expected * expected;
  }
  const variation = squares > 0 ? Math.max(leastVariation, excess / squares) : leastVariation;
  return { shape: 1 / variation, dayWander: daySquares > 0 ? Math.sqrt(Math.log1p(Math.max(0, dayExcess / daySquares))) : 0 };
}

/** Expected runs of the hour that starts at `atMs`; null where that kind of day is unknown. */
export function expectedAt(hours: VolumeProfile["hours"], atMs: number): number | null {
  const day = hours[isWeekend(atMs) ? 1 : 0];
  return day === null ? null : (day[Math.floor(atMs / hourMs) % 24] ?? 0);
}
