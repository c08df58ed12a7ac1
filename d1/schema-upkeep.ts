// The index of what keeps Bento honest rather than of what it found: receipts, tallies, letters that died, deletions under way,
// the audit log, and what was told to whom. Every table carries project_id first in its key.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row for each acknowledged request that was processed; pending ones are the objects that still stand in the R2 inbox. */
export const receipt = sqliteTable(
  "receipt",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    door: text("door").notNull(),
    accepted: integer("accepted").notNull(),
    rejected: integer("rejected").notNull(),
    /** JSON array of {index, id, code, message} of what could not be read; null when nothing was refused. */
    refusals: text("refusals"),
    processedMs: integer("processed_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

/** What status answers, kept as counts so that nobody counts rows: changed in the transaction that changes the rows. */
export const tally = sqliteTable("tally", {
  projectId: text("project_id").primaryKey(),
  /** Receipts ever written; retention takes rows away and leaves this. */
  processed: integer("processed").notNull().default(0),
  rejected: integer("rejected").notNull().default(0),
  /** Runs that stand now. */
  stored: integer("stored").notNull().default(0),
  /** Dead letters that wait now, and those that were thrown away unread. */
  dead: integer("dead").notNull().default(0),
  discarded: integer("discarded").notNull().default(0),
});

/** Requests that failed again and again. Their bytes wait, encrypted, in the R2 folder `dead/` until a day after receipt. */
export const deadLetter = sqliteTable(
  "dead_letter",
  {
    projectId: text("project_id").notNull(),
    /** The receipt of the request. */
    id: text("id").notNull(),
    door: text("door").notNull(),
    reason: text("reason").notNull(),
    atMs: integer("at_ms").notNull(),
    /** Where its bytes wait. */
    key: text("key").notNull(),
    bytes: integer("bytes").notNull(),
    /** When its bytes were deleted; null while they wait. */
    goneMs: integer("gone_ms"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

/**
 * Runs and users whose data was deleted, and when. What was received before and is stored after (a redelivery, a body that waited)
 * is found here and deleted again.
 */
export const erasure = sqliteTable(
  "erasure",
  {
    projectId: text("project_id").notNull(),
    kind: text("kind").notNull(),
    /** Run id, or the hash of the user id. */
    key: text("key").notNull(),
    atMs: integer("at_ms").notNull(),
    /** Of a run: the same moment as the ten characters that receipts begin with. */
    mark: text("mark"),
    /** 1 while runs of the user are still being deleted. */
    isRunning: integer("is_running").notNull(),
    /** Runs deleted so far. */
    runs: integer("runs").notNull(),
    /** JSON of the AuditActor that asked. */
    actor: text("actor").notNull(),
    /** The user id as runs hold it when it is not hashed; null once the deletion is done. */
    userId: text("user_id"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.kind, t.key] })],
);

/** Segments that are being written: a crash before their runs are indexed would leave bytes in the archive that nothing points to. */
export const unfinishedSegment = sqliteTable(
  "unfinished_segment",
  {
    projectId: text("project_id").notNull(),
    /** Every object that a delivery writes begins with it. */
    stem: text("stem").notNull(),
    tries: integer("tries").notNull(),
    atMs: integer("at_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.stem] })],
);

/** Drafts of audit entries, written in the transaction of what they tell of; taken away when the project's log has chained them. */
export const auditPending = sqliteTable(
  "audit_pending",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    atMs: integer("at_ms").notNull(),
    /** JSON of domain/audit/entry.ts AuditDraft */
    draft: text("draft").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

/** The chained log as it is listed. The project's audit object holds the same entries; verification compares the two. */
export const audit = sqliteTable(
  "audit",
  {
    projectId: text("project_id").notNull(),
    seq: integer("seq").notNull(),
    atMs: integer("at_ms").notNull(),
    actorKey: text("actor_key"),
    actorOwner: text("actor_owner"),
    object: text("object").notNull(),
    /** JSON of domain/audit/entry.ts AuditEntry */
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.seq] }), index("audit_of_object").on(t.projectId, t.object, t.seq)],
);

export const webhook = sqliteTable(
  "webhook",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    url: text("url").notNull(),
    /** JSON array of event names. */
    events: text("events").notNull(),
    secret: text("secret").notNull(),
    /** `standard` (Standard Webhooks) or `slack`: in what form it wants to be told. */
    format: text("format").notNull().default("standard"),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

/** Notices sent or being sent to webhooks: one row for each event and hook. */
export const delivery = sqliteTable(
  "delivery",
  {
    projectId: text("project_id").notNull(),
    /** `${event id}.${webhook id}`: the same event is delivered once to a hook however often it is queued. */
    id: text("id").notNull(),
    webhookId: text("webhook_id").notNull(),
    event: text("event").notNull(),
    status: text("status").notNull(),
    attempts: integer("attempts").notNull(),
    lastError: text("last_error"),
    updatedMs: integer("updated_ms").notNull(),
    createdMs: integer("created_ms").notNull().default(0),
    /** When it is tried next; null once it has ended. */
    nextMs: integer("next_ms"),
    agent: text("agent"),
    /** The alert rule that told it; null for what a webhook hears by its events. */
    ruleId: text("rule_id"),
    /** The host it goes to: the rest of an address may be a secret. */
    host: text("host"),
    /** One line on what was told. */
    about: text("about"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("delivery_newest").on(t.projectId, t.createdMs, t.id)],
);
