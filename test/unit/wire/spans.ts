// Builds OTLP bodies and span records for the tests of wire/.
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { SpanRecord } from "../../../domain/wire/record.ts";

export const traceId = "0af7651916cd43dd8448eb211c80319c";

export type Plain = string | number | boolean | readonly string[];

export interface SpanSketch {
  id: string;
  parent?: string;
  name?: string;
  /** Milliseconds after the trace's start; `end: null` for a span that has not ended. */
  start?: number;
  end?: number | null;
  status?: { code?: number; message?: string };
  attributes?: Readonly<Record<string, Plain>>;
  events?: { name: string; attributes: Readonly<Record<string, Plain>> }[];
  trace?: string;
}

const startMs = 1_795_514_400_000;
export const ns = (ms: number): string => `${BigInt(startMs + ms) * 1_000_000n}`;
const spanId = (id: string): string =>
  /^[0-9a-f]{16}$/.test(id)
    ? id
    : Array.from(id)
        .map((character) => character.charCodeAt(0).toString(16).padStart(2, "0"))
        .join("")
        .padEnd(16, "0")
        .slice(0, 16);

function value(plain: Plain): unknown {
  if (typeof plain === "string") return { stringValue: plain };
  if (typeof plain === "boolean") return { boolValue: plain };
  if (typeof plain === "number") return Number.isInteger(plain) ? { intValue: String(plain) } : { doubleValue: plain };
  return { arrayValue: { values: plain.map((item) => ({ stringValue: item })) } };
}

export const attributes = (plain: Readonly<Record<string, Plain>>): unknown[] =>
  Object.entries(plain).map(([key, item]) => ({ key, value: value(item) }));

export function span(sketch: SpanSketch): Record<string, unknown> {
  const end = sketch.end === undefined ? (sketch.start ?? 0) + 100 : sketch.end;
  return {
    traceId: sketch.trace ?? traceId,
    spanId: spanId(sketch.id),
    ...(sketch.parent === undefined ? {} : { parentSpanId: spanId(sketch.parent) }),
    name: sketch.name ?? sketch.id,
    kind: 1,
    startTimeUnixNano: ns(sketch.start ?? 0),
    endTimeUnixNano: end === null ? "0" : ns(end),
    attributes: attributes(sketch.attributes ?? {}),
    events: (sketch.events ?? []).map((event) => ({ name: event.name, timeUnixNano: ns(0), attributes: attributes(event.attributes) })),
    status: sketch.status ?? {},
  };
}

export const request = (spans: readonly unknown[], resource: Readonly<Record<string, Plain>> = { "service.name": "shop" }): unknown => ({
  resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ scope: { name: "app", version: "1.0.0" }, spans }] }],
});

export const body = (content: unknown): Uint8Array =>
  new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));

/** The records of a request that must be readable. */
export function recordsOf(content: unknown): SpanRecord[] {
  const decoded = decodeSpans(body(content), "json");
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.records;
}

export const records = (sketches: readonly SpanSketch[], resource?: Readonly<Record<string, Plain>>): SpanRecord[] =>
  recordsOf(request(sketches.map(span), resource));

export const agent = (extra: Partial<SpanSketch> = {}): SpanSketch => ({
  id: "root",
  name: "invoke_agent support-bot",
  start: 0,
  end: 4000,
  ...extra,
  attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "support-bot", ...extra.attributes },
});
export const chat = (id: string, start: number, extra: Partial<SpanSketch> = {}): SpanSketch => ({
  id,
  parent: "root",
  name: "chat acme-large-5",
  start,
  ...extra,
  attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "acme-large-5", ...extra.attributes },
});
export const tool = (id: string, start: number, extra: Partial<SpanSketch> = {}): SpanSketch => ({
  id,
  parent: "root",
  name: "execute_tool lookup_order",
  start,
  ...extra,
  attributes: {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "lookup_order",
    "gen_ai.tool.call.id": `call_${id}`,
    ...extra.attributes,
  },
});
