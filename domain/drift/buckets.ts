// Event time cut into buckets for the three lanes: ten minutes, an hour (longer where traffic is thin) and a day. Cuts depend on
// arrivals only, never on outcomes, and a bucket is closed only when nothing more can fall into it.
import { lowerBound, type Timeline } from "./timeline.ts";
import { isWeekend } from "./season.ts";

export type Lane = "fast" | "slow" | "daily";

export interface Bucket {
  lane: Lane;
  fromMs: number;
  /** Exclusive; the event time at which it closes. */
  toMs: number;
  /** Runs firstRun … endRun − 1 of the timeline. */
  firstRun: number;
  endRun: number;
  weekend: boolean;
  /** Hour of the day (UTC) that stands for it; null where it is longer than a few hours. */
  hour: number | null;
}

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** A slow bucket takes further hours until it has this many runs: single runs carry a rate badly. */
const fewestRuns = 5;
/** Ten minutes need no more than this where traffic is dense: there a thin one is chance, elsewhere the few that have runs are clumps. */
const fewestOfDense = 2;
/** Runs of the day before from which traffic is dense: two in ten minutes. */
const denseDay = 288;
/** How far the newest run must be past a bucket's end before it closes: clients send late. */
const latenessMs = 15 * minuteMs;

/** Hours that end at or before this are closed. */
export function closedBefore(untilMs: number, closeAll: boolean): number {
  return Math.floor((closeAll ? untilMs + hourMs : untilMs - latenessMs) / (10 * minuteMs)) * 10 * minuteMs;
}

/** Longest bucket that has an hour of the day. */
const longestHour = 3 * hourMs;

function hourOf(fromMs: number, toMs: number): number | null {
  return toMs - fromMs > longestHour ? null : Math.floor((fromMs + toMs) / 2 / hourMs) % 24;
}

export interface Buckets {
  fast: Bucket[];
  slow: Bucket[];
  daily: Bucket[];
}

/** All closed buckets up to `untilMs`; with `closeAll` the hour that holds `untilMs` too (a day only when it is over). */
export function bucketsOf(timeline: Timeline, untilMs: number, closeAll: boolean): Buckets {
  const first = timeline.atMs[0];
  if (first === undefined) return { fast: [], slow: [], daily: [] };
  const closedMs = closedBefore(untilMs, closeAll);
  const isDense = (fromMs: number, firstRun: number): boolean => firstRun - lowerBound(timeline.atMs, fromMs - dayMs) >= denseDay;
  const fixed = (lane: Lane, widthMs: number, least: (fromMs: number, firstRun: number) => number): Bucket[] => {
    const list: Bucket[] = [];
    let firstRun = 0;
    while (firstRun < timeline.atMs.length) {
      const fromMs = Math.floor((timeline.atMs[firstRun] ?? 0) / widthMs) * widthMs;
      const endRun = lowerBound(timeline.atMs, fromMs + widthMs);
      if (fromMs + widthMs <= closedMs && endRun - firstRun >= least(fromMs, firstRun)) {
        list.push({
          lane,
          fromMs,
          toMs: fromMs + widthMs,
          firstRun,
          endRun,
          weekend: isWeekend(fromMs),
          hour: hourOf(fromMs, fromMs + widthMs),
        });
      }
      firstRun = endRun;
    }
    return list;
  };
  return {
    fast: fixed("fast", 10 * minuteMs, (fromMs, firstRun) => (isDense(fromMs, firstRun) ? fewestOfDense : fewestRuns)),
    slow: slowBuckets(timeline, closedMs, closeAll),
    daily: fixed("daily", dayMs, () => 1),
  };
}

/** Hours joined until they hold five runs, at most a day, never across the border of a weekend. */
function slowBuckets(timeline: Timeline, closedMs: number, closeAll: boolean): Bucket[] {
  const list: Bucket[] = [];
  let firstRun = 0;
  while (firstRun < timeline.atMs.length) {
    const fromMs = Math.floor((timeline.atMs[firstRun] ?? 0) / hourMs) * hourMs;
    const weekend = isWeekend(fromMs);
    let toMs = fromMs + hourMs;
    let endRun = lowerBound(timeline.atMs, toMs);
    while (
      endRun - firstRun < fewestRuns &&
      toMs - fromMs < dayMs &&
      isWeekend(toMs) === weekend &&
      (endRun < timeline.atMs.length || !closeAll)
    ) {
      toMs += hourMs;
      endRun = lowerBound(timeline.atMs, toMs);
    }
    if (toMs <= closedMs) list.push({ lane: "slow", fromMs, toMs, firstRun, endRun, weekend, hour: hourOf(fromMs, toMs) });
    firstRun = endRun;
  }
  return list;
}
