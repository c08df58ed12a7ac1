// A whole hour of the archive as one stream, in pages. A segment also holds earlier revisions, and for moments lines that have moved to
// another segment: the index knows which lines are runs as they stand, and is asked a page at a time.
import { standingRuns } from "../d1/read-for-store.ts";
import { unfinishedStems } from "../d1/unfinished-segments.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { linesOf, segmentsOfHour, type ArchivedSegment } from "../r2/hours.ts";
import { inPages } from "../r2/line-pages.ts";
import type { StoredLine } from "../r2/segments.ts";

type Stores = Pick<Bindings, "ARCHIVE" | "INDEX">;

/**
 * Pages of the runs that stand in `hour` (of receipt, `2026-11-24T10`), each with what its sender sent. None that stands there all the
 * while is left out; one that is merged or revised meanwhile may come twice, so do what you do with it by its id.
 */
export async function* readHour(env: Stores, projectId: string, hour: string): AsyncGenerator<StoredLine[]> {
  const seen = new Set<string>();
  for (;;) {
    // What is merged meanwhile stands in a segment that was not listed: again, until nothing is new.
    const segments = (await unfinishedLast(env, projectId, hour)).filter(({ key }) => !seen.has(key));
    if (segments.length === 0) return;
    for await (const { standing } of readSegments(env, projectId, segments)) if (standing.length > 0) yield standing;
    for (const { key } of segments) seen.add(key);
  }
}

/** Runs move from finished segments to unfinished ones: read in this order, a run that moves on the way is met at least once. */
async function unfinishedLast(env: Stores, projectId: string, hour: string): Promise<ArchivedSegment[]> {
  const segments = await Array.fromAsync(segmentsOfHour(env.ARCHIVE, projectId, hour));
  const unfinished = await unfinishedStems(env.INDEX, projectId);
  const isUnfinished = ({ key }: ArchivedSegment) => unfinished.some((stem) => key.startsWith(stem));
  return [...segments.filter((segment) => !isUnfinished(segment)), ...segments.filter(isUnfinished)];
}

export interface LinePage {
  lines: StoredLine[];
  /** Those of them at which their run stands. */
  standing: StoredLine[];
}

/** Every line of `segments` that was not blanked, in their order. */
export async function* readSegments(env: Stores, projectId: string, segments: readonly ArchivedSegment[]): AsyncGenerator<LinePage> {
  for await (const lines of inPages(linesOf(env.ARCHIVE, segments))) {
    const ids = [...new Set(lines.map(({ run }) => run.id))];
    const places = new Map((await standingRuns(env.INDEX, projectId, ids)).map(({ id, place }) => [id, place]));
    const standing = lines.filter(({ run, key, offset }) => {
      const place = places.get(run.id);
      return place !== undefined && place.key === key && place.offset === offset;
    });
    yield { lines, standing };
  }
}
