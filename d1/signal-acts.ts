// What people do to signals, each in one transaction with its line in the audit log: declare one, say something of one, move classes
// from one to another. The counting that follows makes the rest of it.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
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
  draft: AuditDraft;
}

export async function actOnSignals(db: D1Database, projectId: string, act: SignalAct, nowMs: number): Promise<void> {
  const { agent, made = [], said = [], moved = new Map<string, string>(), pins = [], draft } = act;
  await db.batch([
    noteAudit(db, projectId, [draft]),
    ...putCountedStatements(db, projectId, made),
    ...said.map((one) => putSaidStatement(db, projectId, one)),
    ...assignClassStatements(db, projectId, moved),
    ...(pins.length === 0 ? [] : [putPinsStatement(db, projectId, agent, pins)]),
    ...touchStatements(db, projectId, [{ agent, started_at: new Date(nowMs).toISOString() }], nowMs),
  ]);
}
