// The form of what an agent answers, apart from its content: the canonical shape of JSON, or for text whether it opens with a
// fence or heading and has code, a list, a table. It never parses more than the first part of a long text.
import { category } from "./category.ts";

/** Depth and breadth up to which two JSON shapes are told apart; a record with more keys is a map of ids, not a form. */
const deepest = 6;
const mostKeys = 64;
/** Characters of a text that are looked at; forms show early, and answers of megabytes exist. */
const longestText = 20_000;

/** `{a:number,b:[string]}`, `number`, `null`; keys sorted, arrays as the set of their elements' shapes. */
export function jsonShape(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "object") return typeof value;
  if (depth >= deepest) return "…";
  if (Array.isArray(value)) {
    const inner = new Set(value.slice(0, 200).map((item) => jsonShape(item, depth + 1)));
    return `[${[...inner].sort().join("|")}]`;
  }
  const entries = Object.entries(value);
  if (entries.length > mostKeys) return "{*}";
  return `{${entries
    .map(([key, inner]) => `${key.slice(0, 64)}:${jsonShape(inner, depth + 1)}`)
    .sort()
    .join(",")}}`;
}

/** What a text looks like: `plain`, `heading+list`, `fence+code2+table`. */
function textForm(text: string): string {
  const opening = text.startsWith("```") ? "fence" : /^#{1,6} /.test(text) ? "heading" : "plain";
  const fences = Math.floor((text.match(/^```/gm) ?? []).length / 2);
  const parts = [opening];
  if (fences > 0) parts.push(fences === 1 ? "code" : "code2");
  if (/^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+\S/m.test(text)) parts.push("list");
  if (/^\s*\|.*\|\s*$/m.test(text)) parts.push("table");
  return parts.join("+");
}

/** The category of an output's form; null when there is no output. Text that is a JSON object or array counts as JSON. */
export function outputShape(output: unknown): string | null {
  if (output === null || output === undefined) return null;
  if (typeof output !== "string") return category(`json ${jsonShape(output)}`);
  const text = output.slice(0, longestText).trim();
  if (text === "") return "empty";
  if ((text.startsWith("{") || text.startsWith("[")) && output.length <= longestText) {
    try {
      return category(`json ${jsonShape(JSON.parse(text))}`);
    } catch {
      return `broken-json`;
    }
  }
  return textForm(text);
}
