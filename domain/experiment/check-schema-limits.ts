// Whether a JSON Schema that a person wrote may be run over text that anybody wrote: of bounded size, without references to elsewhere or
// to itself, without regular expressions (the platform's engine backtracks). What is refused says what to write instead.
import { isRecord } from "../run/rebuild-json.ts";

/** Subschemas with every reference followed: what one value may have to be held against. */
const mostSubschemas = 1_000;
const deepest = 32;
const longestSchema = 20_000;

const maps = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const singles = new Set([
  "items",
  "additionalItems",
  "additionalProperties",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const plain = new Set(
  [
    "$schema $comment title description default examples deprecated readOnly writeOnly nullable",
    "type const enum required dependentRequired format uniqueItems",
    "maximum minimum exclusiveMaximum exclusiveMinimum multipleOf maxLength minLength",
    "maxItems minItems maxContains minContains maxProperties minProperties",
  ].flatMap((names) => names.split(" ")),
);
/** Those whose own checks take time that is bounded by the text. */
const formats = new Set(["date", "time", "date-time", "duration", "uuid", "ipv4", "email", "hostname"]);

/** Why a schema is refused, in words that follow its name; null when it is fine. */
export function schemaProblem(schema: unknown): string | null {
  const size = subschemasOf(schema);
  return typeof size === "string" ? size : null;
}

/** Subschemas with every reference followed, or why the schema is refused. */
export function subschemasOf(schema: unknown): number | string {
  const walk: Walk = { definitions: definitionsOf(schema), known: new Map(), open: new Set() };
  try {
    if (JSON.stringify(schema).length > longestSchema) return `must be at most ${longestSchema} characters`;
    return sizeOf(schema, "", 0, walk);
  } catch (error) {
    if (error instanceof RefusedSchema) return error.message;
    return "nests too deep";
  }
}

/** Thrown and caught in this file only. */
class RefusedSchema extends Error {}

interface Walk {
  /** By the reference that means them. */
  definitions: ReadonlyMap<string, unknown>;
  /** Sizes of definitions. */
  known: Map<string, number>;
  /** Definitions that are being followed. */
  open: Set<string>;
}

function definitionsOf(schema: unknown): ReadonlyMap<string, unknown> {
  if (!isRecord(schema)) return new Map();
  return new Map(
    ["$defs", "definitions"].flatMap((place) => {
      const given = schema[place];
      return isRecord(given) ? Object.entries(given).map(([name, value]): [string, unknown] => [`#/${place}/${name}`, value]) : [];
    }),
  );
}

function sizeOf(schema: unknown, path: string, depth: number, walk: Walk): number {
  if (typeof schema === "boolean") return 1;
  if (!isRecord(schema)) throw new RefusedSchema(`${at(path)} must be a schema: an object, true or false`);
  if (depth > deepest) throw new RefusedSchema(`may nest at most ${deepest} levels deep`);
  let size = 1;
  for (const [key, value] of Object.entries(schema)) size += sizeOfKeyword(key, value, path, depth, walk);
  if (size > mostSubschemas) throw new RefusedSchema(`may have at most ${mostSubschemas} parts with all references followed`);
  return size;
}

function sizeOfKeyword(key: string, value: unknown, path: string, depth: number, walk: Walk): number {
  const inside = (part: unknown, name: string | number) => sizeOf(part, `${path}/${key}/${name}`, depth + 1, walk);
  const sum = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0);
  if (key === "$ref") return sizeOfReference(value, path, depth, walk);
  if (maps.has(key) && isRecord(value)) return sum(Object.entries(value).map(([name, part]) => inside(part, name)));
  if ((lists.has(key) || key === "items") && Array.isArray(value)) return sum(value.map((part: unknown, i) => inside(part, i)));
  if (singles.has(key)) return sizeOf(value, `${path}/${key}`, depth + 1, walk);
  if (key === "format" && !(typeof value === "string" && formats.has(value)))
    throw new RefusedSchema(`${at(path)} may use the formats ${[...formats].join(", ")} only`);
  if (plain.has(key) || key === "format") return 0;
  if (key === "pattern" || key === "patternProperties")
    throw new RefusedSchema(`${at(path)} may not use ${key}: its time has no bound; an evaluator of type regex has`);
  throw new RefusedSchema(`${at(path)} may not use ${key.slice(0, 60)}`);
}

function sizeOfReference(reference: unknown, path: string, depth: number, walk: Walk): number {
  if (typeof reference !== "string" || !walk.definitions.has(reference))
    throw new RefusedSchema(`${at(path)} may refer to its own $defs only, as in #/$defs/name`);
  if (walk.open.has(reference)) throw new RefusedSchema(`${reference.slice(0, 100)} may not refer to itself`);
  const known = walk.known.get(reference);
  if (known !== undefined) return known;
  walk.open.add(reference);
  const size = sizeOf(walk.definitions.get(reference), reference.slice(1), depth + 1, walk);
  walk.open.delete(reference);
  walk.known.set(reference, size);
  return size;
}

const at = (path: string): string => (path === "" ? "the schema" : `#${path.slice(0, 200)}`);
