// The runs that a replay may take: those of an agent that are whole, with what they are stratified by and what they used. Runs that were
// stopped or never ended are left out: they have no outcome to compare with.
import type { HistoryItem } from "../domain/experiment/sampling.ts";
import { candidateRunIds } from "./runs.ts";

export interface ReplayHistory {
  agent: string;
  /** Of the runs' starts: from is in, to is out. */
  fromMs: number;
  toMs: number;
  /** Only runs that were recorded on this model; null for all. */
  model: string | null;
  /** Cohort attribute to stratify by; null for none. */
  attribute: string | null;
  /** Whether the signals of runs are wanted. */
  signals: boolean;
}

const runsAtATime = 5_000;

const isWhole = "is_open = 0 AND status IN ('ok', 'error')";

const signalsOfRun = `(SELECT json_group_array(DISTINCT class.signal_id) FROM finding JOIN finding_class AS class
  ON class.project_id = finding.project_id AND class.key = finding.class
  WHERE finding.project_id = run.project_id AND finding.run_id = run.id AND class.signal_id IS NOT NULL)`;

/** Oldest first. */
export async function replayHistory(db: D1Database, projectId: string, history: ReplayHistory): Promise<HistoryItem[]> {
  const { agent, fromMs, toMs, model, attribute, signals } = history;
  const items: HistoryItem[] = [];
  for (let after: [number, string] = [fromMs, ""]; ;) {
    const { results } = await db
      .prepare(
        `SELECT id, started_ms, ${attribute === null ? "NULL" : "json_extract(summary, ?8)"} AS cohort, ${signals ? signalsOfRun : "'[]'"} AS signals
         FROM run WHERE project_id = ?1 AND agent = ?2 AND (started_ms, id) > (?3, ?4) AND started_ms < ?5 AND ${isWhole}
           AND (?6 IS NULL OR model = ?6) ORDER BY started_ms, id LIMIT ?7`,
      )
      .bind(projectId, agent, ...after, toMs, model, runsAtATime, ...(attribute === null ? [] : [`$.cohort.${JSON.stringify(attribute)}`]))
      .all<{ id: string; started_ms: number; cohort: string | null; signals: string }>();
    for (const row of results)
      items.push({ id: row.id, cohort: row.cohort === null ? null : String(row.cohort), signals: JSON.parse(row.signals) });
    const last = results.at(-1);
    if (last === undefined || results.length < runsAtATime) return items;
    after = [last.started_ms, last.id];
  }
}

export interface NamedRuns {
  /** Bento's ids, each once, in the order in which they were named. */
  ids: string[];
  /** Names that are no whole run of the agent. */
  unknown: string[];
}

/** @param names Bento's ids or the sender's */
export async function namedRunsOf(db: D1Database, projectId: string, agent: string, names: readonly string[]): Promise<NamedRuns> {
  const candidates = names.map(candidateRunIds);
  const { results } = await db
    .prepare(`SELECT id FROM run WHERE project_id = ?1 AND agent = ?2 AND id IN (SELECT value FROM json_each(?3)) AND ${isWhole}`)
    .bind(projectId, agent, JSON.stringify(candidates.flat()))
    .all<{ id: string }>();
  const known = new Set(results.map(({ id }) => id));
  const found = candidates.map((ids) => ids.find((id) => known.has(id)) ?? null);
  return { ids: [...new Set(found.flatMap((id) => id ?? []))], unknown: names.filter((_, i) => found[i] === null) };
}

export interface RecordedTokens {
  /** Means of a run of those that know; null where none does. */
  input: number | null;
  output: number | null;
  /** The model of most of them. */
  model: string | null;
}

/** What these runs used when they were recorded. */
export async function recordedTokens(db: D1Database, projectId: string, ids: readonly string[]): Promise<RecordedTokens> {
  const json = JSON.stringify(ids);
  const means = await db
    .prepare(
      `SELECT avg(summary->>'$.usage.input_tokens') AS input, avg(summary->>'$.usage.output_tokens') AS output
       FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(projectId, json)
    .first<{ input: number | null; output: number | null }>();
  const model = await db
    .prepare(
      `SELECT model FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND model IS NOT NULL
       GROUP BY model ORDER BY count(*) DESC, model LIMIT 1`,
    )
    .bind(projectId, json)
    .first<string>("model");
  return { input: means?.input ?? null, output: means?.output ?? null, model };
}
