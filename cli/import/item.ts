// What an import consists of: items that can be sent on their own and sent again without harm, and what could not be read.
import { createHash } from "node:crypto";
import { mostBodyBytes } from "../../r2/keys.ts";

export type Door = "runs" | "traces" | "logs";

/** What a door counts: runs, spans, log records. */
export type Unit = "runs" | "spans" | "log_records";

export const unitOf: Readonly<Record<Door, Unit>> = { runs: "runs", traces: "spans", logs: "log_records" };

export interface Item {
  door: Door;
  /** JSON text of a run or of one resource's spans; bytes of an OTLP request in protobuf. */
  body: string | Uint8Array;
  bytes: number;
  /** From 1; null where the file has no lines. */
  line: number | null;
  /** Names its content: equal digests are the same thing sent again. */
  digest: string;
  /** Runs, spans or log records in it. */
  count: number;
  /** Where it says so itself. */
  agent: string | null;
  /** An id that Bento knows it by once it is stored. */
  id: string | null;
}

/** Something in a file that is not sent, because Bento would refuse it. */
export interface Trouble {
  line: number | null;
  reason: string;
  /** How many runs, spans or log records that costs. */
  count: number;
}

export type Found = { kind: "item"; item: Item } | { kind: "trouble"; trouble: Trouble } | { kind: "left"; what: string; count: number };

/** What one request may hold; a larger item has no way in. */
export const mostItemBytes = mostBodyBytes - 1_024;

/** 96 bits: a collision among a billion items is less likely than one in a hundred billion. */
const digestChars = 16;

export function digestOf(door: Door, body: string | Uint8Array): string {
  return createHash("sha256").update(`${door}\0`).update(body).digest("base64url").slice(0, digestChars);
}

export const itemOf = (item: Item): Found => ({ kind: "item", item });
export const troubleOf = (line: number | null, reason: string, count = 1): Found => ({ kind: "trouble", trouble: { line, reason, count } });
