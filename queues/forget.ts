// Deletes runs everywhere: the deletion is remembered first, then the bytes in the archive go, then parts, facts and at last rows, so
// that a deletion that stops half way can be found and done again.
import { beginErasure, deleteRunRows, type Told } from "../d1/delete-run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { assemblyShardOf, behaviourOf, traceAssemblyOf } from "../durable-objects/names.ts";
import { blankSegmentLines } from "../r2/segments.ts";
import { traceIdsOf } from "../domain/run/run-id.ts";

/** @param atMs what was received up to then is deleted, also when it is stored later; @param told what the index hears of it with the rows */
export async function forgetRuns(
  env: Bindings,
  projectId: string,
  runs: readonly { id: string; agent: string }[],
  atMs: number,
  told: Told,
): Promise<void> {
  const ids = runs.map(({ id }) => id);
  await blankSegmentLines(env.ARCHIVE, await beginErasure(env.INDEX, projectId, ids, atMs));
  await forgetTraces(env, projectId, ids.flatMap(traceIdsOf));
  for (const [agent, ofAgent] of Map.groupBy(runs, (run) => run.agent)) {
    await behaviourOf(env, projectId, agent).forget(
      ofAgent.map(({ id }) => id),
      Date.now(),
    );
  }
  await deleteRunRows(env.INDEX, projectId, ids, told);
}

/** Their parts in assembly. */
export async function forgetTraces(env: Bindings, projectId: string, traceIds: readonly string[]): Promise<void> {
  for (const [shard, ofShard] of Map.groupBy(traceIds, assemblyShardOf)) await traceAssemblyOf(env, projectId, shard).forget(ofShard);
}
