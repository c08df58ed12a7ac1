// An OTLP export request of spans or log records, JSON or protobuf, to records. A body that is no export request is malformed
// as a whole; a bad item is refused alone and the rest is kept. Unknown fields are ignored, as the specification asks.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { attributesOf } from "./any-value.ts";
import { parseExactJson } from "./exact-json.ts";
import { isObject, listOf, numberOf } from "./json-value.ts";
import { boundText, maxEvents, maxLinks, maxNameChars, newAllowance, type Allowance } from "./limits.ts";
import { millisecondsOf, nanosecondsOf } from "./nanoseconds.ts";
import { hexIdOf } from "./otlp-id.ts";
import { treeOfProtobuf, undecodable } from "./otlp-proto.ts";
import type { OtlpEncoding } from "./otlp-reply.ts";
import type { Decoded, JsonObject, Malformed, SpanLink, SpanRecord, TraceRecord } from "./record.ts";

/** One item of a request with what it inherits. */
export interface OtlpItem {
  value: unknown;
  resource: unknown;
  scope: unknown;
}

/** The spans of a traces request. An empty request is read as one without spans. */
export function decodeSpans(body: Uint8Array, encoding: OtlpEncoding): Decoded<SpanRecord> | Malformed {
  const items = otlpItems(body, encoding, "traces");
  return items.ok ? readEach(items.items, spanOf) : items;
}

/** The items of a request in order, or what is wrong with it. */
export function otlpItems(
  body: Uint8Array,
  encoding: OtlpEncoding,
  signal: "traces" | "logs",
): { ok: true; items: OtlpItem[] } | Malformed {
  const [resources, scopes, leaves] =
    signal === "traces" ? (["resourceSpans", "scopeSpans", "spans"] as const) : (["resourceLogs", "scopeLogs", "logRecords"] as const);
  const tree = encoding === "protobuf" ? treeOfProtobuf(body, signal) : treeOfJson(body);
  if (!isObject(tree))
    return malformed(
      encoding === "protobuf"
        ? `the body is not a protobuf export request with ${resources}`
        : tree === undefined
          ? "the body is not valid JSON"
          : `the body must be a JSON object with ${resources}`,
    );
  const items: OtlpItem[] = [];
  for (const resource of children(tree, resources) ?? [null]) {
    if (!isObject(resource)) return malformed(`${resources} must be a list of objects`);
    for (const scope of children(resource, scopes) ?? [null]) {
      if (!isObject(scope)) return malformed(`${scopes} must be a list of objects`);
      const values = children(scope, leaves);
      if (values === null) return malformed(`${leaves} must be a list`);
      for (const value of values) items.push({ value, resource: resource["resource"], scope: scope["scope"] });
    }
  }
  return { ok: true, items };
}

/** A repeated field: absent and null are empty; null when it is something else than a list. */
function children(parent: Record<string, unknown>, name: string): readonly unknown[] | null {
  const value = parent[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : null;
}

const malformed = (message: string): Malformed => ({ ok: false, message });

const treeOfJson = (body: Uint8Array): unknown => (body.length === 0 ? {} : parseExactJson(new TextDecoder().decode(body)));

/** Reads each item; those for which `read` gives a reason are refused. */
export function readEach<T extends TraceRecord>(items: readonly OtlpItem[], read: (item: OtlpItem) => T | string): Decoded<T> {
  const records: T[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, item] of items.entries()) {
    const record = item.value === undecodable ? "it cannot be decoded" : read(item);
    if (typeof record === "string") rejected.push({ index, reason: record });
    else records.push(record);
  }
  return { ok: true, records, rejected, total: items.length };
}

function spanOf({ value, resource, scope }: OtlpItem): SpanRecord | string {
  if (!isObject(value)) return "a span must be an object";
  const traceId = hexIdOf(value["traceId"], 16);
  if (traceId === null) return "traceId must be 32 hexadecimal digits, not all zero";
  const spanId = hexIdOf(value["spanId"], 8);
  if (spanId === null) return "spanId must be 16 hexadecimal digits, not all zero";
  const startNs = nanosecondsOf(value["startTimeUnixNano"]);
  const endNs = nanosecondsOf(value["endTimeUnixNano"]);
  if (startNs === null && endNs === null) return "a span needs startTimeUnixNano, in nanoseconds since 1970";
  const allowance = newAllowance();
  const status = isObject(value["status"]) ? value["status"] : {};
  // The small parts first: a huge attribute must not cost the name or the error.
  const small = {
    name: typeof value["name"] === "string" ? boundText(value["name"], allowance, maxNameChars) : "",
    kind: enumOf(value["kind"], 5),
    status: statusOf(status["code"]),
    statusMessage: typeof status["message"] === "string" ? boundText(status["message"], allowance) : "",
    scope: scopeOf(scope, allowance),
    resource: attributesOf(isObject(resource) ? resource["attributes"] : null, allowance),
  };
  const record: Omit<SpanRecord, "key"> = {
    source: "span",
    traceId,
    spanId,
    parentId: hexIdOf(value["parentSpanId"], 8),
    ...small,
    startNs,
    endNs,
    startMs: startNs === null ? null : millisecondsOf(startNs),
    endMs: endNs === null ? null : millisecondsOf(endNs),
    attributes: attributesOf(value["attributes"], allowance),
    events: eventsOf(value["events"], allowance),
    links: linksOf(value["links"], allowance),
    truncated: allowance.truncated,
  };
  return { ...record, key: `${spanId}-${digestOf(record)}` };
}

export function scopeOf(scope: unknown, allowance: Allowance): { name: string; version: string } {
  const { name, version } = isObject(scope) ? scope : {};
  return {
    name: typeof name === "string" ? boundText(name, allowance, maxNameChars) : "",
    version: typeof version === "string" ? boundText(version, allowance, maxNameChars) : "",
  };
}

function eventsOf(events: unknown, allowance: Allowance): { name: string; timeNs: string | null; attributes: JsonObject }[] {
  const list = listOf(events).filter(isObject);
  allowance.truncated ||= list.length > maxEvents;
  return list.slice(0, maxEvents).map((event) => ({
    name: typeof event["name"] === "string" ? boundText(event["name"], allowance, maxNameChars) : "",
    timeNs: nanosecondsOf(event["timeUnixNano"]),
    attributes: attributesOf(event["attributes"], allowance),
  }));
}

function linksOf(links: unknown, allowance: Allowance): SpanLink[] {
  const list = listOf(links).filter(isObject);
  allowance.truncated ||= list.length > maxLinks;
  return list.slice(0, maxLinks).flatMap((link) => {
    const traceId = hexIdOf(link["traceId"], 16);
    const spanId = hexIdOf(link["spanId"], 8);
    return traceId === null || spanId === null ? [] : [{ traceId, spanId }];
  });
}

/** Enums are integers by the specification; some encoders write the names. */
function statusOf(code: unknown): 0 | 1 | 2 {
  if (code === 2 || code === "2" || code === "STATUS_CODE_ERROR") return 2;
  return code === 1 || code === "1" || code === "STATUS_CODE_OK" ? 1 : 0;
}

function enumOf(value: unknown, last: number): number {
  const named = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
  ].indexOf(typeof value === "string" ? value : "");
  const number = named >= 0 ? named : numberOf(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= last ? number : 0;
}

/** 12 hex digits over the content: tells two different deliveries of one id apart, and equal ones not. */
export const digestOf = (content: unknown): string => bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(content)))).slice(0, 12);
