// What must hold for every trace, however it was sent: order and repetition change nothing, and no shape of input breaks a reader.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBraintrust } from "../../../domain/wire/braintrust.ts";
import { readLangfuseBatch } from "../../../domain/wire/langfuse.ts";
import { readLangSmithBatch } from "../../../domain/wire/langsmith.ts";
import { readOpenAiAgents } from "../../../domain/wire/openai-agents.ts";
import { decodeLogs } from "../../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { TraceRecord } from "../../../domain/wire/record.ts";
import { aliasesOf, isRootEnded, readTrace } from "../../../domain/wire/trace.ts";
import { body, ns, span, traceId } from "./spans.ts";

const texts = [
  "",
  "x",
  "chat",
  "execute_tool",
  "invoke_agent",
  "LLM",
  "TOOL",
  "AGENT",
  "CHAIN",
  "tool",
  "agent",
  "generation",
  "ai.toolCall",
  "ai.generateText.doGenerate",
  "model_step",
  "lookup_order",
  '[{"role":"user","content":"Hi"}]',
  '[{"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"lookup_order","arguments":"{}"}}]}]',
  '[{"role":"tool","tool_call_id":"c1","content":"Error: no"}]',
  '{"args":[1],"kwargs":{}}',
  "[[[[[]]]]]",
  "null",
  "{",
  "NaN",
  "-1",
  "1e400",
];
const text = fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 12 }));
const names = [
  "gen_ai.operation.name",
  "gen_ai.tool.name",
  "gen_ai.tool.call.id",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.result",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.usage.input_tokens",
  "gen_ai.tool.definitions",
  "gen_ai.prompt.0.content",
  "gen_ai.completion.0.tool_calls.0.name",
  "openinference.span.kind",
  "llm.input_messages.0.message.content",
  "llm.input_messages.99999999999.message.role",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name",
  "llm.tools.0.tool.json_schema",
  "metadata",
  "input.value",
  "output.value",
  "ai.operationId",
  "ai.prompt",
  "ai.prompt.tools",
  "ai.response.toolCalls",
  "traceloop.span.kind",
  "traceloop.entity.input",
  "langfuse.observation.type",
  "langfuse.observation.usage_details",
  "langfuse.observation.input",
  "mastra.span.type",
  "mastra.model_step.output",
  "user.id",
  "error.type",
  "__proto__",
  "constructor",
  "annotations.0.annotation.name",
];
const anyValue = fc.oneof(
  text.map((value) => ({ stringValue: value })),
  fc.oneof(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }).map(String)).map((value) => ({ intValue: value })),
  fc.oneof(fc.double().map((value) => (Number.isFinite(value) ? value : String(value)))).map((value) => ({ doubleValue: value })),
  fc.boolean().map((value) => ({ boolValue: value })),
  fc
    .array(
      text.map((value) => ({ stringValue: value })),
      { maxLength: 3 },
    )
    .map((values) => ({ arrayValue: { values } })),
  fc
    .array(fc.record({ key: text, value: text.map((value) => ({ stringValue: value })) }), { maxLength: 3 })
    .map((values) => ({ kvlistValue: { values } })),
  fc.constant({}),
);
const ids = ["root", "a", "b", "c", "d", "e"];
const anySpan = fc
  .record({
    sketch: fc.record({
      id: fc.constantFrom(...ids),
      name: text,
      start: fc.integer({ min: 0, max: 9 }),
      end: fc.option(fc.integer({ min: 0, max: 9 })),
      status: fc.record({ code: fc.constantFrom(0, 1, 2), message: text }),
    }),
    parent: fc.option(fc.constantFrom(...ids, "absent")),
    attributes: fc.array(fc.record({ key: fc.constantFrom(...names), value: anyValue }), { maxLength: 8 }),
    events: fc.array(
      fc.record({
        name: fc.constantFrom("exception", "gen_ai.choice", "gen_ai.tool.message", "gen_ai.evaluation.result"),
        attributes: fc.array(
          fc.record({ key: fc.constantFrom("message", "content", "gen_ai.evaluation.name", "exception.type"), value: anyValue }),
          { maxLength: 3 },
        ),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ sketch, parent, attributes, events }) => ({
    ...span({ ...sketch, ...(parent === null ? {} : { parent }) }),
    attributes,
    events,
  }));
const anyLog = fc.record({
  traceId: fc.constant(traceId),
  spanId: fc.constantFrom("726f6f7400000000", "6100000000000000"),
  timeUnixNano: fc.constantFrom(ns(1), ns(2)),
  eventName: fc.constantFrom(
    "gen_ai.user.message",
    "gen_ai.choice",
    "gen_ai.client.inference.operation.details",
    "gen_ai.evaluation.result",
    "",
  ),
  body: anyValue,
  attributes: fc.array(fc.record({ key: fc.constantFrom(...names), value: anyValue }), { maxLength: 3 }),
});

const spanRecords = fc
  .array(anySpan, { minLength: 1, maxLength: 12 })
  .map((spans) => readAll(decodeSpans(body({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), "json")));
const logRecords = fc
  .array(anyLog, { maxLength: 4 })
  .map((logRecords) => readAll(decodeLogs(body({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), "json")));

function readAll(decoded: { ok: true; records: TraceRecord[] } | { ok: false }): TraceRecord[] {
  return decoded.ok ? decoded.records : [];
}

/** The store keeps one record a key. */
const stored = (records: readonly TraceRecord[]): TraceRecord[] => [...new Map(records.map((record) => [record.key, record])).values()];

describe("a trace", () => {
  test("reads the same in any order and with any part repeated", () => {
    fc.assert(
      fc.property(spanRecords, logRecords, fc.infiniteStream(fc.nat()), fc.boolean(), (spans, logs, chance, closed) => {
        const once = stored([...spans, ...logs]);
        const again = [...once, ...once.slice(0, 3)]
          .map((record) => ({ record, at: chance.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ record }) => record);
        expect(readTrace(again, { closed })).toEqual(readTrace(once, { closed }));
        expect(isRootEnded(again)).toBe(isRootEnded(once));
      }),
      { numRuns: 300 },
    );
  });

  test("of any content gives a run that survives JSON, with one step an id and times that are dates", () => {
    fc.assert(
      fc.property(spanRecords, (records) => {
        const run = readTrace(records, { closed: true });
        if (run === null) return;
        expect(JSON.parse(JSON.stringify(run))).toEqual(run);
        expect(new Set(run.steps.map((step) => step.id)).size).toBe(run.steps.length);
        expect(Number.isFinite(Date.parse(run.started_at))).toBe(true);
        for (const step of run.steps) expect(step.duration_ms === null || step.duration_ms >= 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("every door", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const id = fc.constantFrom("a", "b", "7e50a4869281b28414ec449b749a813a");
  const time = fc.constantFrom("2026-11-24T10:00:00.000Z", "2026-11-24T10:00:01.123456Z", 1795514400000, 1795514400.5, null, "soon");
  const langfuse = fc.record(
    {
      id: fc.oneof(id, json),
      type: fc.oneof(
        fc.constantFrom("trace-create", "generation-create", "generation-update", "span-create", "event-create", "score-create", "sdk-log"),
        json,
      ),
      timestamp: time,
      body: fc.oneof(
        json,
        fc.record(
          {
            id,
            traceId: id,
            parentObservationId: fc.option(id),
            name: json,
            startTime: time,
            endTime: time,
            input: json,
            output: json,
            metadata: json,
            usage: json,
            level: fc.constantFrom("ERROR", "DEFAULT"),
          },
          { requiredKeys: ["id", "traceId"] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const langSmith = fc.record(
    {
      id,
      trace_id: id,
      parent_run_id: fc.option(id),
      dotted_order: fc.oneof(json, fc.constant("20261124T100000000000Za.20261124T100000000001Zb")),
      name: json,
      run_type: fc.constantFrom("llm", "tool", "chain", "retriever"),
      start_time: time,
      end_time: time,
      inputs: json,
      outputs: json,
      extra: json,
      error: json,
      tags: json,
    },
    { requiredKeys: [] },
  );
  const agents = fc.record(
    {
      object: fc.constantFrom("trace", "trace.span", "other"),
      id,
      trace_id: id,
      parent_id: fc.option(id),
      started_at: time,
      ended_at: time,
      error: json,
      span_data: fc.oneof(
        json,
        fc.record(
          {
            type: fc.constantFrom("agent", "generation", "response", "function", "custom"),
            name: json,
            input: json,
            output: json,
            usage: json,
            data: json,
            tools: json,
          },
          { requiredKeys: ["type"] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const row = fc.record(
    {
      id,
      span_id: id,
      root_span_id: id,
      span_parents: json,
      span_attributes: fc.oneof(json, fc.record({ name: json, type: fc.constantFrom("llm", "tool", "task") })),
      metrics: fc.oneof(json, fc.record({ start: fc.double(), end: fc.double(), prompt_tokens: json })),
      input: json,
      output: json,
      error: json,
      scores: json,
      metadata: json,
      _is_merge: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  test.each<[string, fc.Arbitrary<unknown>, (bytes: Uint8Array) => { ok: true; records: TraceRecord[] } | { ok: false }]>([
    ["Langfuse", fc.array(fc.oneof(langfuse, json), { maxLength: 8 }).map((batch) => ({ batch })), readLangfuseBatch],
    [
      "LangSmith",
      fc.record({ post: fc.array(fc.oneof(langSmith, json), { maxLength: 5 }), patch: fc.array(langSmith, { maxLength: 5 }) }),
      readLangSmithBatch,
    ],
    ["OpenAI Agents", fc.array(fc.oneof(agents, json), { maxLength: 8 }).map((data) => ({ data })), readOpenAiAgents],
    ["Braintrust", fc.array(fc.oneof(row, json), { maxLength: 8 }).map((rows) => ({ rows })), readBraintrust],
    ["OTLP", json.map((spans) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })), (bytes) => decodeSpans(bytes, "json")],
    ["any JSON", json, readLangfuseBatch],
    ["OTLP with any JSON", json, (bytes) => decodeSpans(bytes, "json")],
  ])("reads any body for %s without throwing, and any order of its parts alike", (_, bodies, read) => {
    fc.assert(
      fc.property(bodies, fc.boolean(), (content, closed) => {
        const records = stored(readAll(read(body(content))));
        for (const ofTrace of Map.groupBy(records, (record) => record.traceId).values()) {
          const run = readTrace(ofTrace, { closed });
          expect(readTrace(ofTrace.toReversed(), { closed })).toEqual(run);
          expect(JSON.parse(JSON.stringify(run))).toEqual(run);
          expect(aliasesOf(ofTrace).toSorted()).toEqual(aliasesOf(ofTrace.toReversed()).toSorted());
        }
      }),
      { numRuns: 150 },
    );
  });

  test("reads any bytes as protobuf without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof decodeSpans(bytes, "protobuf").ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });
});
