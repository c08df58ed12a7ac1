// Bytes of a file or a pipe, unpacked where they are gzip, with what they begin with looked at first. They are read once.
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

export interface Head {
  bytes: Uint8Array;
  /** It is all there is. */
  isAll: boolean;
}

export interface OpenBytes {
  isGzip: boolean;
  head: Head;
  /** From the first byte on, the head too. */
  bytes: AsyncIterable<Uint8Array>;
  /** For whoever does not read to the end. */
  close: () => Promise<void>;
}

const chunkBytes = 256 * 1_024;

/** @param tell hears of every piece how many bytes it has, as they lie there */
export async function* fileBytes(path: string, tell: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes: unknown = chunk;
    if (!(bytes instanceof Uint8Array)) continue;
    tell(bytes.length);
    yield bytes;
  }
}

/** Bytes looked at in all cases; most files say what they are in their first line. */
const usualHead = 64 * 1_024;

/** The head reaches at least to the end of the first line, but has no more than about `mostHeadBytes`. */
export async function openBytes(raw: AsyncIterable<Uint8Array>, mostHeadBytes: number): Promise<OpenBytes> {
  const packed = await peeked(raw, (length) => length >= 2);
  const isGzip = packed.head.bytes[0] === 0x1f && packed.head.bytes[1] === 0x8b;
  const unpacked = isGzip ? gunzipped(packed.bytes) : packed.bytes;
  const { head, bytes, close } = await peeked(unpacked, (length, hasLine) => (length >= usualHead && hasLine) || length >= mostHeadBytes);
  return {
    isGzip,
    head,
    bytes,
    close: async () => {
      await close();
      await packed.close();
    },
  };
}

/** The failure reaches whoever reads; the callback only keeps it from being thrown a second time. */
const gunzipped = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => pipeline(Readable.from(bytes), createGunzip(), () => {});

async function peeked(
  source: AsyncIterable<Uint8Array>,
  isEnough: (length: number, hasLine: boolean) => boolean,
): Promise<Omit<OpenBytes, "isGzip">> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let hasLine = false;
  let isAll = false;
  while (!isAll && !isEnough(length, hasLine)) {
    const next = await iterator.next();
    if (next.done === true) isAll = true;
    else {
      parts.push(next.value);
      length += next.value.length;
      hasLine ||= next.value.includes(0x0a);
    }
  }
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (let part = parts.shift(); part !== undefined; part = parts.shift()) yield part;
      while (!isAll) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  return { head: { bytes: Buffer.concat(parts), isAll }, bytes: all(), close };
}
