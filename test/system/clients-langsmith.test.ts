// The LangSmith SDK sends runs and feedback to a running Bento by every way it knows: multipart, JSON batches, and one request a run.
// Only the address and the key are Bento's; which way the client took is seen from the requests it made.
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "langsmith";
import { RunTree } from "langsmith/run_trees";
import { getCurrentRunTree, traceable } from "langsmith/traceable";
import { describe, expect, test } from "vitest";
import { bentoOfFile, readRun, stepsOf, type ReadRun } from "./bento-reading.ts";

const bento = bentoOfFile("LangSmith");

const question = { role: "user", content: "Refund order 1001, please." };
const answer = { role: "assistant", content: "Done: 25 EUR are on their way." };
/** Milliseconds that a model or a tool takes. */
const callMs = 3;

interface Seen {
  method: string;
  path: string;
  status: number;
}

interface Way {
  name: string;
  /** As the client's server may have told it in /info. */
  useMultipart: boolean;
  autoBatchTracing: boolean;
  /** Requests by which runs go this way. */
  paths: string[];
}

const ways: Way[] = [
  { name: "multipart", useMultipart: true, autoBatchTracing: true, paths: ["POST /runs/multipart"] },
  { name: "JSON batches", useMultipart: false, autoBatchTracing: true, paths: ["POST /runs/batch"] },
  { name: "one request a run", useMultipart: true, autoBatchTracing: false, paths: ["PATCH /runs/:id", "POST /runs"] },
];

function clientOf({ useMultipart, autoBatchTracing }: Pick<Way, "useMultipart" | "autoBatchTracing">): { client: Client; seen: Seen[] } {
  const seen: Seen[] = [];
  const client = new Client({
    apiUrl: bento.url,
    apiKey: bento.project.key,
    autoBatchTracing,
    fetchImplementation: async (input: string | URL | Request, init?: RequestInit) => {
      const response = await fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      seen.push({ method: init?.method ?? "GET", path: pathname.replace(/^\/runs\/[0-9a-f-]{36}$/, "/runs/:id"), status: response.status });
      if (pathname !== "/info" || useMultipart) return response;
      // What an older server of theirs says, and Bento too if it wished.
      const info: { batch_ingest_config: object } = await response.json();
      return Response.json({ ...info, batch_ingest_config: { ...info.batch_ingest_config, use_multipart_endpoint: false } });
    },
  });
  return { client, seen };
}

/** An agent of nested traceables that asks a model, calls a tool that fails, and answers. Gives the root's id. */
async function tracedRefund(client: Client, question: { role: string; content: string }): Promise<string> {
  const settings = { client, tracingEnabled: true, project_name: "support" };
  const model = (name: string, tokens: [number, number], says: object) =>
    traceable(
      async (_: { messages: object[] }) => {
        await pause(callMs);
        const [input, output] = tokens;
        return { messages: [says], usage_metadata: { input_tokens: input, output_tokens: output, total_tokens: input + output } };
      },
      { ...settings, name, run_type: "llm", metadata: { ls_provider: "acme", ls_model_name: "acme-large-5" } },
    );
  const lookup = traceable(
    async (_: { order: number }): Promise<string> => {
      await pause(callMs);
      throw new Error("order service timed out");
    },
    { ...settings, name: "lookup_order", run_type: "tool" },
  );
  let id = "";
  const agent = traceable(
    async (_: { question: string }) => {
      id = getCurrentRunTree().id;
      await model("plan", [400, 20], { role: "assistant", content: "I look it up." })({ messages: [question] });
      await lookup({ order: 1001 }).catch(() => "not found");
      await model("answer", [600, 40], answer)({ messages: [question] });
      return { answer: answer.content };
    },
    {
      ...settings,
      name: "refund-bot",
      run_type: "chain",
      tags: ["vip", "web"],
      metadata: { session_id: "session-9", user_id: "user-42", agent_version: "2026.11.3", plan: "pro" },
    },
  );
  await agent({ question: question.content });
  await client.awaitPendingTraceBatches();
  return id;
}

function expectRefund(run: ReadRun, id: string): void {
  expect(run).toMatchObject({
    source_id: id,
    agent: "refund-bot",
    agent_version: "2026.11.3",
    session_id: "session-9",
    user_id: "user-42",
    tags: ["vip", "web"],
    status: "ok",
    input: question.content,
    output: answer.content,
    config: { model: "acme-large-5" },
    usage: { input_tokens: 1_000, output_tokens: 60, total_tokens: 1_060 },
    counts: { llm_calls: 2, tool_calls: 1, tool_errors: 1 },
    metadata: { plan: "pro" },
  });
  expect(stepsOf(run, "llm")).toMatchObject([
    { name: "plan", model: "acme-large-5", usage: { input_tokens: 400, output_tokens: 20 } },
    { name: "answer", model: "acme-large-5", usage: { input_tokens: 600, output_tokens: 40 } },
  ]);
  expect(stepsOf(run, "tool")).toMatchObject([{ name: "lookup_order", status: "error", arguments: { order: 1001 } }]);
  expect(stepsOf(run, "tool")[0]?.error?.message).toContain("order service timed out");
}

const pathsOf = (seen: readonly Seen[]): string[] =>
  [...new Set(seen.filter(({ path }) => path.startsWith("/runs")).map(({ method, path }) => `${method} ${path}`))].toSorted();

describe.each(ways)("the LangSmith SDK by $name", (way) => {
  test("sends a run of nested traceables, and feedback for it, that read back right", async () => {
    const { client, seen } = clientOf(way);
    const id = await tracedRefund(client, question);
    const about = { runId: id, sessionId: "00000000-0000-4000-8000-000000000000" };
    await client.createFeedback({ ...about, key: "helpfulness", score: 0.75, comment: "short and right" });
    await client.createFeedback({ ...about, key: "tone", value: "friendly", feedbackSourceType: "model" });
    // With the trace's id it may travel among the runs, alone in its request.
    await client.createFeedback({ ...about, traceId: id, key: "refunded", score: true, feedbackSourceType: "app" });
    await client.awaitPendingTraceBatches();
    expect(pathsOf(seen)).toEqual(way.paths);
    expect(seen.filter(({ status }) => status >= 300)).toEqual([]);
    const run = await readRun(bento.url, bento.project, id);
    expectRefund(run, id);
    const scores = run.scores.map(({ name, value, source, comment }) => ({ name, value, source, comment }));
    expect(scores.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "helpfulness", value: 0.75, source: null, comment: "short and right" },
      { name: "refunded", value: true, source: "human", comment: null },
      { name: "tone", value: "friendly", source: "judge", comment: null },
    ]);
  });
});

test("a RunTree that is posted by hand piece by piece, with an attachment, its root first and ended last, is one run", async () => {
  const { client } = clientOf({ useMultipart: true, autoBatchTracing: true });
  const root = new RunTree({ client, name: "sre-bot", run_type: "chain", inputs: { question: "Why is it slow?" }, tracingEnabled: true });
  root.attachments = { screenshot: ["image/png", new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 255])] };
  await root.postRun();
  await client.awaitPendingTraceBatches();
  const tool = root.createChild({ name: "read_logs", run_type: "tool", inputs: { service: "checkout" } });
  await tool.postRun();
  await client.awaitPendingTraceBatches();
  await pause(callMs);
  await tool.end({ output: "queue is full" });
  await tool.patchRun();
  await client.awaitPendingTraceBatches();
  await root.end(undefined, "ran out of budget");
  await root.patchRun();
  await client.awaitPendingTraceBatches();
  const run = await readRun(bento.url, bento.project, root.id);
  expect(run).toMatchObject({
    source_id: root.id,
    agent: "sre-bot",
    status: "error",
    error: { message: "ran out of budget" },
    input: "Why is it slow?",
    counts: { tool_calls: 1, tool_errors: 0 },
  });
  expect(stepsOf(run, "tool")).toMatchObject([
    { name: "read_logs", status: "ok", arguments: { service: "checkout" }, result: "queue is full" },
  ]);
});
