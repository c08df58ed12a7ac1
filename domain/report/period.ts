// The calendar days and weeks that reports are made of, in a project's time zone: where one begins and ends, and which came before it. A day
// has 23 or 25 hours where the clock is put forward or back; no fixed offset is ever added.
import { dayIn } from "../finding/reading-day.ts";

export const periodNames = ["day", "week"] as const;
export type PeriodName = (typeof periodNames)[number];

export interface Period {
  name: PeriodName;
  /** `2026-11-23`; of a week its Monday. */
  day: string;
  /** The first moment in, and the first moment out again. */
  fromMs: number;
  toMs: number;
  hours: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Local midnight is at most so far from midnight in UTC: zones reach from -12 to +14 hours, and jump by an hour or two. */
const farthestMs = 16 * hourMs;
const lengths: Readonly<Record<PeriodName, number>> = { day: 1, week: 7 };

/** The period that has `day` in it. @param timezone IANA name */
export function periodOf(name: PeriodName, day: string, timezone: string): Period {
  const first = name === "day" ? day : mondayOf(day);
  const fromMs = startOfDay(first, timezone);
  const toMs = startOfDay(daysAfter(first, lengths[name]), timezone);
  return { name, day: first, fromMs, toMs, hours: (toMs - fromMs) / hourMs };
}

/** The one directly before it. */
export function periodBefore({ name, day }: Period, timezone: string): Period {
  return periodOf(name, daysAfter(day, -lengths[name]), timezone);
}

/** The newest periods that are over at `nowMs`: so many days, newest first, and the last whole week. */
export function finishedPeriods(nowMs: number, days: number, timezone: string): Period[] {
  const today = dayIn(timezone, nowMs);
  const week = periodOf("week", daysAfter(mondayOf(today), -7), timezone);
  return [...Array.from({ length: days }, (_, i) => periodOf("day", daysAfter(today, -1 - i), timezone)), week];
}

/** The first millisecond at which the calendar shows `day`, or a later one where the zone skipped it. */
export function startOfDay(day: string, timezone: string): number {
  const middle = Date.parse(`${day}T00:00:00Z`);
  // What the calendar shows never goes back, so the moment of the change is found by halving.
  let [before, after] = [middle - farthestMs, middle + farthestMs];
  while (after - before > 1) {
    const at = Math.floor((before + after) / 2);
    if (dayIn(timezone, at) < day) before = at;
    else after = at;
  }
  return after;
}

export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** ISO 8601: weeks begin on Monday. */
function mondayOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return daysAfter(day, -weekday);
}
