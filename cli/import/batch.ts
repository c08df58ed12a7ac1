// Gathers items into requests: as many as a door takes, few enough that neither side holds much. A request carries one door's items
// in one encoding; the order of a file's items is kept, because the later of two runs with one id is the one that counts.
import type { Upload } from "../api-client.ts";
import type { Door, Item } from "./item.ts";
import { requestText } from "./read-otlp.ts";

/** An item and the file that it is from. */
export interface Placed {
  item: Item;
  file: string;
}

export interface Batch {
  door: Door;
  items: readonly Placed[];
}

/** Half of what the door takes: what is lost in a crash is sent again, and the bar moves. */
const mostItems = 500;
/** A request is held three times over while it is read; far below the 20 MiB that a door takes. */
export const mostBatchBytes = 4 * 1_024 * 1_024;

export interface Batcher {
  /** The requests that are full now: none, one, or two where the item has to go alone. */
  add: (placed: Placed) => Batch[];
  /** The requests that are not full. */
  rest: () => Batch[];
}

export function batcher(): Batcher {
  const open = new Map<string, { items: Placed[]; bytes: number; door: Door }>();
  const close = (kind: string): Batch[] => {
    const found = open.get(kind);
    open.delete(kind);
    return found === undefined ? [] : [{ door: found.door, items: found.items }];
  };
  return {
    add: (placed) => {
      const { item } = placed;
      const kind = `${item.door} ${typeof item.body}`;
      const known = open.get(kind);
      const full = known !== undefined && known.bytes + item.bytes > mostBatchBytes ? close(kind) : [];
      const into = open.get(kind) ?? { items: [], bytes: 0, door: item.door };
      open.set(kind, into);
      into.items.push(placed);
      into.bytes += item.bytes;
      return into.items.length >= mostItems || into.bytes >= mostBatchBytes ? [...full, ...close(kind)] : full;
    },
    rest: () => [...open.keys()].flatMap(close),
  };
}

/** The body of its request. Requests of OTLP in protobuf are lists, so one after the other they are one request. */
export function uploadOf({ door, items }: Batch): Upload {
  const texts = items.flatMap(({ item }) => (typeof item.body === "string" ? [item.body] : []));
  if (door === "runs") return { contentType: "application/x-ndjson", body: texts.join("\n") };
  if (texts.length > 0) return { contentType: "application/json", body: requestText(door, texts) };
  const parts = items.flatMap(({ item }) => (typeof item.body === "string" ? [] : [item.body]));
  return { contentType: "application/x-protobuf", body: Buffer.concat(parts) };
}
