// The Langfuse SDKs send runs and scores to a running Bento: the third line by batch ingestion, the fifth by OpenTelemetry with its
// scores by batch ingestion. Only the base address and the key are Bento's.
import { LangfuseAPIClient } from "@langfuse/core";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes, setLangfuseTracerProvider, startActiveObservation, startObservation } from "@langfuse/tracing";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Langfuse } from "langfuse";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { bentoOfFile, readRun, stepsOf, type ReadRun } from "./bento-reading.ts";

const bento = bentoOfFile("Langfuse");
const publicKey = "pk-lf-anything";

const question = { role: "user", content: "Refund order 1001, please." };
const answer = { role: "assistant", content: "Done: 25 EUR are on their way." };

/** Milliseconds that a model or a tool takes: these clients send times in milliseconds, and steps are ordered by them. */
const callMs = 3;

function expectRefund(run: ReadRun, id: string): void {
  expect(run).toMatchObject({
    source_id: id,
    agent: "refund-bot",
    agent_version: "2026.11.3",
    session_id: "session-9",
    user_id: "user-42",
    tags: ["vip", "web"],
    status: "ok",
    usage: { input_tokens: 1_000, output_tokens: 60, total_tokens: 1_060 },
    counts: { llm_calls: 2, tool_calls: 1, tool_errors: 1 },
    metadata: { plan: "pro" },
  });
  expect(JSON.stringify(run.input)).toContain("Refund order 1001, please.");
  expect(JSON.stringify(run.output)).toContain("25 EUR are on their way");
  expect(stepsOf(run, "llm")).toMatchObject([
    { name: "plan", model: "acme-large-5", usage: { input_tokens: 400, output_tokens: 20 } },
    { name: "answer", model: "acme-large-5", usage: { input_tokens: 600, output_tokens: 40 } },
  ]);
  expect(stepsOf(run, "tool")).toMatchObject([
    { name: "lookup_order", status: "error", arguments: { order: 1001 }, error: { message: "order service timed out" } },
  ]);
}

const scoresOf = (run: ReadRun) =>
  run.scores.map(({ name, value, comment }) => ({ name, value, comment })).toSorted((a, b) => (a.name < b.name ? -1 : 1));

describe("the Langfuse SDK of the third line", () => {
  const client = (flushAt: number) =>
    new Langfuse({ publicKey, secretKey: bento.project.key, baseUrl: bento.url, flushAt, flushInterval: 50, sdkIntegration: "test" });

  /** Begins everything before it knows how it ends, as a live agent does. */
  async function tracedRefund(langfuse: Langfuse, id: string): Promise<void> {
    const trace = langfuse.trace({
      id,
      name: "refund-bot",
      version: "2026.11.3",
      sessionId: "session-9",
      userId: "user-42",
      tags: ["vip", "web"],
      metadata: { plan: "pro" },
      input: question.content,
    });
    const plan = trace.generation({ name: "plan", model: "acme-large-5", modelParameters: { temperature: 0.2 }, input: [question] });
    await pause(callMs);
    plan.end({ output: { role: "assistant", content: "I look it up." }, usageDetails: { input: 400, output: 20, total: 420 } });
    const lookup = trace.span({ name: "lookup_order", input: { order: 1001 }, metadata: { tool_call_id: "call-1" } });
    await pause(callMs);
    lookup.end({ output: "Error: order service timed out", level: "ERROR", statusMessage: "order service timed out" });
    const last = trace.generation({ name: "answer", model: "acme-large-5", input: [question] });
    last.end({ output: answer, usage: { promptTokens: 600, completionTokens: 40, totalTokens: 640 } });
    trace.update({ output: answer.content });
  }

  test.each([
    { how: "in one batch", flushAt: 100 },
    { how: "one event a request", flushAt: 1 },
  ])("sends a run $how, and scores of three kinds for it", async ({ flushAt }) => {
    const errors: unknown[] = [];
    const langfuse = client(flushAt);
    langfuse.on("error", (error) => errors.push(error));
    const id = `refund-${flushAt}`;
    await tracedRefund(langfuse, id);
    langfuse.score({ traceId: id, name: "helpfulness", value: 0.75, comment: "short and right" });
    langfuse.score({ traceId: id, name: "refunded", value: 1, dataType: "BOOLEAN" });
    langfuse.score({ traceId: id, name: "tone", value: "friendly", dataType: "CATEGORICAL" });
    await langfuse.shutdownAsync();
    expect(errors).toEqual([]);
    const run = await readRun(bento.url, bento.project, id);
    expectRefund(run, id);
    expect(scoresOf(run)).toEqual([
      { name: "helpfulness", value: 0.75, comment: "short and right" },
      { name: "refunded", value: 1, comment: null },
      { name: "tone", value: "friendly", comment: null },
    ]);
  });

  test("sends a score before the run it is about, and the run has it", async () => {
    const early = client(1);
    early.score({ traceId: "early", name: "helpfulness", value: 0 });
    await early.shutdownAsync();
    const late = client(1);
    await tracedRefund(late, "early");
    await late.shutdownAsync();
    const run = await readRun(bento.url, bento.project, "early");
    expectRefund(run, "early");
    expect(scoresOf(run)).toEqual([{ name: "helpfulness", value: 0, comment: null }]);
  });
});

describe("the Langfuse SDK of the fifth line", () => {
  beforeAll(() => {
    // Registers the context manager, by which observations find their parents.
    new NodeTracerProvider().register();
  });

  async function tracedRefund(): Promise<string> {
    const about = {
      traceName: "refund-bot",
      version: "2026.11.3",
      sessionId: "session-9",
      userId: "user-42",
      tags: ["vip", "web"],
      metadata: { plan: "pro" },
    };
    return propagateAttributes(about, () =>
      startActiveObservation(
        "refund-bot",
        async (agent) => {
          agent.update({ input: question.content });
          const plan = startObservation("plan", { model: "acme-large-5", input: [question] }, { asType: "generation" });
          await pause(callMs);
          plan.update({ output: { role: "assistant", content: "I look it up." }, usageDetails: { input: 400, output: 20 } }).end();
          const lookup = startObservation("lookup_order", { input: { order: 1001 } }, { asType: "tool" });
          await pause(callMs);
          lookup.update({ output: "Error: order service timed out", level: "ERROR", statusMessage: "order service timed out" }).end();
          const last = startObservation("answer", { model: "acme-large-5", input: [question] }, { asType: "generation" });
          last.update({ output: answer, usageDetails: { input: 600, output: 40 } }).end();
          agent.update({ output: answer.content });
          return agent.traceId;
        },
        { asType: "agent" },
      ),
    );
  }

  test.each(["batched", "immediate"] as const)("sends a run, %s, and a score for it by the older API", async (exportMode) => {
    const processor = new LangfuseSpanProcessor({ publicKey, secretKey: bento.project.key, baseUrl: bento.url, exportMode });
    setLangfuseTracerProvider(new NodeTracerProvider({ spanProcessors: [processor] }));
    const id = await tracedRefund();
    await processor.forceFlush();
    await processor.shutdown();
    const api = new LangfuseAPIClient({ baseUrl: bento.url, environment: "", username: publicKey, password: bento.project.key });
    const body = { id: `score-of-${id}`, traceId: id, name: "helpfulness", value: 0.75 };
    const reply = await api.ingestion.batch({
      batch: [{ id: `event-of-${id}`, timestamp: new Date().toISOString(), type: "score-create", body }],
    });
    expect(reply).toEqual({ successes: [{ id: `event-of-${id}`, status: 201 }], errors: [] });
    const run = await readRun(bento.url, bento.project, id);
    expectRefund(run, id);
    expect(scoresOf(run)).toEqual([{ name: "helpfulness", value: 0.75, comment: null }]);
  });
});
