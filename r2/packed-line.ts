// A line on its own, compressed: one gzip member (RFC 1952). Members one after the other are a .ndjson.gz that every tool reads,
// and one of them is one run. The header says how long its member is, in an extra field as BGZF has one, so that members can be
// told apart without unpacking any.
import { gunzipSync } from "node:zlib";

const magic = [0x1f, 0x8b];
/** Deflate, a flag for the extra field, no time and no system: the same line is the same bytes. */
const fixedHeader = [...magic, 8, 4, 0, 0, 0, 0, 0, 255];
const plainHeaderBytes = 10;
/** Two letters for whose field it is and four bytes of length, after two bytes that say how long the extra field is. */
const extraField = [8, 0, 0x42, 0x54, 4, 0];
const lengthAt = fixedHeader.length + extraField.length;
const headerBytes = lengthAt + 4;
const flagsAt = 3;
const extraAndComment = 4 | 16;
/** A final deflate block without content, and a checksum and a size of zero. */
const emptyBody = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const filler = 0x20;

export async function packLine(line: Uint8Array): Promise<Uint8Array> {
  const packed = await through(line, new CompressionStream("gzip"));
  const body = packed.subarray(plainHeaderBytes);
  const member = new Uint8Array(headerBytes + body.length);
  writeHeader(member);
  member.set(body, headerBytes);
  return member;
}

/**
 * Of one member, or of several that stand one behind the other. Throws for bytes that are no gzip. A blank member gives no bytes. At
 * once: a stream for each line costs six times the unpacking.
 */
export function unpackLine(member: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = gunzipSync(member);
  return new Uint8Array(buffer, byteOffset, length);
}

/** Bytes that a member unpacks to, as its end says: small or large is told apart without unpacking. 0 for what is no member. */
export function unpackedLength(member: Uint8Array): number {
  const trailer = member.length - 4;
  return trailer < headerBytes ? 0 : new DataView(member.buffer, member.byteOffset).getUint32(trailer, true);
}

/** A member of exactly `length` bytes that unpacks to nothing: what stands in the place of a line that was taken out. */
export function blankMember(length: number): Uint8Array {
  if (length <= headerBytes + emptyBody.length) throw new RangeError(`${length} bytes are too few for a blank member`);
  const member = new Uint8Array(length).fill(filler);
  writeHeader(member);
  member[flagsAt] = extraAndComment;
  // The comment is blanks up to its ending zero.
  member[length - emptyBody.length - 1] = 0;
  member.set(emptyBody, length - emptyBody.length);
  return member;
}

/** Bytes of the member that begins at `offset`. Throws when none of ours does: going on would read lines at wrong places. */
export function memberLength(segment: Uint8Array, offset: number): number {
  const isOurs =
    magic.every((byte, i) => segment[offset + i] === byte) &&
    extraField.every((byte, i) => segment[offset + fixedHeader.length + i] === byte) &&
    offset + headerBytes <= segment.length;
  const length = isOurs ? new DataView(segment.buffer, segment.byteOffset + offset).getUint32(lengthAt, true) : 0;
  if (length < headerBytes || offset + length > segment.length) throw new RangeError(`no member of an hour begins at byte ${offset}`);
  return length;
}

function writeHeader(member: Uint8Array): void {
  member.set(fixedHeader);
  member.set(extraField, fixedHeader.length);
  new DataView(member.buffer, member.byteOffset).setUint32(lengthAt, member.length, true);
}

async function through(bytes: Uint8Array, transform: TransformStream<BufferSource, Uint8Array>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
