// What every export has in common: its two formats, which of them is meant, and a stream that goes on as fast as the client takes it. One
// that breaks off ends without its count, so that nobody takes a part for the whole.
import * as z from "zod";
import { failureWords } from "../../../queues/failure-words.ts";

export const exportTypes = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;
export type Format = keyof typeof exportTypes;
export const exportFormat = z.enum(["ndjson", "csv"]).optional();

/** Text is handed on in pieces of this length: a piece for each line would cost more than the lines. */
const pieceLength = 64 * 1024;

/** NDJSON has all of a record, so it is what comes when nobody says. */
export const acceptedFormat = (accept: string | null): Format => (accept?.includes(exportTypes.csv) === true ? "csv" : "ndjson");

/** @param name of the file; @param lines each with its end */
export function exportResponse(name: string, format: Format, lines: AsyncGenerator<string>): Response {
  return new Response(streamOf(lines), {
    headers: {
      "content-type": `${exportTypes[format]}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}.${format}"`,
    },
  });
}

/** Reads on only as fast as the client takes it. */
function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      try {
        let text = "";
        while (text.length < pieceLength) {
          const next = await lines.next();
          if (next.done === true) break;
          text += next.value;
        }
        if (text === "") controller.close();
        else controller.enqueue(encoder.encode(text));
      } catch (error) {
        console.error(JSON.stringify({ level: "error", where: "export", reason: failureWords(error) }));
        controller.error(error);
      }
    },
    cancel: async () => {
      await lines.return(undefined);
    },
  });
}
