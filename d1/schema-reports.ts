// The index of what is told at intervals and what is read back: reports with how far their telling is, where the Book has read the audit
// log up to, and what was recalled for whom. Every table carries project_id first in its key.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A day or a week of one agent, in the project's time zone. Made again, it is the same row. */
export const report = sqliteTable(
  "report",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** day or week */
    period: text("period").notNull(),
    /** `2026-11-23`; of a week its Monday. */
    day: text("day").notNull(),
    /** JSON of domain/report/report.ts Report */
    record: text("record").notNull(),
    madeMs: integer("made_ms").notNull(),
    /** When its webhooks are asked for again; null when there is nothing (more) to tell. */
    tellMs: integer("tell_ms"),
    /** When all of its deliveries had ended; null while none has. */
    toldMs: integer("told_ms"),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("report_newest").on(t.projectId, t.agent, t.day, t.id),
    index("report_to_tell").on(t.tellMs),
  ],
);

/** When the clock looks at a project's reports next; no row: at once. */
export const reportDue = sqliteTable("report_due", {
  projectId: text("project_id").primaryKey(),
  dueMs: integer("due_ms").notNull(),
  /** Name of the last agent that was done when a look broke off; empty at its begin. */
  after: text("after").notNull(),
});

/** The number of the last audit entry that the Book has read. */
export const bookMark = sqliteTable("book_mark", {
  projectId: text("project_id").primaryKey(),
  seq: integer("seq").notNull(),
});

/** One answer to a recall: what was given, and what became of the runs that say they used it. */
export const recall = sqliteTable(
  "recall",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    atMs: integer("at_ms").notNull(),
    /** JSON array of ids of the entries and artifacts that were given. */
    given: text("given").notNull(),
    /** Runs whose metadata names it, as far as they are known to have succeeded or failed. */
    succeeded: integer("succeeded").notNull().default(0),
    failed: integer("failed").notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("recall_of_agent").on(t.projectId, t.agent, t.atMs)],
);
