// Empties what a deleted project leaves: its folders in the archive, its objects, its rows. Page by page until it is done or time is
// up; done again, it takes what was in flight the first time.
import { agentsWithObjects, deleteProjectRows } from "../d1/delete-project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { allAssembliesOf, auditLogOf, behaviourOf, incidentDeskOf } from "../durable-objects/names.ts";
import { deletePrefix } from "../r2/delete-prefix.ts";
import { deadPrefix, hourPrefix, inboxPrefix, segmentPrefix } from "../r2/keys.ts";

/** false when `isOver` said so before all was gone. */
export async function purgeProject(env: Bindings, id: string, isOver: () => boolean): Promise<boolean> {
  for (const prefix of [inboxPrefix(id), deadPrefix(id), segmentPrefix(id), hourPrefix(id)]) {
    if (!(await deletePrefix(env.ARCHIVE, prefix, isOver))) return false;
  }
  for (const agent of await agentsWithObjects(env.INDEX, id)) {
    await behaviourOf(env, id, agent).destroy();
    await incidentDeskOf(env, id, agent).destroy();
    if (isOver()) return false;
  }
  for (const assembly of allAssembliesOf(env, id)) await assembly.destroy();
  await auditLogOf(env, id).destroy();
  return deleteProjectRows(env.INDEX, id, isOver);
}
