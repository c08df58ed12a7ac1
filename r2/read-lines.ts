// Many lines at once, by their places: neighbours in one segment are one ranged read. Runs of one agent stand together in a merged
// hour, so a page of a list is a few reads and not one for each run.
import { lineIn, type LinePlace, type SegmentLine } from "./segments.ts";

/** Reads at a time: a Worker has six connections. */
const mostReads = 6;
/** Bytes between two lines that cost less to read than to ask for again. */
const mostGapBytes = 32 * 1024;
const mostRangeBytes = 1024 * 1024;

export interface Range {
  key: string;
  offset: number;
  end: number;
  /** Where its lines stand among those asked for. */
  places: { index: number; place: LinePlace }[];
}

/** In the order of `places`; null where the segment or the line is gone. */
export async function readLines(bucket: R2Bucket, places: readonly LinePlace[]): Promise<(SegmentLine | null)[]> {
  const lines: (SegmentLine | null)[] = places.map(() => null);
  const ranges = rangesOf(places);
  for (let i = 0; i < ranges.length; i += mostReads) {
    await Promise.all(
      ranges.slice(i, i + mostReads).map(async (range) => {
        for (const { index, line } of await readRange(bucket, range)) lines[index] = line;
      }),
    );
  }
  return lines;
}

/** Places in the order of their segments, joined where they are near each other. */
export function rangesOf(places: readonly LinePlace[]): Range[] {
  const sorted = places
    .map((place, index) => ({ index, place }))
    .toSorted((a, b) => (a.place.key === b.place.key ? a.place.offset - b.place.offset : a.place.key < b.place.key ? -1 : 1));
  const ranges: Range[] = [];
  for (const one of sorted) {
    const { key, offset, length } = one.place;
    const end = offset + length;
    const open = ranges.at(-1);
    const isNear = open !== undefined && open.key === key && offset - open.end <= mostGapBytes && end - open.offset <= mostRangeBytes;
    if (isNear) {
      open.places.push(one);
      open.end = Math.max(open.end, end);
    } else ranges.push({ key, offset, end, places: [one] });
  }
  return ranges;
}

async function readRange(bucket: R2Bucket, { key, offset, end, places }: Range): Promise<{ index: number; line: SegmentLine | null }[]> {
  const object = await bucket.get(key, { range: { offset, length: end - offset } });
  if (object === null) return [];
  const bytes = new Uint8Array(await object.arrayBuffer());
  return places.map(({ index, place }) => {
    const start = place.offset - offset;
    return { index, line: lineIn(key, bytes.subarray(start, start + place.length)) };
  });
}
