// The index of everything that can be listed or looked up. Bodies of runs live in R2 segments; a row here says where.
// Records that the contract serves whole (changes, drifts, incidents) are kept as JSON beside the columns they are found by.
// Every table carries project_id first in its key: no query may leave it out.
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const project = sqliteTable("project", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  timezone: text("timezone").notNull(),
  /** JSON of domain/project/settings.ts */
  settings: text("settings").notNull(),
  createdMs: integer("created_ms").notNull(),
  /** Set when its deletion was asked for: it is gone for everybody, and its last rows and bytes go after it. */
  deletedMs: integer("deleted_ms"),
  /** When retention looks at it next. */
  retentionDueMs: integer("retention_due_ms").notNull().default(0),
});

export const apiKey = sqliteTable(
  "api_key",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    /** SHA-256 hex of the secret; the secret itself is never kept. */
    hash: text("hash").notNull().unique(),
    name: text("name").notNull(),
    /** JSON array of scopes. */
    scopes: text("scopes").notNull(),
    kind: text("kind").notNull(),
    owner: text("owner"),
    createdMs: integer("created_ms").notNull(),
    revokedMs: integer("revoked_ms"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);

export const agent = sqliteTable(
  "agent",
  {
    projectId: text("project_id").notNull(),
    name: text("name").notNull(),
    firstRunMs: integer("first_run_ms").notNull(),
    lastRunMs: integer("last_run_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name] })],
);

export const run = sqliteTable(
  "run",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** Orders revisions of one run: the greater string is the newer one and wins, whatever order the queue delivers. */
    version: text("version").notNull(),
    status: text("status").notNull(),
    /** 1 while a trace may still grow: its root is missing, or it ended too short a while ago. */
    isOpen: integer("is_open").notNull(),
    startedMs: integer("started_ms").notNull(),
    sessionId: text("session_id"),
    userId: text("user_id"),
    model: text("model"),
    configHash: text("config_hash").notNull(),
    /** Where the whole run stands: an R2 segment, and the bytes of its line. */
    segmentKey: text("segment_key").notNull(),
    segmentOffset: integer("segment_offset").notNull(),
    segmentLength: integer("segment_length").notNull(),
    /** The run without steps as JSON, null where it is too large for the index and must be read from the segment. */
    summary: text("summary"),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("run_newest").on(t.projectId, t.startedMs, t.id),
    index("run_of_agent").on(t.projectId, t.agent, t.startedMs, t.id),
    index("run_of_session").on(t.projectId, t.sessionId, t.startedMs, t.id),
    index("run_of_user").on(t.projectId, t.userId, t.startedMs, t.id),
  ],
);

/** Other ids under which a sender speaks of a run (a row of its trace): scores may name one before the run is there. */
export const runAlias = sqliteTable(
  "run_alias",
  {
    projectId: text("project_id").notNull(),
    /** In the form of a run id. */
    alias: text("alias").notNull(),
    runId: text("run_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.alias] }), index("run_alias_of_run").on(t.projectId, t.runId)],
);

/** Lines of segments that an earlier revision of a run left behind: a deletion must find them all. */
export const staleLine = sqliteTable(
  "stale_line",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    segmentKey: text("segment_key").notNull(),
    segmentOffset: integer("segment_offset").notNull(),
    segmentLength: integer("segment_length").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.runId, t.segmentKey, t.segmentOffset] })],
);

/** What `q` searches: ids, input, output, error and step texts (first 4 KB each), lower-cased by us because SQLite folds ASCII only. */
export const runText = sqliteTable(
  "run_text",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    text: text("text").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.runId] })],
);

/** Scores may come before their run, days after it, and again. */
export const score = sqliteTable(
  "score",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    name: text("name").notNull(),
    /** Empty where the sender did not say: a primary key cannot hold null. */
    source: text("source").notNull(),
    /** JSON of a number, string or boolean. */
    value: text("value").notNull(),
    comment: text("comment"),
    /** Receipt of the newest writer. */
    version: text("version").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.runId, t.name, t.source] }),
    index("score_by_name").on(t.projectId, t.name),
  ],
);

export const change = sqliteTable(
  "change",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    kind: text("kind").notNull(),
    atMs: integer("at_ms").notNull(),
    isDeclared: integer("is_declared").notNull(),
    /** JSON of domain/drift/drift.ts Change */
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("change_newest").on(t.projectId, t.atMs, t.id)],
);

export const drift = sqliteTable(
  "drift",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    dimension: text("dimension").notNull(),
    onsetMs: integer("onset_ms").notNull(),
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("drift_newest").on(t.projectId, t.onsetMs, t.id)],
);

export const incident = sqliteTable(
  "incident",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    agent: text("agent").notNull(),
    status: text("status").notNull(),
    severity: text("severity").notNull(),
    openedMs: integer("opened_ms").notNull(),
    mergedInto: text("merged_into"),
    record: text("record").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("incident_newest").on(t.projectId, t.openedMs, t.id),
  ],
);

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

export const price = sqliteTable(
  "price",
  {
    projectId: text("project_id").notNull(),
    model: text("model").notNull(),
    /** USD per million tokens; a negative price means unknown. */
    input: real("input"),
    output: real("output"),
    cacheRead: real("cache_read"),
    cacheWrite: real("cache_write"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.model] })],
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
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] })],
);
