// Does a tool's result say that it failed although its record says ok? Only unmistakable forms count: the word "error"
// somewhere in a good result is none, because a false alarm here becomes a wrong failure class over the whole history.
// Non-zero exit codes and HTTP-like numbers are not judged: `grep` without a match and a stored 404 are answers.

/** Text that is read as JSON is at most this long (characters): longer results carry data, not an error reply. */
const maxParsedChars = 65_536;

/** How many wrappers ({"output": …}, MCP content blocks, JSON in text) are opened before the rule gives up. */
const maxUnwraps = 4;

/** "Error: …", "ERROR 1064 …", "Error executing query", "error: …"; not "Errors: 0", "Error rate 0.1 %" or "Error-free". */
const errorOpening =
  /^(?:Error|ERROR)(?![\w-])(?!:?\s*(?:count|rate|rates|log|logs|budget|margin|bars?|handling|messages|codes|report|summary)\b)|^error:/;

/** What comes after "Error:" when there is none. */
const noError = /^(?:errors?\s*[:=]?\s*)?(?:none|null|nil|no|false|ok|0|no errors?|n\/a|undefined|success)\.?$/i;

/** Keys that merely wrap a tool's answer when they stand alone. */
const wrapperKeys: ReadonlySet<string> = new Set(["output", "result", "content", "data", "response"]);

/**
 * True when `result` (any JSON value, or text that holds one) reports a failure: `{ok: false}`, `{success: false}`, `{error: …}` with
 * something in it, `{isError: true}`, `{status: "error", message}`, GraphQL errors without data, or text that starts with "Error".
 * An explicit `ok: true`, `success: true` or `isError: false` outranks an `error` field.
 */
export function softError(result: unknown): boolean {
  let value = result;
  for (let unwraps = 0; unwraps < maxUnwraps; unwraps += 1) {
    const inner = typeof value === "string" ? parsedObject(value) : unwrapped(value);
    if (inner === undefined) break;
    if (isRecord(value) && objectSaysError(value)) return true;
    value = inner;
  }
  if (typeof value === "string") return textSaysError(value);
  return isRecord(value) && objectSaysError(value);
}

function textSaysError(text: string): boolean {
  const opening = text.slice(0, 200).trimStart();
  return errorOpening.test(opening) && !noError.test(opening.trim());
}

function objectSaysError(record: Record<string, unknown>): boolean {
  if (record["isError"] === true || record["is_error"] === true) return true;
  if (record["ok"] === false || record["success"] === false) return true;
  if (record["ok"] === true || record["success"] === true || record["isError"] === false || record["is_error"] === false) return false;
  const hasMessage = typeof record["message"] === "string" && record["message"] !== "";
  if (record["status"] === "error" && hasMessage) return true;
  if (isErrorValue(record["error"], hasMessage)) return true;
  return isGraphQlFailure(record);
}

/** A bare number under `error` is a measurement (`{"error": 0.03}`) unless a message stands beside it. */
function isErrorValue(error: unknown, hasMessage: boolean): boolean {
  if (typeof error === "string") return error.trim() !== "" && !noError.test(error.trim());
  if (typeof error === "boolean") return error;
  if (typeof error === "number") return error !== 0 && hasMessage;
  if (Array.isArray(error)) return error.length > 0;
  return isRecord(error) && Object.values(error).some((part) => part !== null && part !== "" && part !== false && part !== 0);
}

/** A linter's `{errors: […]}` is a good answer; GraphQL's comes with `data: null` or alone. */
function isGraphQlFailure(record: Record<string, unknown>): boolean {
  const errors = record["errors"];
  if (!Array.isArray(errors) || errors.length === 0) return false;
  if (record["data"] === null) return true;
  return Object.keys(record).length === 1 && errors.every((entry) => isRecord(entry) && typeof entry["message"] === "string");
}

/** The one value inside a wrapper: MCP content blocks, or an object with a single wrapping key. undefined when it is none. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) {
    const first: unknown = value[0];
    return isRecord(first) && first["type"] === "text" && typeof first["text"] === "string" ? first["text"] : undefined;
  }
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  if (Array.isArray(value["content"]) && keys.every((key) => key === "content" || key === "isError" || key === "_meta"))
    return value["content"];
  const [only] = keys;
  return keys.length === 1 && only !== undefined && wrapperKeys.has(only) ? (value[only] ?? undefined) : undefined;
}

function parsedObject(text: string): unknown {
  if (text.length > maxParsedChars) return undefined;
  const trimmed = text.trim();
  const opening = trimmed[0];
  if (opening !== "{" && opening !== "[" && opening !== '"') return undefined;
  try {
    return JSON.parse(trimmed);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
