// The lines of a stream of bytes, numbered from 1, without ever holding more than one of them.

export interface Line {
  number: number;
  /** null where it is longer than allowed. */
  text: string | null;
  /** False for a last line without its line end: whoever writes the file may not be done with it. */
  isEnded: boolean;
}

const newline = 0x0a;

/** @param mostBytes of one line */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array): void => {
    length += part.length;
    if (length <= mostBytes) parts.push(part);
    else parts = [];
  };
  const line = (isEnded: boolean): Line => {
    const text = length > mostBytes ? null : textOf(parts, number);
    parts = [];
    length = 0;
    return { number: number++, text, isEnded };
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      yield line(true);
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield line(false);
}

function textOf(parts: readonly Uint8Array[], number: number): string {
  const text = Buffer.concat(parts).toString("utf8");
  const unmarked = number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text;
  return unmarked.endsWith("\r") ? unmarked.slice(0, -1) : unmarked;
}
