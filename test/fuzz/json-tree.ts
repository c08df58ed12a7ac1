// JSON as a tree that can be spoilt in its place and written again, also into what JSON.stringify refuses to write: numbers out of
// range, half surrogates, keys that come twice, nesting without end. What is spoilt is decided by the caller, never drawn here.

export type JsonTree = { kind: "literal"; text: string } | { kind: "list"; items: JsonTree[] } | { kind: "object"; members: Member[] };

interface Member {
  /** As written, with its quotes. */
  key: string;
  value: JsonTree;
}

/** What is done to one place of a tree. All numbers are whole and not negative; a place is `at` modulo the number of places. */
export interface Spoiling {
  kind: (typeof spoilings)[number];
  at: number;
  other: number;
  /** JSON texts, perhaps of things that JSON does not have. */
  odd: string;
  oddKey: string;
  times: number;
}

export const spoilings = ["replace", "drop", "double", "rename", "empty", "multiply", "insert", "copy", "swap", "within"] as const;

export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return { kind: "list", items: value.map(treeOf) };
  if (typeof value !== "object" || value === null) return { kind: "literal", text: JSON.stringify(value) ?? "null" };
  return { kind: "object", members: Object.entries(value).map(([key, child]) => ({ key: JSON.stringify(key), value: treeOf(child) })) };
}

export function written(tree: JsonTree): string {
  if (tree.kind === "literal") return tree.text;
  if (tree.kind === "list") return `[${tree.items.map(written).join(",")}]`;
  return `{${tree.members.map(({ key, value }) => `${key}:${written(value)}`).join(",")}}`;
}

/** `text` with the spoilings done to it in order. Text that is no JSON comes back as it is. */
export function spoiltJson(text: string, spoilt: readonly Spoiling[]): string {
  let root: JsonTree;
  try {
    root = treeOf(JSON.parse(text));
  } catch {
    return text;
  }
  for (const spoiling of spoilt) root = spoil(root, spoiling);
  return written(root);
}

/** A value's seat in its parent, by which it can be exchanged or taken out. */
interface Place {
  value: JsonTree;
  set: (value: JsonTree) => void;
  drop: () => void;
  double: () => void;
  rename: (key: string) => void;
}

function spoil(root: JsonTree, { kind, at, other, odd, oddKey, times }: Spoiling): JsonTree {
  const holder: { root: JsonTree } = { root };
  const places = placesOf(holder);
  const place = places[at % places.length];
  const second = places[other % places.length];
  if (place === undefined || second === undefined) return root;
  const { value } = place;
  const oddValue: JsonTree = { kind: "literal", text: odd };
  switch (kind) {
    case "replace":
      place.set(oddValue);
      break;
    case "drop":
      place.drop();
      break;
    case "double":
      place.double();
      break;
    case "rename":
      place.rename(oddKey);
      break;
    case "empty":
      place.set(value.kind === "list" ? { kind: "list", items: [] } : { kind: "object", members: [] });
      break;
    case "multiply":
      place.set(multiplied(value, times));
      break;
    case "insert":
      if (value.kind === "object") value.members.push({ key: oddKey, value: oddValue });
      else if (value.kind === "list") value.items.push(oddValue);
      else place.set(oddValue);
      break;
    case "copy":
      place.set({ kind: "literal", text: written(second.value) });
      break;
    case "swap": {
      const [mine, its] = [written(value), written(second.value)];
      place.set({ kind: "literal", text: its });
      // One within the other cannot change seats with it; the second is lost with its parent, which is a spoiling too.
      second.set({ kind: "literal", text: mine });
      break;
    }
    case "within":
      place.set(spoiltWithin(value, { kind: "replace", at: other, other: at, odd, oddKey, times }) ?? oddValue);
      break;
  }
  return holder.root;
}

/** JSON in a text: many clients pack messages and arguments so. */
function spoiltWithin(value: JsonTree, spoiling: Spoiling): JsonTree | null {
  if (value.kind !== "literal" || !value.text.startsWith('"')) return null;
  try {
    const inner: unknown = JSON.parse(value.text);
    return typeof inner === "string" && /^\s*[[{]/.test(inner)
      ? { kind: "literal", text: JSON.stringify(spoiltJson(inner, [spoiling])) }
      : null;
  } catch {
    return null;
  }
}

/** As one text: values that were shared would grow together, beyond all measure. */
function multiplied(value: JsonTree, times: number): JsonTree {
  const items = (value.kind === "list" ? value.items : [value]).map(written).join(",");
  return {
    kind: "literal",
    text: `[${Array.from({ length: timesFor(value, times) }, () => items)
      .filter(Boolean)
      .join(",")}]`,
  };
}

/** Characters that one multiplication may make: the campaign is about shapes, sizes have spoilings of their own. */
const mostMultiplied = 150_000;

function timesFor(value: JsonTree, times: number): number {
  return Math.max(1, Math.min(times, Math.floor(mostMultiplied / Math.max(1, written(value).length))));
}

/** Every value of the tree, the root first. */
function placesOf(holder: { root: JsonTree }): Place[] {
  const setRoot = (value: JsonTree) => {
    holder.root = value;
  };
  const places: Place[] = [
    { value: holder.root, set: setRoot, drop: () => setRoot({ kind: "literal", text: "" }), double: () => {}, rename: () => {} },
  ];
  for (const { value } of places) {
    if (value.kind === "list") places.push(...value.items.map((item) => inList(value.items, item)));
    if (value.kind === "object") places.push(...value.members.map((member) => inObject(value.members, member)));
  }
  return places;
}

function inList(items: JsonTree[], item: JsonTree): Place {
  const index = () => items.indexOf(item);
  return {
    value: item,
    set: (value) => void items.splice(index(), 1, value),
    drop: () => void items.splice(index(), 1),
    double: () => void items.splice(index(), 0, item),
    rename: () => {},
  };
}

function inObject(members: Member[], member: Member): Place {
  return {
    value: member.value,
    set: (value) => {
      member.value = value;
    },
    drop: () => void members.splice(members.indexOf(member), 1),
    double: () => void members.push({ key: member.key, value: member.value }),
    rename: (key) => {
      member.key = key;
    },
  };
}
