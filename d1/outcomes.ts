// What units showed in each arm, by metric and run. A revision of a run replaces what it said, and keeps the moment at which its first word came,
// so that the order in which units arrived never changes. A revision that no longer stands writes nothing.
import type { ArmName } from "../domain/experiment/assignment.ts";
import type { UnitOutcome } from "../domain/experiment/canary-units.ts";
import type { ShadowPair } from "../domain/experiment/shadow-reading.ts";
import { jsonChunks } from "./json-chunks.ts";

export interface NewOutcome {
  unit: string;
  arm: ArmName;
  /** Empty where there is none. */
  runId: string;
  metric: string;
  value: number;
  /** JSON of the cohort. */
  cohort: string;
}

const insert = `INSERT INTO experiment_outcome (project_id, experiment_id, unit, metric, run_id, arm, value, cohort, at_ms)
  SELECT ?1, ?2, value->>'unit', value->>'metric', value->>'runId', value->>'arm', value->>'value', value->>'cohort', ?4 FROM json_each(?3) WHERE true`;
const replace = "ON CONFLICT DO UPDATE SET value = excluded.value, arm = excluded.arm, cohort = excluded.cohort";

/** For a transaction with what else is written. */
export function outcomeStatements(
  db: D1Database,
  projectId: string,
  experimentId: string,
  outcomes: readonly NewOutcome[],
  nowMs: number,
): D1PreparedStatement[] {
  return jsonChunks(outcomes.map((one) => JSON.stringify(one))).map((json) =>
    db.prepare(`${insert} ${replace}`).bind(projectId, experimentId, json, nowMs),
  );
}

/** A revision of a run and everything that it shows. */
export interface ShownByRun {
  id: string;
  version: string;
  outcomes: readonly NewOutcome[];
}

/** In place of what earlier revisions showed. At most a few hundred runs at once. */
export function runOutcomeStatements(
  db: D1Database,
  projectId: string,
  experimentId: string,
  runs: readonly ShownByRun[],
  nowMs: number,
): D1PreparedStatement[] {
  const rows = runs.flatMap(({ version, outcomes }) => outcomes.map((one) => ({ ...one, version })));
  const versions = JSON.stringify(runs.map(({ id, version }) => ({ id, version })));
  const kept = JSON.stringify(rows.map(({ unit, metric, runId }) => [unit, metric, runId]));
  return [
    db
      .prepare(
        `DELETE FROM experiment_outcome WHERE project_id = ?1 AND experiment_id = ?2
         AND run_id IN (SELECT run.id FROM json_each(?3) AS given CROSS JOIN run WHERE run.project_id = ?1 AND run.id = given.value->>'id'
           AND run.version = given.value->>'version')
         AND (unit, metric, run_id) NOT IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?4))`,
      )
      .bind(projectId, experimentId, versions, kept),
    ...jsonChunks(rows.map((row) => JSON.stringify(row))).map((json) =>
      db.prepare(`${insert} AND ${stands} ${replace}`).bind(projectId, experimentId, json, nowMs),
    ),
  ];
}

const stands = `EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = json_each.value->>'runId'
  AND run.version = json_each.value->>'version')`;

/** What a user whose data is deleted left in canaries, under each one's own key for them. */
export async function forgetUnits(
  db: D1Database,
  projectId: string,
  units: readonly { experimentId: string; unit: string }[],
): Promise<void> {
  if (units.length === 0) return;
  const json = JSON.stringify(units.map(({ experimentId, unit }) => [experimentId, unit]));
  const among = "project_id = ?1 AND (experiment_id, unit) IN (SELECT value->>0, value->>1 FROM json_each(?2))";
  await db.batch(
    [`DELETE FROM exposure WHERE ${among}`, `DELETE FROM experiment_outcome WHERE ${among}`].map((sql) =>
      db.prepare(sql).bind(projectId, json),
    ),
  );
}

const rowsAPage = 20_000;

interface UnitRow {
  unit: string;
  at_ms: number;
  first: number;
  cohort: string;
  mean: number;
  runs: number;
  candidate_runs: number;
}

/** One row a unit, in the order in which units arrived. @param among the units that are wanted @param sinceMs of what arrived from then on */
export async function outcomesOf(
  db: D1Database,
  projectId: string,
  experimentId: string,
  metric: string,
  among: { has: (unit: string) => boolean } | null,
  sinceMs = 0,
): Promise<UnitOutcome[]> {
  const found: UnitOutcome[] = [];
  // Thousands of units share a cohort, and should share its text.
  const cohorts = new Map<string, string>();
  for (let after: string | null = ""; after !== null;) {
    // SQLite takes the bare columns from the row that min() found.
    const { results }: D1Result<UnitRow> = await db
      .prepare(
        `SELECT unit, min(at_ms) AS at_ms, value AS first, cohort, avg(value) AS mean, count(*) AS runs, sum(arm = 'candidate') AS candidate_runs
         FROM experiment_outcome WHERE project_id = ?1 AND experiment_id = ?2 AND metric = ?3 AND at_ms >= ?4 AND unit > ?5
         GROUP BY unit ORDER BY unit LIMIT ?6`,
      )
      .bind(projectId, experimentId, metric, sinceMs, after, rowsAPage)
      .all<UnitRow>();
    for (const row of results) {
      const { unit, at_ms: atMs, first, mean, runs, candidate_runs: candidateRuns } = row;
      if (among?.has(unit) === false) continue;
      const cohort = cohorts.get(row.cohort) ?? row.cohort;
      cohorts.set(cohort, cohort);
      found.push({ unit, atMs, first, cohort, mean, runs, candidateRuns });
    }
    after = results.length < rowsAPage ? null : (results.at(-1)?.unit ?? null);
  }
  return found.sort((a, b) => a.atMs - b.atMs || (a.unit < b.unit ? -1 : 1));
}

/** What is kept of each pair of a shadow, whose unit is its live run. */
export async function pairsOf(db: D1Database, projectId: string, experimentId: string): Promise<Map<string, ShadowPair>[]> {
  const pairs = new Map<string, Map<string, ShadowPair>>();
  for (let after: { unit: string; metric: string } | null = { unit: "", metric: "" }; after !== null;) {
    const { results }: D1Result<{ unit: string; metric: string; live: number | null; candidate: number | null }> = await db
      .prepare(
        `SELECT unit, metric, avg(CASE arm WHEN 'baseline' THEN value END) AS live, avg(CASE arm WHEN 'candidate' THEN value END) AS candidate
         FROM experiment_outcome WHERE project_id = ?1 AND experiment_id = ?2 AND (unit, metric) > (?3, ?4)
         GROUP BY unit, metric ORDER BY unit, metric LIMIT ?5`,
      )
      .bind(projectId, experimentId, after.unit, after.metric, rowsAPage)
      .all<{ unit: string; metric: string; live: number | null; candidate: number | null }>();
    for (const { unit, metric, live, candidate } of results) {
      const pair = pairs.get(unit) ?? new Map<string, ShadowPair>();
      pairs.set(unit, pair.set(metric, { live, candidate }));
    }
    const last = results.at(-1);
    after = results.length < rowsAPage || last === undefined ? null : { unit: last.unit, metric: last.metric };
  }
  return [...pairs.values()];
}

/** Candidate runs that stand beside these live runs: live run → candidate runs. */
export async function candidatesBeside(
  db: D1Database,
  projectId: string,
  experimentId: string,
  liveIds: readonly string[],
): Promise<{ live: string; candidate: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT unit AS live, run_id AS candidate FROM experiment_outcome
       WHERE project_id = ?1 AND experiment_id = ?2 AND unit IN (SELECT value FROM json_each(?3)) AND arm = 'candidate'`,
    )
    .bind(projectId, experimentId, JSON.stringify(liveIds))
    .all<{ live: string; candidate: string }>();
  return results;
}
