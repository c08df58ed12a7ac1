// Whether the audit log of a project is whole: every entry follows the one before, and the listing shows exactly what the log holds.
import { auditRecords, type AuditRow } from "../d1/audit.ts";
import { emptyChain, follows, type ChainHead } from "../domain/audit/chain.ts";
import type { AuditEntry } from "../domain/audit/entry.ts";
import { canonicalJson } from "../domain/run/fingerprint.ts";
import type { LogRow } from "../durable-objects/audit-log.ts";
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
      log.rows(head.entries, entriesAtATime),
      auditRecords(env.INDEX, projectId, head.entries, entriesAtATime),
    ]);
    const rows = new Map(listed.map((row) => [row.seq, row]));
    for (const kept of page) {
      const entry = entryIn(kept);
      if (entry === null || !follows(head, entry) || !isListedAs(rows.get(entry.seq), entry))
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

/** null where the row is no entry, or says otherwise beside it. */
function entryIn({ seq, id, hash, json }: LogRow): AuditEntry | null {
  const entry = parsed(json);
  return entry === null || entry.seq !== seq || entry.id !== id || entry.hash !== hash ? null : entry;
}

/** The listing has the same entry, and finds it by what it says. */
function isListedAs(row: AuditRow | undefined, entry: AuditEntry): boolean {
  if (row === undefined) return false;
  const { at, actor, object } = entry;
  const isFound =
    row.at_ms === Date.parse(at) && row.actor_key === actor.key_id && row.actor_owner === actor.owner && row.object === object;
  const listed = parsed(row.record);
  return isFound && listed !== null && canonicalJson(listed) === canonicalJson(entry);
}

function parsed(json: string): AuditEntry | null {
  try {
    const entry: AuditEntry | null = JSON.parse(json);
    return typeof entry === "object" ? entry : null;
  } catch {
    return null;
  }
}
