// The AI SDK with a mock model sends runs to a running Bento through its two kinds of telemetry, and they read back as they happened.
import { type Tracer } from "@opentelemetry/api";
import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { generateText, stepCountIs, streamText, tool, type Telemetry } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { bentoOfFile, readRun, stepsOf } from "./bento-reading.ts";

const bento = bentoOfFile("AI SDK");

beforeAll(() => {
  // Registers the context manager, without which a stream's spans would lose their parents.
  new NodeTracerProvider().register();
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
    const exporter = new OTLPTraceExporter({ url: `${bento.url}/v1/traces`, headers: { authorization: `Bearer ${bento.project.key}` } });
    const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    let traceId = "";
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
    const run = await readRun(bento.url, bento.project, traceId);
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
