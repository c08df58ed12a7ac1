// Deep merge of the parts of one record, for dialects that send a record bit by bit. A later part wins; null and absent never
// erase what an earlier one said.
import { isObject } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** All parts as one, in the order given. */
export function mergeParts(parts: readonly JsonObject[]): JsonObject {
  return parts.reduce<JsonObject>(mergeTwo, {});
}

function mergeTwo(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged = new Map(Object.entries(earlier));
  for (const [name, value] of Object.entries(later)) {
    if (value === null) {
      if (!merged.has(name)) merged.set(name, null);
    } else merged.set(name, mergeValues(merged.get(name) ?? null, value));
  }
  return Object.fromEntries(merged);
}

/** Objects merge, everything else is replaced. Depth is bounded by the records'. */
const mergeValues = (earlier: JsonValue, later: JsonValue): JsonValue =>
  isObject(earlier) && isObject(later) ? mergeTwo(earlier, later) : later;
