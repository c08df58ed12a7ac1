// Reads a request's body within the limit. Gives the bytes as sent (they are what is kept) and unpacked (they are what is read).
import { gunzipBounded, readBounded } from "../../../r2/read-bounded.ts";
import { mostBodyBytes } from "../../../r2/keys.ts";
import { Refusal } from "../refusal.ts";

/** Of a body that is refused anyway: a sender that is still writing would meet a closed connection instead of the answer. */
const mostDroppedBytes = 3 * mostBodyBytes;

export interface Body {
  packed: Uint8Array;
  unpacked: Uint8Array;
  isGzip: boolean;
}

/** Throws Refusal 413 over the limit, 415 for a coding we do not read, 400 for gzip that is none and for a body that breaks off. */
export async function readBody(request: Request): Promise<Body> {
  const coding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity" && coding !== "gzip") {
    throw new Refusal(415, `Content-Encoding "${coding.slice(0, 40)}" is not read here. Send gzip or no coding.`);
  }
  const isTooLong = Number(request.headers.get("content-length") ?? 0) > mostBodyBytes;
  const { body } = request;
  const packed =
    body === null ? new Uint8Array() : await readBounded(body, isTooLong ? 0 : mostBodyBytes, mostDroppedBytes).catch(brokeOff);
  if (isTooLong || packed === null) throw tooLarge();
  if (coding !== "gzip") return { packed, unpacked: packed, isGzip: false };
  const unpacked = await gunzipBounded(packed, mostBodyBytes).catch(() => {
    throw new Refusal(400, "The body says Content-Encoding: gzip but does not unpack. Send it again, or without the header.");
  });
  if (unpacked === null) throw tooLarge();
  return { packed, unpacked, isGzip: true };
}

/** Lets the sender of a request that was refused before its body was read come to its end, so that it hears why. */
export async function dropBody({ body, bodyUsed }: Request): Promise<void> {
  if (body !== null && !bodyUsed) await readBounded(body, 0, mostDroppedBytes).catch(() => null);
}

/** The sender went away: nobody's trouble, and nothing of it is kept. */
function brokeOff(): never {
  throw new Refusal(400, "The body broke off before its end. Send it again, whole.");
}

function tooLarge(): Refusal {
  return new Refusal(413, `A body may have at most ${mostBodyBytes / 1024 / 1024} MiB, packed and unpacked. Send smaller batches.`);
}
