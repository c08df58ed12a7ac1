// Pages of lines: the index is paid by the call, and an isolate holds only so much. So a page ends at a number of lines or at a size,
// whichever comes first.
import type { StoredLine } from "./segments.ts";

const mostLines = 500;
/** Unpacked; as objects in memory they take several times as much. */
const mostTextLength = 4 * 1024 * 1024;

/** Arrays of `lines` in their order. None is empty; a line that is larger than a page is one of its own. */
export async function* inPages(lines: AsyncIterable<StoredLine>): AsyncGenerator<StoredLine[]> {
  let page: StoredLine[] = [];
  let textLength = 0;
  for await (const line of lines) {
    if (page.length > 0 && (page.length === mostLines || textLength + line.textLength > mostTextLength)) {
      yield page;
      page = [];
      textLength = 0;
    }
    page.push(line);
    textLength += line.textLength;
  }
  if (page.length > 0) yield page;
}
