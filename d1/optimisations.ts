// Optimisations: versions that were shipped, what each promised, and what was measured of it since. A row is written in the batch of the step
// that ships it, and only where that step stands.
import type { ArtifactKind, ExpectedEffect } from "../domain/artifact/artifact.ts";
import type { MeasuredEffect, OptimisationState } from "../domain/artifact/effect.ts";
import type { Lifecycle } from "../domain/artifact/lifecycle.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { inState } from "./artifacts.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

export interface OptimisationRecord {
  slug: string;
  kind: ArtifactKind;
  target_signal_id: string | null;
  /** The version that it took the place of; null for none. */
  replaced_version: number | null;
  /** The incident that a broken promise opened. */
  incident_id: string | null;
}

export interface Optimisation {
  id: string;
  agent: string;
  artifactId: string;
  version: number;
  expected: ExpectedEffect | null;
  measured: MeasuredEffect | null;
  state: OptimisationState;
  shippedMs: number;
  endedMs: number | null;
  dueMs: number | null;
  record: OptimisationRecord;
}

interface Row {
  id: string;
  agent: string;
  artifact_id: string;
  version: number;
  expected: string | null;
  measured: string | null;
  state: OptimisationState;
  shipped_ms: number;
  ended_ms: number | null;
  due_ms: number | null;
  record: string;
}

const columns = "id, agent, artifact_id, version, expected, measured, state, shipped_ms, ended_ms, due_ms, record";

const optimisationOf = (row: Row): Optimisation => ({
  id: row.id,
  agent: row.agent,
  artifactId: row.artifact_id,
  version: row.version,
  expected: JSON.parse(row.expected ?? "null"),
  measured: JSON.parse(row.measured ?? "null"),
  state: row.state,
  shippedMs: row.shipped_ms,
  endedMs: row.ended_ms,
  dueMs: row.due_ms,
  record: JSON.parse(row.record),
});

/** For the batch of a step to `lifecycle`: what was in use ends, and `next` begins. */
export function shipStatements(
  db: D1Database,
  projectId: string,
  artifactId: string,
  lifecycle: Lifecycle,
  next: Optimisation | null,
  nowMs: number,
): D1PreparedStatement[] {
  const record = JSON.stringify(lifecycle);
  const end = db
    .prepare(
      `UPDATE optimisation SET ended_ms = ?4, due_ms = NULL WHERE project_id = ?1 AND artifact_id = ?2 AND ended_ms IS NULL AND ${inState("?3")}`,
    )
    .bind(projectId, artifactId, record, nowMs);
  if (next === null) return [end];
  const begin = db
    .prepare(
      `INSERT INTO optimisation (project_id, id, agent, artifact_id, version, expected, measured, state, shipped_ms, ended_ms, due_ms, record)
       SELECT ?1, ?4, ?5, ?2, ?6, ?7, NULL, ?8, ?9, NULL, ?10, ?11 WHERE ${inState("?3")} ON CONFLICT DO NOTHING`,
    )
    .bind(
      projectId,
      artifactId,
      record,
      next.id,
      next.agent,
      next.version,
      next.expected === null ? null : JSON.stringify(next.expected),
      next.state,
      next.shippedMs,
      next.dueMs,
      JSON.stringify(next.record),
    );
  return [end, begin];
}

export interface OptimisationFilter {
  agent?: string | undefined;
  artifactId?: string | undefined;
  state?: OptimisationState | undefined;
}

/** Newest first. */
export async function listOptimisations(
  db: D1Database,
  projectId: string,
  { agent, artifactId, state }: OptimisationFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Optimisation, TimePosition>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR artifact_id = ?3) AND (?4 IS NULL OR state = ?4)";
  const bound = [projectId, agent ?? null, artifactId ?? null, state ?? null];
  const behind = after === null ? "" : "AND (shipped_ms, id) < (?6, ?7)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM optimisation WHERE ${matching} ${behind} ORDER BY shipped_ms DESC, id DESC LIMIT ?5`)
      .bind(...bound, limit + 1, ...(after ?? []))
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM optimisation WHERE ${matching}`)
      .bind(...bound)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ shipped_ms, id }): TimePosition => [shipped_ms, id], counted);
  return { ...page, items: page.items.map(optimisationOf) };
}

/** null when the project has none of that id. */
export async function findOptimisation(db: D1Database, projectId: string, id: string): Promise<Optimisation | null> {
  const row = await db.prepare(`SELECT ${columns} FROM optimisation WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : optimisationOf(row);
}

/** Of all projects, those that are to be measured by now, those that wait longest first; of projects that are there. */
export async function dueOptimisations(
  db: D1Database,
  nowMs: number,
  limit: number,
): Promise<{ projectId: string; optimisation: Optimisation }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, ${columns} FROM optimisation WHERE due_ms <= ?1
       AND EXISTS (SELECT 1 FROM project WHERE project.id = optimisation.project_id AND deleted_ms IS NULL) ORDER BY due_ms LIMIT ?2`,
    )
    .bind(nowMs, limit)
    .all<Row & { project_id: string }>();
  return results.map((row) => ({ projectId: row.project_id, optimisation: optimisationOf(row) }));
}

/** When it is to be looked at next. */
export async function postponeOptimisation(db: D1Database, projectId: string, id: string, dueMs: number | null): Promise<void> {
  await db
    .prepare("UPDATE optimisation SET due_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND ended_ms IS NULL")
    .bind(projectId, id, dueMs)
    .run();
}

/** What was measured. `draft` is noted where the state becomes another one. false when it has ended meanwhile. */
export async function measureOptimisation(
  db: D1Database,
  projectId: string,
  { id, measured, state, dueMs, record }: Pick<Optimisation, "id" | "measured" | "state" | "dueMs" | "record">,
  draft: AuditDraft,
): Promise<boolean> {
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], {
      sql: "EXISTS (SELECT 1 FROM optimisation o WHERE o.project_id = ?1 AND o.id = ?3 AND o.ended_ms IS NULL AND o.state <> ?4)",
      values: [id, state],
    }),
    db
      .prepare(
        "UPDATE optimisation SET measured = ?3, state = ?4, due_ms = ?5, record = ?6 WHERE project_id = ?1 AND id = ?2 AND ended_ms IS NULL",
      )
      .bind(projectId, id, JSON.stringify(measured), state, dueMs, JSON.stringify(record)),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}
