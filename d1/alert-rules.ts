// Alert rules of a project. A change of a rule and the note that its agents must be looked at go in one transaction, so that no rule
// waits for traffic to begin or to end.
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { AlertRule } from "../domain/incident/alert-rule.ts";
import { noteAudit, type Precondition } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { alertRule } from "./schema-alerts.ts";

function recordOf({ record }: { record: string }): AlertRule {
  const parsed: AlertRule = JSON.parse(record);
  return parsed;
}

/** A new rule, or what a rule is now. false when there are `most` rules already, or the rule that should change is gone. */
export async function putAlertRule(
  db: D1Database,
  projectId: string,
  rule: AlertRule,
  before: AlertRule | null,
  draft: AuditDraft,
  most: number,
): Promise<boolean> {
  const when: Precondition =
    before === null
      ? { sql: "(SELECT count(*) FROM alert_rule WHERE project_id = ?1) < ?3", values: [most] }
      : { sql: "EXISTS (SELECT 1 FROM alert_rule WHERE project_id = ?1 AND alert_rule.id = ?3)", values: [rule.id] };
  const row = [projectId, rule.id, rule.agent, rule.enabled ? 1 : 0, Date.parse(rule.created_at), JSON.stringify(rule)];
  const write =
    before === null
      ? db
          .prepare(
            `INSERT INTO alert_rule (project_id, id, agent, is_enabled, created_ms, record)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM alert_rule WHERE project_id = ?1) < ?7`,
          )
          .bind(...row, most)
      : db
          .prepare("UPDATE alert_rule SET agent = ?3, is_enabled = ?4, record = ?6 WHERE project_id = ?1 AND id = ?2 AND created_ms = ?5")
          .bind(...row);
  const nowMs = Date.parse(draft.at);
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], when),
    write,
    ...[...new Set([rule.agent, before === null ? rule.agent : before.agent])].map((agent) => markAgents(db, projectId, agent, nowMs)),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

/** Its states go with it; an agent's desk forgets it at its next evaluation. false when there was none. */
export async function deleteAlertRule(db: D1Database, projectId: string, { id, agent }: AlertRule, draft: AuditDraft): Promise<boolean> {
  const isThere = { sql: "EXISTS (SELECT 1 FROM alert_rule WHERE project_id = ?1 AND alert_rule.id = ?3)", values: [id] };
  const [, gone] = await db.batch([
    noteAudit(db, projectId, [draft], isThere),
    db.prepare("DELETE FROM alert_rule WHERE project_id = ? AND id = ?").bind(projectId, id),
    db.prepare("DELETE FROM alert_state WHERE project_id = ? AND rule_id = ?").bind(projectId, id),
    markAgents(db, projectId, agent, Date.parse(draft.at)),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}

export async function findAlertRule(db: D1Database, projectId: string, id: string): Promise<AlertRule | null> {
  const row = await drizzle(db)
    .select({ record: alertRule.record })
    .from(alertRule)
    .where(and(eq(alertRule.projectId, projectId), eq(alertRule.id, id)))
    .get();
  return row === undefined ? null : recordOf(row);
}

export interface AlertRuleFilter {
  /** Rules of this agent and those of all agents. */
  agent?: string | undefined;
  enabled?: boolean | undefined;
}

/** By id, which is by age. */
export async function listAlertRules(
  db: D1Database,
  projectId: string,
  filter: AlertRuleFilter,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<AlertRule, [string]>> {
  const d = drizzle(db);
  const matching = and(
    eq(alertRule.projectId, projectId),
    filter.agent === undefined ? undefined : sql`(${alertRule.agent} is null or ${alertRule.agent} = ${filter.agent})`,
    filter.enabled === undefined ? undefined : eq(alertRule.isEnabled, filter.enabled ? 1 : 0),
  );
  const rows = d
    .select()
    .from(alertRule)
    .where(and(matching, after === null ? undefined : gt(alertRule.id, after[0])))
    .orderBy(asc(alertRule.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(alertRule)
      .where(matching),
  ]);
  const page = pageOf(found, limit, (row): [string] => [row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

/** Every agent that the rule watches, or did, is looked at within the minute. */
function markAgents(db: D1Database, projectId: string, agent: string | null, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO alert_due (project_id, agent, due_ms, marks)
       SELECT project_id, name, ?3, 1 FROM agent WHERE project_id = ?1 AND (?2 IS NULL OR name = ?2)
       ON CONFLICT DO UPDATE SET due_ms = min(coalesce(alert_due.due_ms, excluded.due_ms), excluded.due_ms), marks = alert_due.marks + 1`,
    )
    .bind(projectId, agent, nowMs);
}
