// Scores that came by themselves: before their run, long after it, and again. Of one name and source of a run the newest counts.
import { and, asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Score } from "../domain/run/run.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { candidateRunIds } from "./runs.ts";
import { score } from "./schema.ts";

export type RunScore = Score & { run_id: string };
export type ScorePosition = [runId: string, name: string, source: string];

export interface ScoreFilter {
  /** Bento's id or the sender's. */
  runId?: string | undefined;
  name?: string | undefined;
}

type Row = Pick<typeof score.$inferSelect, "runId" | "name" | "source" | "value" | "comment">;
const columns = { runId: score.runId, name: score.name, source: score.source, value: score.value, comment: score.comment };
const sources = ["user", "human", "check", "judge"] as const;

function recordOf(row: Row): RunScore {
  const value: Score["value"] = JSON.parse(row.value);
  return { run_id: row.runId, name: row.name, value, source: sources.find((s) => s === row.source) ?? null, comment: row.comment };
}

/** By run, name and source. A score is listed whether its run has come or not. */
export async function listScores(
  db: D1Database,
  projectId: string,
  filter: ScoreFilter,
  { after, limit }: PageRequest<ScorePosition>,
): Promise<Page<RunScore, ScorePosition>> {
  const d = drizzle(db);
  const matching = and(
    eq(score.projectId, projectId),
    filter.name === undefined ? undefined : eq(score.name, filter.name),
    filter.runId === undefined
      ? undefined
      : sql`${score.runId} in (select value from json_each(${JSON.stringify(candidateRunIds(filter.runId))}))`,
  );
  const rest =
    after === null
      ? matching
      : and(matching, sql`(${score.runId}, ${score.name}, ${score.source}) > (${after[0]}, ${after[1]}, ${after[2]})`);
  const found = await d
    .select(columns)
    .from(score)
    .where(rest)
    .orderBy(asc(score.runId), asc(score.name), asc(score.source))
    .limit(limit + 1);
  const page = pageOf(
    found,
    limit,
    (row): ScorePosition => [row.runId, row.name, row.source],
    after === null && found.length <= limit ? found.length : null,
  );
  return { ...page, items: page.items.map(recordOf) };
}

/** Of many runs at once, by Bento's run id. Runs without scores of their own are absent. */
export async function scoresOfRuns(db: D1Database, projectId: string, runIds: readonly string[]): Promise<Map<string, Score[]>> {
  const byRun = new Map<string, Score[]>();
  if (runIds.length === 0) return byRun;
  const rows = await drizzle(db)
    .select(columns)
    .from(score)
    .where(and(eq(score.projectId, projectId), sql`${score.runId} in (select value from json_each(${JSON.stringify(runIds)}))`))
    .orderBy(asc(score.runId), asc(score.name), asc(score.source));
  for (const row of rows) {
    const { run_id, ...one } = recordOf(row);
    byRun.set(run_id, [...(byRun.get(run_id) ?? []), one]);
  }
  return byRun;
}
