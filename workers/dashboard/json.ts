// Reads unknown JSON a field at a time. A page would rather show less than fail, so a field of another type than expected
// is missing (null), never converted: a text that says "12" is not the number 12.

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a record; an empty one where it is none. */
export function record(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or null; an empty text is a text. */
export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A finite number, or null. */
export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** One of the given words, else the fallback. */
export function word<W extends string, F>(value: unknown, words: readonly W[], fallback: F): W | F {
  return words.find((each) => each === value) ?? fallback;
}

/** The texts of a list; anything else in it is left out. */
export function texts(value: unknown): string[] {
  return list(value).filter((each) => typeof each === "string");
}

/** An ISO time as epoch milliseconds, or null where it is no time. */
export function timeMs(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const ms = Date.parse(value);
  return Number.isFinite(ms) ? ms : null;
}
