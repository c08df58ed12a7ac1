// The doors of clients that do not speak OTLP: what each body gives, what is refused alone, how pieces merge.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBraintrust } from "../../../domain/wire/braintrust.ts";
import { readLangfuseBatch } from "../../../domain/wire/langfuse.ts";
import { readLangSmithBatch, readLangSmithFeedback, readLangSmithMultipart, readLangSmithRun } from "../../../domain/wire/langsmith.ts";
import { readOpenAiAgents } from "../../../domain/wire/openai-agents.ts";
import type { DoorReading, Malformed, TraceRecord } from "../../../domain/wire/record.ts";
import { aliasesOf, isRootEnded, readTrace } from "../../../domain/wire/trace.ts";
import { body } from "./spans.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/wire", name));
function taken<T extends DoorReading>(reading: T | Malformed): T {
  if (!reading.ok) throw new Error(reading.message);
  return reading;
}
const run = (records: readonly TraceRecord[], closed = false) => readTrace(records, { closed });

test.each([
  ["Langfuse", readLangfuseBatch, "batch"],
  ["LangSmith", readLangSmithBatch, "post"],
  ["OpenAI Agents", readOpenAiAgents, "data"],
  ["Braintrust", readBraintrust, "rows"],
] as const)("the door of %s refuses a body of another shape with the reason", (_, read, field) => {
  expect(read(body("{"))).toMatchObject({ ok: false, message: expect.stringContaining("JSON") });
  expect(read(body([]))).toMatchObject({ ok: false, message: expect.stringContaining("object") });
  expect(read(body({ [field]: "all" }))).toMatchObject({ ok: false, message: expect.stringContaining(field) });
});

describe("Langfuse", () => {
  const event = (id: string, type: string, timestamp: string, content: unknown) => ({
    id,
    type,
    timestamp: `2026-11-24T10:00:0${timestamp}Z`,
    body: content,
  });
  const backwards = [
    event("e1", "score-create", "5.000", { traceId: "t1", name: "helpful", value: 0, dataType: "NUMERIC", comment: "meh" }),
    event("e2", "generation-update", "2.000", {
      id: "g1",
      traceId: "t1",
      endTime: "2026-11-24T10:00:02.000Z",
      output: { role: "assistant", content: "On Friday." },
      usageDetails: { input: 40, output: 12 },
      name: null,
    }),
    event("e3", "generation-create", "1.000", {
      id: "g1",
      traceId: "t1",
      name: "answer",
      model: "acme-large-5",
      startTime: "2026-11-24T10:00:01.000Z",
      input: [{ role: "user", content: "Where?" }],
    }),
    event("e4", "trace-create", "3.000", { id: "t1", output: "On Friday.", name: null, userId: null }),
    event("e5", "trace-create", "0.000", {
      id: "t1",
      timestamp: "2026-11-24T10:00:00.000Z",
      name: "support-bot",
      userId: "u1",
      input: "Where?",
      tags: ["eu"],
      version: "v2",
    }),
  ];

  test("merges events of one id by their time, and null never wipes what was said", () => {
    const { records, scores, reply } = taken(readLangfuseBatch(body({ batch: backwards })));
    expect(reply.successes).toHaveLength(5);
    expect(scores).toEqual([{ run_id: "t1", name: "helpful", value: 0, source: null, comment: "meh" }]);
    expect(run(records)).toMatchObject({
      source_id: "t1",
      agent: "support-bot",
      agent_version: "v2",
      user_id: "u1",
      tags: ["eu"],
      status: "ok",
      input: "Where?",
      output: "On Friday.",
      steps: [
        { id: "t1", type: "agent" },
        {
          id: "g1",
          parent_id: "t1",
          name: "answer",
          duration_ms: 1000,
          input: [{ role: "user", content: "Where?" }],
          usage: { input_tokens: 40, output_tokens: 12 },
        },
      ],
    });
  });

  test("judges every event alone and tells the client which", () => {
    const { reply, records } = taken(
      readLangfuseBatch(
        body({
          batch: [
            event("e1", "trace-create", "0.000", { id: "t1" }),
            { type: "x" },
            event("e3", "span-create", "0.000", { id: "s1" }),
            event("e4", "nonsense", "0.000", {}),
            event("e5", "score-create", "0.000", { name: "x", value: 1 }),
            event("e6", "sdk-log", "0.000", { log: "x" }),
          ],
        }),
      ),
    );
    expect(records).toHaveLength(1);
    expect(reply.successes.map(({ id }) => id)).toEqual(["e1", "e6"]);
    expect(reply.errors.map(({ id, status }) => [id, status])).toEqual([
      ["", 400],
      ["e3", 400],
      ["e4", 400],
      ["e5", 400],
    ]);
    expect(reply.errors.every(({ message }) => message !== "")).toBe(true);
  });

  test("sees a tool in a span that names its call, and a failure in its level", () => {
    const { records } = taken(
      readLangfuseBatch(
        body({
          batch: [
            event("e1", "trace-create", "0.000", { id: "t1", name: "bot" }),
            event("e2", "span-create", "1.000", {
              id: "s1",
              traceId: "t1",
              name: "refund",
              startTime: "2026-11-24T10:00:01Z",
              endTime: "2026-11-24T10:00:02Z",
              input: { id: 1 },
              metadata: { tool_call_id: "c1" },
              level: "ERROR",
              statusMessage: "timeout",
            }),
          ],
        }),
      ),
    );
    expect(run(records)?.steps[1]).toMatchObject({
      type: "tool",
      call_id: "c1",
      arguments: { id: 1 },
      status: "error",
      error: { message: "timeout" },
    });
  });

  test("of version 5 sends only scores this way, by the OpenTelemetry trace id", () => {
    const { records, scores } = taken(readLangfuseBatch(fixture("langfuse-scores.json")));
    expect(records).toEqual([]);
    expect(scores.map(({ run_id, name, value }) => [run_id, name, value])).toEqual([
      ["9aff35773c4cf95b00a90b4c79e27c8a", "user-feedback", 0],
      ["9aff35773c4cf95b00a90b4c79e27c8a", "resolution", "escalated"],
    ]);
  });
});

describe("LangSmith", () => {
  const root = { id: "r1", trace_id: "r1", dotted_order: "20261124T100000000000Zr1" };
  const patch = { ...root, end_time: "2026-11-24T10:00:01.500Z", outputs: { answer: "Cancelled." }, error: null };
  const post = {
    ...root,
    name: "support-bot",
    run_type: "chain",
    inputs: { question: "Cancel order 12" },
    start_time: "2026-11-24T10:00:00.000Z",
    tags: ["eu"],
    extra: { metadata: { user_id: "u1", session_id: "s1", prompt_version: "v14" } },
  };

  test("merges a patch with the post that comes after it, and a repeated post changes nothing", () => {
    const first = taken(readLangSmithBatch(body({ post: [], patch: [patch] }))).records;
    expect(run(first)).toMatchObject({ started_at: "2026-11-24T10:00:00.000Z", output: "Cancelled." });
    const second = taken(readLangSmithBatch(body({ post: [post] }))).records;
    const whole = run([...first, ...second]);
    expect(whole).toMatchObject({
      agent: "support-bot",
      status: "ok",
      input: "Cancel order 12",
      output: "Cancelled.",
      user_id: "u1",
      session_id: "s1",
      tags: ["eu"],
      config: { prompt: { version: "v14" } },
      ended_at: "2026-11-24T10:00:01.500Z",
    });
    expect(run([...second, ...second, ...first])).toEqual(whole);
    expect(isRootEnded(second)).toBe(false);
    expect(isRootEnded([...second, ...first])).toBe(true);
  });

  test("of a real client, run by run, makes one run with its retrieval", () => {
    const patched: Readonly<Record<string, string>> = {
      "04": "7e03-7000-8000-006e9d0eefab",
      "05": "7f80-7000-8000-012357fac713",
      "07": "7d5c-7000-8000-00b407c71f50",
      "08": "7f75-7000-8000-00bda257544c",
    };
    const parts = ["01", "02", "03", "04", "05", "06", "07", "08"].flatMap((part) => {
      const id = patched[part];
      return taken(
        readLangSmithRun(
          fixture(`langsmith-research-${part}.json`),
          id === undefined ? "post" : "patch",
          id === undefined ? null : `01a21068-${id}`,
        ),
      ).records;
    });
    expect(run(parts)).toMatchObject({ agent: "support-agent", status: "ok", output: expect.stringContaining("HR-104") });
    expect(run(parts)?.steps.map((step) => step.type)).toEqual(["agent", "llm", "retrieval", "llm"]);
  });

  test("puts the parts of a multipart body together by run, and ignores attachments", () => {
    const { inputs, extra, ...rest } = post;
    const reading = taken(
      readLangSmithMultipart([
        ["post.r1", JSON.stringify(rest)],
        ["post.r1.inputs", JSON.stringify(inputs)],
        ["post.r1.extra", JSON.stringify(extra)],
        ["patch.r1", JSON.stringify(patch)],
        ["attachment.r1.file", new Uint8Array()],
        ["attachment.r1.text", "x"],
        ["feedback.r1", JSON.stringify({ key: "score", score: 0, run_id: "r1" })],
        ["nonsense", "{}"],
      ]),
    );
    expect(reading.rejected).toHaveLength(1);
    expect(reading.scores).toMatchObject([{ run_id: "r1", name: "score", value: 0 }]);
    expect(run(reading.records)).toMatchObject({ input: "Cancel order 12", output: "Cancelled.", user_id: "u1" });
  });

  test("refuses alone a run that cannot be placed", () => {
    expect(taken(readLangSmithBatch(body({ post: [{ id: "x" }, "no run", post] })))).toMatchObject({
      total: 3,
      rejected: [{ index: 0 }, { index: 1 }],
      records: [{ traceId: "r1" }],
    });
    expect(taken(readLangSmithRun(body({ end_time: 1 }), "patch", "r9")).rejected).toHaveLength(1);
  });

  test("takes feedback with a score of 0 or with a word", () => {
    expect(taken(readLangSmithFeedback(body({ run_id: "r1", key: "user_score", score: 0, comment: "no" }))).scores).toEqual([
      { run_id: "r1", name: "user_score", value: 0, source: null, comment: "no" },
    ]);
    expect(
      taken(readLangSmithFeedback(body({ run_id: "r1", key: "correctness", value: "partial", feedback_source: { type: "model" } }))).scores,
    ).toMatchObject([{ value: "partial", source: "judge" }]);
    expect(readLangSmithFeedback(body({ run_id: "r1" }))).toMatchObject({ ok: false });
  });

  test("sees a failure in the error text and keeps its stack out of the message", () => {
    const { records } = taken(
      readLangSmithBatch(
        body({
          post: [
            { ...post, ...patch },
            {
              id: "t1",
              trace_id: "r1",
              parent_run_id: "r1",
              name: "refund",
              run_type: "tool",
              start_time: "2026-11-24T10:00:00.300Z",
              end_time: 1795514400700,
              inputs: { input: '{"order":12}' },
              error: "PaymentTimeout: PSP did not answer\n\n    at refund (app.js:1:1)",
            },
          ],
        }),
      ),
    );
    expect(run(records)?.steps[1]).toMatchObject({
      status: "error",
      error: { type: "PaymentTimeout", message: "PSP did not answer" },
      arguments: { order: 12 },
      duration_ms: 400,
    });
  });
});

describe("OpenAI Agents", () => {
  const span = (id: string, parent: string | null, data: unknown, extra: object = {}) => ({
    object: "trace.span",
    id,
    trace_id: "trace_1",
    parent_id: parent,
    started_at: "2026-11-24T10:00:00.000Z",
    ended_at: "2026-11-24T10:00:01.000Z",
    span_data: data,
    error: null,
    ...extra,
  });
  const usage = { input_tokens: 412, output_tokens: 31, cached_input_tokens: 100, cache_write_input_tokens: 0 };
  const items = [
    {
      object: "trace",
      id: "trace_1",
      workflow_name: "Support workflow",
      group_id: "chat_9",
      metadata: { user_id: "u1", prompt_version: "v14" },
    },
    span("task", null, { type: "custom", name: "task", data: { sdk_span_type: "task", usage: { input_tokens: 999, output_tokens: 99 } } }),
    span("agent", "task", { type: "agent", name: "Aria", tools: ["refund"] }),
    span("turn", "agent", { type: "custom", name: "turn", data: { sdk_span_type: "turn", usage } }),
    span("resp", "turn", { type: "response", response_id: "resp_1" }),
    span(
      "fn",
      "turn",
      { type: "function", name: "refund", input: '{"id":1}', output: "An error occurred" },
      { error: { message: "Error running tool (non-fatal)", data: { error: "redacted" } } },
    ),
  ];

  test("gives a response the tokens of its turn and leaves the sums out", () => {
    const { records } = taken(readOpenAiAgents(body({ data: items })));
    const draft = run(records);
    expect(draft).toMatchObject({
      source_id: "trace_1",
      agent: "Aria",
      session_id: "chat_9",
      user_id: "u1",
      status: "ok",
      config: { prompt: { version: "v14" }, tools: [{ name: "refund" }] },
    });
    expect(draft?.steps.map(({ id, type, usage: counts }) => [id, type, counts?.input_tokens ?? null])).toEqual([
      ["task", "agent", null],
      ["agent", "agent", null],
      ["fn", "tool", null],
      ["resp", "llm", 412],
    ]);
    expect(draft?.steps[2]).toMatchObject({
      status: "error",
      error: { message: "Error running tool (non-fatal): redacted" },
      arguments: { id: 1 },
    });
  });

  test("ends with its root span, not before", () => {
    const { records } = taken(readOpenAiAgents(body({ data: items })));
    expect(isRootEnded(records)).toBe(true);
    expect(isRootEnded(records.filter((record) => record.value["id"] !== "task"))).toBe(false);
  });

  test("refuses alone what is neither trace nor span", () => {
    expect(
      taken(readOpenAiAgents(body({ data: [{ object: "trace" }, { object: "other", id: "x", trace_id: "y" }, items[0]] }))),
    ).toMatchObject({ total: 3, rejected: [{ index: 0 }, { index: 1 }] });
  });
});

describe("Braintrust", () => {
  const rows = [
    {
      id: "row1",
      span_id: "s1",
      root_span_id: "t1",
      metrics: { start: 1795514400 },
      span_attributes: { name: "support-agent", type: "task" },
      _is_merge: false,
    },
    {
      id: "row1",
      span_id: "s1",
      root_span_id: "t1",
      input: { question: "Where?" },
      metadata: { user_id: "u1", session_id: "c1", agent_version: "14" },
      tags: ["web"],
      _is_merge: true,
    },
    {
      id: "row2",
      span_id: "s2",
      root_span_id: "t1",
      span_parents: ["s1"],
      metrics: { start: 1795514400.1, end: 1795514400.4, prompt_tokens: 10, completion_tokens: 5, tokens: 15, prompt_cached_tokens: 4 },
      span_attributes: { name: "Chat", type: "llm" },
      metadata: { model: "gpt-4.1-mini" },
      output: [{ index: 0, message: { role: "assistant", content: "On Friday." }, finish_reason: "stop" }],
    },
    {
      id: "row3",
      span_id: "s3",
      root_span_id: "t1",
      span_parents: ["s1"],
      metrics: { start: 1795514400.2 },
      span_attributes: { name: "refund", type: "tool" },
      input: { id: 1 },
      metadata: { tool_call_id: "c1" },
    },
    {
      id: "row3",
      error: "no answer\n\nPaymentTimeout: no answer\n    at x (y.js:1:1)",
      metrics: { end: 1795514400.3 },
      span_id: "s3",
      root_span_id: "t1",
      span_parents: ["s1"],
      _is_merge: true,
    },
    {
      id: "row1",
      span_id: "s1",
      root_span_id: "t1",
      output: "On Friday.",
      scores: { resolved: 0 },
      metrics: { end: 1795514401 },
      _is_merge: true,
    },
  ];

  test("merges the rows of a span in any order", () => {
    const { records, reply } = taken(readBraintrust(body({ rows, api_version: 2 })));
    expect(reply.ids).toHaveLength(6);
    const draft = run(records.toReversed());
    expect(draft).toMatchObject({
      source_id: "t1",
      agent: "support-agent",
      agent_version: "14",
      user_id: "u1",
      session_id: "c1",
      tags: ["web"],
      status: "ok",
      input: "Where?",
      output: "On Friday.",
      scores: [{ name: "resolved", value: 0 }],
      started_at: "2026-11-24T10:00:00.000Z",
      ended_at: "2026-11-24T10:00:01.000Z",
    });
    expect(draft?.steps[1]).toMatchObject({
      id: "s2",
      parent_id: "s1",
      model: "gpt-4.1-mini",
      usage: { input_tokens: 10, cache_read_tokens: 4 },
    });
    expect(draft?.steps[2]).toMatchObject({
      type: "tool",
      call_id: "c1",
      error: { type: "PaymentTimeout", message: "no answer" },
      duration_ms: 100,
    });
  });

  test("keeps feedback that knows only a row's id, which the trace answers to", () => {
    const { records, scores } = taken(
      readBraintrust(
        body({
          rows: [
            { id: "row1", scores: { user_rating: 0 }, _is_merge: true, _audit_source: "external" },
            { id: "c", origin: { id: "row1" }, comment: { text: "no" } },
          ],
        }),
      ),
    );
    expect(records).toEqual([]);
    expect(scores).toEqual([{ run_id: "row1", name: "user_rating", value: 0, source: "user", comment: null }]);
    expect(aliasesOf(taken(readBraintrust(body({ rows }))).records)).toEqual(["row1"]);
  });
});
