// The moment of acknowledgement: bytes durable in R2 first, then the pointer, then 2xx. A pointer that cannot be sent is not
// the client's trouble: the sweep finds what stands in the inbox.
import { monotonicFactory } from "ulidx";
import { putInbox } from "../../../r2/inbox.ts";
import { inboxKey, type Door, type Format, type InboxEntry } from "../../../r2/keys.ts";
import type { InboxMessage } from "../../../queues/messages.ts";
import type { Env } from "../env.ts";
import type { Body } from "./body.ts";

// Made on first use: Workers give no randomness while a module loads.
let nextUlid: (() => string) | undefined;

/** Greater than every receipt that this isolate gave before. */
export function newReceipt(): string {
  nextUlid ??= monotonicFactory();
  return nextUlid();
}

export interface Acceptance {
  projectId: string;
  receipt: string;
  door: Door;
  format: Format;
}

export async function accept(
  env: Env,
  ctx: ExecutionContext,
  { projectId, receipt, door, format }: Acceptance,
  body: Pick<Body, "packed" | "isGzip">,
): Promise<void> {
  const entry: InboxEntry = { projectId, receipt, door, format, isGzip: body.isGzip };
  await putInbox(env.ARCHIVE, env.BENTO_INBOX_KEY, entry, body.packed);
  const message: InboxMessage = { v: 1, kind: "inbox", key: inboxKey(entry) };
  ctx.waitUntil(
    env.INGEST_QUEUE.send(message).catch(() => {
      console.warn(JSON.stringify({ level: "warn", where: "accept", reason: "queue refused a pointer; the sweep will find it" }));
    }),
  );
}
