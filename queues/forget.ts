// Deletes runs everywhere: the deletion is remembered first, then the bytes in the archive go, then parts, facts and at last rows, so
// that a deletion that stops half way can be found and done again.
import { beginErasure, deleteRunRows, type Told } from "../d1/delete-run.ts";
import { dropProposals } from "../d1/signal-proposals.ts";
import { touchSignals } from "../d1/write-findings.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { assemblyShardOf, behaviourOf, traceAssemblyOf } from "../durable-objects/names.ts";
import { blankSegmentLines } from "../r2/segments.ts";
import { erasedTraceMs } from "../domain/run/erasure.ts";
import { traceIdsOf } from "../domain/run/run-id.ts";

/** @param atMs what was received up to then is deleted, also when it is stored later; @param told what the index hears of it with the rows */
export async function forgetRuns(
  env: Bindings,
  projectId: string,
  runs: readonly { id: string }[],
  atMs: number,
  told: Told,
): Promise<void> {
  // Around again for a run that moved meanwhile: its hour was merged, or a revision came. It has bytes elsewhere now.
  for (let ids = runs.map(({ id }) => id); ids.length > 0;) {
    const { lines, standing, folded } = await beginErasure(env.INDEX, projectId, ids, atMs);
    await blankSegmentLines(env.ARCHIVE, lines);
    await forgetTraces(env, projectId, ids.flatMap(traceIdsOf), Date.now() + erasedTraceMs);
    for (const [agent, ofAgent] of Map.groupBy(folded, (one) => one.agent)) {
      await behaviourOf(env, projectId, agent).forget(ofAgent, Date.now());
    }
    ids = await deleteRunRows(env.INDEX, projectId, ids, standing, told);
    // what signals hold of their text goes when they are made anew, before anybody reads them
    const agents = [...new Set(folded.map(({ agent }) => agent))];
    await dropProposals(env.INDEX, projectId, agents);
    await touchSignals(env.INDEX, projectId, agents, Date.now());
  }
}

/** Their parts in assembly. @param erasedUntilMs until when later parts are refused; null: they are taken */
export async function forgetTraces(
  env: Bindings,
  projectId: string,
  traceIds: readonly string[],
  erasedUntilMs: number | null,
): Promise<void> {
  for (const [shard, ofShard] of Map.groupBy(traceIds, assemblyShardOf))
    await traceAssemblyOf(env, projectId, shard).forget(ofShard, erasedUntilMs);
}
