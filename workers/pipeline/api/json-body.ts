// Reads the small JSON bodies of the API. What it returns is data of unknown shape, well-formed Unicode throughout.
import { readBounded } from "../../../r2/read-bounded.ts";
import { Refusal } from "../refusal.ts";

/** The largest body that is no trace: a price list of thousands of models fits. */
const mostBytes = 1024 * 1024;

/** An empty body is an empty object: actions without arguments need none. Throws Refusal 400, 413, 415. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "application/json";
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type.trim()))
    throw new Refusal(415, "This route reads JSON. Send `Content-Type: application/json`.");
  const coding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (coding !== "identity" && coding !== "") throw new Refusal(415, "This route reads bodies without Content-Encoding.");
  const bytes = request.body === null ? new Uint8Array() : await readBounded(request.body, mostBytes);
  if (bytes === null) throw new Refusal(413, "The body is larger than 1 MiB.");
  return bytes.length === 0 ? {} : parse(bytes);
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    // Half a surrogate pair cannot be stored as UTF-8.
    return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
  } catch {
    throw new Refusal(400, "The body is not JSON in UTF-8.");
  }
}
