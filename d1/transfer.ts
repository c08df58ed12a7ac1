// What production and evaluations show of an agent under two models, counted: success with and without an artifact, and what an evaluator said
// of runs whose success is known.
import { successOf } from "./report-figures.ts";

/** Successes and runs whose success is known. */
export type Count = [successes: number, n: number];

export interface ArtifactCounts {
  with: Count;
  without: Count;
}

export interface EvaluatorCounts {
  /** Of runs that succeeded, those that it passed; of runs that failed the same. */
  passedOfSucceeded: Count;
  passedOfFailed: Count;
}

/** Groups by what was measured and by model; what has no row has not been seen. */
export type ByModel<Counts> = Map<string, Map<string, Counts>>;

export interface Models {
  projectId: string;
  agent: string;
  models: readonly [string, string];
  sinceMs: number;
}

/** By `slug@version`. Runs that name another version of the same artifact are on neither side. */
export async function artifactCounts(
  db: D1Database,
  { projectId, agent, models, sinceMs }: Models,
  refs: readonly { ref: string; slug: string }[],
): Promise<ByModel<ArtifactCounts>> {
  const { results } = await db
    .prepare(
      `WITH one AS (SELECT model, summary, ${successOf("run")} AS success FROM run
         WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND model IN (SELECT value FROM json_each(?4)) AND summary IS NOT NULL
           AND summary->>'$.shadow_of' IS NULL),
       sided AS (SELECT ref.value->>'ref' AS ref, model, success >= 0.5 AS won,
         (SELECT max(CASE WHEN (named.value->>'name') || '@' || (named.value->>'version') = ref.value->>'ref' THEN 2 ELSE 1 END)
          FROM json_each(summary, '$.config.artifacts') AS named WHERE named.value->>'name' = ref.value->>'slug') AS side
         FROM one, json_each(?5) AS ref WHERE typeof(success) IN ('integer', 'real'))
       SELECT ref, model, coalesce(side, 0) AS side, sum(won) AS won, count(*) AS n FROM sided WHERE side IS NOT 1 GROUP BY ref, model, side`,
    )
    .bind(projectId, agent, sinceMs, JSON.stringify(models), JSON.stringify(refs))
    .all<{ ref: string; model: string; side: number; won: number; n: number }>();
  return grouped(
    results,
    ({ ref }) => ref,
    { with: [0, 0], without: [0, 0] },
    (counts, { side, won, n }) => (side === 2 ? { ...counts, with: [won, n] } : { ...counts, without: [won, n] }),
  );
}

/** By evaluator id. Only recorded answers are meant: a candidate's, also one that an experiment left behind, has no known success. */
export async function evaluatorCounts(db: D1Database, { projectId, agent, models, sinceMs }: Models): Promise<ByModel<EvaluatorCounts>> {
  const { results } = await db
    .prepare(
      `WITH said AS (SELECT item.evaluator, run.id, run.model, max(item.status = 'passed') AS passed, ${successOf("run")} AS success
         FROM evaluation_item AS item JOIN evaluation ON evaluation.project_id = item.project_id AND evaluation.id = item.evaluation_id
         JOIN run ON run.project_id = item.project_id AND run.id = item.run_id
         WHERE item.project_id = ?1 AND evaluation.agent = ?2 AND evaluation.created_ms >= ?3 AND coalesce(json_type(evaluation.plan, '$.candidate'), 'null') = 'null'
           AND coalesce(json_type(evaluation.plan, '$.experimentId'), 'null') = 'null'
           AND item.status IN ('passed', 'failed') AND run.model IN (SELECT value FROM json_each(?4))
         GROUP BY item.evaluator, run.id)
       SELECT evaluator, model, success >= 0.5 AS won, sum(passed) AS passed, count(*) AS n FROM said
       WHERE typeof(success) IN ('integer', 'real') GROUP BY evaluator, model, won`,
    )
    .bind(projectId, agent, sinceMs, JSON.stringify(models))
    .all<{ evaluator: string; model: string; won: number; passed: number; n: number }>();
  return grouped(
    results,
    ({ evaluator }) => evaluator,
    { passedOfSucceeded: [0, 0], passedOfFailed: [0, 0] },
    (counts, { won, passed, n }) =>
      won === 1 ? { ...counts, passedOfSucceeded: [passed, n] } : { ...counts, passedOfFailed: [passed, n] },
  );
}

function grouped<Row extends { model: string }, Counts>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  none: Counts,
  add: (counts: Counts, row: Row) => Counts,
): ByModel<Counts> {
  const groups: ByModel<Counts> = new Map();
  for (const row of rows) {
    const byModel = groups.get(keyOf(row)) ?? new Map<string, Counts>();
    byModel.set(row.model, add(byModel.get(row.model) ?? none, row));
    groups.set(keyOf(row), byModel);
  }
  return groups;
}
