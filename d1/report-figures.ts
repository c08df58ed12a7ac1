// What is counted of an agent's runs in a span of time, shadows left out, in one pass over its rows. Of runs that are too large for the index only the row is
// counted here; whoever asks reads them from their segments and adds them.
import type { Figures } from "../domain/report/report.ts";
import type { Run } from "../domain/run/run.ts";

interface Row {
  runs: number;
  weight: number | null;
  ended: number;
  errors: number;
  scored: number;
  succeeded: number;
  known_tokens: number;
  tokens: number | null;
  known_cost: number;
  cost: number | null;
}

/**
 * SQL: the score `success` of a run as JSON has it (true is 1, a text is no number). The one that came last counts: what came by itself goes
 * before what the run brought along. @param run alias of the table
 */
export const successOf = (run: string): string => `coalesce(
  (SELECT json_extract(score.value, '$') FROM score WHERE score.project_id = ${run}.project_id AND score.run_id = ${run}.id
    AND score.name = 'success' ORDER BY score.version DESC LIMIT 1),
  (SELECT each.value->>'value' FROM json_each(${run}.summary, '$.scores') AS each WHERE each.value->>'name' = 'success'
    ORDER BY each.key DESC LIMIT 1))`;

const figuresSql = `
  WITH one AS (
    SELECT status, weight, summary->>'$.usage.total_tokens' AS tokens, summary->>'$.cost_usd' AS cost,
      ${successOf("run")} AS success
    FROM run WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND started_ms < ?4 AND (summary IS NULL OR summary->>'$.shadow_of' IS NULL))
  SELECT count(*) AS runs, sum(weight) AS weight,
    count(*) FILTER (WHERE status IN ('ok', 'error')) AS ended, count(*) FILTER (WHERE status = 'error') AS errors,
    count(*) FILTER (WHERE typeof(success) IN ('integer', 'real')) AS scored,
    count(*) FILTER (WHERE typeof(success) IN ('integer', 'real') AND success >= 0.5) AS succeeded,
    count(tokens) AS known_tokens, sum(tokens) AS tokens, count(cost) AS known_cost, sum(cost) AS cost FROM one`;

export async function countFigures(db: D1Database, projectId: string, agent: string, fromMs: number, toMs: number): Promise<Figures> {
  const row = await db.prepare(figuresSql).bind(projectId, agent, fromMs, toMs).first<Row>();
  if (row === null) throw new Error("a count gave no row");
  return {
    runs: row.runs,
    weight: row.weight ?? 0,
    ended: row.ended,
    errors: row.errors,
    scored: row.scored,
    succeeded: row.succeeded,
    tokens: { sum: row.tokens, known: row.known_tokens },
    costUsd: { sum: row.cost, known: row.known_cost },
  };
}

/** What was counted of a run whose summary is not in the index. */
export interface LargeRun {
  id: string;
  status: string;
  weight: number;
  /** Of a score that came by itself; null without one. */
  success: number | null;
  place: { key: string; offset: number; length: number };
}

/** Runs of the span that are too large for the index, at most `limit`. */
export async function largeRuns(
  db: D1Database,
  projectId: string,
  agent: string,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<LargeRun[]> {
  const { results } = await db
    .prepare(
      `SELECT id, status, weight, ${successOf("run")} AS success, segment_key AS key, segment_offset AS offset, segment_length AS length
       FROM run WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND started_ms < ?4 AND summary IS NULL
       ORDER BY segment_key, segment_offset LIMIT ?5`,
    )
    .bind(projectId, agent, fromMs, toMs, limit)
    .all<{ id: string; status: string; weight: number; success: unknown; key: string; offset: number; length: number }>();
  return results.map(({ key, offset, length, success, ...row }) => ({
    ...row,
    success: typeof success === "number" ? success : null,
    place: { key, offset, length },
  }));
}

/** The figures with what a run adds, or takes away again, that only its segment tells. */
export function withLargeRun(figures: Figures, run: Run, counted: LargeRun): Figures {
  if (run.shadow_of !== null) return withoutShadow(figures, counted);
  const own = counted.success === null ? run.scores.findLast(({ name }) => name === "success")?.value : undefined;
  const value = typeof own === "boolean" ? Number(own) : typeof own === "number" ? own : null;
  return {
    ...figures,
    scored: figures.scored + (value === null ? 0 : 1),
    succeeded: figures.succeeded + (value !== null && value >= 0.5 ? 1 : 0),
    tokens: plus(figures.tokens, run.usage.total_tokens),
    costUsd: plus(figures.costUsd, run.cost_usd),
  };
}

/** A shadow is no traffic. */
function withoutShadow(figures: Figures, { status, weight, success }: LargeRun): Figures {
  return {
    ...figures,
    runs: figures.runs - 1,
    weight: figures.weight - weight,
    ended: figures.ended - (status === "ok" || status === "error" ? 1 : 0),
    errors: figures.errors - (status === "error" ? 1 : 0),
    scored: figures.scored - (success === null ? 0 : 1),
    succeeded: figures.succeeded - (success !== null && success >= 0.5 ? 1 : 0),
  };
}

function plus({ sum, known }: Figures["tokens"], value: number | null): Figures["tokens"] {
  return value === null ? { sum, known } : { sum: (sum ?? 0) + value, known: known + 1 };
}
