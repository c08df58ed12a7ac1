// Segments: whole runs, redacted, one JSON line each, many runs an object. The index remembers key, offset and length of a line, so
// one run is one ranged read. A delivery's segment is plain text; a merged one is packed, each line a gzip member of its own.
import type { Run } from "../domain/run/run.ts";
import { isPackedKey, segmentKey } from "./keys.ts";
import { blankMember, memberLength, unpackLine } from "./packed-line.ts";

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

export interface StoredLine extends SegmentLine, LinePlace {
  /** As they stand in the object, packed or not. */
  bytes: Uint8Array;
  /** Unpacked, in UTF-16 units. */
  textLength: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const blank = 0x20;
const lineFeed = 0x0a;
/** Apart among the tries of one delivery. */
const tryBytes = 8;

/** Writes `lines` as one new object whose key begins with `stem`, and says where each line stands, in order. */
export async function writeSegment(bucket: R2Bucket, stem: string, lines: readonly SegmentLine[]): Promise<LinePlace[]> {
  const encoded = lines.map(({ run, raw }) => encoder.encode(`${JSON.stringify({ run, raw })}\n`));
  return putLines(bucket, segmentKey(stem, randomName(tryBytes)), encoded);
}

/** Writes lines that are encoded already, one after the other, and says where each stands, in order. */
export async function putLines(bucket: R2Bucket, key: string, lines: readonly Uint8Array[]): Promise<LinePlace[]> {
  const body = new Uint8Array(lines.reduce((sum, line) => sum + line.length, 0));
  const places: LinePlace[] = [];
  let offset = 0;
  for (const line of lines) {
    body.set(line, offset);
    places.push({ key, offset, length: line.length });
    offset += line.length;
  }
  await bucket.put(key, body);
  return places;
}

/** Hex digits that no other object has. */
export function randomName(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Every line of a segment that was not blanked; none when the segment is gone. The object is held whole, its lines one at a time. */
export async function* segmentLines(bucket: R2Bucket, key: string): AsyncGenerator<StoredLine> {
  const body = await segmentBytes(bucket, key);
  if (body !== null) yield* linesIn(key, body);
}

/** null when the segment is gone. */
export async function segmentBytes(bucket: R2Bucket, key: string): Promise<Uint8Array | null> {
  const object = await bucket.get(key);
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}

/** The lines of the segment `key` whose bytes are `body`. */
export function* linesIn(key: string, body: Uint8Array): Generator<StoredLine> {
  for (let offset = 0, length = 0; offset < body.length; offset += length) {
    length = isPackedKey(key) ? memberLength(body, offset) : plainLength(body, offset);
    const bytes = body.subarray(offset, offset + length);
    const text = textOf(key, bytes);
    if (text !== "") yield { ...decode(text), key, offset, length, bytes, textLength: text.length };
  }
}

function plainLength(body: Uint8Array, offset: number): number {
  const newline = body.indexOf(lineFeed, offset);
  return (newline === -1 ? body.length : newline + 1) - offset;
}

/** null when the segment or the line is gone (retention, deletion, merging). */
export async function readSegmentLine(bucket: R2Bucket, place: LinePlace): Promise<SegmentLine | null> {
  const object = await bucket.get(place.key, { range: { offset: place.offset, length: place.length } });
  return object === null ? null : lineIn(place.key, new Uint8Array(await object.arrayBuffer()));
}

/** The line that `bytes` of the segment `key` are; null for one that was blanked. */
export function lineIn(key: string, bytes: Uint8Array): SegmentLine | null {
  const text = textOf(key, bytes);
  return text === "" ? null : decode(text);
}

/** Empty for a line that was blanked. */
function textOf(key: string, bytes: Uint8Array): string {
  return decoder.decode(isPackedKey(key) ? unpackLine(bytes) : bytes).trim();
}

/** The run of the line that `bytes` of the segment `key` are, without what was sent; null for one that was blanked. Throws for what is no line. */
export function runIn(key: string, bytes: Uint8Array): Run | null {
  const text = textOf(key, bytes);
  return text === "" ? null : runOf(text);
}

const beforeRun = '{"run":';
const behindRun = ',"raw":';
/** Places that are tried: a text made of such names must not be read over and over. */
const mostEnds = 8;

/**
 * The run in the text of a line. A line is the run and behind it what was sent, which is as long again and need not be read. Within a text the quotes of `behindRun`
 * would be escaped, so it only stands where a value has ended; the first such value that is whole is the run.
 */
export function runOf(text: string): Run {
  let end = text.startsWith(beforeRun) ? text.indexOf(behindRun) : -1;
  for (let i = 0; i < mostEnds && end !== -1; i++, end = text.indexOf(behindRun, end + 1)) {
    const run = parsed(text.slice(beforeRun.length, end));
    if (run !== null) return run;
  }
  return decode(text).run;
}

/** null for what ends too early. */
function parsed(text: string): Run | null {
  try {
    const run: Run = JSON.parse(text);
    return run;
  } catch {
    return null;
  }
}

/** The bytes are ours, so their shape is trusted. */
function decode(text: string): SegmentLine {
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
  for (const { offset, length } of places) {
    if (isPackedKey(key)) body.set(blankMember(length), offset);
    else body.fill(blank, offset, offset + length - 1);
  }
  return (await bucket.put(key, body, { onlyIf: { etagMatches: object.etag } })) !== null;
}
