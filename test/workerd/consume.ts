// Delivers to a consumer as a queue would, and waits until nothing is pending.
import { createExecutionContext, createMessageBatch, env, getQueueResult, waitOnExecutionContext } from "cloudflare:test";
import worker from "../../workers/pipeline/index.ts";
import type { Env } from "../../workers/pipeline/env.ts";
import { putInbox } from "../../r2/inbox.ts";
import { inboxKey, type InboxEntry } from "../../r2/keys.ts";
import { encodeTime } from "ulidx";

export async function deliver(
  queue: string,
  bodies: readonly unknown[],
  { attempts = 1, env: given = env }: { attempts?: number; env?: Env } = {},
) {
  const messages = bodies.map((body, i) => ({ id: `${i}`, timestamp: new Date(), attempts, body }));
  const batch = createMessageBatch(queue, messages);
  const ctx = createExecutionContext();
  await worker.queue(batch, given);
  await waitOnExecutionContext(ctx);
  return getQueueResult(batch, ctx);
}

export const pointer = (entry: InboxEntry) => ({ v: 1, kind: "inbox", key: inboxKey(entry) });

let count = 0;

/** A receipt of that moment; greater than all before of the same moment. */
export function receiptAt(atMs: number): string {
  return `${encodeTime(atMs, 10)}${String(++count).padStart(16, "0")}`;
}

/** An acknowledged body that waits, received at `atMs`, whose pointer nobody has sent. */
export async function inboxed(projectId: string, body: unknown, atMs = Date.now(), more: Partial<InboxEntry> = {}): Promise<InboxEntry> {
  const entry: InboxEntry = { projectId, receipt: receiptAt(atMs), door: "traces", format: "json", isGzip: false, ...more };
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  await putInbox(env.ARCHIVE, env.BENTO_INBOX_KEY, entry, bytes);
  return entry;
}
