import { create, toBinary } from "@bufbuild/protobuf";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { maxDepth, maxRecordChars, maxTextChars } from "../../../domain/wire/limits.ts";
import { otlpMessage } from "../../../domain/wire/otlp-schema.ts";
import { decodeLogs } from "../../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { SpanRecord } from "../../../domain/wire/record.ts";
import { body, ns, recordsOf, request, span, traceId } from "./spans.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/wire", name));
const decoded = (content: unknown) => {
  const result = decodeSpans(body(content), "json");
  if (!result.ok) throw new Error(result.message);
  return result;
};
const one = (spanOrPart: Record<string, unknown>): SpanRecord => {
  const [record] = recordsOf(request([{ ...span({ id: "a" }), ...spanOrPart }]));
  if (record === undefined) throw new Error("the span was refused");
  return record;
};
const withValue = (value: unknown) => one({ attributes: [{ key: "k", value }] }).attributes["k"];

describe("an OTLP/JSON body", () => {
  test.each([
    ["not JSON", '{"resourceSpans": [{"reso', /not valid JSON/],
    ["a list at the top", "[]", /JSON object/],
    ["a text instead of a list", { resourceSpans: "all of them" }, /resourceSpans must be a list/],
    ["scopeSpans that is no list", { resourceSpans: [{ scopeSpans: {} }] }, /scopeSpans must be a list/],
    ["spans as an object", { resourceSpans: [{ scopeSpans: [{ spans: { 0: {} } }] }] }, /spans must be a list/],
  ])("is malformed when it is %s", (_, content, message) => {
    const result = decodeSpans(body(content), "json");
    expect(result).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  test.each([
    ["nothing", ""],
    ["an empty object", {}],
    ["no resources", { resourceSpans: [] }],
    ["null where a list belongs", { resourceSpans: null }],
    ["no scopes", { resourceSpans: [{ resource: {}, scopeSpans: [] }] }],
    ["no spans", { resourceSpans: [{ scopeSpans: [{ scope: { name: "x" }, spans: [] }] }] }],
  ])("with %s is an empty request", (_, content) =>
    expect(decodeSpans(body(content), "json")).toEqual({ ok: true, records: [], rejected: [], total: 0 }),
  );

  test("loses only the span that is wrong, and says which and why", () => {
    const good = span({ id: "good" });
    const result = decoded(
      request([
        good,
        { ...good, traceId: "" },
        { ...good, spanId: "a1b2c3" },
        "no span",
        { ...good, spanId: "00f067aa0ba902b7", startTimeUnixNano: "0", endTimeUnixNano: 0 },
        { ...good, traceId: "0".repeat(32) },
      ]),
    );
    expect(result.records).toHaveLength(1);
    expect(result.total).toBe(6);
    expect(result.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(result.rejected.map(({ reason }) => reason).join()).toMatch(/traceId.*spanId.*object.*startTimeUnixNano.*traceId/);
  });

  test("keeps ids in lower-case hex whether they came as hex of any case or as base64", () => {
    const expected = { traceId, spanId: "00f067aa0ba902b7", parentId: "b7ad6b7169203331" };
    expect(one({ traceId: traceId.toUpperCase(), spanId: "00F067AA0BA902B7", parentSpanId: "B7AD6B7169203331" })).toMatchObject(expected);
    const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    expect(one({ traceId: base64(traceId), spanId: base64(expected.spanId), parentSpanId: base64(expected.parentId) })).toMatchObject(
      expected,
    );
  });

  test.each([
    ["", null],
    ["0000000000000000", null],
    ["zz", null],
    [undefined, null],
  ])("reads the parent %j as none", (parentSpanId, expected) => {
    expect(one({ parentSpanId }).parentId).toBe(expected);
  });

  test.each([
    ["a text", { stringValue: "x" }, "x"],
    ["an empty text", { stringValue: "" }, ""],
    ["false", { boolValue: false }, false],
    ["an integer as text", { intValue: "25" }, 25],
    ["an integer as number", { intValue: 25 }, 25],
    ["an integer beyond 2^53 as text", { intValue: "9007199254740993" }, "9007199254740993"],
    ["a quoted double", { doubleValue: "1.5" }, 1.5],
    ["not a number", { doubleValue: "NaN" }, "NaN"],
    ["infinity", { doubleValue: "-Infinity" }, "-Infinity"],
    ["bytes", { bytesValue: "AQID" }, "AQID"],
    ["nothing", {}, null],
    ["a missing value", undefined, null],
    ["a bare text of a careless sender", "x", "x"],
    ["a list", { arrayValue: { values: [{ intValue: 1 }, {}] } }, [1, null]],
    ["an empty list", { arrayValue: {} }, []],
    ["an object", { kvlistValue: { values: [{ key: "a", value: { boolValue: true } }] } }, { a: true }],
  ])("reads %s", (_, value, expected) => expect(withValue(value)).toEqual(expected));

  test("keeps every digit of bare integers that a double cannot hold", () => {
    const text = JSON.stringify(request([span({ id: "a" })]))
      .replace(/"startTimeUnixNano":"\d+"/, '"startTimeUnixNano":1795514400500000123')
      .replace(
        '"attributes":[]',
        '"attributes":[{"key":"order.id","value":{"intValue":9007199254740993}},{"key":"note","value":{"stringValue":"no: 9007199254740993"}}]',
      );
    const [record] = recordsOf(text);
    expect(record).toMatchObject({
      startNs: "1795514400500000123",
      startMs: 1_795_514_400_500,
      attributes: { "order.id": "9007199254740993", note: "no: 9007199254740993" },
    });
  });

  test("tells times 100 ns apart, and a time of 0 as unknown", () => {
    expect(one({ startTimeUnixNano: "1795514401000000010" }).startNs).toBe("1795514401000000010");
    expect(one({ endTimeUnixNano: "0" })).toMatchObject({ endNs: null, endMs: null });
  });

  test("ignores unknown fields and takes missing ones as their defaults", () => {
    const [record] = recordsOf({
      resourceSpans: [
        {
          scopeSpans: [{ spans: [{ traceId, spanId: "00f067aa0ba902b7", startTimeUnixNano: ns(0), future: { a: [1] } }] }],
          entityRefs: [],
        },
      ],
      unknown: true,
    });
    expect(record).toMatchObject({
      name: "",
      kind: 0,
      status: 0,
      parentId: null,
      attributes: {},
      events: [],
      links: [],
      resource: {},
      scope: { name: "", version: "" },
    });
  });

  test("replaces NUL and halves of characters and keeps whole ones", () => {
    expect(withValue({ stringValue: "head\u0000tail \ud83e" })).toBe("head\ufffdtail \ufffd");
    expect(withValue({ stringValue: "fox 🦊 end" })).toBe("fox 🦊 end");
  });

  test("keeps __proto__ an ordinary key", () => {
    const record = one({
      attributes: [{ key: "__proto__", value: { kvlistValue: { values: [{ key: "polluted", value: { boolValue: true } }] } } }],
    });
    expect(Object.hasOwn(record.attributes, "__proto__")).toBe(true);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("cuts an attribute nested ten thousand levels deep, with a mark, and keeps the rest of the request", () => {
    const deep = '{"arrayValue":{"values":['.repeat(10_000) + "]}}".repeat(10_000);
    const text = JSON.stringify(request([span({ id: "a" }), span({ id: "b" })])).replace(
      '"attributes":[]',
      `"attributes":[{"key":"deep","value":${deep}},{"key":"big","value":{"intValue":1234567890123456789}}]`,
    );
    const [first, second] = recordsOf(text);
    expect(first?.truncated).toBe(true);
    expect(JSON.stringify(first)).toContain(`truncated below ${maxDepth} levels`);
    expect(second?.truncated).toBe(false);
  });

  test("cuts long texts with their true size in the mark, and keeps a record within its limit", () => {
    const cut = withValue({ stringValue: `HEAD${"x".repeat(2_600_000)}` });
    expect(cut).toMatch(/^HEADx+…\[truncated 23\d{5} characters\]$/);
    expect(cut).toHaveLength(maxTextChars);
    const many = one({ attributes: Array.from({ length: 40 }, (_, i) => ({ key: `k${i}`, value: { stringValue: "é".repeat(100_000) } })) });
    expect(many.truncated).toBe(true);
    expect(JSON.stringify(many).length).toBeLessThan(maxRecordChars + 40_000);
    expect(many.attributes["k39"]).toMatch(/truncated/);
  });

  test("cuts huge numbers of attributes, events and list items", () => {
    const record = one({
      attributes: Array.from({ length: 100_000 }, (_, i) => ({ key: `k${i}`, value: { intValue: i } })),
      events: Array.from({ length: 10_000 }, () => ({ name: "e" })),
    });
    expect(record.truncated).toBe(true);
    expect(Object.keys(record.attributes).length).toBeLessThanOrEqual(20_000);
    expect(record.events).toHaveLength(500);
  });

  test("gives equal deliveries equal keys, and different ones of one span different keys", () => {
    const keyOf = (name: string) => recordsOf(request([span({ id: "a", name })]))[0]?.key;
    expect(keyOf("x")).toBe(keyOf("x"));
    expect(keyOf("x")).not.toBe(keyOf("y"));
  });
});

describe("an OTLP protobuf body", () => {
  test("of a real client is read as its JSON would be", () => {
    const result = decodeSpans(fixture("traceloop-research-01.pb"), "protobuf");
    expect(result).toMatchObject({ ok: true, total: 1, rejected: [] });
    expect(result.ok && result.records[0]).toMatchObject({
      traceId: "9a80d8a78b9998c0b9279550955e914f",
      kind: 3,
      scope: { name: "@traceloop/instrumentation-openai", version: "0.27.0" },
      resource: { "service.name": "northwind-support", "process.pid": expect.any(Number) },
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.usage.input_tokens": 301,
        "gen_ai.request.temperature": 0.2,
        "gen_ai.response.finish_reasons": ["tool_call"],
      },
    });
  });

  test.each([
    ["garbage", Uint8Array.from([0xff, 0xfe, 0x00, 0x6e, 0x6f, 0x74, 0x07])],
    ["JSON", body(request([span({ id: "a" })]))],
    ["a truncated message", fixture("traceloop-research-01.pb").subarray(0, 900)],
  ])("of %s is malformed", (_, bytes) => {
    expect(decodeSpans(bytes, "protobuf")).toMatchObject({ ok: false, message: expect.stringContaining("protobuf") });
  });

  test("without a byte is an empty request", () => expect(decodeSpans(new Uint8Array(), "protobuf")).toMatchObject({ ok: true, total: 0 }));

  test("loses only the span that cannot be decoded", () => {
    const message = (name: string, value: Record<string, unknown>) => toBinary(otlpMessage(name), create(otlpMessage(name), value));
    const good = message("Span", {
      traceId: Buffer.from(traceId, "hex"),
      spanId: Buffer.from("00f067aa0ba902b7", "hex"),
      name: body("ok"),
      startTimeUnixNano: 1n,
    });
    const scope = create(otlpMessage("ScopeSpans"), { spans: [Uint8Array.from([0x0a, 0xff]), good] });
    const resource = create(otlpMessage("ResourceSpans"), { scopeSpans: [scope] });
    const result = decodeSpans(message("TracesRequest", { resourceSpans: [resource] }), "protobuf");
    expect(result).toMatchObject({
      ok: true,
      total: 2,
      rejected: [{ index: 0, reason: "it cannot be decoded" }],
      records: [{ name: "ok" }],
    });
  });

  test("keeps a span whose text is not UTF-8, nests without end, or holds integers beyond 2^53", () => {
    const message = (name: string, value: Record<string, unknown>) => toBinary(otlpMessage(name), create(otlpMessage(name), value));
    const anyValue = (kind: string, value: unknown) => message("AnyValue", { value: { case: kind, value } });
    let deep = anyValue("intValue", 1n);
    for (let level = 0; level < 2_000; level += 1) deep = anyValue("arrayValue", message("ArrayValue", { values: [deep] }));
    const pair = (key: string, value: Uint8Array) => create(otlpMessage("KeyValue"), { key: body(key), value });
    const bytes = message("Span", {
      traceId: Buffer.from(traceId, "hex"),
      spanId: Buffer.from("00f067aa0ba902b7", "hex"),
      startTimeUnixNano: 1795514400000000010n,
      attributes: [
        pair("latin", anyValue("stringValue", Uint8Array.from([0x63, 0x61, 0x66, 0xe9]))),
        pair("deep", deep),
        pair("id", anyValue("intValue", 9007199254740993n)),
        pair("empty", new Uint8Array()),
        pair("nan", anyValue("doubleValue", Number.NaN)),
        pair("raw", anyValue("bytesValue", Uint8Array.from([1, 2, 3]))),
      ],
    });
    const resource = create(otlpMessage("ResourceSpans"), { scopeSpans: [create(otlpMessage("ScopeSpans"), { spans: [bytes] })] });
    const result = decodeSpans(message("TracesRequest", { resourceSpans: [resource] }), "protobuf");
    const record = result.ok ? result.records[0] : undefined;
    expect(record).toMatchObject({
      startNs: "1795514400000000010",
      truncated: true,
      attributes: { latin: "caf\ufffd", id: "9007199254740993", empty: null, nan: "NaN", raw: "AQID" },
    });
    expect(JSON.stringify(record?.attributes["deep"])).toContain("truncated below");
  });
});

describe("an OTLP logs body", () => {
  const log = (extra: Record<string, unknown>) => ({
    timeUnixNano: ns(0),
    traceId,
    spanId: "00f067aa0ba902b7",
    body: { kvlistValue: { values: [{ key: "content", value: { stringValue: "Hi" } }] } },
    attributes: [{ key: "event.name", value: { stringValue: "gen_ai.user.message" } }],
    ...extra,
  });
  const logs = (list: unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: list }] }] });

  test("gives the records that name a trace, accepts those that do not, refuses what is none", () => {
    const result = decodeLogs(body(logs([log({}), log({ traceId: undefined }), "no log"])), "json");
    expect(result).toMatchObject({
      ok: true,
      total: 3,
      rejected: [{ index: 2 }],
      records: [{ eventName: "gen_ai.user.message", body: { content: "Hi" }, index: 0 }],
    });
  });

  test("takes the event's name from its own field first", () => {
    const result = decodeLogs(body(logs([log({ eventName: "gen_ai.choice" })])), "json");
    expect(result).toMatchObject({ records: [{ eventName: "gen_ai.choice" }] });
  });
});
