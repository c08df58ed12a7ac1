// What travels through the queues: pointers, never bodies. Versioned, because a message may be read by newer code than wrote it.
import * as z from "zod";

/** Bytes wait in the inbox under `key`. */
export const inboxMessage = z.object({ v: z.literal(1), kind: z.literal("inbox"), key: z.string() });

/** A trace became quiet, or silent without a root; the assembly object `shard` holds its parts. */
export const closedMessage = z.object({
  v: z.literal(1),
  kind: z.literal("closed"),
  project_id: z.string(),
  shard: z.int(),
  trace_ids: z.array(z.string()),
});

/** The behaviour object of `agent` has an evaluation that was not published yet. */
export const evaluatedMessage = z.object({
  v: z.literal(1),
  kind: z.literal("evaluated"),
  project_id: z.string(),
  agent: z.string(),
});

/** An event that webhooks may want; the agent's incident desk says what to tell. `event_id` makes a second delivery the same one. */
export const noticeMessage = z.object({
  v: z.literal(1),
  kind: z.literal("notice"),
  project_id: z.string(),
  event_id: z.string(),
  event: z.string(),
  at: z.string(),
  agent: z.string(),
  /** The alert rule that tells it; null for what hooks hear by their events. */
  rule_id: z.string().nullable().default(null),
});

/** Something waits to be told to the project's audit log: in the index, or in an object that nobody took it from. */
export const auditMessage = z.object({
  v: z.literal(1),
  kind: z.literal("audit"),
  project_id: z.string(),
  from: z.object({ object: z.enum(["desk", "behaviour"]), agent: z.string() }).nullable(),
});

/** A minute has passed: do what is due at `at_ms`, the cron's own time (`tick`); or go on with one deletion of a user's data. */
export const upkeepMessage = z.discriminatedUnion("kind", [
  z.object({ v: z.literal(1), kind: z.literal("tick"), at_ms: z.number().optional() }),
  z.object({ v: z.literal(1), kind: z.literal("user_erasure"), project_id: z.string(), user_key: z.string() }),
]);

/** A run that Claude is to read; its row in the index says how far that is. */
export const readMessage = z.object({ v: z.literal(1), kind: z.literal("read"), project_id: z.string(), run_id: z.string() });

/** A version of an artifact that Claude is to better; its row in the index says how far that is. */
export const draftMessage = z.object({ v: z.literal(1), kind: z.literal("draft"), project_id: z.string(), artifact_id: z.string() });

/** A signal that Claude is to propose a name for; its row in the index says how far that is. */
export const proposeMessage = z.object({ v: z.literal(1), kind: z.literal("propose"), project_id: z.string(), signal_id: z.string() });

/** The next pages of a backfill's work; its row in the index says where it goes on, and which message's `turn` it is. */
export const backfillMessage = z.object({
  v: z.literal(1),
  kind: z.literal("backfill"),
  project_id: z.string(),
  backfill_id: z.string(),
  turn: z.int(),
});

/** A replay that goes on; its rows in the index say what is left of it. */
export const replayMessage = z.object({ v: z.literal(1), kind: z.literal("replay"), project_id: z.string(), experiment_id: z.string() });

export type ReplayMessage = z.infer<typeof replayMessage>;
/** An evaluation has items that may be worked at; its rows in the index say which. */
export const evaluationMessage = z.object({
  v: z.literal(1),
  kind: z.literal("evaluate"),
  project_id: z.string(),
  evaluation_id: z.string(),
});

export type EvaluationMessage = z.infer<typeof evaluationMessage>;
export type ProposeMessage = z.infer<typeof proposeMessage>;
export type DraftMessage = z.infer<typeof draftMessage>;
export type ReadMessage = z.infer<typeof readMessage>;
export type BackfillMessage = z.infer<typeof backfillMessage>;
export type AuditMessage = z.infer<typeof auditMessage>;
export type UpkeepMessage = z.infer<typeof upkeepMessage>;
export type InboxMessage = z.infer<typeof inboxMessage>;
export type ClosedMessage = z.infer<typeof closedMessage>;
export type EvaluatedMessage = z.infer<typeof evaluatedMessage>;
export type NoticeMessage = z.infer<typeof noticeMessage>;
