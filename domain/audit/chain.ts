// The chain of an audit log: each entry's hash covers the hash before it, so that no entry can be altered, dropped or slipped in
// without every later hash being wrong. Canonical JSON (keys sorted, no spaces) makes the hash independent of who wrote it.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "../run/fingerprint.ts";
import type { AuditDraft, AuditEntry } from "./entry.ts";

/** What the first entry follows. */
export const genesisHash = "0".repeat(64);

export interface ChainHead {
  /** Entries so far. */
  entries: number;
  hash: string;
}

export const emptyChain: ChainHead = { entries: 0, hash: genesisHash };

/** The entry that `draft` becomes after `head`. */
export function chained({ entries, hash: prev_hash }: ChainHead, draft: AuditDraft): AuditEntry {
  const open = { ...fieldsOf(draft), seq: entries + 1, prev_hash };
  return { ...open, hash: sha256Hex(canonicalJson(open)) };
}

/** Whether `entry` is what follows `head`: the right number, the right predecessor and an unaltered content. */
export function follows({ entries, hash: prev_hash }: ChainHead, entry: AuditEntry): boolean {
  if (entry.seq !== entries + 1 || entry.prev_hash !== prev_hash) return false;
  return entry.hash === sha256Hex(canonicalJson({ ...fieldsOf(entry), seq: entry.seq, prev_hash: entry.prev_hash }));
}

/** 64 hex digits: names a record in the log without saying what it holds. */
export function recordHash(record: unknown): string {
  return sha256Hex(canonicalJson(record));
}

/** Only what an entry is made of: a field from elsewhere must not slip into the hash. */
function fieldsOf({ id, at, actor, action, object, before, after, reason }: AuditDraft): AuditDraft {
  return { id, at, actor: { key_id: actor.key_id, owner: actor.owner, kind: actor.kind }, action, object, before, after, reason };
}

function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
