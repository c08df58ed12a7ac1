// The index of how agents fail: findings on runs, the classes they fall into, the signals that people and rules make of classes, what
// Claude read and spent, and backfills. Every table carries project_id first in its key.
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row for each label on a run. Rows of `rule` findings are replaced with their run's revision. */
export const finding = sqliteTable(
  "finding",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** Start of the run. */
    atMs: integer("at_ms").notNull(),
    /** Of the run, for rates: the inverse of its sample rate. */
    weight: real("weight").notNull(),
    class: text("class").notNull(),
    detector: text("detector").notNull(),
    detectorVersion: text("detector_version").notNull(),
    source: text("source").notNull(),
    polarity: text("polarity").notNull(),
    severity: text("severity").notNull(),
    isRecovered: integer("is_recovered").notNull(),
    /** JSON of domain/finding/finding.ts Finding */
    record: text("record").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.runId, t.id] }),
    index("finding_newest").on(t.projectId, t.agent, t.atMs, t.id),
    index("finding_of_class").on(t.projectId, t.class, t.atMs),
  ],
);

/** domain/signal/signal.ts FindingClass, and the signal that it belongs to. */
export const findingClass = sqliteTable(
  "finding_class",
  {
    projectId: text("project_id").notNull(),
    key: text("key").notNull(),
    agent: text("agent").notNull(),
    /** JSON of SignalFamily */
    family: text("family").notNull(),
    /** JSON array of the masked text's words. */
    tokens: text("tokens").notNull(),
    /** null until it was put into one. */
    signalId: text("signal_id"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.key] }), index("finding_class_of_agent").on(t.projectId, t.agent)],
);

export const signal = sqliteTable(
  "signal",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    slug: text("slug").notNull(),
    /** The family that it is the whole of, as JSON; null for a leaf. */
    family: text("family"),
    /** The signal of its family; null for one of a family, and for what people made. */
    parentId: text("parent_id"),
    /** Of the definition. */
    version: integer("version").notNull(),
    state: text("state").notNull(),
    polarity: text("polarity").notNull(),
    priority: real("priority").notNull(),
    rate: real("rate"),
    lastSeenMs: integer("last_seen_ms"),
    /** 1 where a person made it: by a rule, or in plain words that Claude reads runs against. */
    isDeclared: integer("is_declared").notNull(),
    rule: text("rule"),
    /** JSON of what people said of it: domain/signal/said.ts */
    said: text("said").notNull(),
    /** JSON array of what became of it: merges, splits, renames, with who and why. */
    history: text("history").notNull(),
    /** JSON of domain/signal/signal.ts Signal */
    record: text("record").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("signal_by_priority").on(t.projectId, t.priority, t.id),
    index("signal_of_agent").on(t.projectId, t.agent),
  ],
);

/** What people said by merging and splitting: two classes belong together, or apart. The later one counts. */
export const signalPin = sqliteTable(
  "signal_pin",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    a: text("a").notNull(),
    b: text("b").notNull(),
    kind: text("kind").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("signal_pin_of_agent").on(t.projectId, t.agent)],
);

/** What a person said of a finding; it outlives the row that it speaks of. */
export const findingLabel = sqliteTable(
  "finding_label",
  {
    projectId: text("project_id").notNull(),
    findingId: text("finding_id").notNull(),
    runId: text("run_id").notNull(),
    isCorrect: integer("is_correct").notNull(),
    comment: text("comment"),
    by: text("by").notNull(),
    atMs: integer("at_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.findingId] }), index("finding_label_of_run").on(t.projectId, t.runId)],
);

/** Whether an agent's signals are behind its findings, and from which day its runs must be counted again. */
export const signalUpkeep = sqliteTable(
  "signal_upkeep",
  {
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    /** When something changed that is not in the signals yet; null when nothing did. */
    dirtyMs: integer("dirty_ms"),
    /** Start of the oldest run that changed since. */
    dirtyFromMs: integer("dirty_from_ms"),
    /** Rises with every change: one that comes during a refresh is not lost. */
    changes: integer("changes").notNull(),
    refreshedMs: integer("refreshed_ms"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.agent] }), index("signal_upkeep_due").on(t.dirtyMs)],
);

/** Runs of an agent by the day of their start: the denominators of rates. */
export const runDay = sqliteTable(
  "run_day",
  {
    projectId: text("project_id").notNull(),
    agent: text("agent").notNull(),
    /** Days since 1970, UTC. */
    day: integer("day").notNull(),
    runs: integer("runs").notNull(),
    /** Sums of their weights and of the squares. */
    weight: real("weight").notNull(),
    weightSquares: real("weight_squares").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.agent, t.day] })],
);

/** What became of asking Claude to read a run. */
export const reading = sqliteTable(
  "reading",
  {
    projectId: text("project_id").notNull(),
    runId: text("run_id").notNull(),
    /** pending, ok, failed or off */
    status: text("status").notNull(),
    /** How many findings it gave; null until it is done. */
    findings: integer("findings"),
    error: text("error"),
    /** Of the text that was read, and the rubric's epoch: the same again is not asked again. */
    contentHash: text("content_hash"),
    epoch: text("epoch"),
    attempts: integer("attempts").notNull(),
    costUsd: real("cost_usd").notNull(),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.runId] }), index("reading_waiting").on(t.status, t.updatedMs)],
);

/** Money that models took, reserved before a call and settled after it. */
export const modelSpend = sqliteTable(
  "model_spend",
  {
    projectId: text("project_id").notNull(),
    /** `2026-11-26`, in the project's time zone. */
    day: text("day").notNull(),
    usd: real("usd").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.day] })],
);

/** A scan of history for something that was not looked for when the runs came. */
export const backfill = sqliteTable(
  "backfill",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** JSON of domain/backfill/backfill.ts BackfillTarget, with the version of its definition. */
    target: text("target").notNull(),
    /** queued, running, paused, done, cancelled or failed */
    status: text("status").notNull(),
    /** JSON of the plan: from, to, sample, cap. */
    plan: text("plan").notNull(),
    /** Where it goes on, JSON; null before the first page. */
    cursor: text("cursor"),
    scanned: integer("scanned").notNull(),
    total: integer("total").notNull(),
    matched: integer("matched").notNull(),
    errors: integer("errors").notNull(),
    costUsd: real("cost_usd").notNull(),
    /** JSON of the report so far. */
    report: text("report").notNull(),
    error: text("error"),
    createdMs: integer("created_ms").notNull(),
    startedMs: integer("started_ms"),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("backfill_live").on(t.status, t.updatedMs)],
);
