// The runs of many lines at once, without what their senders sent: whoever goes over history needs the run alone. Neighbours are one
// ranged read and are unpacked together, a bounded piece at a time and only when a run of it is asked for.
import type { Run } from "../domain/run/run.ts";
import { isPackedKey } from "./keys.ts";
import { unpackedLength, unpackLine } from "./packed-line.ts";
import { rangesOf, type Range } from "./read-lines.ts";
import { runIn, runOf, type LinePlace } from "./segments.ts";

/** Reads at a time: a Worker has six connections. */
const mostReads = 6;
/** Unpacked, of lines that are unpacked together: enough that beginning costs little for each, and little to hold. */
const mostTogether = 256 * 1024;

/** Gives the run of one line: null where the line is gone. Throws where it cannot be read. To be asked once. */
export type RunReader = () => Run | null;

/** In the order of `places`. */
export async function readRuns(bucket: R2Bucket, places: readonly LinePlace[]): Promise<RunReader[]> {
  const readers: RunReader[] = places.map(() => () => null);
  const ranges = rangesOf(places);
  for (let i = 0; i < ranges.length; i += mostReads)
    await Promise.all(
      ranges.slice(i, i + mostReads).map(async (range) => {
        const bytes = await bytesOf(bucket, range);
        if (bytes === null) return;
        for (const piece of piecesOf(range, bytes)) {
          const reading = readPiece(piece);
          for (const [nth, { index }] of piece.lines.entries()) readers[index] = () => reading(nth);
        }
      }),
    );
  return readers;
}

/** null when the segment is gone. */
async function bytesOf(bucket: R2Bucket, { key, offset, end }: Range): Promise<Uint8Array | null> {
  const object = await bucket.get(key, { range: { offset, length: end - offset } });
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}

interface Line {
  /** Where it stands among those asked for. */
  index: number;
  bytes: Uint8Array;
}

/** Lines that stand one directly behind the other. */
interface Piece {
  key: string;
  lines: Line[];
  bytes: Uint8Array;
}

function piecesOf({ key, offset, places }: Range, bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let [begin, end, length] = [0, -1, 0];
  for (const { index, place } of places) {
    const start = place.offset - offset;
    const line = { index, bytes: bytes.subarray(start, start + place.length) };
    const open = pieces.at(-1);
    length += isPackedKey(key) ? unpackedLength(line.bytes) : place.length;
    if (open !== undefined && start === end && length <= mostTogether) {
      open.lines.push(line);
      open.bytes = bytes.subarray(begin, start + place.length);
    } else {
      pieces.push({ key, lines: [line], bytes: line.bytes });
      [begin, length] = [start, isPackedKey(key) ? unpackedLength(line.bytes) : place.length];
    }
    end = start + place.length;
  }
  return pieces;
}

const decoder = new TextDecoder();

/** The run of the nth line. What cannot be read together, because a line of it was blanked or is broken, is read one by one. */
function readPiece({ key, lines, bytes }: Piece): (nth: number) => Run | null {
  const alone = (nth: number): Run | null => {
    const line = lines[nth];
    return line === undefined ? null : runIn(key, line.bytes);
  };
  if (!isPackedKey(key) || lines.length === 1) return alone;
  let texts: string[] | null | undefined;
  let left = lines.length;
  return (nth) => {
    texts ??= textsOf(bytes, lines.length);
    const text = texts?.[nth];
    // The last one lets go of them.
    if (--left === 0) texts = undefined;
    return text === undefined ? alone(nth) : runOf(text);
  };
}

/** null unless there is a text for each line. */
function textsOf(bytes: Uint8Array, lines: number): string[] | null {
  try {
    const texts = decoder.decode(unpackLine(bytes)).split("\n");
    return texts.length === lines + 1 ? texts : null;
  } catch {
    return null;
  }
}
