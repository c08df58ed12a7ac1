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

/** An event that webhooks may want. `event_id` makes a second delivery the same one. */
export const noticeMessage = z.object({
  v: z.literal(1),
  kind: z.literal("notice"),
  project_id: z.string(),
  event_id: z.string(),
  event: z.string(),
  at: z.string(),
  agent: z.string(),
  body: z.unknown(),
});

export type InboxMessage = z.infer<typeof inboxMessage>;
export type ClosedMessage = z.infer<typeof closedMessage>;
export type EvaluatedMessage = z.infer<typeof evaluatedMessage>;
export type NoticeMessage = z.infer<typeof noticeMessage>;
