// What a file is, judged by what stands in it and not by its name: a Claude Code transcript, native runs, or OTLP, and in which shape.
// What is none of them is told apart by a reason that says what to do instead.
import { isObject } from "../../domain/wire/json-value.ts";
import { decodeLogs } from "../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../domain/wire/otlp.ts";
import type { Head } from "./bytes.ts";

export const formatNames = ["claude-code", "jsonl", "otlp"] as const;
export type FormatName = (typeof formatNames)[number];

/** lines: a value a line. list: one JSON document with a list in it. values: whole JSON values over several lines. */
export type Format =
  | { name: "claude-code" }
  | { name: "jsonl"; shape: "lines" | "list" | "values" }
  | { name: "otlp"; shape: "lines" | "list" | "protobuf" | "framed" };

export type Detection = { ok: true; format: Format } | { ok: false; reason: string };

export const formatWords: Readonly<Record<FormatName, string>> = {
  "claude-code": "Claude Code transcript",
  jsonl: "native runs",
  otlp: "OTLP",
};

/** @param wanted where somebody says what it is, only its shape is looked for */
export function detectFormat({ bytes, isAll }: Head, wanted: FormatName | null = null): Detection {
  if (bytes.length === 0) return no("it is empty");
  if (isZstd(bytes)) return no("it is packed with zstd; unpack it first");
  if (isGzip(bytes)) return no("it is packed twice; unpack it first");
  if (!isText(bytes)) return wanted === null || wanted === "otlp" ? binaryFormat(bytes, isAll) : no("it is not text");
  const found = textFormat(new TextDecoder().decode(bytes), isAll);
  if (wanted === null || !found.ok || found.format.name === wanted) return wanted === null || found.ok ? found : asWanted(wanted);
  return no(`it looks like ${formatWords[found.format.name]}, not like ${formatWords[wanted]}`);
}

const no = (reason: string): Detection => ({ ok: false, reason });
const yes = (format: Format): Detection => ({ ok: true, format });

/** Nothing speaks against it: its lines will show. */
const asWanted = (name: FormatName): Detection => yes(name === "claude-code" ? { name } : { name, shape: "lines" });

const magicAt = (bytes: Uint8Array, at: number, ...magic: number[]): boolean => magic.every((byte, index) => bytes[at + index] === byte);
const isGzip = (bytes: Uint8Array): boolean => magicAt(bytes, 0, 0x1f, 0x8b);
/** Also where the Collector wrote a length before each packed message. */
const isZstd = (bytes: Uint8Array): boolean => [0, 4].some((at) => magicAt(bytes, at, 0x28, 0xb5, 0x2f, 0xfd));

/**
 * JSON has no control characters outside of its white space; a message in protobuf does not go far without one. Protobuf begins with a
 * newline or a zero, so a line that is damaged in a file that begins like JSON does not make it one.
 */
function isText(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return true;
  return !bytes.subarray(0, 4_096).some((byte) => byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
}

/** Lines looked at before giving up: a transcript may begin with its bookkeeping. */
const mostLines = 200;

function textFormat(text: string, isAll: boolean): Detection {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  // The last line may be cut off; it counts where the file is over.
  const whole = (isAll ? lines : lines.slice(0, -1)).map((line) => line.trim()).filter((line) => line !== "");
  const [first = text.trim()] = whole;
  if (!isDocumentStart(first) || whole.length === 1) {
    for (const line of whole.slice(0, mostLines)) {
      const found = formatOfValue(parsed(line));
      if (found !== null) return found;
    }
  }
  return documentFormat(text);
}

/** A line that goes on in the next one: pretty-printed JSON. A torn line ends anywhere else. */
const isDocumentStart = (line: string): boolean => /^[[{]/.test(line) && /[[{,:]$/.test(line) && parsed(line) === undefined;

function formatOfValue(value: unknown): Detection | null {
  if (Array.isArray(value)) {
    const inner = value.map(formatOfValue).find((found) => found !== null);
    return inner?.ok === true && inner.format.name === "jsonl" ? yes({ name: "jsonl", shape: "lines" }) : (inner ?? null);
  }
  return isObject(value) ? formatOfNames(new Set(Object.keys(value)), "lines") : null;
}

/** One JSON document that is not whole in the head: its first names say what it is. */
function documentFormat(text: string): Detection {
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (!/^[[{]/.test(start)) return no("it is neither JSON nor OTLP in protobuf");
  const names = namesAtTop(start.startsWith("[") ? start.slice(1).trimStart() : start);
  const found = formatOfNames(names, "list");
  if (found?.ok !== true) return found ?? unknown();
  if (found.format.name === "claude-code") return no("it is a transcript, but not one value a line as Claude Code writes it");
  const isSingleRun = found.format.name === "jsonl" && !names.has("runs") && start.startsWith("{");
  return isSingleRun ? yes({ name: "jsonl", shape: "values" }) : found;
}

function formatOfNames(names: ReadonlySet<string>, shape: "lines" | "list"): Detection | null {
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.has(name));
  if (has("resourceSpans", "resourceLogs", "resourceMetrics")) return yes({ name: "otlp", shape });
  if (has("type") && has("sessionId", "leafUuid", "uuid", "messageId") && !has("agent")) return yes({ name: "claude-code" });
  if (has("type") && has("session_id"))
    return no("it holds messages of the Claude Agent SDK; import the session's transcript in ~/.claude/projects instead");
  if (has("agent", "runs", "steps", "agent_version")) return yes({ name: "jsonl", shape });
  if (has("started_at") && has("input", "output", "status")) return yes({ name: "jsonl", shape });
  return null;
}

const unknown = (): Detection =>
  no("its JSON is no Claude Code transcript, no native run and no OTLP; --format says which it is meant to be");

/** The names in the object at the start of `text`, as far as it goes. */
function namesAtTop(text: string): Set<string> {
  const names = new Set<string>();
  let depth = 0;
  for (const [token, string] of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:?|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && token.endsWith(":")) names.add(string ?? "");
    if (depth === 0) break;
  }
  return names;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Every export request, of traces and of logs, is a list of messages in its field 1. */
const field1 = 0x0a;

function binaryFormat(bytes: Uint8Array, isAll: boolean): Detection {
  const length = bytes.length > 4 ? frameLength(bytes) : 0;
  if (bytes[4] === field1 && length > 0 && (!isAll || length <= bytes.length - 4)) return yes({ name: "otlp", shape: "framed" });
  if (bytes[0] !== field1) return no("it is neither JSON nor OTLP in protobuf");
  if (isAll && !holdsRequest(bytes)) return no("it looks like protobuf, but not like an OTLP request");
  return yes({ name: "otlp", shape: "protobuf" });
}

/** The Collector's file exporter writes the length of each message before it, most significant byte first. */
export const frameLength = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, false);

function holdsRequest(bytes: Uint8Array): boolean {
  return [decodeSpans(bytes, "protobuf"), decodeLogs(bytes, "protobuf")].some((read) => read.ok && read.total > 0);
}
