// Segments: whole runs, redacted, one JSON line each, many runs an object. The index remembers key, offset and length of a
// line, so one run is one ranged read and an hour is a few whole ones.
import type { Run } from "../domain/run/run.ts";

export interface SegmentLine {
  run: Run;
  /** What the sender sent, redacted: the native run as JSON, or the trace's spans. */
  raw: unknown;
}

export interface LinePlace {
  key: string;
  offset: number;
  length: number;
}

const encoder = new TextEncoder();

/** Writes `lines` as one object and says where each line stands, in order. Writing the same lines under the same key again is harmless. */
export async function writeSegment(bucket: R2Bucket, key: string, lines: readonly SegmentLine[]): Promise<LinePlace[]> {
  const encoded = lines.map((line) => encoder.encode(`${JSON.stringify(line)}\n`));
  const body = new Uint8Array(encoded.reduce((sum, line) => sum + line.length, 0));
  const places: LinePlace[] = [];
  let offset = 0;
  for (const line of encoded) {
    body.set(line, offset);
    places.push({ key, offset, length: line.length });
    offset += line.length;
  }
  await bucket.put(key, body);
  return places;
}

/** null when the segment is gone (retention, deletion). The bytes are ours, so their shape is trusted. */
export async function readSegmentLine(bucket: R2Bucket, place: LinePlace): Promise<SegmentLine | null> {
  const object = await bucket.get(place.key, { range: { offset: place.offset, length: place.length } });
  return object === null ? null : object.json<SegmentLine>();
}

const blank = 0x20;

/** Overwrites lines with blanks: their bytes are gone, and every other line stays where the index says. */
export async function blankSegmentLines(bucket: R2Bucket, places: readonly LinePlace[]): Promise<void> {
  for (const [key, ofKey] of Map.groupBy(places, (place) => place.key)) {
    const object = await bucket.get(key);
    if (object === null) continue;
    const body = new Uint8Array(await object.arrayBuffer());
    for (const { offset, length } of ofKey) body.fill(blank, offset, offset + length - 1);
    await bucket.put(key, body);
  }
}
