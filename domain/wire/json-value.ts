// Reading what others sent without trusting its shape: every function takes anything and answers with the wanted type or null.
import { parseExactJson } from "./exact-json.ts";
import { boundValue, newAllowance } from "./limits.ts";
import type { JsonObject, JsonValue } from "./record.ts";

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text, if it is one and not empty. */
export const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** A text or a number as text: ids and versions come as either. */
export function labelOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "boolean") return String(value);
  return textOf(value);
}

/** A finite number, also from a text that is nothing but one. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*-?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A count: a whole number, not negative. Anything else is unknown. */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The first answer that is not null. */
export function firstOf<T>(...values: readonly (T | null | undefined)[]): T | null {
  for (const value of values) if (value !== null && value !== undefined) return value;
  return null;
}

/** What a JSON text of an object or list holds, bounded in depth and size; any other value as it is, undefined as null. */
export function opened(value: unknown): JsonValue {
  const found = typeof value === "string" && /^\s*[[{]/.test(value) ? (parseExactJson(value) ?? value) : value;
  return boundValue(found, newAllowance());
}

/** As `opened`, for every JSON text: also `"quoted"`, numbers, true, null. */
export function unquoted(value: unknown): JsonValue {
  if (typeof value !== "string") return opened(value);
  const found = parseExactJson(value);
  return found === undefined ? value : boundValue(found, newAllowance());
}

/** A value as text: texts as they are, others as JSON. Only for values of bounded depth. */
export const shown = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** JSON text with sorted keys: equal values give equal texts. Only for values of bounded depth. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(childOf(value, key))}`).join(",")}}`;
}

const childOf = (value: JsonObject, key: string): JsonValue => value[key] ?? null;
