// Rebuilds any JSON value with its texts replaced, without recursion: JSON.parse accepts nesting that a recursive walk (and
// JSON.stringify) cannot survive. What is not JSON is made so: undefined is dropped, bigint and non-finite numbers become text.

export interface RebuildRules {
  /** Gives the text to keep; `name` is what it stands under: the nearest object key, null at the top and in top-level arrays. */
  text: (text: string, name: string | null) => string;
  /** Gives the key to keep. Two keys that become one are told apart by a number. */
  key: (key: string) => string;
  /** Containers nested deeper than this (the top value is at 1) are replaced by `tooDeep`. */
  maxDepth: number;
  tooDeep: () => unknown;
  /** The name that a child stands under, where it is not simply its own key (OTLP's {key, value} pairs). */
  nameOf?: (parent: Readonly<Record<string, unknown>>, key: string, inherited: string | null) => string | null;
}

type Container =
  | { kind: "list"; from: readonly unknown[]; to: unknown[] }
  | { kind: "record"; from: Readonly<Record<string, unknown>>; to: Record<string, unknown> };
type Open = Container & { depth: number; name: string | null };

/** A copy of `value` under `rules`; `value` itself is never changed. The top value undefined gives null. */
export function rebuildJson(value: unknown, rules: RebuildRules): unknown {
  const open: Open[] = [];
  const copy = (from: unknown, depth: number, name: string | null): unknown => {
    if (typeof from === "string") return rules.text(from, name);
    const isArray = isList(from);
    if (!isArray && !isRecord(from)) return plainScalar(from);
    if (depth > rules.maxDepth) return rules.tooDeep();
    const next: Open = isArray ? { kind: "list", from, to: [], depth, name } : { kind: "record", from, to: {}, depth, name };
    open.push(next);
    return next.to;
  };

  const top = copy(value, 1, null) ?? null;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { depth, name } = next;
    if (next.kind === "list") {
      for (const item of next.from) next.to.push(copy(item, depth + 1, name) ?? null);
      continue;
    }
    for (const key of Object.keys(next.from)) {
      const childName = rules.nameOf === undefined ? key : rules.nameOf(next.from, key, name);
      const child = copy(next.from[key], depth + 1, childName);
      if (child === undefined) continue;
      const kept = rules.key(key);
      setOwn(next.to, kept === key ? key : unusedKey(next.to, kept), child);
    }
  }
  return top;
}

/** Sets an own property even for `__proto__`, which plain assignment would turn into the prototype. */
export function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}

function unusedKey(record: Readonly<Record<string, unknown>>, key: string): string {
  if (!Object.hasOwn(record, key)) return key;
  let number = 2;
  while (Object.hasOwn(record, `${key} (${number})`)) number += 1;
  return `${key} (${number})`;
}

function plainScalar(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "boolean" || value === null) return value;
  return undefined;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
