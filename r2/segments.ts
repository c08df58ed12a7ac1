// Segments: whole runs, redacted, one JSON line each, many runs an object. The index remembers key, offset and length of a
// line, so one run is one ranged read and an hour is a few whole ones.
import type { Run } from "../domain/run/run.ts";
import { segmentKey } from "./keys.ts";

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
const decoder = new TextDecoder();
const blank = 0x20;
const lineFeed = 0x0a;

/** Writes `lines` as one object and says where each line stands, in order. The same lines under the same stem are the same object. */
export async function writeSegment(bucket: R2Bucket, stem: string, lines: readonly SegmentLine[]): Promise<LinePlace[]> {
  const encoded = lines.map(({ run, raw }) => encoder.encode(`${JSON.stringify({ run, raw })}\n`));
  const body = new Uint8Array(encoded.reduce((sum, line) => sum + line.length, 0));
  const starts: { offset: number; length: number }[] = [];
  let offset = 0;
  for (const line of encoded) {
    body.set(line, offset);
    starts.push({ offset, length: line.length });
    offset += line.length;
  }
  const key = segmentKey(stem, await contentHash(body));
  await bucket.put(key, body);
  return starts.map((start) => ({ key, ...start }));
}

/** 16 hex digits: apart among the few tries of one delivery. */
async function contentHash(body: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Every line of a segment that was not blanked, with its place; null when the segment is gone. */
export async function readSegment(bucket: R2Bucket, key: string): Promise<(SegmentLine & LinePlace)[] | null> {
  const object = await bucket.get(key);
  if (object === null) return null;
  const body = new Uint8Array(await object.arrayBuffer());
  const lines: (SegmentLine & LinePlace)[] = [];
  for (let offset = 0, end = 0; offset < body.length; offset = end) {
    const newline = body.indexOf(lineFeed, offset);
    end = newline === -1 ? body.length : newline + 1;
    if (body[offset] === blank) continue;
    const line: SegmentLine = JSON.parse(decoder.decode(body.subarray(offset, end)));
    lines.push({ ...line, key, offset, length: end - offset });
  }
  return lines;
}

/** null when the segment or the line is gone (retention, deletion). The bytes are ours, so their shape is trusted. */
export async function readSegmentLine(bucket: R2Bucket, place: LinePlace): Promise<SegmentLine | null> {
  const object = await bucket.get(place.key, { range: { offset: place.offset, length: place.length } });
  const text = object === null ? "" : (await object.text()).trim();
  if (text === "") return null;
  const line: SegmentLine = JSON.parse(text);
  return line;
}

/** Overwrites lines with blanks: their bytes are gone, and every other line stays where the index says. */
export async function blankSegmentLines(bucket: R2Bucket, places: readonly LinePlace[]): Promise<void> {
  for (const [key, ofKey] of Map.groupBy(places, (place) => place.key)) {
    while (!(await blankOnce(bucket, key, ofKey))) continue;
  }
}

/** false when somebody else wrote the segment meanwhile: a second deletion must not bring back what a first one took out. */
async function blankOnce(bucket: R2Bucket, key: string, places: readonly LinePlace[]): Promise<boolean> {
  const object = await bucket.get(key);
  if (object === null) return true;
  const body = new Uint8Array(await object.arrayBuffer());
  for (const { offset, length } of places) body.fill(blank, offset, offset + length - 1);
  return (await bucket.put(key, body, { onlyIf: { etagMatches: object.etag } })) !== null;
}
