// What storing needs to know of the index first: other ids of runs, scores that came before their run, and where a run stands.
import type { Score } from "../domain/run/run.ts";
import type { LinePlace } from "../r2/segments.ts";

/** `ids` as run ids: an alias becomes the id of its run, any other id stays. */
export async function withoutAliases(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { results } = await db
    .prepare("SELECT alias, run_id FROM run_alias WHERE project_id = ?1 AND alias IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids))
    .all<{ alias: string; run_id: string }>();
  const known = new Map(results.map(({ alias, run_id }) => [alias, run_id]));
  return new Map(ids.map((id) => [id, known.get(id) ?? id]));
}

export interface IndexedScore extends Score {
  runId: string;
  version: string;
}

/** Scores that lie in the index for any of `ids`, oldest writer first. */
export async function scoresOf(db: D1Database, projectId: string, ids: readonly string[]): Promise<IndexedScore[]> {
  const { results } = await db
    .prepare(
      `SELECT run_id, name, source, value, comment, version FROM score
       WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2)) ORDER BY version`,
    )
    .bind(projectId, JSON.stringify(ids))
    .all<{ run_id: string; name: string; source: string; value: string; comment: string | null; version: string }>();
  return results.map((row) => ({
    runId: row.run_id,
    name: row.name,
    value: JSON.parse(row.value),
    source: sourceOf(row.source),
    comment: row.comment,
    version: row.version,
  }));
}

const sources = ["user", "human", "check", "judge"] as const;
const sourceOf = (text: string): Score["source"] => sources.find((source) => source === text) ?? null;

export interface StandingRun {
  id: string;
  version: string;
  isOpen: boolean;
  place: LinePlace;
}

/** Where those of `ids` that are known stand. */
export async function standingRuns(db: D1Database, projectId: string, ids: readonly string[]): Promise<StandingRun[]> {
  const { results } = await db
    .prepare(
      `SELECT id, version, is_open, segment_key, segment_offset, segment_length FROM run
       WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(projectId, JSON.stringify(ids))
    .all<{ id: string; version: string; is_open: number; segment_key: string; segment_offset: number; segment_length: number }>();
  return results.map((row) => ({
    id: row.id,
    version: row.version,
    isOpen: row.is_open === 1,
    place: { key: row.segment_key, offset: row.segment_offset, length: row.segment_length },
  }));
}

/** Ids of the agent's runs that may still grow. */
export async function openRuns(db: D1Database, projectId: string, agent: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id FROM run WHERE project_id = ? AND agent = ? AND is_open = 1")
    .bind(projectId, agent)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
