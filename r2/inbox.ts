// The inbox: acknowledged bytes wait here, encrypted, until a consumer has stored what they mean. An object that stands here
// IS what `pending` counts; nothing else remembers it, so a lost queue message or a kill can always be found again.
import { deadKey, inboxKey, inboxPrefix, parseInboxKey, type InboxEntry } from "./keys.ts";
import { seal, unseal } from "./seal.ts";

const place = (entry: InboxEntry): string => `${entry.projectId}/${entry.receipt}`;

/** Durable when it returns. */
export async function putInbox(bucket: R2Bucket, sealKey: string, entry: InboxEntry, body: Uint8Array): Promise<void> {
  await bucket.put(inboxKey(entry), await seal(sealKey, place(entry), body));
}

/** null when it was processed already: whoever asks comes second. */
export async function getInbox(bucket: R2Bucket, sealKey: string, entry: InboxEntry): Promise<Uint8Array | null> {
  const object = await bucket.get(inboxKey(entry));
  return object === null ? null : unseal(sealKey, place(entry), new Uint8Array(await object.arrayBuffer()));
}

export async function deleteInbox(bucket: R2Bucket, entries: readonly InboxEntry[]): Promise<void> {
  if (entries.length > 0) await bucket.delete(entries.map(inboxKey));
}

/** Sets an entry aside, still encrypted; false when it was processed meanwhile. */
export async function moveToDead(bucket: R2Bucket, entry: InboxEntry): Promise<boolean> {
  const object = await bucket.get(inboxKey(entry));
  if (object === null) return false;
  await bucket.put(deadKey(entry), await object.arrayBuffer());
  await bucket.delete(inboxKey(entry));
  return true;
}

/** Every entry that waits under `prefix`, oldest first within a project. */
export async function* listInbox(bucket: R2Bucket, prefix: string): AsyncGenerator<InboxEntry> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { key } of page.objects) {
      const entry = parseInboxKey(key);
      if (entry !== null) yield entry;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

export interface Pending {
  count: number;
  /** Receipt of the one that waits longest. */
  oldestReceipt: string | null;
}

export async function countPending(bucket: R2Bucket, projectId: string): Promise<Pending> {
  let count = 0;
  let oldestReceipt: string | null = null;
  for await (const { receipt } of listInbox(bucket, inboxPrefix(projectId))) {
    count += 1;
    if (oldestReceipt === null || receipt < oldestReceipt) oldestReceipt = receipt;
  }
  return { count, oldestReceipt };
}
