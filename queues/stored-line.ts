// The line of a run, wherever it stands by now: a place that was read from the index a moment ago may be empty, because its hour was
// merged since.
import { standingRuns } from "../d1/read-for-store.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
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
