// The sweep: bodies that stand in the inbox for longer than their pointer should take. Their pointer was lost (a crash between
// the put and the send, a queue that lost a message), so they get another; a body that is processed twice ends the same.
import { listInbox } from "../r2/inbox.ts";
import { inboxKey, inboxRoot } from "../r2/keys.ts";
import type { InboxMessage } from "./messages.ts";
import { receiptMs } from "./receipt.ts";

export interface SweepBindings {
  ARCHIVE: R2Bucket;
  INGEST_QUEUE: Queue;
}

/** Longer than a busy queue takes; a pointer that is only slow would be sent twice for nothing. */
const overdueMs = 60_000;
/** Messages in one send: the platform's limit. */
const mostInOneSend = 100;

/** How many pointers were sent again. */
export async function sweepInbox(env: SweepBindings, nowMs: number): Promise<number> {
  let sent = 0;
  let batch: { body: InboxMessage }[] = [];
  const send = async () => {
    if (batch.length > 0) await env.INGEST_QUEUE.sendBatch(batch);
    sent += batch.length;
    batch = [];
  };
  for await (const entry of listInbox(env.ARCHIVE, inboxRoot)) {
    if (receiptMs(entry.receipt) > nowMs - overdueMs) continue;
    batch.push({ body: { v: 1, kind: "inbox", key: inboxKey(entry) } });
    if (batch.length === mostInOneSend) await send();
  }
  await send();
  return sent;
}
