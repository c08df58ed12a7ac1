// Whether a value fits a JSON Schema, as far as tool parameters use it: type, properties, required, additionalProperties, items, enum,
// anyOf, oneOf and allOf. Everything else (references, formats, patterns, bounds) is taken to fit, so what is reported is surely wrong.
import { isRecord } from "../run/rebuild-json.ts";

export type MisfitKind = "missing" | "unknown" | "type" | "enum";

export interface Misfit {
  kind: MisfitKind;
  /** Keys from the top, "" for the value itself; positions in lists are written `[]`. */
  path: string;
  /** In words: `order is missing`. */
  words: string;
}

interface Limits {
  /** Values that are still looked at. */
  left: number;
}

const deepest = 12;
/** A tool call has tens of values; thousands are a document. */
const mostValues = 2_000;
const mostMisfits = 5;
const mostVariants = 8;

/** What does not fit, at most five things, in order of the schema's keys. */
export function misfitsOf(value: unknown, schema: unknown): Misfit[] {
  return check(value, schema, "", 0, { left: mostValues }).slice(0, mostMisfits);
}

function check(value: unknown, schema: unknown, path: string, depth: number, limits: Limits): Misfit[] {
  if (!isRecord(schema) || depth > deepest || limits.left-- <= 0 || "$ref" in schema) return [];
  const variants = listOf(schema["anyOf"] ?? schema["oneOf"]).slice(0, mostVariants);
  const fitsNone = variants.length > 0 && variants.every((variant) => check(value, variant, path, depth + 1, limits).length > 0);
  if (fitsNone) return [{ kind: "type", path, words: `${nameOf(path)} fits none of the declared forms` }];
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    return [{ kind: "type", path, words: `${nameOf(path)} is ${typeName(value)}, not ${types.join(" or ")}` }];
  const options = schema["enum"];
  if (Array.isArray(options) && !isOneOf(value, options))
    return [{ kind: "enum", path, words: `${nameOf(path)} is none of the declared values` }];
  const parts = listOf(schema["allOf"]).slice(0, mostVariants);
  return [...parts.flatMap((part) => check(value, part, path, depth + 1, limits)), ...checkInside(value, schema, path, depth, limits)];
}

function checkInside(value: unknown, schema: Readonly<Record<string, unknown>>, path: string, depth: number, limits: Limits): Misfit[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => check(item, schema["items"], `${path}[]`, depth + 1, limits)).slice(0, mostMisfits);
  if (!isRecord(value)) return [];
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const required = listOf(schema["required"]).filter((key) => typeof key === "string");
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  const keys = Object.keys(value).slice(0, mostValues);
  const unknown = schema["additionalProperties"] === false ? keys.filter((key) => !Object.hasOwn(properties, key)) : [];
  const inside = keys.flatMap((key) => {
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    // Models write null for what they leave out.
    if (declared === undefined || (value[key] === null && !required.includes(key))) return [];
    return check(value[key], declared, joined(path, key), depth + 1, limits);
  });
  return [
    ...missing.map((key): Misfit => ({ kind: "missing", path: joined(path, key), words: `${nameOf(joined(path, key))} is missing` })),
    ...unknown.map((key): Misfit => ({ kind: "unknown", path: joined(path, key), words: `${nameOf(joined(path, key))} is not declared` })),
    ...inside,
  ].slice(0, mostMisfits);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const joined = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`).slice(0, 200);
const nameOf = (path: string): string => (path === "" ? "the value" : path);
const typesOf = (schema: Readonly<Record<string, unknown>>): string[] => {
  const types = [schema["type"]].flat().filter((type) => typeof type === "string");
  return types.length > 0 && schema["nullable"] === true ? [...types, "null"] : types;
};

function isOfType(value: unknown, type: string): boolean {
  switch (type.toLowerCase()) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "null":
      return value === null;
    case "number":
      return typeof value === "number";
    case "integer":
      return typeof value === "number" && Number.isInteger(value);
    default:
      return true; // a type that JSON Schema does not know
  }
}

const typeName = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Records among the options are not compared: they are rare, and taken to fit. */
const isOneOf = (value: unknown, options: readonly unknown[]): boolean =>
  options.some((option) => option === value || (typeof option === "object" && option !== null));
