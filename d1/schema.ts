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
  /** When its hours are merged next. */
  compactionDueMs: integer("compaction_due_ms").notNull().default(0),
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
    /** Inverse of the share of such runs that the sender keeps, for counting. */
    weight: real("weight").notNull().default(1),
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

/**
 * Runs whose newest revision names another agent than an earlier one, until the facts of the earlier are gone from its behaviour: a
 * consumer that is killed between the two must find them again.
 */
export const movedRun = sqliteTable(
  "moved_run",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    /** The agent that has lost it. */
    agent: text("agent").notNull(),
    /** Of the revision that took it away: facts up to it must go. */
    version: text("version").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.runId, t.agent] })],
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
  (t) => [primaryKey({ columns: [t.projectId, t.runId, t.name, t.source] }), index("score_by_name").on(t.projectId, t.name)],
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
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("incident_newest").on(t.projectId, t.openedMs, t.id)],
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

/** Dimensions that a person defined: domain/run/custom-dimension.ts. */
export const customDimension = sqliteTable(
  "custom_dimension",
  {
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    name: text("name").notNull(),
    kind: text("kind").notNull(),
    expression: text("expression").notNull(),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.agent, t.name] })],
);
