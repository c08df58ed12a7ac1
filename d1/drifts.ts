// Drifts of a project, found by agent, dimension and onset; each is kept whole as the analysis wrote it.
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Drift } from "../domain/drift/drift.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { prepared } from "./prepared.ts";
import { drift } from "./schema.ts";

export interface DriftFilter {
  agent?: string | undefined;
  dimension?: string | undefined;
  /** Bounds of `onset_at`: from is in, to is out. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

function recordOf({ record }: { record: string }): Drift {
  const parsed: Drift = JSON.parse(record);
  return parsed;
}

/** Newest onset first. */
export async function listDrifts(
  db: D1Database,
  projectId: string,
  filter: DriftFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Drift, TimePosition>> {
  const d = drizzle(db);
  const matching = and(
    eq(drift.projectId, projectId),
    filter.agent === undefined ? undefined : eq(drift.agent, filter.agent),
    filter.dimension === undefined ? undefined : eq(drift.dimension, filter.dimension),
    filter.fromMs === undefined ? undefined : gte(drift.onsetMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lt(drift.onsetMs, filter.toMs),
  );
  const rest = after === null ? matching : and(matching, sql`(${drift.onsetMs}, ${drift.id}) < (${after[0]}, ${after[1]})`);
  const rows = d
    .select({ id: drift.id, onsetMs: drift.onsetMs, record: drift.record })
    .from(drift)
    .where(rest)
    .orderBy(desc(drift.onsetMs), desc(drift.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(drift)
      .where(matching),
  ]);
  const page = pageOf(found, limit, (row): TimePosition => [row.onsetMs, row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

export async function findDrift(db: D1Database, projectId: string, id: string): Promise<Drift | null> {
  const row = await drizzle(db)
    .select({ record: drift.record })
    .from(drift)
    .where(and(eq(drift.projectId, projectId), eq(drift.id, id)))
    .get();
  return row === undefined ? null : recordOf(row);
}

/** @param told what the behaviour object has to tell the audit log and nobody has taken yet */
export async function putDrift(db: D1Database, projectId: string, record: Drift, told: readonly AuditDraft[]): Promise<void> {
  const row = { agent: record.agent, dimension: record.dimension, onsetMs: Date.parse(record.onset_at), record: JSON.stringify(record) };
  const upsert = drizzle(db)
    .insert(drift)
    .values({ projectId, id: record.id, ...row })
    .onConflictDoUpdate({ target: [drift.projectId, drift.id], set: row });
  await db.batch([prepared(db, upsert), noteAudit(db, projectId, told)]);
}
