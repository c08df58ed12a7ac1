// Delivers to a consumer as a queue would, and puts bodies where the doors would have put them.
import { createExecutionContext, createMessageBatch, env, getQueueResult, waitOnExecutionContext } from "cloudflare:test";
import { encodeTime } from "ulidx";
import { readNativeRuns } from "../../domain/wire/native.ts";
import { receiptMs } from "../../queues/receipt.ts";
import { putInbox } from "../../r2/inbox.ts";
import { inboxKey, type InboxEntry } from "../../r2/keys.ts";
import type { Env } from "../../workers/pipeline/env.ts";
import worker from "../../workers/pipeline/index.ts";

interface Delivery {
  attempts?: number;
  /** In place of the real bindings: to break one of them. */
  env?: Env;
}

export async function deliver(queue: string, bodies: readonly unknown[], { attempts = 1, env: given = env }: Delivery = {}) {
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

type Where = Pick<InboxEntry, "projectId"> & Partial<InboxEntry> & { atMs?: number };

/** A body that was acknowledged and waits, and whose pointer nobody has sent. */
export async function inboxed({ atMs = Date.now(), ...where }: Where, body: unknown): Promise<InboxEntry> {
  const entry: InboxEntry = { receipt: receiptAt(atMs), door: "traces", format: "json", isGzip: false, ...where };
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  await putInbox(env.ARCHIVE, env.BENTO_INBOX_KEY, entry, bytes);
  return entry;
}

/** The same for native runs, as their door leaves them. */
export async function inboxedRuns(where: Where, ...runs: readonly object[]): Promise<InboxEntry> {
  const receipt = where.receipt ?? receiptAt(where.atMs ?? Date.now());
  const context = { receipt, receivedMs: receiptMs(receipt) };
  const reading = readNativeRuns(new TextEncoder().encode(JSON.stringify({ runs })), "json", context);
  return inboxed({ ...where, receipt, door: "runs", format: "reading" }, reading);
}

/** Stores the runs as if they had come through their door at `atMs`. */
export async function store(where: Where, ...runs: readonly object[]): Promise<InboxEntry> {
  const entry = await inboxedRuns(where, ...runs);
  await deliver("bento-ingest", [pointer(entry)]);
  return entry;
}
