// The line of a run, wherever it stands by now: a place that was read from the index a moment ago may be empty, because its hour was
// merged since.
import { standingRuns } from "../d1/read-for-store.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { isPackedKey } from "../r2/keys.ts";
import { readLines } from "../r2/read-lines.ts";
import { readSegmentLine, type LinePlace, type SegmentLine } from "../r2/segments.ts";

/** null when the run is gone. @param place where the index said that it stands */
export async function readStoredLine(
  env: Pick<Bindings, "ARCHIVE" | "INDEX">,
  projectId: string,
  id: string,
  place: LinePlace,
): Promise<SegmentLine | null> {
  for (let at = place; ;) {
    const line = await readSegmentLine(env.ARCHIVE, at);
    if (line !== null) return line;
    const [now] = await standingRuns(env.INDEX, projectId, [id]);
    if (now === undefined || (now.place.key === at.key && now.place.offset === at.offset)) return null;
    at = now.place;
  }
}

export interface RunPlace {
  id: string;
  place: LinePlace;
}

/** Unpacked, of lines that are held at once; as objects in memory they take several times as much. */
const mostHeldBytes = 4 * 1024 * 1024;
/** Packed lines are guessed to be so many times as large. */
const usualPacking = 8;

/** The same for many, in their order: few reads for runs that stand near each other, and few lines held at a time. */
export async function* readStoredLines(
  env: Pick<Bindings, "ARCHIVE" | "INDEX">,
  projectId: string,
  runs: readonly RunPlace[],
): AsyncGenerator<SegmentLine | null> {
  for (const held of heldTogether(runs)) {
    const lines = await readLines(
      env.ARCHIVE,
      held.map(({ place }) => place),
    );
    for (const [i, { id, place }] of held.entries()) yield lines[i] ?? (await readStoredLine(env, projectId, id, place));
  }
}

function heldTogether(runs: readonly RunPlace[]): RunPlace[][] {
  const groups: RunPlace[][] = [];
  let bytes = 0;
  for (const run of runs) {
    const size = run.place.length * (isPackedKey(run.place.key) ? usualPacking : 1);
    bytes += size;
    const open = groups.at(-1);
    if (open !== undefined && bytes <= mostHeldBytes) open.push(run);
    else {
      groups.push([run]);
      bytes = size;
    }
  }
  return groups;
}
