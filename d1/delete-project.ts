// Empties the index of a project. First it is marked and its keys go, so that it is gone for everybody; then its rows go in pages;
// its own row goes last and later, so that a deletion that broke off, and what was in flight meanwhile, is found again.
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { defaultProjectId } from "../domain/project/principal.ts";
import { noteAudit } from "./audit-pending.ts";
import { alertDue, alertRule, alertState } from "./schema-alerts.ts";
import {
  agent,
  apiKey,
  change,
  customDimension,
  drift,
  incident,
  movedRun,
  price,
  run,
  runAlias,
  runText,
  score,
  staleLine,
} from "./schema.ts";
import {
  backfill,
  finding,
  findingClass,
  findingLabel,
  modelSpend,
  reading,
  runDay,
  signal,
  signalPin,
  signalUpkeep,
} from "./schema-signals.ts";
import {
  evaluation,
  evaluationItem,
  evaluationSchedule,
  evaluator,
  everPassed,
  experiment,
  experimentOutcome,
  exposure,
  gate,
  replayItem,
  suite,
  suiteCase,
} from "./schema-experiments.ts";
import { artifact, artifactVersion, bookEntry, optimisation, policy } from "./schema-knowledge.ts";
import { bookMark, recall, report, reportDue } from "./schema-reports.ts";
import { audit, auditPending, deadLetter, delivery, erasure, receipt, tally, unfinishedSegment, webhook } from "./schema-upkeep.ts";

/** Agents and changes last: they name the objects that must be emptied. */
const owned = [
  apiKey,
  webhook,
  delivery,
  alertRule,
  alertState,
  alertDue,
  price,
  receipt,
  deadLetter,
  incident,
  drift,
  score,
  runText,
  runAlias,
  run,
  staleLine,
  movedRun,
  customDimension,
  finding,
  findingClass,
  findingLabel,
  signal,
  signalPin,
  signalUpkeep,
  runDay,
  reading,
  modelSpend,
  backfill,
  replayItem,
  experimentOutcome,
  exposure,
  experiment,
  suite,
  suiteCase,
  evaluator,
  evaluation,
  evaluationItem,
  evaluationSchedule,
  everPassed,
  gate,
  optimisation,
  artifactVersion,
  artifact,
  policy,
  bookEntry,
  bookMark,
  recall,
  report,
  reportDue,
  erasure,
  unfinishedSegment,
  auditPending,
  audit,
  tally,
  change,
  agent,
] as const;

/** Rows a statement: a project of millions must not run into the time limit of one. */
const rowsAtATime = 5_000;

/** The audit entry goes to the instance's own log: the project's log goes with it. */
export async function markProjectDeleted(db: D1Database, id: string, draft: AuditDraft, nowMs: number): Promise<void> {
  const isThere = { sql: "EXISTS (SELECT 1 FROM project WHERE project.id = ?3 AND deleted_ms IS NULL)", values: [id] };
  await db.batch([
    noteAudit(db, defaultProjectId, [draft], isThere),
    db.prepare("UPDATE project SET deleted_ms = ? WHERE id = ? AND deleted_ms IS NULL").bind(nowMs, id),
    db.prepare("DELETE FROM api_key WHERE project_id = ?").bind(id),
  ]);
}

/** Projects that were marked before `beforeMs` and still have their row. */
export async function deletedProjects(db: D1Database, beforeMs: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id FROM project WHERE deleted_ms < ? ORDER BY deleted_ms LIMIT ?")
    .bind(beforeMs, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Every agent that may have objects: by its runs, or by a change that was declared for it. */
export async function agentsWithObjects(db: D1Database, id: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT name FROM agent WHERE project_id = ?1 UNION SELECT agent FROM change WHERE project_id = ?1")
    .bind(id)
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** false when `isOver` said so before all were gone. */
export async function deleteProjectRows(db: D1Database, id: string, isOver: () => boolean): Promise<boolean> {
  const d = drizzle(db);
  for (const table of owned) {
    let deleted: number;
    do {
      if (isOver()) return false;
      const some = sql`select rowid from ${table} where project_id = ${id} limit ${rowsAtATime}`;
      ({ changes: deleted } = (await d.run(sql`delete from ${table} where rowid in (${some})`)).meta);
    } while (deleted >= rowsAtATime);
  }
  return true;
}

export async function dropProject(db: D1Database, id: string): Promise<void> {
  await db.prepare("DELETE FROM project WHERE id = ? AND deleted_ms IS NOT NULL").bind(id).run();
}
