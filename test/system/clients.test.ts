// Real OpenTelemetry exporters and the AI SDK send runs to a running Bento, and the runs read back as they happened.
import { context, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { generateText, stepCountIs, streamText, tool, type Telemetry } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { newProject, readRun, stepsOf, type Project } from "./bento-reading.ts";
import { startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
let bento: BentoProcess;
let project: Project;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  bento = await startProcess(folder.path);
  project = await newProject(bento.url, "real clients");
});

afterAll(async () => {
  await bento.stop();
  folder.remove();
});

const url = () => `${bento.url}/v1/traces`;

function providerOf(exporter: SpanExporter, isOneByOne = false) {
  const processor = isOneByOne ? new SimpleSpanProcessor(exporter) : new BatchSpanProcessor(exporter);
  const resource = resourceFromAttributes({ "service.name": "support-service", "service.version": "2.4.1" });
  return new NodeTracerProvider({ resource, spanProcessors: [processor] });
}

/** An agent that asks a model, calls a tool that fails, asks again and answers. Gives the trace id. */
function tracedRun(tracer: Tracer): string {
  const root = tracer.startSpan("invoke_agent support-bot", {
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "support-bot",
      "gen_ai.conversation.id": "conversation-7",
      "user.id": "user-42",
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: "Where is order 1001?" }] }]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: "It is delayed." }], finish_reason: "stop" },
      ]),
    },
  });
  const within = trace.setSpan(context.active(), root);
  const chat = (inputTokens: number, outputTokens: number) => {
    const attributes = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.response.model": "gpt-5-mini-2026-08-07",
      "gen_ai.usage.input_tokens": inputTokens,
      "gen_ai.usage.output_tokens": outputTokens,
      "gen_ai.response.finish_reasons": ["stop"],
    };
    tracer.startSpan("chat gpt-5-mini", { kind: SpanKind.CLIENT, attributes }, within).end();
  };
  chat(820, 31);
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "lookup_order",
    "gen_ai.tool.call.arguments": '{"order":1001}',
  };
  const lookup = tracer.startSpan("execute_tool lookup_order", { attributes }, within);
  lookup.recordException(new Error("order service timed out"));
  lookup.setStatus({ code: SpanStatusCode.ERROR, message: "order service timed out" });
  lookup.end();
  chat(903, 44);
  root.end();
  return root.spanContext().traceId;
}

describe.each([
  { name: "JSON over HTTP", exporter: () => new JsonExporter({ url: url(), headers: { authorization: `Bearer ${project.key}` } }) },
  {
    name: "JSON, gzip, x-api-key",
    exporter: () => new JsonExporter({ url: url(), headers: { "x-api-key": project.key }, compression: "gzip" as never }),
  },
  { name: "protobuf over HTTP", exporter: () => new ProtobufExporter({ url: url(), headers: { authorization: `Bearer ${project.key}` } }) },
  {
    name: "protobuf, gzip",
    exporter: () => new ProtobufExporter({ url: url(), headers: { authorization: `Bearer ${project.key}` }, compression: "gzip" as never }),
  },
])("the OpenTelemetry exporter, $name", ({ exporter }) => {
  test.each([
    { how: "in one batch", isOneByOne: false },
    { how: "one span a request, children first", isOneByOne: true },
  ])("sends a run $how that reads back right", async ({ isOneByOne }) => {
    const provider = providerOf(exporter(), isOneByOne);
    const traceId = tracedRun(provider.getTracer("support-bot", "1.0.0"));
    await provider.forceFlush();
    await provider.shutdown();
    const run = await readRun(bento.url, project, traceId);
    expect(run).toMatchObject({
      source_id: traceId,
      agent: "support-bot",
      agent_version: "2.4.1",
      session_id: "conversation-7",
      user_id: "user-42",
      status: "ok",
      usage: { input_tokens: 1_723, output_tokens: 75, total_tokens: 1_798 },
      counts: { llm_calls: 2, tool_calls: 1, tool_errors: 1 },
    });
    expect(JSON.stringify(run.input)).toContain("Where is order 1001?");
    expect(JSON.stringify(run.output)).toContain("It is delayed.");
    expect(stepsOf(run, "tool")).toMatchObject([
      { name: "lookup_order", status: "error", arguments: { order: 1001 }, error: { message: "order service timed out" } },
    ]);
    expect(stepsOf(run, "llm").map(({ model }) => model)).toEqual(["gpt-5-mini-2026-08-07", "gpt-5-mini-2026-08-07"]);
  });
});

test("a key without the scope is told so in the exporter's own encoding, and nothing is stored", async () => {
  const errors: unknown[] = [];
  const exporter = new ProtobufExporter({ url: url(), headers: { authorization: "Bearer wrong" } });
  const provider = providerOf({
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) errors.push(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  });
  const traceId = tracedRun(provider.getTracer("t"));
  await provider.forceFlush().catch(() => {});
  await provider.shutdown().catch(() => {});
  expect(errors).toMatchObject([{ code: 401 }]);
  await expect(readRun(bento.url, project, traceId)).rejects.toThrow("404");
});

const usage = (input: number, output: number) => ({
  inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: output, text: output, reasoning: undefined },
});
const weather = tool({
  description: "Tells the weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => Promise.resolve({ city, celsius: 21 }),
});

/** Asks for the tool first, answers second. */
function mockModel(): MockLanguageModelV4 {
  const call = { type: "tool-call" as const, toolCallId: "call-1", toolName: "weather", input: '{"city":"Lisbon"}' };
  return new MockLanguageModelV4({
    provider: "mock-provider",
    modelId: "mock-model-1",
    doGenerate: [
      { content: [call], finishReason: { unified: "tool-calls", raw: undefined }, usage: usage(100, 12), warnings: [] },
      {
        content: [{ type: "text", text: "It is 21 degrees in Lisbon." }],
        finishReason: { unified: "stop", raw: undefined },
        usage: usage(130, 9),
        warnings: [],
      },
    ],
    doStream: [
      {
        stream: convertArrayToReadableStream([
          { type: "stream-start" as const, warnings: [] },
          call,
          { type: "finish" as const, finishReason: { unified: "tool-calls" as const, raw: undefined }, usage: usage(100, 12) },
        ]),
      },
      {
        stream: convertArrayToReadableStream([
          { type: "stream-start" as const, warnings: [] },
          { type: "text-start" as const, id: "t" },
          { type: "text-delta" as const, id: "t", delta: "It is 21 degrees " },
          { type: "text-delta" as const, id: "t", delta: "in Lisbon." },
          { type: "text-end" as const, id: "t" },
          { type: "finish" as const, finishReason: { unified: "stop" as const, raw: undefined }, usage: usage(130, 9) },
        ]),
      },
    ],
  });
}

describe.each([
  { name: "its own telemetry", telemetry: (tracer: Tracer): Telemetry => new OpenTelemetry({ tracer }) },
  { name: "its older spans", telemetry: (tracer: Tracer): Telemetry => new LegacyOpenTelemetry({ tracer }) },
])("the AI SDK with $name", ({ telemetry }) => {
  test.each(["generateText", "streamText"] as const)("sends a run of %s with a tool call that reads back right", async (how) => {
    const provider = providerOf(new JsonExporter({ url: url(), headers: { authorization: `Bearer ${project.key}` } }));
    let traceId = "";
    provider.getTracer("unused");
    const tracer = provider.getTracer("ai");
    const seen: Tracer = {
      startSpan: (...given) => {
        const span = tracer.startSpan(...given);
        traceId = span.spanContext().traceId;
        return span;
      },
      startActiveSpan: tracer.startActiveSpan.bind(tracer),
    };
    const settings = {
      model: mockModel(),
      tools: { weather },
      stopWhen: stepCountIs(3),
      prompt: "How warm is it in Lisbon?",
      telemetry: { isEnabled: true, functionId: "weather-bot", integrations: [telemetry(seen)] },
    };
    const answer = how === "generateText" ? (await generateText(settings)).text : await streamText(settings).text;
    expect(answer).toBe("It is 21 degrees in Lisbon.");
    await provider.forceFlush();
    await provider.shutdown();
    const run = await readRun(bento.url, project, traceId);
    expect(run).toMatchObject({
      agent: "weather-bot",
      status: "ok",
      config: { model: "mock-model-1" },
      usage: { input_tokens: 230, output_tokens: 21, total_tokens: 251 },
      counts: { llm_calls: 2, tool_calls: 1, tool_errors: 0 },
    });
    expect(JSON.stringify(run.input)).toContain("How warm is it in Lisbon?");
    expect(JSON.stringify(run.output)).toContain("It is 21 degrees in Lisbon.");
    expect(stepsOf(run, "tool")).toMatchObject([
      { name: "weather", status: "ok", arguments: { city: "Lisbon" }, result: { city: "Lisbon", celsius: 21 } },
    ]);
  });
});
