// Lists that a dialect flattened into attribute names: `prefix.0.rest`, `prefix.1.rest`, …
import type { JsonObject, JsonValue } from "./record.ts";

/** Entries beyond it are not read: an index is the sender's and may be any number. */
const mostEntries = 10_000;

/** The entries under `prefix` by index, in order; each is its attributes with the rest of their names. Gaps are closed. */
export function flatList(attributes: JsonObject, prefix: string): JsonObject[] {
  const entries = new Map<number, [string, JsonValue][]>();
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const match = /^(\d{1,6})(?:\.(.+))?$/.exec(name.slice(prefix.length + 1));
    if (match === null) continue;
    const index = Number(match[1]);
    if (index >= mostEntries) continue;
    const list = entries.get(index) ?? [];
    list.push([match[2] ?? "", value]);
    entries.set(index, list);
  }
  return [...entries.entries()].toSorted(([a], [b]) => a - b).map(([, list]) => Object.fromEntries(list));
}

/** The attributes under `prefix.`, by the rest of their names. */
export function under(attributes: JsonObject, prefix: string): JsonObject {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      name.startsWith(start) && name.length > start.length ? [[name.slice(start.length), value]] : [],
    ),
  );
}
