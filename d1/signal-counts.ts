// Counts behind the rates of an agent's signals: runs by day, runs that show a signal by day, how severe its findings are, and examples.
// A run counts once for a signal however many findings it has; what a person called wrong does not count.
import { nothing, plus, type Weighed } from "../domain/signal/rate.ts";
import type { Severity } from "../domain/drift/drift.ts";

const dayMs = 86_400_000;
/** Run ids that are offered as examples of a signal. */
const mostExamples = 8;

/** Counts the runs of the days since `fromMs` again. */
export function recountDayStatements(db: D1Database, projectId: string, agent: string, fromMs: number): D1PreparedStatement[] {
  const day = Math.floor(fromMs / dayMs);
  return [
    db.prepare("DELETE FROM run_day WHERE project_id = ? AND agent = ? AND day >= ?").bind(projectId, agent, day),
    db
      .prepare(
        `INSERT INTO run_day (project_id, agent, day, runs, weight, weight_squares)
         SELECT ?1, ?2, started_ms / ${dayMs}, count(*), sum(weight), sum(weight * weight) FROM run
         WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND is_open = 0 AND weight > 0 GROUP BY 3`,
      )
      .bind(projectId, agent, day * dayMs),
  ];
}

export interface SignalCounts {
  /** Day → runs of the agent. */
  all: Map<number, Weighed>;
  /** Signal id → day → runs that show it. */
  shown: Map<string, Map<number, Weighed>>;
  /** Signal id → start of the first and last run that shows it, and the weight of those that did not get over it. */
  seen: Map<string, { firstMs: number; lastMs: number; failedWeight: number }>;
  /** Signal id → severity that most of its findings have, the higher of equals. */
  severity: Map<string, Severity>;
  examples: Map<string, string[]>;
  /** Runs with any failure finding that they did not get over. */
  failedRuns: Weighed;
}

export async function signalCounts(db: D1Database, projectId: string, agent: string): Promise<SignalCounts> {
  const bound = (sql: string): D1PreparedStatement => db.prepare(sql).bind(projectId, agent);
  const [all, shown, severity, examples, failed] = await db.batch<CountRow>([
    bound("SELECT day, runs, weight, weight_squares AS squares FROM run_day WHERE project_id = ?1 AND agent = ?2"),
    bound(`${shownRuns} SELECT id, day, count(*) AS runs, sum(weight) AS weight, sum(weight * weight) AS squares, min(at_ms) AS first,
      max(at_ms) AS last, sum(CASE is_recovered WHEN 0 THEN weight ELSE 0 END) AS failed FROM shown GROUP BY id, day`),
    bound(`${findings} SELECT id, severity, count(*) AS runs FROM labelled GROUP BY id, severity ORDER BY id, runs DESC,
      CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END`),
    bound(`${shownRuns} SELECT id, run_id FROM (SELECT id, run_id, at_ms, row_number() OVER (PARTITION BY id ORDER BY at_ms DESC, run_id) AS nth
      FROM shown) WHERE nth <= ${mostExamples} ORDER BY id, nth`),
    bound(`SELECT count(*) AS runs, coalesce(sum(weight), 0) AS weight, coalesce(sum(weight * weight), 0) AS squares FROM (
      SELECT max(weight) AS weight FROM finding WHERE project_id = ?1 AND agent = ?2 AND polarity = 'failure' AND is_recovered = 0
      GROUP BY run_id)`),
  ]);
  const counts: SignalCounts = {
    all: new Map((all?.results ?? []).map((row) => [row.day, weighed(row)])),
    shown: new Map(),
    seen: new Map(),
    severity: new Map(),
    examples: new Map(),
    failedRuns: weighed(failed?.results[0] ?? emptyRow),
  };
  for (const row of shown?.results ?? []) {
    const days = counts.shown.get(row.id) ?? new Map<number, Weighed>();
    counts.shown.set(row.id, days.set(row.day, plus(days.get(row.day) ?? nothing, weighed(row))));
    const known = counts.seen.get(row.id);
    counts.seen.set(row.id, {
      firstMs: Math.min(row.first, known?.firstMs ?? row.first),
      lastMs: Math.max(row.last, known?.lastMs ?? row.last),
      failedWeight: row.failed + (known?.failedWeight ?? 0),
    });
  }
  for (const row of severity?.results ?? []) if (!counts.severity.has(row.id)) counts.severity.set(row.id, row.severity);
  for (const row of examples?.results ?? []) counts.examples.set(row.id, [...(counts.examples.get(row.id) ?? []), row.run_id]);
  return counts;
}

interface CountRow {
  id: string;
  day: number;
  runs: number;
  weight: number;
  squares: number;
  first: number;
  last: number;
  failed: number;
  severity: Severity;
  run_id: string;
}

const emptyRow = { runs: 0, weight: 0, squares: 0 };

const weighed = ({ runs, weight, squares }: Pick<CountRow, "runs" | "weight" | "squares">): Weighed => ({ runs, weight, squares });

// A finding counts for its own signal and for that of the family. Of a declared signal only what its present definition found counts, among
// the runs that it was asked of.
const findings = `
  WITH own AS (
    SELECT s.id, s.parent_id, f.run_id, f.at_ms, f.weight, f.severity, f.is_recovered
    FROM finding_class c CROSS JOIN finding f ON f.project_id = ?1 AND f.class = c.key
    CROSS JOIN signal s ON s.project_id = ?1 AND s.id = c.signal_id
    LEFT JOIN finding_label l ON l.project_id = ?1 AND l.finding_id = f.id
    WHERE c.project_id = ?1 AND c.agent = ?2 AND (s.is_declared = 0 OR f.detector_version = CAST(s.version AS TEXT))
      AND f.at_ms >= coalesce(s.said->>'asked_from_ms', 0) AND coalesce(l.is_correct, 1) = 1),
  labelled AS (
    SELECT id, run_id, at_ms, weight, severity, is_recovered FROM own
    UNION ALL SELECT parent_id, run_id, at_ms, weight, severity, is_recovered FROM own WHERE parent_id IS NOT NULL)`;

const shownRuns = `${findings},
  shown AS (SELECT id, run_id, max(at_ms) AS at_ms, max(at_ms) / ${dayMs} AS day, max(weight) AS weight,
    min(is_recovered) AS is_recovered FROM labelled GROUP BY id, run_id)`;

/** A declared signal, and what it was asked of. */
export interface Asked {
  id: string;
  fromMs: number;
  /** Claude reads for it, so only runs that were read were asked. */
  isRead: boolean;
}

/** Signal id → day → runs that it was asked of. */
export async function askedDays(
  db: D1Database,
  projectId: string,
  agent: string,
  asked: readonly Asked[],
): Promise<Map<string, Map<number, Weighed>>> {
  if (asked.length === 0) return new Map();
  const read = "AND EXISTS (SELECT 1 FROM reading WHERE reading.project_id = ?1 AND reading.run_id = run.id AND reading.status = 'ok')";
  const results = await db.batch<CountRow>(
    asked.map(({ fromMs, isRead }) =>
      db
        .prepare(
          `SELECT started_ms / ${dayMs} AS day, count(*) AS runs, sum(weight) AS weight, sum(weight * weight) AS squares FROM run
           WHERE project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND is_open = 0 AND weight > 0 ${isRead ? read : ""} GROUP BY 1`,
        )
        .bind(projectId, agent, fromMs),
    ),
  );
  return new Map(asked.map(({ id }, i) => [id, new Map((results[i]?.results ?? []).map((row) => [row.day, weighed(row)]))]));
}

/** Runs of an agent, and those with any failure that they did not get over. */
export async function failedRunsOf(db: D1Database, projectId: string, agent: string): Promise<{ runs: number; failedRuns: number }> {
  const [all, failed] = await db.batch<{ n: number }>([
    db.prepare("SELECT coalesce(sum(runs), 0) AS n FROM run_day WHERE project_id = ? AND agent = ?").bind(projectId, agent),
    db
      .prepare(
        "SELECT count(DISTINCT run_id) AS n FROM finding WHERE project_id = ? AND agent = ? AND polarity = 'failure' AND is_recovered = 0",
      )
      .bind(projectId, agent),
  ]);
  return { runs: all?.results[0]?.n ?? 0, failedRuns: failed?.results[0]?.n ?? 0 };
}

/** Whether runs of several users show the class: words that one person's runs alone made are that person's. */
export async function isOfSeveral(db: D1Database, projectId: string, classKey: string): Promise<boolean> {
  const row = await db
    .prepare(
      `SELECT count(DISTINCT coalesce(run.user_id, run.id)) AS n FROM finding JOIN run ON run.project_id = finding.project_id AND run.id = finding.run_id
       WHERE finding.project_id = ? AND finding.class = ?`,
    )
    .bind(projectId, classKey)
    .first<{ n: number }>();
  return (row?.n ?? 0) > 1;
}
