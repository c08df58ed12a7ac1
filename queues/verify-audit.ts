// Whether the audit log of a project is whole: every entry follows the one before, and the listing shows exactly what the log holds.
import { auditRecords } from "../d1/audit.ts";
import { emptyChain, follows, type ChainHead } from "../domain/audit/chain.ts";
import { canonicalJson } from "../domain/run/fingerprint.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { auditLogOf } from "../durable-objects/names.ts";
import { chainAudit } from "./chain-audit.ts";

export interface Verification {
  ok: boolean;
  entries: number;
  /** Hash of the newest entry. */
  head: string;
  /** Number of the first entry that is not what it should be; null for a whole log. */
  broken_at: number | null;
}

/** Entries a call. */
const entriesAtATime = 500;

export async function verifyAudit(env: Bindings, projectId: string): Promise<Verification> {
  await chainAudit(env, projectId);
  const log = auditLogOf(env, projectId);
  const { entries, hash } = await log.head();
  let head: ChainHead = emptyChain;
  while (head.entries < entries) {
    const [page, listed] = await Promise.all([
      log.entries(head.entries, entriesAtATime),
      auditRecords(env.INDEX, projectId, head.entries, entriesAtATime),
    ]);
    const records = new Map(listed.map(({ seq, record }) => [seq, record]));
    for (const entry of page) {
      if (!follows(head, entry) || !isSame(records.get(entry.seq), entry))
        return { ok: false, entries, head: hash, broken_at: head.entries + 1 };
      head = { entries: entry.seq, hash: entry.hash };
    }
    if (page.length === 0) return { ok: false, entries, head: hash, broken_at: head.entries + 1 };
  }
  const [beyond] = await auditRecords(env.INDEX, projectId, entries, 1);
  // An entry that was chained since we began is listed too.
  const isAdded = beyond !== undefined && (await log.head()).entries < beyond.seq;
  return { ok: !isAdded, entries, head: hash, broken_at: isAdded ? beyond.seq : null };
}

function isSame(record: string | undefined, entry: object): boolean {
  if (record === undefined) return false;
  try {
    return canonicalJson(JSON.parse(record)) === canonicalJson(entry);
  } catch {
    return false;
  }
}
