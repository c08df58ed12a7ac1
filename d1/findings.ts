// Findings as they are listed: by run, agent, detector, or the signal that their class belongs to; and what people say of them.
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { Finding } from "../domain/finding/finding.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { touchStatements } from "./write-findings.ts";

export interface Label {
  correct: boolean;
  comment: string | null;
  by: string;
  at: string;
}

/** With the signal that it counts for, and what a person said of it. */
export type ListedFinding = Finding & { signal_id: string | null; label: Label | null };

export interface FindingFilter {
  agent?: string | undefined;
  runId?: string | undefined;
  /** Of a signal, or of the signal of its family. */
  signalId?: string | undefined;
  detector?: string | undefined;
}

interface Row {
  id: string;
  at_ms: number;
  record: string;
  signal_id: string | null;
  is_correct: number | null;
  comment: string | null;
  by: string | null;
  labelled_ms: number | null;
}

const columns = `f.id, f.at_ms, f.record, c.signal_id, l.is_correct, l.comment, l.by, l.at_ms AS labelled_ms`;
const joins = `LEFT JOIN finding_class c ON c.project_id = f.project_id AND c.key = f.class
  LEFT JOIN finding_label l ON l.project_id = f.project_id AND l.finding_id = f.id`;

/** Newest run first. */
export async function listFindings(
  db: D1Database,
  projectId: string,
  { agent, runId, signalId, detector }: FindingFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<ListedFinding, TimePosition>> {
  const where = [
    "f.project_id = ?1",
    ...(agent === undefined ? [] : ["f.agent = ?2"]),
    ...(runId === undefined ? [] : ["f.run_id = ?3"]),
    ...(signalId === undefined
      ? []
      : [
          "f.class IN (SELECT key FROM finding_class WHERE project_id = ?1 AND signal_id IN (SELECT id FROM signal WHERE project_id = ?1 AND (id = ?4 OR parent_id = ?4)))",
        ]),
    ...(detector === undefined ? [] : ["f.detector = ?5"]),
  ].join(" AND ");
  const bound = [projectId, agent ?? null, runId ?? null, signalId ?? null, detector ?? null] as const;
  const behind = after === null ? "" : "AND (f.at_ms, f.id) < (?7, ?8)";
  const { results } = await db
    .prepare(`SELECT ${columns} FROM finding f ${joins} WHERE ${where} ${behind} ORDER BY f.at_ms DESC, f.id DESC LIMIT ?6`)
    .bind(...bound, limit + 1, ...(after ?? []))
    .all<Row>();
  const { items, next, total } = pageOf<Row, TimePosition>(results, limit, ({ at_ms, id }) => [at_ms, id], null);
  const isWhole = after === null && next === null;
  return { items: items.map(read), next, total: isWhole ? items.length : total };
}

/** Of each of these runs. */
export async function findingsOfRuns(db: D1Database, projectId: string, runIds: readonly string[]): Promise<Map<string, ListedFinding[]>> {
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM finding f ${joins} WHERE f.project_id = ?1 AND f.run_id IN (SELECT value FROM json_each(?2)) ORDER BY f.rowid`,
    )
    .bind(projectId, JSON.stringify(runIds))
    .all<Row>();
  return Map.groupBy(results.map(read), (finding) => finding.run_id);
}

export async function findFinding(
  db: D1Database,
  projectId: string,
  id: string,
): Promise<{ finding: ListedFinding; agent: string; atMs: number } | null> {
  const row = await db
    .prepare(`SELECT ${columns}, f.agent FROM finding f ${joins} WHERE f.project_id = ?1 AND f.id = ?2`)
    .bind(projectId, id)
    .first<Row & { agent: string }>();
  return row === null ? null : { finding: read(row), agent: row.agent, atMs: row.at_ms };
}

/** The last word of a person counts. */
export async function labelFinding(
  db: D1Database,
  projectId: string,
  { finding, agent, atMs }: { finding: ListedFinding; agent: string; atMs: number },
  label: Label,
  draft: AuditDraft,
  nowMs: number,
): Promise<void> {
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db
      .prepare(
        `INSERT INTO finding_label (project_id, finding_id, run_id, is_correct, comment, by, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET is_correct = ?4, comment = ?5, by = ?6, at_ms = ?7`,
      )
      .bind(projectId, finding.id, finding.run_id, label.correct ? 1 : 0, label.comment, label.by, Date.parse(label.at)),
    ...touchStatements(db, projectId, [{ agent, started_at: new Date(atMs).toISOString() }], nowMs),
  ]);
}

function read(row: Row): ListedFinding {
  const finding: Finding = JSON.parse(row.record);
  const label =
    row.is_correct === null
      ? null
      : { correct: row.is_correct === 1, comment: row.comment, by: row.by ?? "", at: new Date(row.labelled_ms ?? 0).toISOString() };
  return { ...finding, signal_id: row.signal_id, label };
}
