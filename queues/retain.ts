// Retention: what was received longer ago than the project keeps it goes. The archive says what is due, by its folders of hours: a
// segment is read once more for the runs in it, their rows go, and the segment last, so that a pass that breaks off is found again.
import { expireRows } from "../d1/retention.ts";
import { deleteRunRows } from "../d1/delete-run.ts";
import { touchSignals } from "../d1/write-findings.ts";
import { forgetStaleLines, readLineOf } from "../d1/move-lines.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { allHours, segmentsOfHour, type ArchivedSegment } from "../r2/hours.ts";
import { hourOf } from "../r2/keys.ts";
import { traceIdsOf } from "../domain/run/run-id.ts";
import { forgetTraces } from "./forget.ts";
import { readSegments } from "./read-hour.ts";

const dayMs = 24 * 60 * 60_000;

/** false when `isOver` said so before the pass was done. */
export async function retain(
  env: Bindings,
  projectId: string,
  retentionDays: number,
  nowMs: number,
  isOver: () => boolean,
): Promise<boolean> {
  const beforeMs = nowMs - retentionDays * dayMs;
  const oldestKept = hourOf(beforeMs);
  for (const hour of await allHours(env.ARCHIVE, projectId)) {
    if (hour >= oldestKept) break;
    for await (const segment of segmentsOfHour(env.ARCHIVE, projectId, hour)) {
      if (isOver()) return false;
      await dropSegment(env, projectId, segment);
    }
  }
  return expireRows(env.INDEX, projectId, beforeMs, isOver);
}

async function dropSegment(env: Bindings, projectId: string, segment: ArchivedSegment): Promise<void> {
  for await (const { lines, standing } of readSegments(env, projectId, [segment])) {
    const ids = standing.map(({ run }) => run.id);
    if (ids.length > 0) {
      // What comes of such a trace from now on is within retention again.
      await forgetTraces(env, projectId, ids.flatMap(traceIdsOf), null);
      await deleteRunRows(env.INDEX, projectId, ids, standing.map(readLineOf), null);
      const agents = [...new Set(standing.map(({ run }) => run.agent))];
      await touchSignals(env.INDEX, projectId, agents, Date.now());
    }
    await forgetStaleLines(env.INDEX, projectId, lines.map(readLineOf));
  }
  await env.ARCHIVE.delete(segment.key);
}
