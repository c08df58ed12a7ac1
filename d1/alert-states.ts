// How alert rules stand, and when an agent's are looked at next. The desk holds the truth; an older evaluation that is written after a
// newer one changes nothing, and what happens while one is under way is looked at again.
import type { AlertRule } from "../domain/incident/alert-rule.ts";
import type { AlertState } from "../domain/incident/alert-state.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";

export interface WatchedAgentRules {
  /** Enabled rules that watch the agent. */
  rules: AlertRule[];
  /** Counts what happened so far; null when nothing ever needed looking at. */
  marks: number | null;
  /** Event time of the agent's newest run. */
  newestRunMs: number | null;
}

/** What one evaluation needs to begin. */
export async function rulesOfAgent(db: D1Database, projectId: string, agent: string): Promise<WatchedAgentRules> {
  const [rules, due, known] = await db.batch<{ record?: string; marks?: number; ms?: number }>([
    db
      .prepare("SELECT record FROM alert_rule WHERE project_id = ? AND is_enabled = 1 AND (agent IS NULL OR agent = ?) ORDER BY id")
      .bind(projectId, agent),
    db.prepare("SELECT marks FROM alert_due WHERE project_id = ? AND agent = ?").bind(projectId, agent),
    db.prepare("SELECT last_run_ms AS ms FROM agent WHERE project_id = ? AND name = ?").bind(projectId, agent),
  ]);
  return {
    rules: (rules?.results ?? []).flatMap(({ record }): AlertRule[] => (record === undefined ? [] : [JSON.parse(record)])),
    marks: due?.results[0]?.marks ?? null,
    newestRunMs: known?.results[0]?.ms ?? null,
  };
}

/**
 * Something happened to the agent that its rules may mind. true when it has any, or had: they are to be looked at.
 * A crash before they are is found by its due time.
 */
export async function markAlertsDue(db: D1Database, projectId: string, agent: string, nowMs: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO alert_due (project_id, agent, due_ms, marks)
       SELECT ?1, ?2, ?3, 1 WHERE EXISTS (SELECT 1 FROM alert_due WHERE project_id = ?1 AND agent = ?2)
         OR EXISTS (SELECT 1 FROM alert_rule WHERE project_id = ?1 AND (agent IS NULL OR agent = ?2))
       ON CONFLICT DO UPDATE SET due_ms = min(coalesce(alert_due.due_ms, excluded.due_ms), excluded.due_ms), marks = alert_due.marks + 1`,
    )
    .bind(projectId, agent, nowMs)
    .run();
  return meta.changes > 0;
}

/** Those that wait longest first. */
export async function dueAlerts(db: D1Database, nowMs: number, limit: number): Promise<{ projectId: string; agent: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT alert_due.project_id AS projectId, alert_due.agent FROM alert_due JOIN project ON project.id = alert_due.project_id
       WHERE project.deleted_ms IS NULL AND due_ms <= ? ORDER BY due_ms, alert_due.project_id, alert_due.agent LIMIT ?`,
    )
    .bind(nowMs, limit)
    .all<{ projectId: string; agent: string }>();
  return results;
}

/** One that failed must not hold up the others. */
export async function postponeAlerts(db: D1Database, projectId: string, agent: string, untilMs: number): Promise<void> {
  await db.prepare("UPDATE alert_due SET due_ms = ?3 WHERE project_id = ?1 AND agent = ?2").bind(projectId, agent, untilMs).run();
}

export interface AlertsWritten {
  evaluation: number;
  standings: readonly { ruleId: string; states: readonly AlertState[] }[];
  dueMs: number | null;
  /** What `rulesOfAgent` said when the evaluation began. */
  marks: number | null;
  told: readonly AuditDraft[];
}

/** States of the agent as this evaluation left them. */
export async function writeAlertStates(
  db: D1Database,
  projectId: string,
  agent: string,
  { evaluation, standings, dueMs, marks, told }: AlertsWritten,
): Promise<void> {
  const rows = standings.flatMap(({ ruleId, states }) =>
    states.map((state) => ({
      rule: ruleId,
      subject: state.subject,
      phase: state.phase,
      since: state.sinceMs,
      record: JSON.stringify(state),
    })),
  );
  const isNewest = "(SELECT evaluation FROM alert_due WHERE project_id = ?1 AND agent = ?2) = ?3";
  await db.batch([
    noteAudit(db, projectId, told),
    db
      .prepare("INSERT INTO alert_due (project_id, agent, due_ms, marks, evaluation) VALUES (?1, ?2, NULL, 0, 0) ON CONFLICT DO NOTHING")
      .bind(projectId, agent),
    db
      .prepare(
        `UPDATE alert_due SET evaluation = ?3, due_ms = CASE WHEN marks = ?5 THEN ?4 ELSE due_ms END
         WHERE project_id = ?1 AND agent = ?2 AND evaluation < ?3`,
      )
      .bind(projectId, agent, evaluation, dueMs, marks ?? 0),
    db.prepare(`DELETE FROM alert_state WHERE project_id = ?1 AND agent = ?2 AND ${isNewest}`).bind(projectId, agent, evaluation),
    db
      .prepare(
        `INSERT INTO alert_state (project_id, agent, rule_id, subject, phase, since_ms, record)
         SELECT ?1, ?2, value->>'rule', value->>'subject', value->>'phase', value->>'since', value->>'record' FROM json_each(?4)
         WHERE ${isNewest} AND EXISTS (SELECT 1 FROM alert_rule WHERE project_id = ?1 AND alert_rule.id = value->>'rule')`,
      )
      .bind(projectId, agent, evaluation, JSON.stringify(rows)),
  ]);
}

export interface ListedAlert {
  ruleId: string;
  agent: string;
  state: AlertState;
}

/** How many things each of the rules finds not well, by phase. */
export async function countAlertStates(
  db: D1Database,
  projectId: string,
  ruleIds: readonly string[],
): Promise<{ ruleId: string; phase: string; n: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT rule_id AS ruleId, phase, count(*) AS n FROM alert_state
       WHERE project_id = ?1 AND rule_id IN (SELECT value FROM json_each(?2)) GROUP BY rule_id, phase`,
    )
    .bind(projectId, JSON.stringify(ruleIds))
    .all<{ ruleId: string; phase: string; n: number }>();
  return results;
}

/** What a rule finds not well now, the newest first. */
export async function alertStatesOf(db: D1Database, projectId: string, ruleId: string, limit: number): Promise<ListedAlert[]> {
  const { results } = await db
    .prepare("SELECT agent, record FROM alert_state WHERE project_id = ? AND rule_id = ? ORDER BY since_ms DESC, agent, subject LIMIT ?")
    .bind(projectId, ruleId, limit)
    .all<{ agent: string; record: string }>();
  return results.map(({ agent, record }): ListedAlert => ({ ruleId, agent, state: JSON.parse(record) }));
}
