// Compaction: when an hour is over, the many segments that consumers wrote in it become one, packed. New bytes first, then the index
// row by row as far as a run still stands where it was read, the old bytes last; so it may run twice, late, or stop anywhere, and a
// revision or a deletion that comes in between wins. What a stopped pass leaves is found by listing the loose segments again.
import { forgetStaleLines, moveLines, readLineOf, type ReadLine } from "../d1/move-lines.ts";
import { beginSegment, endSegment, unfinishedStems } from "../d1/unfinished-segments.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { looseHours, segmentsOfHour, type ArchivedSegment } from "../r2/hours.ts";
import { hourKey, hourOf, isPackedKey } from "../r2/keys.ts";
import { packLine } from "../r2/packed-line.ts";
import { planMerge } from "../r2/plan-merge.ts";
import { blankSegmentLines, putLines, randomName, type LinePlace } from "../r2/segments.ts";
import { doorsFirst } from "./doors-first.ts";
import { readSegments } from "./read-hour.ts";

type Stores = Pick<Bindings, "ARCHIVE" | "INDEX">;

const hourMs = 60 * 60_000;
/** By then an hour's bodies are stored, and what a killed consumer left of them is settled. What comes later is merged an hour later. */
const settledAfterMs = 30 * 60_000;
/** Loose segments of an hour that are looked at in a step: the platform's page. */
const mostLoose = 1_000;
/** Hex digits of a merged segment's name, in bytes: apart among the few of an hour, and short, because every run's row holds it. */
const nameBytes = 5;

/** Merges what is left to merge in the hours of a project that are over. false when `isOver` said so first. */
export async function compact(env: Stores, projectId: string, nowMs: number, isOver: () => boolean): Promise<boolean> {
  const firstOpenHour = hourOf(nowMs - settledAfterMs);
  for (const hour of await looseHours(env.ARCHIVE, projectId)) {
    if (hour >= firstOpenHour) break;
    do if (isOver()) return false;
    while (await mergeSome(env, projectId, hour));
  }
  return true;
}

/** When the hour is over that goes on at `nowMs`, and settled. */
export function nextCompactionMs(nowMs: number): number {
  return (Math.floor((nowMs - settledAfterMs) / hourMs) + 1) * hourMs + settledAfterMs;
}

/** false when the hour has nothing to merge. */
async function mergeSome(env: Stores, projectId: string, hour: string): Promise<boolean> {
  const startedMs = Date.now();
  const merged = planMerge(await finishedSegments(env, projectId, hour));
  if (merged.length === 0) return false;
  const { kept, read } = await readStanding(env, projectId, merged, startedMs);
  if (kept.length === 0) await forgetStaleLines(env.INDEX, projectId, read);
  else await moveTo(env, projectId, hourKey(projectId, hour, randomName(nameBytes)), kept, read);
  await env.ARCHIVE.delete(merged.map(({ key }) => key));
  return true;
}

/** Without those that a consumer, or another pass of this, may still be writing: their runs are not in the index yet. */
async function finishedSegments(env: Stores, projectId: string, hour: string): Promise<ArchivedSegment[]> {
  const segments: ArchivedSegment[] = [];
  let loose = 0;
  for await (const segment of segmentsOfHour(env.ARCHIVE, projectId, hour)) {
    segments.push(segment);
    if (!segment.isPacked && ++loose === mostLoose) break;
  }
  const unfinished = await unfinishedStems(env.INDEX, projectId);
  return segments.filter(({ key }) => !unfinished.some((stem) => key.startsWith(stem)));
}

interface KeptLine {
  from: ReadLine;
  /** Lines of an agent stand together, in the order of their runs. */
  order: string;
  packed: Uint8Array;
}

/** The lines that runs stand at, packed, and the places of all: earlier revisions and lines that nobody knows are not kept. */
async function readStanding(
  env: Stores,
  projectId: string,
  segments: readonly ArchivedSegment[],
  startedMs: number,
): Promise<{ kept: KeptLine[]; read: ReadLine[] }> {
  const kept: KeptLine[] = [];
  const read: ReadLine[] = [];
  for await (const { lines, standing } of readSegments(env, projectId, segments)) {
    await doorsFirst(startedMs);
    for (const line of standing) {
      const packed = isPackedKey(line.key) ? line.bytes.slice() : await packLine(line.bytes);
      kept.push({ from: readLineOf(line), order: JSON.stringify([line.run.agent, line.run.started_at, line.run.id]), packed });
    }
    read.push(...lines.map(readLineOf));
  }
  return { kept: kept.toSorted((a, b) => (a.order < b.order ? -1 : 1)), read };
}

/** Noted before it is put and until every line in it is known to the index or blank: a deletion must not miss a line. */
async function moveTo(env: Stores, projectId: string, key: string, kept: readonly KeptLine[], read: readonly ReadLine[]): Promise<void> {
  await beginSegment(env.INDEX, projectId, key, Date.now());
  const places = await putLines(
    env.ARCHIVE,
    key,
    kept.map(({ packed }) => packed),
  );
  const moves = kept.flatMap(({ from }, i) => {
    const to = places[i];
    return to === undefined ? [] : [{ from, to }];
  });
  const moved = await moveLines(env.INDEX, projectId, moves, read);
  const orphans: LinePlace[] = moves.filter(({ from }) => !moved.has(from.id)).map(({ to }) => to);
  if (moved.size === 0) await env.ARCHIVE.delete(key);
  else if (orphans.length > 0) await blankSegmentLines(env.ARCHIVE, orphans);
  await endSegment(env.INDEX, projectId, key).run();
}
