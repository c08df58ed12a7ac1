// OTLP's AnyValue and KeyValue, in their JSON spelling, to plain JSON. Integers that a double cannot hold stay decimal text,
// NaN and the infinities become text, a key without a value is null (legal), and nesting ends at the limit of limits.ts.
import { boundText, boundValue, maxDepth, maxNameChars, takesValue, tooDeep, type Allowance } from "./limits.ts";
import { isObject, listOf } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** `attributes: [{key, value}]` as an object; of two equal keys the last counts. */
export function attributesOf(pairs: unknown, allowance: Allowance, depth: number = 1): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const pair of listOf(pairs)) {
    if (!isObject(pair) || typeof pair["key"] !== "string" || pair["key"] === "") continue;
    if (!takesValue(allowance)) break;
    entries.push([boundText(pair["key"], allowance, maxNameChars), anyValueOf(pair["value"], allowance, depth)]);
  }
  return Object.fromEntries(entries);
}

/** One AnyValue. `{}` and what is no AnyValue are null. */
export function anyValueOf(value: unknown, allowance: Allowance, depth: number = 1): JsonValue {
  if (!isObject(value)) return isPlain(value) ? boundValue(value, allowance, depth) : null;
  if (typeof value["stringValue"] === "string") return boundText(value["stringValue"], allowance);
  if (typeof value["boolValue"] === "boolean") return value["boolValue"];
  if (value["boolValue"] === "true" || value["boolValue"] === "false") return value["boolValue"] === "true";
  if (value["intValue"] !== undefined && value["intValue"] !== null) return integerOf(value["intValue"]);
  if (value["doubleValue"] !== undefined && value["doubleValue"] !== null) return doubleOf(value["doubleValue"]);
  if (typeof value["bytesValue"] === "string") return boundText(value["bytesValue"], allowance);
  if (isObject(value["arrayValue"])) {
    if (depth > maxDepth) return tooDeep(allowance);
    const list: JsonValue[] = [];
    for (const item of listOf(value["arrayValue"]["values"])) {
      if (!takesValue(allowance)) break;
      list.push(anyValueOf(item, allowance, depth + 1));
    }
    return list;
  }
  if (isObject(value["kvlistValue"]))
    return depth > maxDepth ? tooDeep(allowance) : attributesOf(value["kvlistValue"]["values"], allowance, depth + 1);
  return null;
}

/** Some hand-written senders put the bare value where an AnyValue belongs; it cannot mean anything else. */
const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

function integerOf(value: unknown): JsonValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*-?\d{1,40}\s*$/.test(value)) return typeof value === "string" ? doubleOf(value) : null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.trim();
}

function doubleOf(value: unknown): JsonValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "string" || value.length > 400) return null;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : ["NaN", "Infinity", "-Infinity"].includes(value.trim()) ? value.trim() : null;
}
