// Deletes a run everywhere: its bytes in the archive first, then its parts, its facts and at last its rows, so that a deletion
// that stops half way can be found and done again.
import { deleteRunRows, linesOfRun } from "../d1/delete-run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { assemblyShardOf, behaviourOf, traceAssemblyOf } from "../durable-objects/names.ts";
import { blankSegmentLines } from "../r2/segments.ts";
import { traceIdsOf } from "./flush.ts";

export async function forgetRun(env: Bindings, projectId: string, run: { id: string; agent: string }): Promise<void> {
  await blankSegmentLines(env.ARCHIVE, await linesOfRun(env.INDEX, projectId, run.id));
  for (const traceId of traceIdsOf(run.id)) await traceAssemblyOf(env, projectId, assemblyShardOf(traceId)).forget(traceId);
  await behaviourOf(env, projectId, run.agent).forget([run.id], Date.now());
  await deleteRunRows(env.INDEX, projectId, run.id);
}
