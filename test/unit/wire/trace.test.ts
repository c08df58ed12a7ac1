import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunDraft } from "../../../domain/run/run.ts";
import { decodeLogs } from "../../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { SpanRecord, TraceRecord } from "../../../domain/wire/record.ts";
import { isRootEnded, readTrace } from "../../../domain/wire/trace.ts";
import { agent, attributes, body, chat, ns, records, tool, traceId, type SpanSketch } from "./spans.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/wire", name));

function runOf(parts: readonly TraceRecord[], closed = true): RunDraft {
  const draft = readTrace(parts, { closed });
  if (draft === null) throw new Error("no run");
  return draft;
}
const run = (sketches: readonly SpanSketch[], closed = true, resource?: Record<string, string>): RunDraft =>
  runOf(records(sketches, resource), closed);
const stepOf = (draft: RunDraft, name: string) => draft.steps.find((step) => step.name === name);
const names = (draft: RunDraft) => draft.steps.map((step) => step.name);
const outputs = (parts: unknown) => JSON.stringify([{ role: "assistant", parts }]);
const inputs = (...messages: unknown[]) => JSON.stringify(messages);
const answer = outputs([{ type: "text", content: "It is on its way." }]);
const failed = (message: string) => ({ code: 2, message });

describe("status of a run", () => {
  const done = chat("c1", 100, { attributes: { "gen_ai.output.messages": answer, "gen_ai.response.finish_reasons": ["stop"] } });
  test.each<[string, SpanSketch[], boolean, string]>([
    ["incomplete while no root has come", [done], false, "incomplete"],
    ["ok once the root has ended", [agent(), done], false, "ok"],
    ["incomplete while the root has not ended", [agent({ end: null }), done], false, "incomplete"],
    ["ok without a root when the last call answered", [done], true, "ok"],
    ["incomplete without a root when a tool came last", [chat("c1", 100), tool("t1", 300)], true, "incomplete"],
    [
      "incomplete without a root when the model asked for a tool",
      [
        chat("c1", 100, {
          attributes: { "gen_ai.output.messages": outputs([{ type: "tool_call", id: "x", name: "lookup_order", arguments: {} }]) },
        }),
      ],
      true,
      "incomplete",
    ],
    ["error when the agent's record says so", [agent({ status: failed("it broke") }), done], false, "error"],
    [
      "error when the last step is a failed model call, whatever the root says",
      [agent(), chat("c1", 100), tool("t1", 300), chat("c2", 600, { status: failed("context too long") })],
      false,
      "error",
    ],
    [
      "ok when a model call failed and a later one answered",
      [agent(), chat("c1", 100, { status: failed("overloaded") }), chat("c2", 600, { attributes: { "gen_ai.output.messages": answer } })],
      false,
      "ok",
    ],
    [
      "ok when only a tool failed",
      [agent(), chat("c1", 100), tool("t1", 300, { status: failed("timeout") }), chat("c2", 600)],
      false,
      "ok",
    ],
    ["cancelled when the agent was cancelled", [agent({ status: failed("cancelled by user") }), chat("c1", 100)], false, "cancelled"],
    [
      "error when the last of two sequential agents failed",
      [agent({ id: "first", end: 1000 }), agent({ id: "second", start: 1500, status: failed("no") })],
      false,
      "error",
    ],
    [
      "ok when the last of two sequential agents succeeded",
      [agent({ id: "first", end: 1000, status: failed("no") }), agent({ id: "second", start: 1500 })],
      false,
      "ok",
    ],
  ])("is %s", (_, sketches, closed, expected) => expect(run(sketches, closed).status).toBe(expected));

  test("brings the failing call's error where the root has none", () => {
    const draft = run([
      agent(),
      chat("c1", 100, { status: failed("context too long"), attributes: { "error.type": "context_length_exceeded" } }),
    ]);
    expect(draft.error).toEqual({ type: "context_length_exceeded", message: "context too long" });
  });

  test("knows an ended root from an orphan and from an open root", () => {
    expect(isRootEnded(records([agent()]))).toBe(true);
    expect(isRootEnded(records([agent({ end: null })]))).toBe(false);
    expect(isRootEnded(records([chat("c1", 100)]))).toBe(false);
  });
});

describe("steps", () => {
  test("keep the order of starts 100 ns apart whatever the order of arrival", () => {
    const [late, early, root] = records([
      tool("t2", 100, { attributes: { "gen_ai.tool.name": "second" } }),
      tool("t1", 100, { attributes: { "gen_ai.tool.name": "first" } }),
      agent(),
    ]);
    if (late === undefined || early === undefined || root === undefined) throw new Error("refused");
    const parts: SpanRecord[] = [{ ...late, startNs: "1795514401000000110" }, { ...early, startNs: "1795514401000000010" }, root];
    expect(names(runOf(parts))).toEqual(["invoke_agent support-bot", "first", "second"]);
  });

  test("have no duration without an end or with an end before the start, and the run says that a clock was off", () => {
    const draft = run([agent(), tool("t1", 500, { end: 497 }), tool("t2", 600, { end: null })]);
    expect(draft.steps.slice(1).map((step) => step.duration_ms)).toEqual([null, null]);
    expect(draft.flags).toEqual(["clock_skew"]);
    expect(draft.ended_at).toBe("2026-11-24T10:00:04.000Z");
  });

  test("leave HTTP spans out and hang below the nearest step above them", () => {
    const draft = run([
      { id: "http", name: "GET", attributes: { "http.request.method": "GET" }, end: 5000 },
      agent({ parent: "http" }),
      { id: "step", parent: "root", name: "step 1", start: 50, attributes: { "gen_ai.operation.name": "agent_step" } },
      chat("c1", 100, { parent: "step" }),
      {
        id: "post",
        parent: "c1",
        name: "POST",
        start: 110,
        attributes: { "http.request.method": "POST", "error.type": "400" },
        status: { code: 2 },
      },
    ]);
    expect(names(draft)).toEqual(["invoke_agent support-bot", "chat acme-large-5"]);
    expect(draft.steps.map((step) => step.parent_id)).toEqual([null, draft.steps[0]?.id]);
    expect(draft.ended_at).toBe("2026-11-24T10:00:04.000Z");
  });

  test("name the parent that never came", () => {
    const [orphan] = run([chat("c1", 100)]).steps;
    expect(orphan?.parent_id).toBe("726f6f7400000000");
  });

  test("survive parents that form a circle", () => {
    const draft = run([tool("a", 100, { parent: "b" }), tool("b", 200, { parent: "a" }), agent()]);
    expect(draft.steps).toHaveLength(3);
  });

  test("of an unknown dialect are `other`, and tools or agents by their name", () => {
    const draft = run([
      { id: "root", name: "invoke_agent plain", end: 500 },
      { id: "t", parent: "root", name: "execute_tool ping", start: 10 },
      { id: "o", parent: "root", name: "think", start: 20 },
    ]);
    expect(draft.steps.map(({ type, name }) => [type, name])).toEqual([
      ["agent", "invoke_agent plain"],
      ["tool", "ping"],
      ["other", "think"],
    ]);
    expect(draft.agent).toBe("plain");
  });

  test("keep the sender's attributes by their names, without repeating long content", () => {
    const draft = run([
      agent(),
      chat("c1", 100, {
        attributes: {
          "order.id": "7",
          "gen_ai.input.messages": inputs({ role: "user", parts: [{ type: "text", content: "x".repeat(2_000) }] }),
        },
      }),
    ]);
    expect(draft.steps[1]?.attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "acme-large-5",
      "order.id": "7",
    });
  });

  test.each([
    ["an object that says so", '{"error":"HttpError","message":"403"}', true],
    ["text that starts with Error", "Error: PSP did not answer", true],
    ["a good answer", '{"errors":0}', false],
  ])("of tools are soft errors by %s", (_, result, expected) => {
    const draft = run([agent(), tool("t1", 100, { attributes: { "gen_ai.tool.call.result": result } })]);
    expect(draft.steps[1]).toMatchObject({ status: "ok", soft_error: expected });
  });
});

describe("arguments of a tool", () => {
  test.each([
    ["a quoted text", '"SELECT 1"', null],
    ["half an object", '{"city": "Par', null],
    ["two objects", '{"a":1}{"b":2}', null],
    ["nothing", "", null],
    ["an object", '{"city":"Oslo"}', { city: "Oslo" }],
  ])("that came as %s keep their exact text and count as parsed only when they are an object", (_, text, parsed) => {
    const draft = run([agent(), tool("t1", 100, { attributes: { "gen_ai.tool.call.arguments": text } })]);
    expect(draft.steps[1]).toMatchObject({ arguments: parsed, arguments_raw: text });
  });
});

describe("one call, one step", () => {
  const outer = chat("outer", 100, {
    attributes: {
      "openinference.span.kind": "LLM",
      "llm.token_count.prompt": 154,
      "llm.token_count.completion": 64,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hi",
    },
  });
  const inner = chat("inner", 110, {
    parent: "outer",
    attributes: {
      "gen_ai.usage.input_tokens": 538,
      "gen_ai.usage.output_tokens": 64,
      "gen_ai.usage.cache_read.input_tokens": 384,
      "gen_ai.response.model": "acme-large-5-0101",
    },
  });

  test("keeps the outer content and the inner counts when those tell the cached part", () => {
    const draft = run([agent(), outer, inner]);
    const llm = draft.steps.filter((step) => step.type === "llm");
    expect(llm).toHaveLength(1);
    expect(llm[0]).toMatchObject({
      id: "6f75746572000000",
      input: [{ role: "user", content: "Hi" }],
      usage: { input_tokens: 538, output_tokens: 64, cache_read_tokens: 384 },
      model: "acme-large-5-0101",
    });
  });

  test("counts a model call inside a tool of another call apart", () => {
    const draft = run([agent(), chat("c1", 100), tool("t1", 120, { parent: "c1" }), chat("c2", 140, { parent: "t1" })]);
    expect(draft.steps.filter((step) => step.type === "llm")).toHaveLength(2);
  });

  test("leaves the sum on the agent's own span out", () => {
    const draft = run([
      agent({ attributes: { "gen_ai.usage.input_tokens": 900 } }),
      chat("c1", 100, { attributes: { "gen_ai.usage.input_tokens": 300 } }),
    ]);
    expect(draft.steps.map((step) => step.usage?.input_tokens ?? null)).toEqual([null, 300]);
  });
});

describe("tools that left no record", () => {
  const asks = (id: string, start: number, callId: string, name: string, before: unknown[] = []) =>
    chat(id, start, {
      attributes: {
        "traceloop.workflow.name": "w",
        "gen_ai.input.messages": inputs({ role: "user", parts: [{ type: "text", content: "Hi" }] }, ...before),
        "gen_ai.output.messages": outputs([{ type: "tool_call", id: callId, name, arguments: { order: 1 } }]),
      },
    });
  const answered = (callId: string, response: string) => ({ role: "tool", parts: [{ type: "tool_call_response", id: callId, response }] });

  test("are made from the call and the answer in the next call's input", () => {
    const draft = run([
      agent(),
      asks("c1", 100, "call_1", "refund"),
      chat("c2", 500, {
        attributes: { "gen_ai.input.messages": inputs(answered("call_1", "Error: PSP did not answer")), "gen_ai.output.messages": answer },
      }),
    ]);
    expect(draft.steps.find((step) => step.type === "tool")).toMatchObject({
      name: "refund",
      call_id: "call_1",
      arguments: { order: 1 },
      result: "Error: PSP did not answer",
      soft_error: true,
      duration_ms: null,
      parent_id: draft.steps[0]?.id,
    });
  });

  test("are not made for a call that nothing followed", () => {
    expect(run([agent(), asks("c1", 100, "call_1", "refund")]).steps.some((step) => step.type === "tool")).toBe(false);
  });

  test("are not made where tool records carry call ids: then one is only late", () => {
    const draft = run([
      agent(),
      asks("c1", 100, "call_1", "refund"),
      tool("t9", 200),
      chat("c2", 500, { attributes: { "gen_ai.input.messages": inputs(answered("call_1", "done")) } }),
    ]);
    expect(draft.steps.filter((step) => step.type === "tool").map((step) => step.name)).toEqual(["lookup_order"]);
  });

  test("are not doubled when a record of that name exists, which gets the call's id and arguments", () => {
    const record: SpanSketch = {
      id: "t1",
      parent: "root",
      name: "refund",
      start: 300,
      attributes: { "openinference.span.kind": "TOOL", "output.value": "ok" },
    };
    const draft = run([agent(), asks("c1", 100, "call_1", "refund"), record, chat("c2", 500)]);
    expect(draft.steps.filter((step) => step.type === "tool")).toMatchObject([
      { id: "7431000000000000", call_id: "call_1", arguments: { order: 1 }, result: "ok" },
    ]);
  });
});

describe("what a run is about", () => {
  test.each<[string, SpanSketch[], Record<string, string>, string]>([
    [
      "the explicit name",
      [agent(), chat("c1", 100, { attributes: { "gen_ai.agent.name": "sub" } })],
      { "service.name": "shop" },
      "support-bot",
    ],
    [
      "a name that only a child carries",
      [chat("c1", 100, { attributes: { "gen_ai.agent.name": "support-bot" } })],
      { "service.name": "shop" },
      "support-bot",
    ],
    [
      "the agent span of OpenInference",
      [{ id: "root", name: "helper-agent", attributes: { "openinference.span.kind": "AGENT" } }],
      { "service.name": "shop" },
      "helper-agent",
    ],
    [
      "the root chain of a graph",
      [{ id: "root", name: "support-graph", attributes: { "openinference.span.kind": "CHAIN" } }],
      { "service.name": "shop" },
      "support-graph",
    ],
    [
      "the function id of the AI SDK",
      [
        {
          id: "root",
          name: "ai.generateText",
          attributes: { "ai.operationId": "ai.generateText", "ai.telemetry.functionId": "chat-route" },
        },
      ],
      { "service.name": "shop" },
      "chat-route",
    ],
    [
      "the agent inside a Traceloop workflow",
      [
        {
          id: "root",
          name: "w.workflow",
          attributes: { "traceloop.span.kind": "workflow", "traceloop.entity.name": "w", "traceloop.workflow.name": "w" },
        },
        {
          id: "a",
          parent: "root",
          name: "bot.agent",
          start: 10,
          attributes: { "traceloop.span.kind": "agent", "traceloop.entity.name": "bot", "traceloop.workflow.name": "bot" },
        },
      ],
      {},
      "bot",
    ],
    ["the service", [{ id: "root", name: "work" }], { "service.name": "shop" }, "shop"],
    ["nothing", [{ id: "root", name: "work" }], {}, "unknown"],
  ])("takes the agent's name from %s", (_, sketches, resource, expected) => expect(run(sketches, true, resource).agent).toBe(expected));

  test.each<[string, Record<string, string>, Partial<RunDraft>]>([
    ["general attributes", { "user.id": "u1", "session.id": "s1" }, { user_id: "u1", session_id: "s1" }],
    ["the conversation's id", { "gen_ai.conversation.id": "c1" }, { session_id: "c1" }],
    [
      "AI SDK metadata",
      {
        "ai.operationId": "ai.generateText",
        "ai.telemetry.metadata.userId": "u2",
        "ai.telemetry.metadata.sessionId": "s2",
        "ai.telemetry.metadata.tier": "gold",
      },
      { user_id: "u2", session_id: "s2", cohort: { tier: "gold" } },
    ],
    [
      "AI SDK 7 context",
      { "ai.settings.context.userId": "u3", "ai.settings.context.sessionId": "s3" },
      { user_id: "u3", session_id: "s3" },
    ],
    [
      "association properties",
      {
        "traceloop.span.kind": "agent",
        "traceloop.association.properties.user_id": "u4",
        "traceloop.association.properties.session_id": "s4",
        "traceloop.association.properties.plan": "pro",
      },
      { user_id: "u4", session_id: "s4", cohort: { plan: "pro" } },
    ],
    [
      "OpenInference metadata",
      { "openinference.span.kind": "AGENT", metadata: '{"user_id":"u5","thread_id":"s5","cohort":"beta"}', "tag.tags": '["a","b"]' },
      { user_id: "u5", session_id: "s5", cohort: { cohort: "beta" }, tags: ["a", "b"] },
    ],
    [
      "Langfuse attributes",
      {
        "langfuse.observation.type": "agent",
        "langfuse.user.id": "u6",
        "langfuse.session.id": "s6",
        "langfuse.version": "9",
        "langfuse.trace.metadata.cohort": "beta",
        "langfuse.environment": "production",
      },
      { user_id: "u6", session_id: "s6", agent_version: "9", cohort: { cohort: "beta", environment: "production" } },
    ],
    [
      "Mastra metadata",
      { "mastra.span.type": "agent_run", "mastra.metadata.userId": "u7", "mastra.metadata.sessionId": "s7", "mastra.tags": '["web"]' },
      { user_id: "u7", session_id: "s7", tags: ["web"] },
    ],
    [
      "an experiment's arm",
      { "bento.experiment.id": "exp_1", "bento.experiment.arm": "candidate", "bento.experiment.unit": "u1" },
      { experiment: { id: "exp_1", arm: "candidate", unit: "u1" } },
    ],
  ])("finds user, session, cohort and tags in %s", (_, extra, expected) => {
    const draft = run([{ id: "root", name: "root", attributes: extra }, chat("c1", 10)]);
    expect(draft).toMatchObject(expected);
  });

  test("prefers the customer's own keys", () => {
    const parts = records([agent({ attributes: { "user.id": "u1", "acme.customer": "c9", "acme.store": "oslo" } })]);
    const draft = readTrace(parts, { closed: true, userKeys: ["acme.customer"], cohortKeys: ["acme.store"] });
    expect(draft).toMatchObject({ user_id: "c9", cohort: { "acme.store": "oslo" } });
  });

  test("reads what was asked, what was answered and how it was set up", () => {
    const definitions = JSON.stringify([
      { type: "function", name: "lookup_order", description: "Look up", parameters: { type: "object" } },
    ]);
    const call = (id: string, start: number, out: string) =>
      chat(id, start, {
        attributes: {
          "gen_ai.system_instructions": '[{"type":"text","content":"Be kind."}]',
          "gen_ai.input.messages": inputs({ role: "user", parts: [{ type: "text", content: "Where is it?" }] }),
          "gen_ai.output.messages": out,
          "gen_ai.tool.definitions": definitions,
          "gen_ai.request.temperature": 0.2,
          "gen_ai.prompt.name": "greeting",
          "gen_ai.prompt.version": "v3",
        },
      });
    const draft = run([agent(), call("c1", 100, outputs([{ type: "text", content: "Let me see." }])), call("c2", 400, answer)]);
    expect(draft).toMatchObject({
      input: "Where is it?",
      output: "It is on its way.",
      config: {
        model: "acme-large-5",
        prompt: { name: "greeting", version: "v3", text: "Be kind." },
        tools: [{ name: "lookup_order", description: "Look up", parameters: { type: "object" } }],
        params: { temperature: 0.2 },
      },
      instrumentation: { name: "app", version: "1.0.0" },
    });
  });

  test("takes scores from evaluation events and annotations", () => {
    const draft = run([
      agent({
        events: [
          {
            name: "gen_ai.evaluation.result",
            attributes: {
              "gen_ai.evaluation.name": "relevance",
              "gen_ai.evaluation.score.value": 0.5,
              "gen_ai.evaluation.explanation": "partly",
            },
          },
        ],
        attributes: {
          "annotations.0.annotation.name": "tone",
          "annotations.0.annotation.label": "rude",
          "annotations.0.annotation.annotator_kind": "HUMAN",
        },
      }),
    ]);
    expect(draft.scores).toEqual([
      { name: "relevance", value: 0.5, source: "check", comment: "partly" },
      { name: "tone", value: "rude", source: "human", comment: null },
    ]);
  });
});

describe("tokens", () => {
  test.each<[string, Record<string, string | number>, Record<string, number | null> | null]>([
    [
      "OpenTelemetry, cache included",
      { "gen_ai.usage.input_tokens": 12_000, "gen_ai.usage.output_tokens": 200, "gen_ai.usage.cache_read.input_tokens": 11_500 },
      { input_tokens: 12_000, output_tokens: 200, cache_read_tokens: 11_500, total_tokens: 12_200 },
    ],
    [
      "the older names",
      { "gen_ai.usage.prompt_tokens": 10, "gen_ai.usage.completion_tokens": 5, "gen_ai.usage.cache_creation.input_tokens": 3 },
      { input_tokens: 10, output_tokens: 5, cache_write_tokens: 3 },
    ],
    [
      "AI SDK 5",
      { "ai.operationId": "ai.generateText.doGenerate", "ai.usage.promptTokens": 10, "ai.usage.completionTokens": 5 },
      { input_tokens: 10, output_tokens: 5, cache_read_tokens: null },
    ],
    [
      "AI SDK 6",
      {
        "ai.operationId": "ai.streamText.doStream",
        "ai.usage.inputTokens": 10,
        "ai.usage.outputTokens": 5,
        "ai.usage.cachedInputTokens": 4,
      },
      { input_tokens: 10, output_tokens: 5, cache_read_tokens: 4 },
    ],
    [
      "OpenInference",
      {
        "openinference.span.kind": "LLM",
        "llm.token_count.prompt": 10,
        "llm.token_count.completion": 5,
        "llm.token_count.prompt_details.cache_read": 4,
      },
      { input_tokens: 10, output_tokens: 5, cache_read_tokens: 4 },
    ],
    [
      "Langfuse, cache beside the input",
      {
        "langfuse.observation.type": "generation",
        "langfuse.observation.usage_details": '{"input":154,"input_cached_tokens":384,"output":64,"total":602}',
      },
      { input_tokens: 538, output_tokens: 64, cache_read_tokens: 384, total_tokens: 602 },
    ],
    [
      "Langfuse, cache within the input",
      {
        "langfuse.observation.type": "generation",
        "langfuse.observation.usage_details": '{"input":538,"input_cached_tokens":384,"output":64,"total":602}',
      },
      { input_tokens: 538, output_tokens: 64, cache_read_tokens: 384 },
    ],
    ["text that is no count", { "gen_ai.usage.input_tokens": "many", "gen_ai.usage.output_tokens": -5 }, null],
  ])("of %s", (_, extra, expected) => {
    const usage = run([agent(), chat("c1", 100, { attributes: extra })]).steps[1]?.usage ?? null;
    expect(usage === null || expected === null ? usage : { ...usage, ...expected }).toEqual(expected === null ? null : usage);
  });

  test("that only the agent's record sums up are declared for the run", () => {
    const draft = run([agent({ attributes: { "gen_ai.usage.input_tokens": 900, "gen_ai.usage.output_tokens": 60 } }), chat("c1", 100)]);
    expect(draft.declared_usage).toMatchObject({ input_tokens: 900, output_tokens: 60, total_tokens: 960 });
  });

  test("of OpenLLMetry's Anthropic leave the cache out of the input, and Bento puts it back", () => {
    const [record] = records([
      chat("c1", 100, {
        attributes: {
          "gen_ai.usage.input_tokens": 154,
          "gen_ai.usage.output_tokens": 64,
          "gen_ai.usage.cache_read.input_tokens": 384,
          "gen_ai.usage.total_tokens": 218,
        },
      }),
    ]);
    if (record === undefined) throw new Error("refused");
    const draft = runOf([{ ...record, scope: { name: "@traceloop/instrumentation-anthropic", version: "0.27.0" } }]);
    expect(draft.steps[0]?.usage).toMatchObject({ input_tokens: 538, total_tokens: 602 });
  });
});

describe("parts that come again or apart", () => {
  test("take the ended copy of a span over the open one, whichever came last", () => {
    const open = records([agent({ end: null })]);
    const ended = records([agent()]);
    for (const parts of [
      [...open, ...ended],
      [...ended, ...open],
    ])
      expect(runOf(parts)).toMatchObject({ status: "ok", ended_at: "2026-11-24T10:00:04.000Z" });
  });

  test("of a real client, one span a request, make one run", () => {
    const parts = ["01", "02", "03", "04", "05"].flatMap((part) => {
      const decoded = decodeSpans(fixture(`traceloop-research-${part}.pb`), "protobuf");
      return decoded.ok ? decoded.records : [];
    });
    expect(readTrace(parts.slice(0, 4), { closed: false })?.status).toBe("incomplete");
    expect(runOf(parts, false)).toMatchObject({
      status: "ok",
      agent: "research_agent",
      session_id: "chat-research",
      user_id: "cust_58213",
      input: "How much parental leave do I get in 2026?",
      output: expect.stringContaining("HR-104"),
    });
  });

  test("of the old conventions take arguments and results from the conversation", () => {
    const decoded = decodeSpans(fixture("otel-legacy-research.json"), "json");
    const draft = runOf(decoded.ok ? decoded.records : []);
    expect(stepOf(draft, "search_docs")).toMatchObject({
      type: "tool",
      arguments: { query: "parental leave policy 2026", top_k: 3 },
      result: expect.objectContaining({ query: "parental leave policy 2026" }),
    });
  });

  test("join log records to their spans", () => {
    const spans = records([agent(), chat("c1", 100)]);
    const llm = spans[1];
    const log = (name: string, content: string, at: number) => ({
      traceId,
      spanId: llm?.spanId,
      timeUnixNano: ns(at),
      attributes: attributes({ "event.name": name }),
      body: {
        kvlistValue: {
          values:
            name === "gen_ai.choice"
              ? [{ key: "message", value: { kvlistValue: { values: [{ key: "content", value: { stringValue: content } }] } } }]
              : [{ key: "content", value: { stringValue: content } }],
        },
      },
    });
    const decoded = decodeLogs(
      body({
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  log("gen_ai.system.message", "Be kind.", 100),
                  log("gen_ai.user.message", "Hi", 100),
                  log("gen_ai.choice", "Hello!", 180),
                ],
              },
            ],
          },
        ],
      }),
      "json",
    );
    const logs = decoded.ok ? decoded.records : [];
    expect(readTrace(logs, { closed: true })).toBeNull();
    const expected = {
      input: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
      ],
      output: [{ role: "assistant", content: "Hello!" }],
    };
    for (const parts of [
      [...spans, ...logs],
      [...logs.toReversed(), ...spans],
    ])
      expect(runOf(parts).steps[1]).toMatchObject(expected);
  });

  test("make no run of a request that Claude Code makes for itself", () => {
    const title: SpanSketch = {
      id: "root",
      name: "claude_code.llm_request",
      attributes: { "gen_ai.operation.name": "chat", "llm_request.context": "standalone" },
    };
    expect(readTrace(records([title]), { closed: true })).toBeNull();
  });
});
