// Cuts a stream of protobuf into pieces that are requests themselves, without decoding what is in them: messages with their length
// before them, or the entries of one long request, which is a list and so may be cut between any two entries.
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { frameLength } from "./format.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** `null` in the place of a piece with more than `mostBytes`. Throws for bytes that are no such stream. */
export async function* messagesIn(
  bytes: AsyncIterable<Uint8Array>,
  shape: "protobuf" | "framed",
  mostBytes: number,
): AsyncGenerator<Uint8Array | null> {
  let held = new Uint8Array();
  /** Bytes of a piece that is too large and still has to go by. */
  let skipped = 0;
  for await (const chunk of bytes) {
    held = held.length === 0 ? Uint8Array.from(chunk) : joined(held, chunk);
    for (;;) {
      const gone = Math.min(skipped, held.length);
      skipped -= gone;
      if (gone > 0) held = held.subarray(gone);
      const piece = skipped > 0 ? null : pieceAt(held, shape);
      if (piece === null) break;
      const size = piece.end - piece.start;
      if (size > mostBytes) {
        yield null;
        skipped = piece.end;
        continue;
      }
      if (held.length < piece.end) break;
      yield held.slice(piece.start, piece.end);
      held = held.subarray(piece.end);
    }
  }
  if (held.length > 0 || skipped > 0) throw new UnreadableFile("it ends in the middle of a message");
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The longest tag and length: five and ten bytes. */
const longestHead = 15;

/** Where the piece at the start begins and ends, which may be beyond what is there; null before enough of it is there to say. */
function pieceAt(bytes: Uint8Array, shape: "protobuf" | "framed"): { start: number; end: number } | null {
  if (shape === "framed") return bytes.length < 4 ? null : { start: 4, end: 4 + frameLength(bytes) };
  if (bytes.length === 0) return null;
  if (bytes[0] !== 0x0a) throw new UnreadableFile("it holds something that is no entry of an OTLP request");
  const reader = new BinaryReader(bytes.subarray(1, longestHead));
  try {
    const length = reader.uint32();
    return { start: 0, end: 1 + reader.pos + length };
  } catch {
    if (bytes.length < longestHead) return null;
    throw new UnreadableFile("it holds something that is no entry of an OTLP request");
  }
}
