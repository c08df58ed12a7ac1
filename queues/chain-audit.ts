// Brings the audit drafts that wait in the index to the project's log, and the chained entries back. Two that do it at once, or one
// that stops half way, end alike: the log knows a draft by its id.
import { pendingAudit, writeChained } from "../d1/audit-pending.ts";
import { readProject } from "../d1/project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { auditLogOf } from "../durable-objects/names.ts";

/** Drafts a call: a few KB each. */
const draftsAtATime = 100;

export async function chainAudit(env: Bindings, projectId: string): Promise<void> {
  for (;;) {
    const drafts = await pendingAudit(env.INDEX, projectId, draftsAtATime);
    // A project that is being deleted gets no new log.
    if (drafts.length === 0 || (await readProject(env.INDEX, projectId)) === null) return;
    await writeChained(env.INDEX, projectId, await auditLogOf(env, projectId).append(drafts));
  }
}
