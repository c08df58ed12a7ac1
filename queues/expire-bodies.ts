// Bodies that were set aside are deleted a day after they were received; their rows stay and say so. Bodies that still wait in the
// inbox are not deleted by the clock: they are tried once more, and end as a row without bytes if that fails.
import { markBytesGone } from "../d1/dead-letters.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { deleteDead, listInbox } from "../r2/inbox.ts";
import { deadRoot, type InboxEntry } from "../r2/keys.ts";
import { isPastKeeping } from "./bury.ts";

/** R2 deletes a thousand objects a call. */
const mostAtOnce = 1_000;

/** How many bodies were deleted. */
export async function expireBodies(env: Pick<Bindings, "ARCHIVE" | "INDEX">, nowMs: number): Promise<number> {
  const expired: InboxEntry[] = [];
  for await (const entry of listInbox(env.ARCHIVE, deadRoot)) {
    if (isPastKeeping(entry.receipt, nowMs)) expired.push(entry);
    if (expired.length === mostAtOnce) break;
  }
  await deleteDead(env.ARCHIVE, expired);
  for (const [projectId, ofProject] of Map.groupBy(expired, (entry) => entry.projectId)) {
    await markBytesGone(
      env.INDEX,
      projectId,
      ofProject.map(({ receipt }) => receipt),
      nowMs,
    );
  }
  return expired.length;
}
