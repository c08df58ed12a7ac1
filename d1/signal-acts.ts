// What people do to signals, each in one transaction with its line in the audit log: declare one, say something of one, move classes
// from one to another. The counting that follows makes the rest of it.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { clearProposalStatement } from "./signal-proposals.ts";
import {
  assignClassStatements,
  putCountedStatements,
  putPinsStatement,
  putSaidStatement,
  type CountedSignal,
  type Pin,
} from "./signal-rows.ts";
import { touchStatements } from "./write-findings.ts";

export interface SignalAct {
  agent: string;
  /** New signals, whole. */
  made?: readonly CountedSignal[];
  /** What is said of known ones. */
  said?: readonly Pick<CountedSignal, "id" | "said" | "rule" | "version" | "events">[];
  /** Class key → signal id. */
  moved?: ReadonlyMap<string, string>;
  pins?: readonly (Pin & { id: string })[];
  /** The proposal that this act is the answer to. */
  answered?: { id: string; at: string };
  draft: AuditDraft;
}

export async function actOnSignals(db: D1Database, projectId: string, act: SignalAct, nowMs: number): Promise<void> {
  const { agent, made = [], said = [], moved = new Map<string, string>(), pins = [], answered, draft } = act;
  await db.batch([
    noteAudit(db, projectId, [draft]),
    ...putCountedStatements(db, projectId, made),
    ...said.map((one) => putSaidStatement(db, projectId, one)),
    ...(answered === undefined ? [] : [clearProposalStatement(db, projectId, answered.id, answered.at)]),
    ...assignClassStatements(db, projectId, moved),
    ...(pins.length === 0 ? [] : [putPinsStatement(db, projectId, agent, pins)]),
    ...touchStatements(db, projectId, [{ agent, started_at: new Date(nowMs).toISOString() }], nowMs),
  ]);
}

/** A backfill asked the present definition of all runs of that time: where it joins what was asked before, they count from now on. */
export async function askedSince(
  db: D1Database,
  projectId: string,
  id: string,
  version: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  nowMs: number,
): Promise<void> {
  const from = Math.max(0, fromMs);
  await db.batch([
    db
      .prepare(
        `UPDATE signal SET said = json_set(said, '$.asked_from_ms', ?4) WHERE project_id = ?1 AND id = ?2 AND is_declared = 1 AND version = ?3
         AND said->>'asked_from_ms' > ?4 AND said->>'asked_from_ms' <= ?5`,
      )
      .bind(projectId, id, version, from, toMs),
    db
      .prepare(
        `UPDATE signal_upkeep SET dirty_ms = coalesce(dirty_ms, ?3), dirty_from_ms = coalesce(dirty_from_ms, ?3), changes = changes + 1
         WHERE project_id = ?1 AND agent = (SELECT agent FROM signal WHERE project_id = ?1 AND id = ?2)`,
      )
      .bind(projectId, id, nowMs),
  ]);
}
