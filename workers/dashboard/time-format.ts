// Times in the project's own zone, and the way back from what a person typed. Pure: now is an argument. An unknown zone
// falls back to UTC rather than to no page.
import { duration } from "./format.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs far more than using one. */
function formatter(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: knownZone(zone), hourCycle: "h23" });
  formatters.set(key, made);
  return made;
}

function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

export interface Clock {
  nowMs: number;
  zone: string;
}

/** `24 Nov 2026, 14:05`; the year only where it is not this one. */
export function absolute(atMs: number, { nowMs, zone }: Clock): string {
  const parts = formatter(zone, "full", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const short = formatter(zone, "short", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return (yearOf(atMs, zone) === yearOf(nowMs, zone) ? short : parts).format(atMs);
}

/** `24 Nov 2026, 14:05:09.120 CET`: everything, for tooltips and run pages. */
export function exact(atMs: number, { zone }: Clock): string {
  return formatter(zone, "exact", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZoneName: "short",
  }).format(atMs);
}

/** `14:05:09.120`: within one day that is named elsewhere. */
export function timeOfDay(atMs: number, { zone }: Clock): string {
  return formatter(zone, "time", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }).format(atMs);
}

export function day(atMs: number, { nowMs, zone }: Clock): string {
  return formatter(zone, yearOf(atMs, zone) === yearOf(nowMs, zone) ? "day" : "dayYear", {
    day: "numeric",
    month: "short",
    ...(yearOf(atMs, zone) === yearOf(nowMs, zone) ? {} : { year: "numeric" }),
  }).format(atMs);
}

function yearOf(atMs: number, zone: string): string {
  return formatter(zone, "year", { year: "numeric" }).format(atMs);
}

/** `just now`, `12 min ago`, `3 h ago`, `5 d ago`, `in 2 h`. */
export function relative(atMs: number, { nowMs }: Clock): string {
  const awayMs = Math.abs(nowMs - atMs);
  if (awayMs < minuteMs) return nowMs >= atMs ? "just now" : "in a moment";
  const unitMs = awayMs < hourMs ? minuteMs : awayMs < 2 * dayMs ? hourMs : dayMs;
  const rounded = duration(Math.floor(awayMs / unitMs) * unitMs);
  return nowMs >= atMs ? `${rounded} ago` : `in ${rounded}`;
}

/** Wall-clock time of the zone, written as if it were UTC: what a chart's time axis is laid out on. */
export function wallMs(atMs: number, zone: string): number {
  const parts = formatter(zone, "wall", {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  const whole = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return whole + (((atMs % 1000) + 1000) % 1000);
}

/**
 * What a `datetime-local` field says, meant in the zone, as ISO UTC; null where it says no time. A time that a clock change
 * skips or repeats becomes one of its two readings.
 */
export function fromLocal(value: string, zone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/.test(value)) return null;
  const wanted = Date.parse(`${value.length === 10 ? `${value}T00:00` : value}Z`);
  if (!Number.isFinite(wanted)) return null;
  let guess = wanted;
  for (let round = 0; round < 2; round++) guess += wanted - wallMs(guess, zone);
  return new Date(guess).toISOString();
}

/** For the value of a `datetime-local` field. */
export function toLocal(atMs: number, zone: string): string {
  return new Date(wallMs(atMs, zone)).toISOString().slice(0, 16);
}
