// The words of an error inside a tool's result: of `{"ok": false, "error": "channel_not_found", "id": 7}` the class is made by
// "channel_not_found" and not by the whole record. Looks only where domain/run/soft-error.ts looks; it does not judge.
import { isRecord } from "../run/rebuild-json.ts";

/** Longer results carry data; soft errors are not read from them either. */
const maxParsedChars = 65_536;
/** Wrappers opened and records looked into before giving up. */
const maxSteps = 8;
/** Where an error says what it is, in order of trust. */
const wordKeys = ["error", "errors", "message", "error_message", "detail", "details", "reason", "description", "msg", "code"];
/** What merely holds an answer. */
const wrapperKeys = ["output", "result", "content", "data", "response", "text", "type"];

/** The error's words, or the whole text where the result is text; null where it has none. */
export function errorPart(result: unknown): string | null {
  let at: unknown = result;
  let words: string | null = null;
  for (let steps = 0; steps < maxSteps; steps += 1) {
    if (typeof at === "string") {
      if (at.trim() !== "") words = at;
      const parsed = parsedJson(at);
      if (parsed === undefined) break;
      at = parsed;
    } else if (Array.isArray(at)) at = at[0];
    else if (isRecord(at)) at = inside(at);
    else break;
  }
  return words;
}

/** Type and message together where an error has both: a status code is part of what it is. */
function inside(record: Readonly<Record<string, unknown>>): unknown {
  const { type, code, message } = record;
  if (typeof message === "string" && message !== "" && !isWordy(record["error"])) {
    const kind = [type, code].map(kindOf).find((part) => part !== null) ?? null;
    return kind === null ? message : `${kind}: ${message}`;
  }
  const key = [...wordKeys, ...wrapperKeys].find((name) => isWordy(record[name]));
  return key === undefined ? undefined : record[key];
}

function kindOf(part: unknown): string | null {
  if (typeof part === "number") return String(part);
  return typeof part === "string" && part !== "text" && part !== "" ? part : null;
}

const isWordy = (value: unknown): boolean =>
  typeof value === "string"
    ? value.trim() !== ""
    : Array.isArray(value)
      ? value.length > 0
      : isRecord(value) && Object.keys(value).length > 0;

function parsedJson(text: string): unknown {
  if (text.length > maxParsedChars || !/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
