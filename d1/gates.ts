// Gates as they stand, and which cases ever passed. A gate is decided once: whoever comes second with a verdict changes nothing, and what its
// candidate passed is noted in the same transaction, so that it can neither be forgotten nor count against the candidate itself.
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { Gate, Waiver } from "../domain/experiment/gate.ts";
import { noteAudit, type Precondition } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

interface Row {
  record: string;
  waiver: string | null;
}

const columns = "record, waiver";

const gateOf = ({ record, waiver }: Row): Gate => {
  const gate: Omit<Gate, "waiver"> = JSON.parse(record);
  const given: Waiver | null = JSON.parse(waiver ?? "null");
  return { ...gate, waiver: given };
};

/** What `record` holds: the waiver stands beside it. */
const recordOf = ({ waiver: _, ...record }: Gate): string => JSON.stringify(record);

export async function putGate(db: D1Database, projectId: string, gate: Gate, draft: AuditDraft): Promise<void> {
  const { id, agent, suiteId, verdict, expiresMs, createdMs } = gate;
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db
      .prepare(
        `INSERT INTO gate (project_id, id, agent, suite_id, verdict, expires_ms, waiver, record, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, ?8)`,
      )
      .bind(projectId, id, agent, suiteId, verdict, expiresMs, recordOf(gate), createdMs),
  ]);
}

/** null when the project has no such gate. */
export async function findGate(db: D1Database, projectId: string, id: string): Promise<Gate | null> {
  const row = await db.prepare(`SELECT ${columns} FROM gate WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : gateOf(row);
}

export interface GateFilter {
  agent?: string | undefined;
  suiteId?: string | undefined;
  verdict?: string | undefined;
}

/** Newest first, as they were last written down. */
export async function listGates(
  db: D1Database,
  projectId: string,
  { agent, suiteId, verdict }: GateFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Gate, TimePosition>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR suite_id = ?3) AND (?4 IS NULL OR verdict = ?4)";
  const bound = [projectId, agent ?? null, suiteId ?? null, verdict ?? null];
  const behind = after === null ? "" : "AND (created_ms, id) < (?6, ?7)";
  // The list of cases can be long, and a page of gates does not show it.
  const [found, counted] = await Promise.all([
    db
      .prepare(
        `SELECT json_set(record, '$.cases', json('[]')) AS record, waiver, created_ms, id FROM gate
         WHERE ${matching} ${behind} ORDER BY created_ms DESC, id DESC LIMIT ?5`,
      )
      .bind(...bound, limit + 1, ...(after ?? []))
      .all<Row & { created_ms: number; id: string }>(),
    db
      .prepare(`SELECT count(*) AS n FROM gate WHERE ${matching}`)
      .bind(...bound)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ created_ms, id }): TimePosition => [created_ms, id], counted);
  return { ...page, items: page.items.map(gateOf) };
}

/** Cases of a suite, and the evaluators by which they passed. */
export interface Passes {
  evaluators: readonly string[];
  caseIds: readonly string[];
}

/** Writes the verdict down. false when the gate has one already, and nothing was written. */
export async function decideGate(db: D1Database, projectId: string, gate: Gate, passes: Passes, draft: AuditDraft): Promise<boolean> {
  const [, , decided] = await db.batch([
    noteAudit(db, projectId, [draft], isUndecided(gate.id)),
    notePasses(db, projectId, gate, passes, Date.parse(draft.at), isUndecided(gate.id)),
    db
      .prepare(
        `UPDATE gate SET verdict = ?3, expires_ms = ?4, record = ?5
         WHERE project_id = ?1 AND id = ?2 AND record->>'$.status' = 'running'`,
      )
      .bind(projectId, gate.id, gate.verdict, gate.expiresMs, recordOf(gate)),
  ]);
  return (decided?.meta.changes ?? 0) > 0;
}

/** The first waiver stays. false when there is one, and nothing was written. */
export async function waiveGate(
  db: D1Database,
  projectId: string,
  gate: Gate,
  waiver: Waiver,
  passes: Passes,
  draft: AuditDraft,
): Promise<boolean> {
  const isUnwaived = { sql: `EXISTS (SELECT 1 FROM gate WHERE ${thisGate} AND gate.waiver IS NULL)`, values: [gate.id] };
  const [, , waived] = await db.batch([
    noteAudit(db, projectId, [draft], isUnwaived),
    notePasses(db, projectId, gate, passes, Date.parse(draft.at), isUnwaived),
    db
      .prepare("UPDATE gate SET waiver = ?3 WHERE project_id = ?1 AND id = ?2 AND waiver IS NULL")
      .bind(projectId, gate.id, JSON.stringify(waiver)),
  ]);
  return (waived?.meta.changes ?? 0) > 0;
}

const thisGate = "gate.project_id = ?1 AND gate.id = ?3";
const isUndecided = (id: string): Precondition => ({
  sql: `EXISTS (SELECT 1 FROM gate WHERE ${thisGate} AND gate.record->>'$.status' = 'running')`,
  values: [id],
});

function notePasses(
  db: D1Database,
  projectId: string,
  { suiteId }: Gate,
  { evaluators, caseIds }: Passes,
  nowMs: number,
  when: Precondition,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO ever_passed (project_id, suite_id, case_id, evaluator, first_ms, last_ms)
       SELECT ?1, ?4, passed.value, word.value, ?5, ?5 FROM json_each(?2) AS passed, json_each(?6) AS word WHERE ${when.sql}
       ON CONFLICT DO UPDATE SET last_ms = max(last_ms, excluded.last_ms)`,
    )
    .bind(projectId, JSON.stringify(caseIds), ...when.values, suiteId, nowMs, JSON.stringify(evaluators));
}

/** Cases of the suite that every one of these evaluators passed at some time before `beforeMs`. */
export async function everPassed(
  db: D1Database,
  projectId: string,
  suiteId: string,
  evaluators: readonly string[],
  beforeMs: number,
): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT case_id AS id FROM ever_passed WHERE project_id = ?1 AND suite_id = ?2 AND first_ms < ?4
       AND evaluator IN (SELECT value FROM json_each(?3)) GROUP BY case_id HAVING count(*) = json_array_length(?3)`,
    )
    .bind(projectId, suiteId, JSON.stringify(evaluators), beforeMs)
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

/** Cohorts of runs, by run; runs that are gone are left out. */
export async function cohortsOf(
  db: D1Database,
  projectId: string,
  runIds: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const { results } = await db
    .prepare(
      `SELECT id, summary->'$.cohort' AS cohort FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))
       AND summary->'$.cohort' IS NOT NULL`,
    )
    .bind(projectId, JSON.stringify(runIds))
    .all<{ id: string; cohort: string }>();
  return new Map(results.map(({ id, cohort }): [string, Record<string, string>] => [id, JSON.parse(cohort) ?? {}]));
}

/** Sealed cases of a suite, by the name under which they are replayed: their run's, or their own. */
export async function sealedNames(db: D1Database, projectId: string, suiteId: string): Promise<Map<string, string>> {
  const { results } = await db
    .prepare("SELECT id, coalesce(run_id, id) AS name FROM suite_case WHERE project_id = ? AND suite_id = ? AND is_holdout = 1")
    .bind(projectId, suiteId)
    .all<{ id: string; name: string }>();
  return new Map(results.map(({ id, name }) => [name, id]));
}
