// Times as clients write them (ns, ms, s, ISO text), read to decimal nanoseconds since the epoch. A double cannot hold today's
// nanoseconds (two starts 100 ns apart become one), so they stay text or BigInt until a millisecond is asked for.

/** 2262-04-11, the last instant that signed 64-bit nanoseconds reach; later is a mistake of the sender. */
const lastNs = 9_223_372_036_854_775_807n;

/** OTLP's uint64: decimal text or a number; 0, negative and unreadable are null. */
export function nanosecondsOf(value: unknown): string | null {
  let ns: bigint;
  if (typeof value === "bigint") ns = value;
  else if (typeof value === "string" && /^\+?\d{1,20}$/.test(value.trim())) ns = BigInt(value.trim());
  else if (typeof value === "number" && Number.isFinite(value)) ns = BigInt(Math.trunc(value));
  else return null;
  return ns > 0n && ns <= lastNs ? ns.toString() : null;
}

/** Milliseconds since the epoch, as a whole number (rounded down), of decimal nanoseconds. */
export const millisecondsOf = (ns: string): number => Number(BigInt(ns) / 1_000_000n);

export function nanosecondsOfMs(ms: number): string | null {
  if (!Number.isFinite(ms)) return null;
  const whole = Math.trunc(ms);
  return nanosecondsOf(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1_000_000)));
}

/**
 * ISO text (digits beyond the millisecond are kept; without a zone it is UTC), or a number of epoch milliseconds, or of epoch
 * seconds where it is too small to be milliseconds of this century.
 */
export function nanosecondsOfTime(value: unknown): string | null {
  if (typeof value === "number") return nanosecondsOfMs(Math.abs(value) < 100_000_000_000 ? value * 1000 : value);
  if (typeof value !== "string") return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?\s*(Z|z|[+-]\d\d:?\d\d)?$/.exec(value.trim());
  if (match === null) return null;
  const [, day, clock, fraction, zone] = match;
  const ms = Date.parse(`${day}T${clock}${zone === undefined || zone === "z" ? "Z" : zone}`);
  if (!Number.isFinite(ms)) return null;
  return nanosecondsOf(BigInt(ms) * 1_000_000n + BigInt((fraction ?? "").padEnd(9, "0")));
}

/** ISO 8601 UTC with milliseconds. */
export const isoOf = (ns: string): string => new Date(millisecondsOf(ns)).toISOString();

/** Milliseconds from start to end with three decimals; null when either is unknown or the end comes first. */
export function durationMsOf(startNs: string | null, endNs: string | null): number | null {
  if (startNs === null || endNs === null) return null;
  const ns = BigInt(endNs) - BigInt(startNs);
  return ns < 0n ? null : Math.round(Number(ns) / 1000) / 1000;
}

/** Earlier first; unknown times last. Digits without leading zeros compare by length, then as text. */
export function compareNs(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
