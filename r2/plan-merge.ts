// Which segments of an hour are merged next? Decided by their sizes alone. Work a step is bounded, and so is how often one byte is
// written again: a segment that is large enough is left alone for good, and one that is not cheap is rewritten only together with
// at least as much as it holds itself. So a late run costs about what it weighs, not what its hour weighs.
import type { ArchivedSegment } from "./hours.ts";

/** A step holds what it merges: an isolate has 128 MB. */
const mostBytes = 24 * 1024 * 1024;
/** A step reads each; with a thousand listed at a time the others follow. */
const mostSegments = 500;
/** A merged segment of that size is done. It is rewritten as a whole when a run in it is deleted, so larger is not better. */
const fullBytes = 8 * 1024 * 1024;
/** Rewriting so much costs no more than one put. */
const cheapBytes = 1024 * 1024;

/** Segments to merge into one; none when nothing is loose. A loose one is always worth it: packing makes it smaller. */
export function planMerge(segments: readonly ArchivedSegment[]): ArchivedSegment[] {
  const loose = bySize(segments.filter(({ isPacked }) => !isPacked));
  if (loose.length === 0) return [];
  const growing = bySize(segments.filter(({ isPacked, bytes }) => isPacked && bytes < fullBytes));
  const chosen: ArchivedSegment[] = [];
  let bytes = 0;
  for (const segment of [...loose, ...growing]) {
    if (chosen.length === mostSegments || (chosen.length > 0 && bytes + segment.bytes > mostBytes)) break;
    chosen.push(segment);
    bytes += segment.bytes;
  }
  return withoutDear(chosen, bytes);
}

const bySize = (segments: readonly ArchivedSegment[]): ArchivedSegment[] => segments.toSorted((a, b) => a.bytes - b.bytes);

/** Without merged ones that outweigh all that would be merged with them, the largest first. */
function withoutDear(chosen: readonly ArchivedSegment[], allBytes: number): ArchivedSegment[] {
  let bytes = allBytes;
  return bySize(chosen)
    .toReversed()
    .filter((segment) => {
      const isDear = segment.isPacked && segment.bytes > Math.max(cheapBytes, bytes - segment.bytes);
      if (isDear) bytes -= segment.bytes;
      return !isDear;
    });
}
