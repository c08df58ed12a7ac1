// Writes what an evaluation published: changes, drifts and incidents of one agent, in one transaction. Inferred changes that a
// later evaluation no longer sees (a correction took the run away) leave the index with it; declared ones stay.
import type { Change, Drift } from "../domain/drift/drift.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { Incident } from "../domain/incident/incident.ts";
import { noteAudit } from "./audit-pending.ts";

export interface Evaluation {
  changes: readonly Change[];
  /** Event time from which `changes` is complete. */
  sinceMs: number;
  drifts: readonly Drift[];
  /** Ids of drifts that corrected facts no longer show. */
  withdrawn: readonly string[];
  incidents: readonly Incident[];
  /** What the desk has to tell the audit log and nobody has taken yet. */
  told: readonly AuditDraft[];
}

export async function writeEvaluation(
  db: D1Database,
  projectId: string,
  agent: string,
  { changes, sinceMs, drifts, withdrawn, incidents, told }: Evaluation,
): Promise<void> {
  await db.batch([
    db
      .prepare(
        "DELETE FROM change WHERE project_id = ?1 AND agent = ?2 AND is_declared = 0 AND at_ms >= ?4 AND id NOT IN (SELECT value FROM json_each(?3))",
      )
      .bind(projectId, agent, JSON.stringify(changes.map(({ id }) => id)), sinceMs),
    db.prepare(upsertChanges).bind(projectId, agent, JSON.stringify(changes.map(changeRow))),
    db
      .prepare("DELETE FROM drift WHERE project_id = ?1 AND agent = ?2 AND id IN (SELECT value FROM json_each(?3))")
      .bind(projectId, agent, JSON.stringify(withdrawn)),
    db.prepare(upsertDrifts).bind(projectId, agent, JSON.stringify(drifts.map(driftRow))),
    ...incidentStatements(db, projectId, incidents),
    ...toldStatements(db, projectId, told),
  ]);
}

export async function writeIncidents(
  db: D1Database,
  projectId: string,
  incidents: readonly Incident[],
  told: readonly AuditDraft[],
): Promise<void> {
  const statements = [...incidentStatements(db, projectId, incidents), ...toldStatements(db, projectId, told)];
  if (statements.length > 0) await db.batch(statements);
}

function toldStatements(db: D1Database, projectId: string, told: readonly AuditDraft[]): D1PreparedStatement[] {
  return told.length === 0 ? [] : [noteAudit(db, projectId, told)];
}

/** Records are a few KB each: this many stay below the limit of one bound value. */
const mostIncidentsAStatement = 20;

function incidentStatements(db: D1Database, projectId: string, incidents: readonly Incident[]): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  for (let i = 0; i < incidents.length; i += mostIncidentsAStatement) {
    const rows = incidents.slice(i, i + mostIncidentsAStatement).map(incidentRow);
    statements.push(db.prepare(upsertIncidents).bind(projectId, JSON.stringify(rows)));
  }
  return statements;
}

const changeRow = (change: Change) => ({
  id: change.id,
  kind: change.kind,
  at: Date.parse(change.at),
  declared: change.declared ? 1 : 0,
  record: JSON.stringify(change),
});

const driftRow = (drift: Drift) => ({
  id: drift.id,
  dimension: drift.dimension,
  onset: Date.parse(drift.onset_at),
  record: JSON.stringify(drift),
});

const incidentRow = (incident: Incident) => ({
  id: incident.id,
  slug: incident.slug,
  agent: incident.agent,
  status: incident.status,
  severity: incident.severity,
  opened: Date.parse(incident.opened_at),
  merged: incident.merged_into,
  record: JSON.stringify(incident),
});

const upsertChanges = `
  INSERT INTO change (project_id, id, agent, kind, at_ms, is_declared, record)
  SELECT ?1, value->>'id', ?2, value->>'kind', value->>'at', value->>'declared', value->>'record' FROM json_each(?3) WHERE true
  ON CONFLICT DO UPDATE SET kind = excluded.kind, at_ms = excluded.at_ms, is_declared = excluded.is_declared, record = excluded.record`;

const upsertDrifts = `
  INSERT INTO drift (project_id, id, agent, dimension, onset_ms, record)
  SELECT ?1, value->>'id', ?2, value->>'dimension', value->>'onset', value->>'record' FROM json_each(?3) WHERE true
  ON CONFLICT DO UPDATE SET onset_ms = excluded.onset_ms, record = excluded.record`;

const upsertIncidents = `
  INSERT INTO incident (project_id, id, slug, agent, status, severity, opened_ms, merged_into, record)
  SELECT ?1, value->>'id', value->>'slug', value->>'agent', value->>'status', value->>'severity', value->>'opened', value->>'merged',
    value->>'record' FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET slug = excluded.slug, status = excluded.status, severity = excluded.severity, merged_into = excluded.merged_into,
    record = excluded.record`;
