// The index of alert rules: what people want to hear of, how each rule stands with each agent, and when time alone makes one due.
// Every table carries project_id first in its key.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const alertRule = sqliteTable(
  "alert_rule",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    /** null: every agent of the project. */
    agent: text("agent"),
    isEnabled: integer("is_enabled").notNull(),
    createdMs: integer("created_ms").notNull(),
    /** JSON of domain/incident/alert-rule.ts AlertRule; Slack addresses in it are secrets. */
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

/** What a rule finds that is not well now; the agent's incident desk holds the truth, this is what lists read. */
export const alertState = sqliteTable(
  "alert_state",
  {
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    ruleId: text("rule_id").notNull(),
    subject: text("subject").notNull(),
    phase: text("phase").notNull(),
    sinceMs: integer("since_ms").notNull(),
    /** JSON of domain/incident/alert-state.ts AlertState */
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.agent, t.ruleId, t.subject] })],
);

/** When an agent's rules are looked at next, though nothing arrives: silence, a reminder, the end of a cool-down. */
export const alertDue = sqliteTable(
  "alert_due",
  {
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    /** null: nothing waits for time to pass. */
    dueMs: integer("due_ms"),
    /** Counts what happened: an evaluation that began before the last of it must not put the next one off. */
    marks: integer("marks").notNull().default(0),
    /** Of the desk's evaluation that was written last: an older one that comes later changes nothing. */
    evaluation: integer("evaluation").notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.agent] }), index("alert_due_next").on(t.dueMs)],
);
