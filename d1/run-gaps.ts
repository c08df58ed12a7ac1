// Times in which an agent sent nothing, from the starts of its runs: read off the index of an agent's runs alone, in one pass.

export interface Gap {
  /** Start of the run before it. */
  fromMs: number;
  /** Start of the run after it; null for the one that lasts. */
  toMs: number | null;
}

/** Gaps a preview may have: more tell nobody more. */
const mostGaps = 2_000;

/** Those of at least `leastMs` between runs of the time, oldest first, and the one after its last run. None where there are no runs. */
export async function runGaps(
  db: D1Database,
  projectId: string,
  agent: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  leastMs: number,
): Promise<Gap[]> {
  const [gaps, last] = await db.batch<{ fromMs: number | null; toMs: number | null }>([
    db
      .prepare(
        `SELECT fromMs, toMs FROM (
           SELECT lag(started_ms) OVER (ORDER BY started_ms) AS fromMs, started_ms AS toMs FROM run
           WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND started_ms < ?4
         ) WHERE toMs - fromMs >= ?5 ORDER BY toMs LIMIT ?6`,
      )
      .bind(projectId, agent, fromMs, toMs, leastMs, mostGaps),
    db
      .prepare(
        "SELECT max(started_ms) AS fromMs, NULL AS toMs FROM run WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND started_ms < ?4",
      )
      .bind(projectId, agent, fromMs, toMs),
  ]);
  return [...(gaps?.results ?? []), ...(last?.results ?? [])].flatMap(({ fromMs: from, toMs: to }): Gap[] =>
    from === null ? [] : [{ fromMs: from, toMs: to }],
  );
}
