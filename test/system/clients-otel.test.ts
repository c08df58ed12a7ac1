// Real OpenTelemetry exporters, set up as their users do, send runs to a running Bento, and the runs read back as they happened.
import { context, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { bentoOfFile, readRun, stepsOf } from "./bento-reading.ts";

const bento = bentoOfFile("OpenTelemetry exporters");

afterEach(() => {
  vi.unstubAllEnvs();
});

const tracesUrl = () => `${bento.url}/v1/traces`;
const bearer = () => ({ authorization: `Bearer ${bento.project.key}` });

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

/** As users set it who configure nothing in code. */
function fromEnvironment(...settings: readonly [name: string, value: string][]): void {
  for (const [name, value] of settings) vi.stubEnv(`OTEL_EXPORTER_OTLP_${name}`, value);
}

describe.each([
  { name: "JSON over HTTP", exporter: () => new JsonExporter({ url: tracesUrl(), headers: bearer() }) },
  {
    name: "JSON, gzip, x-api-key",
    exporter: () => {
      fromEnvironment(["COMPRESSION", "gzip"]);
      return new JsonExporter({ url: tracesUrl(), headers: { "x-api-key": bento.project.key } });
    },
  },
  { name: "protobuf over HTTP", exporter: () => new ProtobufExporter({ url: tracesUrl(), headers: bearer() }) },
  {
    name: "protobuf, gzip, all of it from the environment",
    exporter: () => {
      fromEnvironment(
        ["ENDPOINT", bento.url],
        ["HEADERS", `authorization=${encodeURIComponent(`Bearer ${bento.project.key}`)}`],
        ["COMPRESSION", "gzip"],
      );
      return new ProtobufExporter();
    },
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
    const run = await readRun(bento.url, bento.project, traceId);
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

test("an unknown key is told so in the exporter's own encoding, and nothing is stored", async () => {
  const errors: unknown[] = [];
  const exporter = new ProtobufExporter({ url: tracesUrl(), headers: { authorization: "Bearer wrong" } });
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
  await expect(readRun(bento.url, bento.project, traceId)).rejects.toThrow("404");
});
