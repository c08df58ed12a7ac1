// OTLP in protobuf, turned into the tree that the same request would be in OTLP/JSON, so that one reader serves both encodings.
// A span or log record that cannot be decoded is left as `undecodable` in its place and is refused alone.
import { fromBinary, type DescMessage } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { isObject, listOf } from "./json-value.ts";
import { maxDepth } from "./limits.ts";
import { hexOfBytes } from "./otlp-id.ts";
import { otlpMessage } from "./otlp-schema.ts";

const tracesRequest = otlpMessage("TracesRequest");
const logsRequest = otlpMessage("LogsRequest");
const spanMessage = otlpMessage("Span");
const logMessage = otlpMessage("LogRecord");
const anyValue = otlpMessage("AnyValue");
const arrayValue = otlpMessage("ArrayValue");
const keyValueList = otlpMessage("KeyValueList");

/** What stands in the place of an item whose bytes are no such message. */
export const undecodable = "undecodable";

/** Bytes that are not UTF-8 become U+FFFD; a leading U+FEFF is text, not a mark. */
const utf8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** The request as OTLP/JSON spells it; null when the bytes are no export request. */
export function treeOfProtobuf(body: Uint8Array, signal: "traces" | "logs"): unknown {
  const request = decoded(signal === "traces" ? tracesRequest : logsRequest, body);
  if (request === null) return null;
  const [resources, scopes, items] =
    signal === "traces" ? (["resourceSpans", "scopeSpans", "spans"] as const) : (["resourceLogs", "scopeLogs", "logRecords"] as const);
  const list = listOf(request[resources]);
  // Random bytes can pass for unknown fields. A body that has some, and nothing that we know, is not an export.
  if (list.length === 0 && body.length > 0) return null;
  return {
    [resources]: list.map((entry) => ({
      resource: { attributes: pairs(field(field(entry, "resource"), "attributes"), 1) },
      [scopes]: listOf(field(entry, scopes)).map((scope) => ({
        scope: { name: text(field(field(scope, "scope"), "name")), version: text(field(field(scope, "scope"), "version")) },
        [items]: listOf(field(scope, items)).map(signal === "traces" ? spanTree : logTree),
      })),
    })),
  };
}

function spanTree(bytes: unknown): unknown {
  const span = decoded(spanMessage, bytes);
  if (span === null) return undecodable;
  return {
    traceId: hex(span["traceId"]),
    spanId: hex(span["spanId"]),
    parentSpanId: hex(span["parentSpanId"]),
    name: text(span["name"]),
    kind: span["kind"],
    startTimeUnixNano: span["startTimeUnixNano"],
    endTimeUnixNano: span["endTimeUnixNano"],
    attributes: pairs(span["attributes"], 1),
    events: listOf(span["events"]).map((event) => ({
      timeUnixNano: field(event, "timeUnixNano"),
      name: text(field(event, "name")),
      attributes: pairs(field(event, "attributes"), 1),
    })),
    links: listOf(span["links"]).map((link) => ({ traceId: hex(field(link, "traceId")), spanId: hex(field(link, "spanId")) })),
    status: { code: field(span["status"], "code"), message: text(field(span["status"], "message")) },
  };
}

function logTree(bytes: unknown): unknown {
  const log = decoded(logMessage, bytes);
  if (log === null) return undecodable;
  return {
    traceId: hex(log["traceId"]),
    spanId: hex(log["spanId"]),
    timeUnixNano: log["timeUnixNano"],
    observedTimeUnixNano: log["observedTimeUnixNano"],
    eventName: text(log["eventName"]),
    body: valueTree(log["body"], 1),
    attributes: pairs(log["attributes"], 1),
  };
}

function pairs(list: unknown, depth: number): unknown[] {
  return listOf(list).map((pair) => ({ key: text(field(pair, "key")), value: valueTree(field(pair, "value"), depth) }));
}

/** One AnyValue. Levels below the limit are given as empty containers: the reader marks the cut one level above. */
function valueTree(bytes: unknown, depth: number): unknown {
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return {};
  const value = field(decoded(anyValue, bytes), "value");
  const given = field(value, "value");
  switch (field(value, "case")) {
    case "stringValue":
      return { stringValue: text(given) };
    case "boolValue":
      return { boolValue: given };
    case "intValue":
      return { intValue: typeof given === "bigint" ? given.toString() : given };
    case "doubleValue":
      return { doubleValue: given };
    case "bytesValue":
      return { bytesValue: given instanceof Uint8Array ? base64Encode(given) : "" };
    case "arrayValue":
      return {
        arrayValue: {
          values: depth > maxDepth ? [] : listOf(field(decoded(arrayValue, given), "values")).map((item) => valueTree(item, depth + 1)),
        },
      };
    case "kvlistValue":
      return { kvlistValue: { values: depth > maxDepth ? [] : pairs(field(decoded(keyValueList, given), "values"), depth + 1) } };
    default:
      return {};
  }
}

/** The message's fields by name, or null when the bytes are no such message. */
function decoded(message: DescMessage, bytes: unknown): Record<string, unknown> | null {
  if (!(bytes instanceof Uint8Array)) return null;
  try {
    const value: unknown = fromBinary(message, bytes, { readUnknownFields: false });
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

const text = (value: unknown): string => (value instanceof Uint8Array ? utf8.decode(value) : "");
const hex = (value: unknown): string => (value instanceof Uint8Array ? hexOfBytes(value) : "");
