// The inbox: acknowledged bytes wait here, encrypted, until a consumer has stored what they mean. An object that stands here
// IS what `pending` counts; nothing else remembers it, so a lost queue message or a kill can always be found again.
import { deadKey, inboxKey, inboxPrefix, parseInboxKey, type InboxEntry } from "./keys.ts";
import { seal, unseal } from "./seal.ts";
import { UnreadableBody } from "./unreadable-body.ts";

const place = (entry: InboxEntry): string => `${entry.projectId}/${entry.receipt}`;

/** Durable when it returns. */
export async function putInbox(bucket: R2Bucket, sealKey: string, entry: InboxEntry, body: Uint8Array): Promise<void> {
  await bucket.put(inboxKey(entry), await seal(sealKey, place(entry), body));
}

/** null when it was processed already: whoever asks comes second. Throws UnreadableBody for bytes that this instance's key does not open. */
export async function getInbox(bucket: R2Bucket, sealKey: string, entry: InboxEntry): Promise<Uint8Array | null> {
  const object = await bucket.get(inboxKey(entry));
  if (object === null) return null;
  const sealed = new Uint8Array(await object.arrayBuffer());
  return unseal(sealKey, place(entry), sealed).catch(() => {
    throw new UnreadableBody("the stored bytes do not open with this instance's key");
  });
}

export async function deleteInbox(bucket: R2Bucket, entries: readonly InboxEntry[]): Promise<void> {
  if (entries.length > 0) await bucket.delete(entries.map(inboxKey));
}

/** Copies an entry aside, still encrypted, and says how many bytes it has; null when it was processed meanwhile. */
export async function copyToDead(bucket: R2Bucket, entry: InboxEntry): Promise<number | null> {
  return copy(bucket, inboxKey(entry), deadKey(entry));
}

/** The way back; null when its bytes are gone. */
export async function copyFromDead(bucket: R2Bucket, entry: InboxEntry): Promise<number | null> {
  return copy(bucket, deadKey(entry), inboxKey(entry));
}

async function copy(bucket: R2Bucket, from: string, to: string): Promise<number | null> {
  const object = await bucket.get(from);
  if (object === null) return null;
  await bucket.put(to, await object.arrayBuffer());
  return object.size;
}

/** Bytes of an entry that waits; null when none does. */
export async function inboxSize(bucket: R2Bucket, entry: InboxEntry): Promise<number | null> {
  return (await bucket.head(inboxKey(entry)))?.size ?? null;
}

export async function deleteDead(bucket: R2Bucket, entries: readonly InboxEntry[]): Promise<void> {
  if (entries.length > 0) await bucket.delete(entries.map(deadKey));
}

/** Whether the body with this receipt still waits, whatever its door. */
export async function isWaiting(bucket: R2Bucket, projectId: string, receipt: string): Promise<boolean> {
  const { objects } = await bucket.list({ prefix: `${inboxPrefix(projectId)}${receipt}.`, limit: 1 });
  return objects.length > 0;
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
