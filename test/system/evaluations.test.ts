// An evaluation on the running product, judged over loopback by an API that fails in every way that passes: what ends well counts, what
// does not is told, and a power cut in the middle loses no judgement.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";
import { newProject, type Project } from "./bento-reading.ts";

type Way = "ok" | "overloaded" | "drop" | "hang" | "prose";

const folder = temporaryFolder();
let server: Server;
let bento: BentoProcess;
let project: Project;
/** How the API answers about an item, and how often it was asked. */
let wayOf: (item: number, nth: number) => Way = () => "ok";
let answerAfterMs = 0;
const asked = new Map<number, number>();

const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const usage = { input_tokens: 50, output_tokens: 12 };
const streamed = (text: string) =>
  event("message_start", {
    message: { id: "m", type: "message", role: "assistant", model: "claude-test", content: [], stop_reason: null, usage },
  }) +
  event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }) +
  event("content_block_stop", { index: 0 }) +
  event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage }) +
  event("message_stop", {});

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const item = Number(/mark-(\d+)-end/.exec(body)?.[1]);
      const nth = (asked.get(item) ?? 0) + 1;
      asked.set(item, nth);
      const way = wayOf(item, nth);
      if (way === "drop") return void response.destroy();
      if (way === "hang") return void setTimeout(() => response.destroy(), 3_000);
      if (way === "overloaded")
        return void response.writeHead(529).end(JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "no" } }));
      const text = way === "prose" ? "I would say 0.9." : JSON.stringify({ reason: "as told", score: item % 2 });
      setTimeout(() => response.writeHead(200, { "content-type": "text/event-stream" }).end(streamed(text)), answerAfterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["ANTHROPIC_API_KEY"] = "key-of-tests";
  process.env["ANTHROPIC_BASE_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bento = await startProcess(folder.path);
  project = await newProject(bento.url, "evaluated");
});
afterAll(async () => {
  delete process.env["ANTHROPIC_API_KEY"];
  delete process.env["ANTHROPIC_BASE_URL"];
  await bento.stop();
  server.closeAllConnections();
  server.close();
  folder.remove();
});

async function send(method: string, path: string, body?: unknown): Promise<any> {
  const response = await call(bento.url, method, path, body, project.key);
  expect([path, response.status]).toEqual([path, expect.toSatisfy((status: number) => status < 300)]);
  return response.json();
}

async function begin(agent: string, n: number): Promise<string> {
  const runs = Array.from({ length: n }, (_, i) => ({
    run: `${agent}-${i}`,
    agent,
    input: `Question mark-${i}-end`,
    output: "An answer.",
  }));
  await send("POST", "/v1/runs", { runs });
  await settle(bento.url, project.key);
  await send("POST", "/v1/evaluators", { agent, name: "right", type: "judge", rubric: "Is it right?" });
  return (await send("POST", "/v1/evaluations", { agent, evaluators: ["right"] })).id;
}

async function until(id: string, holds: (evaluation: any) => boolean, seconds = 100): Promise<any> {
  for (const untilMs = Date.now() + seconds * 1_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const evaluation = await send("GET", `/v1/evaluations/${id}`);
    if (holds(evaluation)) return evaluation;
    if (Date.now() > untilMs) throw new Error(`the evaluation stays at ${JSON.stringify(evaluation.counts)}`);
  }
}
const isOver = ({ status }: any) => !["queued", "running"].includes(status);

it("outlives what passes, and tells what does not", async () => {
  const always: Record<number, Way> = { 3: "drop", 5: "prose" };
  const once: Record<number, Way> = { 1: "overloaded", 2: "drop", 4: "hang" };
  wayOf = (item, nth) => always[item] ?? (nth === 1 ? (once[item] ?? "ok") : "ok");
  const evaluation = await until(await begin("shaky-bot", 8), isOver);
  expect(evaluation).toMatchObject({ status: "incomplete", counts: { passed: 2, failed: 4, errored: 2 }, coverage: 0.75 });
  const results = new Map<string, any>(evaluation.cases.map((one: any) => [one.run_id, one.results[0]]));
  expect(results.get("run_shaky-bot-1")).toMatchObject({ status: "passed", score: 1 });
  expect(results.get("run_shaky-bot-4")).toMatchObject({ status: "failed", score: 0 });
  expect(results.get("run_shaky-bot-3")).toMatchObject({ status: "errored", reason: "Claude could not be reached; asked 4 times" });
  expect(results.get("run_shaky-bot-5")).toMatchObject({ status: "errored", score: null });
  expect(bento.said()).not.toContain("mark-");
});

it("goes on after a power cut, and judges nothing a second time that was judged", async () => {
  wayOf = () => "ok";
  answerAfterMs = 700;
  asked.clear();
  const id = await begin("cut-bot", 20);
  const before = await until(id, ({ counts }) => counts.passed + counts.failed >= 5);
  await bento.kill();
  const judged = before.counts.passed + before.counts.failed;
  bento = await startProcess(folder.path);
  const evaluation = await until(id, isOver);
  expect(evaluation).toMatchObject({ status: "done", counts: { passed: 10, failed: 10 }, coverage: 1 });
  // Only what was in flight when the power went is asked again.
  const calls = [...asked.values()].reduce((a, b) => a + b, 0);
  expect(calls).toBeLessThanOrEqual(20 + 10);
  expect(judged).toBeGreaterThanOrEqual(5);
  expect(Math.max(...asked.values())).toBeLessThanOrEqual(2);
});
