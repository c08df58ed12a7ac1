// Short, stable names for values: canonical JSON (keys sorted) and the first hex digits of its SHA-256. Equal values have equal
// fingerprints whatever the order of their keys. It refuses to follow nesting without end: a trace can carry 100,000 brackets.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { memory } from "./memory.ts";

/** Levels of nesting that are told apart; deeper values count as equal. Real tool schemas stay under 20. */
const deepest = 32;

/** The first `digits` hex digits of SHA-256 over the text. 12 digits: a collision among 10,000 values has odds of 1 in 5 million. */
export function fingerprint(text: string, digits = 12): string {
  return hashes(text, () => bytesToHex(sha256(utf8ToBytes(text)))).slice(0, digits);
}

const hashes = memory<string>({ entries: 2_000, keyChars: 4_000 });

/** JSON with sorted keys; what JSON cannot say (undefined, functions, NaN) becomes null. */
export function canonicalJson(value: unknown, depth = 0): string {
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : "null";
  if (typeof value !== "object" || value === null) return "null";
  if (depth >= deepest) return '"…"';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner, depth + 1)}`).join(",")}}`;
}
