// How much of one record is kept. A record must fit one row of an object or a database (about 2 MB) whatever was sent, so
// texts, nesting and numbers of values are cut at the door, each cut with a visible mark; the untouched bytes stay in the archive.
import { truncateText } from "../run/truncate.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** UTF-16 units of any one text: the longest tool result a person reads. */
export const maxTextChars = 262_144;

/** UTF-16 units of all texts of one record together: at three bytes each they stay below 2 MB. */
export const maxRecordChars = 600_000;

/** Values (texts, numbers, lists, objects) of one record: more is data, not a trace, and costs every reader time. */
export const maxRecordValues = 20_000;

/** Levels of nesting kept; also keeps every recursive reader and JSON.stringify far from the end of the stack. */
export const maxDepth = 32;

/** UTF-16 units of a name (of a span, an event, a scope): names are for lists and groups. */
export const maxNameChars = 500;

/** Span events and links kept, in the order sent. */
export const maxEvents = 500;
export const maxLinks = 100;

/** Units that a text may still have once a record is full: enough to see what it was. */
const charsWhenFull = 200;

/** What is left for the rest of one record. */
export interface Allowance {
  chars: number;
  values: number;
  truncated: boolean;
}

export const newAllowance = (): Allowance => ({ chars: maxRecordChars, values: maxRecordValues, truncated: false });

/** Clean text within the allowance; NUL and lone surrogates become U+FFFD, a cut ends in a mark with the true size. */
export function boundText(text: string, allowance: Allowance, limit: number = maxTextChars): string {
  const cut = truncateText(text, Math.min(limit, Math.max(charsWhenFull, allowance.chars)));
  allowance.chars -= cut.value.length;
  allowance.truncated ||= cut.truncated;
  return cut.value;
}

/** False when the record has no room for one more value; the caller then leaves the rest out. */
export function takesValue(allowance: Allowance): boolean {
  allowance.values -= 1;
  if (allowance.values >= 0) return true;
  allowance.truncated = true;
  return false;
}

export function tooDeep(allowance: Allowance): string {
  allowance.truncated = true;
  return `…[truncated below ${maxDepth} levels]`;
}

/** Any JSON value within the allowance. Recursion ends at `maxDepth`, so no input can exhaust the stack. */
export function boundValue(value: unknown, allowance: Allowance, depth: number = 1): JsonValue {
  if (typeof value === "string") return boundText(value, allowance);
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return null;
  if (depth > maxDepth) return tooDeep(allowance);
  if (Array.isArray(value)) {
    const list: JsonValue[] = [];
    for (const item of value) {
      if (!takesValue(allowance)) break;
      list.push(boundValue(item, allowance, depth + 1));
    }
    return list;
  }
  return boundObject(value, allowance, depth);
}

/** As `boundValue`, for an object's own keys; `__proto__` stays an ordinary key. */
export function boundObject(value: object, allowance: Allowance, depth: number = 1): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined) continue;
    if (!takesValue(allowance)) break;
    entries.push([boundText(key, allowance, maxNameChars), boundValue(child, allowance, depth + 1)]);
  }
  return Object.fromEntries(entries);
}
