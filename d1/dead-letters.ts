// Requests that were acknowledged and could not be processed: why, and where their bytes wait. Every statement keeps the
// project's tally in step, by what changes.
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { deadLetter } from "./schema-upkeep.ts";

export interface DeadLetter {
  /** The receipt of the request. */
  id: string;
  door: string;
  /** Why, in our own words: nothing of the body. */
  reason: string;
  atMs: number;
  key: string;
  bytes: number;
  /** When its bytes were deleted; null while they wait. */
  goneMs: number | null;
}

/**
 * The same request set aside again keeps its row, with the newest reason. A request whose rows were written and which failed after
 * that (its runs were not folded) has its receipt taken back: it is a dead letter, not a processed one, until it goes through whole.
 */
export async function writeDeadLetter(
  db: D1Database,
  projectId: string,
  { id, door, reason, atMs, key, bytes, goneMs }: DeadLetter,
): Promise<void> {
  const receipts = "FROM receipt WHERE receipt.project_id = ?1 AND receipt.id = ?2";
  await db.batch([
    db.prepare("INSERT INTO tally (project_id) VALUES (?) ON CONFLICT DO NOTHING").bind(projectId),
    db
      .prepare(
        `UPDATE tally SET processed = processed - (SELECT count(*) ${receipts}), rejected = rejected - (SELECT coalesce(sum(rejected), 0) ${receipts}),
           dead = dead + (SELECT count(*) = 0 FROM dead_letter WHERE dead_letter.project_id = ?1 AND dead_letter.id = ?2)
         WHERE project_id = ?1`,
      )
      .bind(projectId, id),
    db.prepare(`DELETE ${receipts}`).bind(projectId, id),
    db
      .prepare(
        `INSERT INTO dead_letter (project_id, id, door, reason, at_ms, key, bytes, gone_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET reason = excluded.reason, at_ms = excluded.at_ms, bytes = excluded.bytes, gone_ms = excluded.gone_ms`,
      )
      .bind(projectId, id, door, reason, atMs, key, bytes, goneMs),
  ]);
}

/** Newest receipt first. */
export async function listDeadLetters(
  db: D1Database,
  projectId: string,
  filter: { door?: string | undefined },
  { after, limit }: PageRequest<[string]>,
): Promise<Page<DeadLetter, [string]>> {
  const d = drizzle(db);
  const matching = and(eq(deadLetter.projectId, projectId), filter.door === undefined ? undefined : eq(deadLetter.door, filter.door));
  const rows = d
    .select()
    .from(deadLetter)
    .where(after === null ? matching : and(matching, lt(deadLetter.id, after[0])))
    .orderBy(desc(deadLetter.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(deadLetter)
      .where(matching),
  ]);
  return pageOf(found, limit, ({ id }): [string] => [id], counted?.n ?? null);
}

export async function findDeadLetter(db: D1Database, projectId: string, id: string): Promise<DeadLetter | null> {
  const row = await drizzle(db)
    .select()
    .from(deadLetter)
    .where(and(eq(deadLetter.projectId, projectId), eq(deadLetter.id, id)))
    .get();
  return row ?? null;
}

/** Takes the row away, because its request is driven again or thrown away. Twice is once. */
export async function takeDeadLetter(
  db: D1Database,
  projectId: string,
  id: string,
  fate: "redriven" | "discarded",
  draft: AuditDraft,
): Promise<void> {
  const isThere = "SELECT 1 FROM dead_letter WHERE dead_letter.project_id = ?1 AND dead_letter.id = ?2";
  const discarded = fate === "discarded" ? 1 : 0;
  await db.batch([
    noteAudit(db, projectId, [draft], {
      sql: "EXISTS (SELECT 1 FROM dead_letter WHERE dead_letter.project_id = ?1 AND dead_letter.id = ?3)",
      values: [id],
    }),
    db
      .prepare(`UPDATE tally SET dead = dead - 1, discarded = discarded + ?3 WHERE project_id = ?1 AND EXISTS (${isThere})`)
      .bind(projectId, id, discarded),
    db.prepare("DELETE FROM dead_letter WHERE project_id = ? AND id = ?").bind(projectId, id),
  ]);
}

/** The bytes of these are gone; their rows stay and say so. */
export async function markBytesGone(db: D1Database, projectId: string, ids: readonly string[], nowMs: number): Promise<void> {
  await db
    .prepare("UPDATE dead_letter SET gone_ms = ?3 WHERE project_id = ?1 AND gone_ms IS NULL AND id IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids), nowMs)
    .run();
}

/** Whether the request was processed after all. */
export async function isProcessed(db: D1Database, projectId: string, receipt: string): Promise<boolean> {
  const row = await db.prepare("SELECT 1 AS one FROM receipt WHERE project_id = ? AND id = ?").bind(projectId, receipt).first("one");
  return row !== null;
}
