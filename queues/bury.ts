// Sets an acknowledged body aside that could not be processed: its bytes to `dead/`, still encrypted, and a row that says why. The
// inbox object goes last, so that a crash between any two steps leaves a body that is tried again. No body is kept for more than a
// day after it was received: one that is older leaves its row alone.
import { writeDeadLetter } from "../d1/dead-letters.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { copyToDead, deleteDead, deleteInbox, inboxSize } from "../r2/inbox.ts";
import { deadKey, type InboxEntry } from "../r2/keys.ts";
import { receiptMs } from "./receipt.ts";

/** Unredacted bytes are kept for so long at most, encrypted or not. */
export const longestKeptMs = 24 * 60 * 60_000;

export function isPastKeeping(receipt: string, nowMs: number): boolean {
  return receiptMs(receipt) + longestKeptMs <= nowMs;
}

/** @param reason in our own words */
export async function bury(env: Pick<Bindings, "ARCHIVE" | "INDEX">, entry: InboxEntry, reason: string, nowMs: number): Promise<void> {
  const isOver = isPastKeeping(entry.receipt, nowMs);
  const bytes = isOver ? await inboxSize(env.ARCHIVE, entry) : await copyToDead(env.ARCHIVE, entry);
  if (bytes === null) return;
  const letter = { id: entry.receipt, door: entry.door, reason, atMs: nowMs, key: deadKey(entry), bytes, goneMs: isOver ? nowMs : null };
  await writeDeadLetter(env.INDEX, entry.projectId, letter);
  console.warn(JSON.stringify({ level: "warn", where: "dead letter", project: entry.projectId, receipt: entry.receipt, reason }));
  if (isOver) await deleteDead(env.ARCHIVE, [entry]);
  await deleteInbox(env.ARCHIVE, [entry]);
}
