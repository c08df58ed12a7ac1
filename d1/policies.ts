// Policies that people signed: what machines may do with an agent, and until when. A policy is revoked, never removed.
import type { Policy, PolicyRecord } from "../domain/artifact/policy.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

interface Row {
  id: string;
  agent: string;
  record: string;
  signed_by: string;
  signed_ms: number;
  revoked_ms: number | null;
}

const columns = "id, agent, record, signed_by, signed_ms, revoked_ms";

const policyOf = (row: Row): Policy => ({
  id: row.id,
  agent: row.agent,
  record: JSON.parse(row.record),
  signedBy: row.signed_by,
  signedMs: row.signed_ms,
  revokedMs: row.revoked_ms,
});

export async function putPolicy(db: D1Database, projectId: string, policy: Policy, draft: AuditDraft): Promise<void> {
  const { id, agent, record, signedBy, signedMs } = policy;
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db
      .prepare(`INSERT INTO policy (project_id, ${columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)`)
      .bind(projectId, id, agent, JSON.stringify(record), signedBy, signedMs),
  ]);
}

/** null when the project has no such policy. */
export async function findPolicy(db: D1Database, projectId: string, id: string): Promise<Policy | null> {
  const row = await db.prepare(`SELECT ${columns} FROM policy WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : policyOf(row);
}

/** Of an agent, those that nobody revoked. */
export async function standingPolicies(db: D1Database, projectId: string, agent: string): Promise<Policy[]> {
  const { results } = await db
    .prepare(`SELECT ${columns} FROM policy WHERE project_id = ? AND agent = ? AND revoked_ms IS NULL ORDER BY signed_ms, id`)
    .bind(projectId, agent)
    .all<Row>();
  return results.map(policyOf);
}

/** Newest first, revoked ones among them. */
export async function listPolicies(
  db: D1Database,
  projectId: string,
  agent: string | undefined,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Policy, TimePosition>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2)";
  const behind = after === null ? "" : "AND (signed_ms, id) < (?4, ?5)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM policy WHERE ${matching} ${behind} ORDER BY signed_ms DESC, id DESC LIMIT ?3`)
      .bind(projectId, agent ?? null, limit + 1, ...(after ?? []))
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM policy WHERE ${matching}`)
      .bind(projectId, agent ?? null)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ signed_ms, id }): TimePosition => [signed_ms, id], counted);
  return { ...page, items: page.items.map(policyOf) };
}

/** The first revocation stays. */
export async function revokePolicy(db: D1Database, projectId: string, id: string, record: PolicyRecord, draft: AuditDraft): Promise<void> {
  await db.batch([
    noteAudit(db, projectId, [draft], {
      sql: "EXISTS (SELECT 1 FROM policy WHERE policy.project_id = ?1 AND policy.id = ?3 AND policy.revoked_ms IS NULL)",
      values: [id],
    }),
    db
      .prepare("UPDATE policy SET record = ?3, revoked_ms = ?4 WHERE project_id = ?1 AND id = ?2 AND revoked_ms IS NULL")
      .bind(projectId, id, JSON.stringify(record), Date.parse(draft.at)),
  ]);
}
