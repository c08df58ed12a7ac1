// Segments that were written and not indexed, because a consumer or a merge was killed between the two: the lines that nothing points to are
// taken out, so that no byte of a run stands where its deletion would not find it.
import { knownOffsets } from "../d1/segment-lines.ts";
import { forgetUnfinished, unfinishedSegments, type UnfinishedSegment } from "../d1/unfinished-segments.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { inPages } from "../r2/line-pages.ts";
import { blankSegmentLines, segmentLines, type LinePlace } from "../r2/segments.ts";

/** A delivery that is being stored, or tried again, has ended by then. */
const abandonedMs = 15 * 60_000;
const stemsAtATime = 20;

/** How many stems were settled. */
export async function settleSegments(env: Pick<Bindings, "ARCHIVE" | "INDEX">, nowMs: number): Promise<number> {
  const abandoned = await unfinishedSegments(env.INDEX, nowMs - abandonedMs, stemsAtATime);
  for (const unfinished of abandoned) {
    const { objects } = await env.ARCHIVE.list({ prefix: unfinished.stem });
    for (const { key } of objects) await settleSegment(env, unfinished, key);
    await forgetUnfinished(env.INDEX, unfinished, nowMs - abandonedMs);
  }
  return abandoned.length;
}

async function settleSegment(env: Pick<Bindings, "ARCHIVE" | "INDEX">, { projectId }: UnfinishedSegment, key: string): Promise<void> {
  const unknown: LinePlace[] = [];
  let isKnown = false;
  for await (const page of inPages(segmentLines(env.ARCHIVE, key))) {
    const ids = page.map(({ run }) => run.id);
    const known = await knownOffsets(env.INDEX, projectId, key, ids);
    isKnown ||= known.size > 0;
    unknown.push(...page.filter(({ offset }) => !known.has(offset)).map(({ offset, length }) => ({ key, offset, length })));
  }
  if (!isKnown) await env.ARCHIVE.delete(key);
  else await blankSegmentLines(env.ARCHIVE, unknown);
}
