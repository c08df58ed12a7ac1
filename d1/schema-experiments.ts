// The index of proof: suites and their cases, evaluators and what they said, experiments with what each arm did, and gates. Every table
// carries project_id first in its key.
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A set of cases. Its version rises with every change of them; a case knows since and until which version it is in. */
export const suite = sqliteTable(
  "suite",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    name: text("name").notNull(),
    version: integer("version").notNull(),
    /** JSON of domain/experiment/suite.ts SuiteSettings: whether it grows from signals, and the like. */
    settings: text("settings").notNull(),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("suite_of_agent").on(t.projectId, t.agent, t.id)],
);

export const suiteCase = sqliteTable(
  "suite_case",
  {
    projectId: text("project_id").notNull(),
    suiteId: text("suite_id").notNull(),
    id: text("id").notNull(),
    /** The run that it was grown from; null where a person wrote it. */
    runId: text("run_id"),
    /** JSON of the input. */
    input: text("input").notNull(),
    /** JSON of what is expected; null where only evaluators say. */
    expected: text("expected"),
    /** `person`, `signal` or `fix`, and the signal. */
    origin: text("origin").notNull(),
    signalId: text("signal_id"),
    /** Kept sealed: nobody tunes on it. */
    isHoldout: integer("is_holdout").notNull(),
    /** Of its input, so that near-duplicates are found. */
    fingerprint: text("fingerprint").notNull(),
    sinceVersion: integer("since_version").notNull(),
    /** The first version without it; null while it is in. */
    untilVersion: integer("until_version"),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.suiteId, t.id] }), index("suite_case_of_run").on(t.projectId, t.runId)],
);

export const evaluator = sqliteTable(
  "evaluator",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    name: text("name").notNull(),
    type: text("type").notNull(),
    /** Of the definition; results of two are never mixed. */
    epoch: text("epoch").notNull(),
    /** JSON of domain/experiment/evaluator.ts Evaluator */
    definition: text("definition").notNull(),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("evaluator_by_name").on(t.projectId, t.agent, t.name)],
);

/** A batch: evaluators over the cases of a suite or over recorded runs. */
export const evaluation = sqliteTable(
  "evaluation",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    suiteId: text("suite_id"),
    suiteVersion: integer("suite_version"),
    /** queued, running, done, incomplete, cancelled or failed */
    status: text("status").notNull(),
    /** JSON of the plan: evaluators with their epochs, filter, candidate, baseline, repeats, cap. */
    plan: text("plan").notNull(),
    total: integer("total").notNull(),
    costUsd: real("cost_usd").notNull(),
    error: text("error"),
    createdMs: integer("created_ms").notNull(),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("evaluation_newest").on(t.projectId, t.agent, t.createdMs, t.id),
    index("evaluation_live").on(t.status, t.updatedMs),
  ],
);

/** One evaluator's word on one item: pending until it is passed, failed, errored or skipped. */
export const evaluationItem = sqliteTable(
  "evaluation_item",
  {
    projectId: text("project_id").notNull(),
    evaluationId: text("evaluation_id").notNull(),
    /** Order of the items. */
    n: integer("n").notNull(),
    evaluator: text("evaluator").notNull(),
    runId: text("run_id"),
    caseId: text("case_id"),
    status: text("status").notNull(),
    score: real("score"),
    reason: text("reason"),
    attempts: integer("attempts").notNull(),
    costUsd: real("cost_usd").notNull(),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.evaluationId, t.n, t.evaluator] })],
);

/** Evaluations that the clock starts. */
export const evaluationSchedule = sqliteTable(
  "evaluation_schedule",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** JSON: every how many hours, and what. */
    record: text("record").notNull(),
    dueMs: integer("due_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("evaluation_schedule_due").on(t.dueMs)],
);

export const experiment = sqliteTable(
  "experiment",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    /** replay, shadow or canary */
    kind: text("kind").notNull(),
    agent: text("agent").notNull(),
    /** draft, running, done, stopped, aborted, promoted or failed */
    status: text("status").notNull(),
    /** JSON of domain/experiment/experiment.ts ExperimentPlan: candidate, baseline, plan. */
    plan: text("plan").notNull(),
    /** JSON of what is known so far: verdict, metrics, looks, ramp. */
    reading: text("reading").notNull(),
    /** Of a canary: makes its assignment independent of every other one's. */
    salt: text("salt").notNull(),
    total: integer("total").notNull(),
    costUsd: real("cost_usd").notNull(),
    error: text("error"),
    createdMs: integer("created_ms").notNull(),
    startedMs: integer("started_ms"),
    endedMs: integer("ended_ms"),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("experiment_newest").on(t.projectId, t.agent, t.createdMs, t.id),
    index("experiment_live").on(t.status, t.updatedMs),
  ],
);

/** One run of a replay, once for each repeat: what the candidate made of it. */
export const replayItem = sqliteTable(
  "replay_item",
  {
    projectId: text("project_id").notNull(),
    experimentId: text("experiment_id").notNull(),
    runId: text("run_id").notNull(),
    nth: integer("nth").notNull(),
    /** pending, done, errored or incomparable */
    status: text("status").notNull(),
    /** JSON of domain/experiment/replay.ts ReplayOutcome */
    outcome: text("outcome"),
    /** SHA-256 of the token in its tool address, while it is being replayed; and JSON of the calls that were served. */
    tokenHash: text("token_hash"),
    served: text("served"),
    attempts: integer("attempts").notNull(),
    costUsd: real("cost_usd").notNull(),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.experimentId, t.runId, t.nth] }),
    index("replay_item_by_token").on(t.tokenHash),
    index("replay_item_of_run").on(t.projectId, t.runId),
  ],
);

/** What one unit showed in one arm. Of several values of one unit and metric, the unit's mean counts. */
export const experimentOutcome = sqliteTable(
  "experiment_outcome",
  {
    projectId: text("project_id").notNull(),
    experimentId: text("experiment_id").notNull(),
    unit: text("unit").notNull(),
    metric: text("metric").notNull(),
    /** The run it is of; empty where it was posted without one. */
    runId: text("run_id").notNull(),
    arm: text("arm").notNull(),
    value: real("value").notNull(),
    /** JSON of the cohort, for strata. */
    cohort: text("cohort").notNull(),
    atMs: integer("at_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.experimentId, t.unit, t.metric, t.runId] }),
    index("experiment_outcome_order").on(t.projectId, t.experimentId, t.metric, t.atMs),
    index("experiment_outcome_of_run").on(t.projectId, t.runId),
  ],
);

/** Units that an arm was given to, and when first. */
export const exposure = sqliteTable(
  "exposure",
  {
    projectId: text("project_id").notNull(),
    experimentId: text("experiment_id").notNull(),
    unit: text("unit").notNull(),
    arm: text("arm").notNull(),
    atMs: integer("at_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.experimentId, t.unit, t.arm] })],
);

/** Cases that ever passed, by evaluator: none of them may fail silently. */
export const everPassed = sqliteTable(
  "ever_passed",
  {
    projectId: text("project_id").notNull(),
    suiteId: text("suite_id").notNull(),
    caseId: text("case_id").notNull(),
    evaluator: text("evaluator").notNull(),
    firstMs: integer("first_ms").notNull(),
    lastMs: integer("last_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.suiteId, t.caseId, t.evaluator] })],
);

export const gate = sqliteTable(
  "gate",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    suiteId: text("suite_id"),
    verdict: text("verdict").notNull(),
    expiresMs: integer("expires_ms").notNull(),
    /** JSON of who waived it and why; null when nobody did. */
    waiver: text("waiver"),
    /** JSON of domain/experiment/gate.ts Gate */
    record: text("record").notNull(),
    createdMs: integer("created_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("gate_newest").on(t.projectId, t.agent, t.createdMs, t.id)],
);
