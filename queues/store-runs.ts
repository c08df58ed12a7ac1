// Stores runs that were read: whole runs into one R2 segment, rows into the index, facts into the behaviour objects. Every
// step may run twice and stop half way: rows and facts are replaced by version, so doing it again ends the same.
import type { Run } from "../domain/run/run.ts";
import { isErased } from "../domain/run/erasure.ts";
import { customDimensionsOf } from "../d1/custom-dimensions.ts";
import type { Erasure } from "../d1/erasures.ts";
import { forgetMoved, type MovedRun } from "../d1/moved-runs.ts";
import { scoresOf } from "../d1/read-for-store.ts";
import type { Receipt } from "../d1/receipts.ts";
import { beginSegment } from "../d1/unfinished-segments.ts";
import { touchSignals } from "../d1/write-findings.ts";
import { writeRuns } from "../d1/write-runs.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import { segmentStem } from "../r2/keys.ts";
import { writeSegment } from "../r2/segments.ts";
import { foldRuns } from "./fold-runs.ts";
import { forgetRuns } from "./forget.ts";
import { userKeyOf } from "./user-key.ts";

export interface ReadRun {
  run: Run;
  /** Orders revisions: receipt of a native run, number of parts of a trace. */
  version: string;
  /** A trace that may still grow is listed, and moves no baseline yet. */
  isOpen: boolean;
  /** As the sender sent it, redacted. */
  raw: unknown;
  /** It was put together of the parts of a trace. */
  isTrace: boolean;
  /** Other ids under which the sender speaks of it, in the form of run ids. */
  aliases: readonly string[];
  /** When the newest of it was received, epoch milliseconds: what a deletion since then must take away again. */
  receivedMs: number;
}

/** @param name of the segment: the same delivery must give the same name */
export async function storeRuns(
  env: Bindings,
  projectId: string,
  name: string,
  read: readonly ReadRun[],
  receipts: readonly Receipt[],
  nowMs: number,
): Promise<void> {
  const runs = newestOnly(read);
  const stem = segmentStem(projectId, runs[0]?.receivedMs ?? nowMs, name);
  if (runs.length > 0) await beginSegment(env.INDEX, projectId, stem, nowMs);
  const custom = await customDimensionsOf(env.INDEX, projectId);
  const places = runs.length > 0 ? await writeSegment(env.ARCHIVE, stem, runs) : [];
  const stored = runs.flatMap((one, i) => {
    const place = places[i];
    return place === undefined ? [] : [{ ...one, place, custom: custom.get(one.run.agent) ?? [] }];
  });
  const { erasures, moved } = await writeRuns(env.INDEX, projectId, stored, receipts, stem, nowMs);
  const gone = await forgetErased(env, projectId, runs, erasures);
  const closed = runs.filter(({ isOpen, run }) => !isOpen && !gone.has(run.id));
  if (closed.length > 0) {
    const scores = await scoresOf(
      env.INDEX,
      projectId,
      closed.map(({ run }) => run.id),
    );
    await foldRuns(env, projectId, closed, scores, custom, nowMs);
  }
  if (moved.length > 0) await leaveOldAgents(env, projectId, moved, nowMs);
}

/** A later part can name another agent: the run must not stay in the behaviour of the first. */
async function leaveOldAgents(env: Bindings, projectId: string, moved: readonly MovedRun[], nowMs: number): Promise<void> {
  for (const [agent, ofAgent] of Map.groupBy(moved, (one) => one.agent)) await behaviourOf(env, projectId, agent).forget(ofAgent, nowMs);
  await touchSignals(
    env.INDEX,
    projectId,
    moved.map(({ agent }) => agent),
    nowMs,
  );
  await forgetMoved(env.INDEX, projectId, moved);
}

/** Takes away again what was received before its deletion and stored after it. Ids of those runs. */
async function forgetErased(
  env: Bindings,
  projectId: string,
  runs: readonly ReadRun[],
  erasures: readonly Erasure[],
): Promise<Set<string>> {
  const erased = new Map<string, { id: string; atMs: number }>();
  for (const { kind, key, atMs } of erasures) {
    for (const { run, isTrace, receivedMs } of runs) {
      // What names a user anew after the deletion is new, in a trace too.
      const isIt =
        kind === "run"
          ? run.id === key && isErased({ isTrace, receivedMs }, atMs)
          : run.user_id !== null && userKeyOf(env, projectId, run.user_id) === key && receivedMs <= atMs;
      if (isIt) erased.set(run.id, { id: run.id, atMs });
    }
  }
  for (const [atMs, together] of Map.groupBy(erased.values(), (one) => one.atMs)) await forgetRuns(env, projectId, together, atMs, null);
  return new Set(erased.keys());
}

/** One entry a run: of several revisions in one delivery the newest. */
function newestOnly(read: readonly ReadRun[]): ReadRun[] {
  const newest = new Map<string, ReadRun>();
  for (const one of read) {
    const known = newest.get(one.run.id);
    if (known === undefined || one.version >= known.version) newest.set(one.run.id, one);
  }
  return [...newest.values()];
}
