// Evaluators: rows that never change. A new definition under a known name is a row of its own, and the newest of a name is meant by it.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { evaluatorDefinition, type Evaluator } from "../domain/experiment/evaluator.ts";
import type { JudgedRun } from "../domain/experiment/evaluator-calibration.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

interface Row {
  id: string;
  agent: string;
  name: string;
  epoch: string;
  definition: string;
  created_ms: number;
}

const columns = "id, agent, name, epoch, definition, created_ms";

/** Of an agent: each is chosen by name, and more would be a list that nobody reads. */
export const mostEvaluators = 500;

function evaluatorOf(row: Row): Evaluator {
  const { secret, ...definition } = JSON.parse(row.definition);
  return {
    id: row.id,
    agent: row.agent,
    name: row.name,
    epoch: row.epoch,
    definition: evaluatorDefinition.parse(definition),
    secret: typeof secret === "string" ? secret : null,
    createdMs: row.created_ms,
  };
}

/** false when the agent has too many. */
export async function putEvaluator(db: D1Database, projectId: string, evaluator: Evaluator, draft: AuditDraft): Promise<boolean> {
  const { id, agent, name, epoch, definition, secret, createdMs } = evaluator;
  const room = "(SELECT count(*) FROM evaluator WHERE evaluator.project_id = ?1 AND evaluator.agent = ?3)";
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `${room} < ?4`, values: [agent, mostEvaluators] }),
    db
      .prepare(
        `INSERT INTO evaluator (project_id, id, agent, name, type, epoch, definition, created_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${room} < ?9`,
      )
      .bind(projectId, id, agent, name, definition.type, epoch, JSON.stringify({ ...definition, secret }), createdMs, mostEvaluators),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

/** null when the project has no such evaluator. */
export async function findEvaluator(db: D1Database, projectId: string, id: string): Promise<Evaluator | null> {
  const row = await db.prepare(`SELECT ${columns} FROM evaluator WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : evaluatorOf(row);
}

/** Those of `ids` that are there. */
export async function evaluatorsById(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, Evaluator>> {
  const { results } = await db
    .prepare(`SELECT ${columns} FROM evaluator WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`)
    .bind(projectId, JSON.stringify(ids))
    .all<Row>();
  return new Map(results.map((row) => [row.id, evaluatorOf(row)]));
}

/** By id, or the newest of the name, for each of `names`; undefined where the agent has none. */
export async function evaluatorsNamed(
  db: D1Database,
  projectId: string,
  agent: string,
  names: readonly string[],
): Promise<(Evaluator | undefined)[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM evaluator WHERE project_id = ?1 AND agent = ?2
       AND (id IN (SELECT value FROM json_each(?3)) OR name IN (SELECT value FROM json_each(?3))) ORDER BY id`,
    )
    .bind(projectId, agent, JSON.stringify(names))
    .all<Row>();
  const rows = results.map(evaluatorOf);
  return names.map((name) => rows.find(({ id }) => id === name) ?? rows.findLast((row) => row.name === name));
}

/** Newest first: ids are in the order in which they were made. */
export async function listEvaluators(
  db: D1Database,
  projectId: string,
  { agent = null, name = null }: { agent?: string | null | undefined; name?: string | null | undefined },
  { after, limit }: PageRequest<[string]>,
): Promise<Page<Evaluator, [string]>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR name = ?3)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM evaluator WHERE ${matching} AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5`)
      .bind(projectId, agent, name, after?.[0] ?? null, limit + 1)
      .all<Row>(),
    db.prepare(`SELECT count(*) AS n FROM evaluator WHERE ${matching}`).bind(projectId, agent, name).first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ id }): [string] => [id], counted);
  return { ...page, items: page.items.map(evaluatorOf) };
}

/** false when there was none. What it found stays with the evaluations. */
export async function deleteEvaluator(db: D1Database, projectId: string, id: string, draft: AuditDraft): Promise<boolean> {
  const isThere = { sql: "EXISTS (SELECT 1 FROM evaluator WHERE project_id = ?1 AND evaluator.id = ?3)", values: [id] };
  const [, gone] = await db.batch([
    noteAudit(db, projectId, [draft], isThere),
    db.prepare("DELETE FROM evaluator WHERE project_id = ? AND id = ?").bind(projectId, id),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}

/** Runs that people scored under its name and it judged on their recorded answer, each with its newest judgement in that epoch. */
export async function doubleLabels(
  db: D1Database,
  projectId: string,
  { id, name }: Pick<Evaluator, "id" | "name">,
  limit: number,
): Promise<JudgedRun[]> {
  const { results } = await db
    .prepare(
      `SELECT item.run_id AS runId, item.status = 'passed' AS isPassed, max(item.updated_ms) AS newest,
         (SELECT json_group_array(value) FROM score WHERE score.project_id = ?1 AND score.run_id = item.run_id AND score.name = ?3
            AND score.source = 'human') AS human
       FROM evaluation_item AS item JOIN evaluation ON evaluation.project_id = ?1 AND evaluation.id = item.evaluation_id
       WHERE item.project_id = ?1 AND item.evaluator = ?2 AND item.status IN ('passed', 'failed') AND evaluation.plan->>'$.candidate' IS NULL
         AND item.run_id IN (SELECT run_id FROM score WHERE project_id = ?1 AND name = ?3 AND source = 'human')
       GROUP BY item.run_id ORDER BY newest DESC LIMIT ?4`,
    )
    .bind(projectId, id, name, limit)
    .all<{ runId: string; isPassed: number; human: string }>();
  return results.map(({ runId, isPassed, human }) => ({ runId, passed: isPassed === 1, human: JSON.parse(human) }));
}
