// OTLP in a file to items, one for each resource's spans or log records: JSON (a document, or a line for each request as the Collector's
// file exporter writes them) or protobuf (a request, or several with their lengths before them). Each is decoded as its door will
// decode it, so that a bad span is told with its place; metrics are left out, as Bento measures behaviour on runs.
import { listOf, objectOf } from "../../domain/wire/json-value.ts";
import { decodeLogs } from "../../domain/wire/otlp-logs.ts";
import type { OtlpEncoding } from "../../domain/wire/otlp-reply.ts";
import { decodeSpans } from "../../domain/wire/otlp.ts";
import { digestOf, itemOf, mostItemBytes, troubleOf, type Door, type Found } from "./item.ts";
import { JsonElements, type JsonElement } from "./json-elements.ts";
import { linesOf } from "./lines.ts";
import { messagesIn } from "./protobuf-messages.ts";
import { notJson, parsed } from "./read-runs.ts";
import { UnreadableFile } from "./unreadable-file.ts";

const lists: ReadonlySet<string> = new Set(["resourceSpans", "resourceLogs", "resourceMetrics"]);

export async function* readOtlp(bytes: AsyncIterable<Uint8Array>, shape: "lines" | "list" | "protobuf" | "framed"): AsyncGenerator<Found> {
  if (shape === "protobuf" || shape === "framed") {
    let number = 0;
    for await (const message of messagesIn(bytes, shape, mostItemBytes)) yield* ofMessage(message, ++number);
  } else if (shape === "list") yield* ofDocument(bytes);
  else {
    for await (const { text, number } of linesOf(bytes, mostItemBytes)) {
      if (text === null) yield tooLarge(number);
      else if (text.trim() !== "") yield* ofLine(text, number);
    }
  }
}

const tooLarge = (line: number | null): Found =>
  troubleOf(line, `it is larger than ${mostItemBytes} bytes, the most that one request may hold; export smaller batches`);

async function* ofDocument(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Found> {
  const reader = new JsonElements(lists, mostItemBytes);
  const decoder = new TextDecoder();
  for await (const chunk of bytes)
    for (const element of reader.push(decoder.decode(chunk, { stream: true }))) yield* ofElement(element, element.line);
  const problem = reader.end();
  if (problem !== null) throw new UnreadableFile(problem);
}

function* ofLine(text: string, line: number): Generator<Found> {
  if (parsed(text) === undefined) {
    yield troubleOf(line, notJson(text));
    return;
  }
  const elements = new JsonElements(lists, mostItemBytes).push(text);
  if (elements.length === 0 && !isEmptyRequest(parsed(text))) yield troubleOf(line, "it is no OTLP request: it has no resourceSpans");
  for (const element of elements) yield* ofElement(element, line);
}

const isEmptyRequest = (value: unknown): boolean => Object.keys(objectOf(value)).some((name) => lists.has(name));

function* ofElement({ text, list }: JsonElement, line: number): Generator<Found> {
  if (list === "resourceMetrics") {
    yield { kind: "left", what: "metrics", count: listOf(objectOf(parsed(text ?? "{}"))["scopeMetrics"]).length };
    return;
  }
  if (text === null) yield tooLarge(line);
  else if (parsed(text) === undefined) yield troubleOf(line, notJson(text));
  else yield* decodedItem(list === "resourceLogs" ? "logs" : "traces", "json", text, line);
}

/** The door is not written on a message: it is the one whose reader understands it. */
function* ofMessage(message: Uint8Array | null, number: number): Generator<Found> {
  if (message === null) return yield tooLarge(null);
  const spans = decodeSpans(message, "protobuf");
  const logs = decodeLogs(message, "protobuf");
  const isLogs = logs.ok && logs.records.length > 0 && !(spans.ok && spans.records.length > 0);
  if (!spans.ok && !isLogs) yield troubleOf(null, `message ${number} is no OTLP request in protobuf`);
  else yield* decodedItem(isLogs ? "logs" : "traces", "protobuf", message, null);
}

function* decodedItem(
  door: Exclude<Door, "runs">,
  encoding: OtlpEncoding,
  body: string | Uint8Array,
  line: number | null,
): Generator<Found> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(requestText(door, [body])) : body;
  const read = door === "traces" ? decodeSpans(bytes, encoding) : decodeLogs(bytes, encoding);
  if (!read.ok) return yield troubleOf(line, read.message);
  const what = door === "traces" ? "span" : "log record";
  for (const { index, reason } of read.rejected) yield troubleOf(line, `${what} ${index + 1}: ${reason}`);
  const count = read.total - read.rejected.length;
  if (count === 0) return;
  const id = read.records.find((record) => record.source === "span")?.traceId ?? null;
  yield itemOf({ door, body, bytes: bytes.length, line, digest: digestOf(door, body), count, agent: null, id });
}

/** A request of these elements. */
export const requestText = (door: Exclude<Door, "runs">, elements: readonly string[]): string =>
  `{"${door === "traces" ? "resourceSpans" : "resourceLogs"}":[${elements.join(",")}]}`;
