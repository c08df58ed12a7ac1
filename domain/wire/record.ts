// What trace assembly keeps of a trace: records, each the smallest part a client sends (a span, a log line, an event, a row).
// A trace is the SET of its records: a part that comes again has the same key and adds nothing, and reading never depends
// on order of arrival. Every record is plain JSON of bounded size, so that it can lie in a row or an object as it stands.

import type { NativeScore } from "./score.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

interface Part {
  /** The sender's id of the trace: OTel ids in lower-case hex, others as they came. */
  traceId: string;
  /** The same for every delivery of this part, different for every other part of the trace; safe as a primary key. */
  key: string;
}

export interface SpanEvent {
  name: string;
  /** ns since the epoch, decimal digits. */
  timeNs: string | null;
  attributes: JsonObject;
}

export interface SpanLink {
  traceId: string;
  spanId: string;
}

/** One OTLP span. Integers beyond 2^53 and non-finite doubles are strings; bytes are base64. */
export interface SpanRecord extends Part {
  source: "span";
  spanId: string;
  parentId: string | null;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** ns since the epoch, decimal digits; null where the sender gave none (0 counts as none). */
  startNs: string | null;
  endNs: string | null;
  startMs: number | null;
  endMs: number | null;
  /** 0 unset (not a failure), 1 ok, 2 error. */
  status: 0 | 1 | 2;
  statusMessage: string;
  attributes: JsonObject;
  events: SpanEvent[];
  links: SpanLink[];
  scope: { name: string; version: string };
  resource: JsonObject;
  /** Something of this span was cut to fit the limits of limits.ts; the place carries a visible mark. */
  truncated: boolean;
}

/** One OTLP log record that names a trace. */
export interface LogRecord extends Part {
  source: "log";
  spanId: string | null;
  /** The record's event name, wherever the sender put it. */
  eventName: string;
  timeNs: string | null;
  /** Its place in its request: records of one millisecond keep the order in which the client wrote them. */
  index: number;
  body: JsonValue;
  attributes: JsonObject;
  resource: JsonObject;
  scope: { name: string; version: string };
  truncated: boolean;
}

/** One part of a client that does not speak OTLP; `value` is the sender's own object, bounded. */
export interface DialectRecord extends Part {
  source: "langfuse" | "langsmith" | "openai-agents" | "braintrust";
  value: JsonObject;
  truncated: boolean;
}

export type TraceRecord = SpanRecord | LogRecord | DialectRecord;

/** A body that could be read, with the items that could not: each is refused alone. */
export interface Decoded<T extends TraceRecord> {
  ok: true;
  records: T[];
  rejected: { index: number; reason: string }[];
  /** Items in the body, good and bad. */
  total: number;
}

/** What a door of another dialect read: parts of traces, and scores that go by a run's id and not into its trace. */
export interface DoorReading extends Decoded<DialectRecord> {
  scores: NativeScore[];
}

/** A body that can never be read; the message says what is wrong with it and can be sent back. */
export interface Malformed {
  ok: false;
  message: string;
}
