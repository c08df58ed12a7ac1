// Retention: what was received longer ago than the project keeps it goes. The archive says what is due, by its folders of hours: a
// segment is read once more for the runs in it, their rows go, and the segment last, so that a pass that breaks off is found again.
import { expireRows } from "../d1/retention.ts";
import { deleteRunRows } from "../d1/delete-run.ts";
import { forgetStaleLines, runsStandingIn } from "../d1/segment-lines.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { segmentFolder, segmentPrefix } from "../r2/keys.ts";
import { readSegment } from "../r2/segments.ts";
import { traceIdsOf } from "../domain/run/run-id.ts";
import { forgetTraces } from "./forget.ts";

const dayMs = 24 * 60 * 60_000;
/** Segments a listing: few are due in a pass. */
const segmentsAtATime = 50;

/** false when `isOver` said so before the pass was done. */
export async function retain(
  env: Bindings,
  projectId: string,
  retentionDays: number,
  nowMs: number,
  isOver: () => boolean,
): Promise<boolean> {
  const beforeMs = nowMs - retentionDays * dayMs;
  const oldestKept = segmentFolder(projectId, beforeMs);
  for (;;) {
    const { objects } = await env.ARCHIVE.list({ prefix: segmentPrefix(projectId), limit: segmentsAtATime });
    const due = objects.filter(({ key }) => key < oldestKept);
    for (const { key } of due) {
      if (isOver()) return false;
      await dropSegment(env, projectId, key);
    }
    if (due.length < segmentsAtATime) break;
  }
  return expireRows(env.INDEX, projectId, beforeMs, isOver);
}

async function dropSegment(env: Bindings, projectId: string, key: string): Promise<void> {
  const lines = (await readSegment(env.ARCHIVE, key)) ?? [];
  const standing = await runsStandingIn(
    env.INDEX,
    projectId,
    key,
    lines.map(({ run }) => run.id),
  );
  if (standing.length > 0) {
    await forgetTraces(env, projectId, standing.flatMap(traceIdsOf));
    await deleteRunRows(env.INDEX, projectId, standing, null);
  }
  await forgetStaleLines(
    env.INDEX,
    projectId,
    key,
    lines.map(({ run }) => run.id),
  ).run();
  await env.ARCHIVE.delete(key);
}
