// Suites and their cases. Every change of the cases raises the suite's version in the same transaction, and only while the suite still has
// the version that the change was decided on; so a version means the same cases for ever.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { caseOrigins, mostGrowth, type GrowthEntry, type Suite, type SuiteCase, type SuiteSettings } from "../domain/experiment/suite.ts";
import { noteAudit } from "./audit-pending.ts";
import { jsonChunks } from "./json-chunks.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

interface SuiteRow {
  id: string;
  agent: string;
  name: string;
  version: number;
  settings: string;
  created_ms: number;
}

interface CaseRow {
  id: string;
  run_id: string | null;
  input: string;
  expected: string | null;
  origin: string;
  signal_id: string | null;
  is_holdout: number;
  fingerprint: string;
  since_version: number;
  until_version: number | null;
  created_ms: number;
}

const suiteColumns = "id, agent, name, version, settings, created_ms";
const caseColumns = "id, run_id, input, expected, origin, signal_id, is_holdout, fingerprint, since_version, until_version, created_ms";

const suiteOf = ({ settings, created_ms: createdMs, ...same }: SuiteRow): Suite => ({ ...same, settings: JSON.parse(settings), createdMs });

const caseOf = (row: CaseRow): SuiteCase => ({
  id: row.id,
  runId: row.run_id,
  input: JSON.parse(row.input),
  expected: row.expected === null ? null : JSON.parse(row.expected),
  origin: caseOrigins.find((origin) => origin === row.origin) ?? "person",
  signalId: row.signal_id,
  isSealed: row.is_holdout === 1,
  fingerprint: row.fingerprint,
  sinceVersion: row.since_version,
  untilVersion: row.until_version,
  createdMs: row.created_ms,
});

/** false when the project has `most` suites. */
export async function putSuite(db: D1Database, projectId: string, suite: Suite, draft: AuditDraft, most: number): Promise<boolean> {
  const { id, agent, name, version, settings, createdMs } = suite;
  const room = "(SELECT count(*) FROM suite WHERE suite.project_id = ?1)";
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `${room} < ?3`, values: [most] }),
    db
      .prepare(`INSERT INTO suite (project_id, ${suiteColumns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ${room} < ?8`)
      .bind(projectId, id, agent, name, version, JSON.stringify(settings), createdMs, most),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

/** null when the project has no such suite. */
export async function findSuite(db: D1Database, projectId: string, id: string): Promise<Suite | null> {
  const row = await db.prepare(`SELECT ${suiteColumns} FROM suite WHERE project_id = ? AND id = ?`).bind(projectId, id).first<SuiteRow>();
  return row === null ? null : suiteOf(row);
}

export async function updateSuiteSettings(
  db: D1Database,
  projectId: string,
  id: string,
  { name, grows_from, holdout }: { name: string } & Pick<SuiteSettings, "grows_from" | "holdout">,
  draft: AuditDraft,
): Promise<void> {
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db
      .prepare(
        "UPDATE suite SET name = ?3, settings = json_set(settings, '$.grows_from', ?4, '$.holdout', json(?5)) WHERE project_id = ?1 AND id = ?2",
      )
      .bind(projectId, id, name, grows_from, JSON.stringify(holdout)),
  ]);
}

/** Newest first. */
export async function listSuites(
  db: D1Database,
  projectId: string,
  agent: string | null,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<Suite, [string]>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${suiteColumns} FROM suite WHERE ${matching} AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4`)
      .bind(projectId, agent, after?.[0] ?? null, limit + 1)
      .all<SuiteRow>(),
    db.prepare(`SELECT count(*) AS n FROM suite WHERE ${matching}`).bind(projectId, agent).first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ id }): [string] => [id], counted);
  return { ...page, items: page.items.map(suiteOf) };
}

/** Suites of the agent that grow by themselves. */
export async function growingSuites(db: D1Database, projectId: string, agent: string): Promise<Suite[]> {
  const { results } = await db
    .prepare(`SELECT ${suiteColumns} FROM suite WHERE project_id = ? AND agent = ? AND settings->>'$.grows_from' = 'signals' ORDER BY id`)
    .bind(projectId, agent)
    .all<SuiteRow>();
  return results.map(suiteOf);
}

/** A few at random each time, so that many agents all have their turn. */
export async function agentsWithGrowingSuites(db: D1Database, limit: number): Promise<{ projectId: string; agent: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT project_id AS projectId, agent FROM suite WHERE settings->>'$.grows_from' = 'signals'
       AND EXISTS (SELECT 1 FROM project WHERE project.id = suite.project_id AND deleted_ms IS NULL) ORDER BY random() LIMIT ?`,
    )
    .bind(limit)
    .all<{ projectId: string; agent: string }>();
  return results;
}

/** Cases that are in `version`, oldest first. */
export async function casesOf(db: D1Database, projectId: string, suiteId: string, version: number): Promise<SuiteCase[]> {
  const { results } = await db
    .prepare(
      `SELECT ${caseColumns} FROM suite_case WHERE project_id = ?1 AND suite_id = ?2 AND since_version <= ?3
       AND (until_version IS NULL OR until_version > ?3) ORDER BY id`,
    )
    .bind(projectId, suiteId, version)
    .all<CaseRow>();
  return results.map(caseOf);
}

/** Those of `ids`, in whatever version they are. */
export async function casesById(
  db: D1Database,
  projectId: string,
  suiteId: string,
  ids: readonly string[],
): Promise<Map<string, SuiteCase>> {
  const { results } = await db
    .prepare(`SELECT ${caseColumns} FROM suite_case WHERE project_id = ?1 AND suite_id = ?2 AND id IN (SELECT value FROM json_each(?3))`)
    .bind(projectId, suiteId, JSON.stringify(ids))
    .all<CaseRow>();
  return new Map(results.map((row) => [row.id, caseOf(row)]));
}

/** Signals that cases of the suite came from, whether they are still in. */
export async function grownSignals(db: D1Database, projectId: string, suiteId: string): Promise<Set<string>> {
  const { results } = await db
    .prepare("SELECT DISTINCT signal_id AS id FROM suite_case WHERE project_id = ? AND suite_id = ? AND signal_id IS NOT NULL")
    .bind(projectId, suiteId)
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

export interface SuiteChange {
  /** Without the versions, which the change gives them. */
  added: readonly SuiteCase[];
  removed: readonly string[];
  growth: readonly GrowthEntry[];
}

/** The next version of `suite`, or the same where no case comes or goes. false when the suite has another version by now, and nothing was written. */
export async function changeSuite(
  db: D1Database,
  projectId: string,
  suite: Suite,
  { added, removed, growth }: SuiteChange,
  draft: AuditDraft,
): Promise<boolean> {
  const isSame = "EXISTS (SELECT 1 FROM suite WHERE suite.project_id = ?1 AND suite.id = ?3 AND suite.version = ?4)";
  const values = [suite.id, suite.version];
  const next = suite.version + (added.length + removed.length > 0 ? 1 : 0);
  const kept = [...suite.settings.growth, ...growth].slice(-mostGrowth);
  const statements = await db.batch([
    noteAudit(db, projectId, [draft], { sql: isSame, values }),
    ...jsonChunks(added.map(rowOf)).map((json) =>
      db
        .prepare(
          `INSERT INTO suite_case (project_id, suite_id, id, run_id, input, expected, origin, signal_id, is_holdout, fingerprint, since_version, created_ms)
           SELECT ?1, ?3, value->>'id', value->>'run', value->>'input', value->>'expected', value->>'origin', value->>'signal', value->>'sealed',
             value->>'print', ?5, value->>'at' FROM json_each(?2) WHERE ${isSame} ON CONFLICT DO NOTHING`,
        )
        .bind(projectId, json, ...values, next),
    ),
    db
      .prepare(
        `UPDATE suite_case SET until_version = ?5 WHERE project_id = ?1 AND suite_id = ?3 AND until_version IS NULL
         AND id IN (SELECT value FROM json_each(?2)) AND ${isSame}`,
      )
      .bind(projectId, JSON.stringify(removed), ...values, next),
    db
      .prepare(
        `UPDATE suite SET version = ?5, settings = json_set(settings, '$.growth', json(?2)) WHERE project_id = ?1 AND id = ?3 AND version = ?4`,
      )
      .bind(projectId, JSON.stringify(kept), ...values, next),
  ]);
  return (statements.at(-1)?.meta.changes ?? 0) > 0;
}

const rowOf = (one: SuiteCase): string =>
  JSON.stringify({
    id: one.id,
    run: one.runId,
    input: JSON.stringify(one.input),
    expected: one.expected === null ? null : JSON.stringify(one.expected),
    origin: one.origin,
    signal: one.signalId,
    sealed: one.isSealed ? 1 : 0,
    print: one.fingerprint,
    at: one.createdMs,
  });
