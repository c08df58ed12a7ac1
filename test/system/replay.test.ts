// A replay on a running Bento, whose process is killed in the middle: what was answered stays answered, what was not is asked again, and every run
// is counted once. The agent behind the webhook is a process of its own here, with tools that it calls over the network.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { runCommand } from "./bento-command.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const runs = Array.from({ length: 24 }, (_, i) => ({
  id: `r${String(i).padStart(2, "0")}`,
  agent: "shipper",
  started_at: new Date(Date.UTC(2026, 10, 24, 10, i)).toISOString(),
  status: "ok",
  input: `Ship order ${i}`,
  output: "No.",
  steps: [{ id: "s1", type: "tool", name: "get_order", arguments: { order: i }, result: { state: `open ${i}` } }],
  scores: { success: i % 2 },
}));

const folder = temporaryFolder();
let bento: BentoProcess;
let agent: Server;
let agentUrl = "";
let flags: string[] = [];
/** Runs that the agent was asked about, in order, and how many answers it gave. */
const asked: string[] = [];
let answered = 0;
let unsigned = 0;
/** It gets everything wrong from now on. */
let isWorse = false;

beforeAll(async () => {
  agent = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      void answer(Buffer.concat(parts).toString(), request.headers).then((body) => {
        response.writeHead(body === null ? 500 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => agent.listen(0, "127.0.0.1", resolve));
  agentUrl = `http://127.0.0.1:${(agent.address() as AddressInfo).port}/`;
  // The same address after the restart: tool addresses begin with it.
  flags = ["--empty", "--port", String(await freePort())];
  bento = await startProcess(folder.path, flags);
});
afterAll(async () => {
  await bento.stop();
  agent.closeAllConnections();
  agent.close();
  folder.remove();
});

async function answer(raw: string, headers: Record<string, unknown>): Promise<object | null> {
  try {
    new Webhook(secret).verify(raw, headers as Record<string, string>);
  } catch {
    unsigned += 1;
    return null;
  }
  const ask = JSON.parse(raw);
  asked.push(ask.run_id);
  const order = Number(/\d+/.exec(ask.input)?.[0]);
  try {
    const reply = await fetch(ask.tool_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "get_order", arguments: { order } }),
    });
    const { result } = (await reply.json()) as { result: { state: string } };
    await new Promise((resolve) => setTimeout(resolve, 250));
    answered += 1;
    return { output: result.state, scores: { success: !isWorse && result.state === `open ${order}` ? 1 : 0 } };
  } catch {
    // Bento was killed while its tool was asked.
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const json = async (method: string, path: string, body?: unknown): Promise<any> => (await call(bento.url, method, path, body)).json();

async function until(done: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; !(await done());) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a replay that is killed in the middle goes on where it was, and counts every run once", async () => {
  await json("POST", "/v1/runs", { runs });
  await settle(bento.url, adminKey);
  const candidate = { driver: { type: "webhook", url: agentUrl, secret } };
  const { id } = await json("POST", "/v1/experiments", { kind: "replay", agent: "shipper", candidate, plan: { sample: "all" } });
  expect(await json("POST", `/v1/experiments/${id}/start`, {})).toMatchObject({ status: "running" });
  await until(() => answered >= 6);
  await bento.kill();
  const before = asked.length;
  expect(before).toBeLessThan(runs.length);
  bento = await startProcess(folder.path, flags);
  await until(async () => (await json("GET", `/v1/experiments/${id}`)).status !== "running");
  const experiment = await json("GET", `/v1/experiments/${id}`);
  expect(experiment).toMatchObject({
    status: "done",
    coverage: 1,
    progress: { done: 24, total: 24, errored: 0 },
    cases: { fixed: 12, same_pass: 12, broken: 0, same_fail: 0, unstable: 0, incomparable: 0 },
    verdict: "candidate_better",
  });
  expect(experiment.decisive_sentence).toContain("12 fixed, 0 broken");
  expect(experiment.results.map(({ run_id }: { run_id: string }) => run_id)).toEqual(runs.map((run) => `run_${run.id}`));
  expect(new Set(asked).size).toBe(24);
  // Only what was under way when the process died was asked twice.
  expect(asked.length - 24).toBeLessThanOrEqual(5);
  expect(unsigned).toBe(0);
});

test("the command makes, starts and watches a replay, and exits with 1 where the candidate is worse", async () => {
  const bentoCommand = (args: string[]) => runCommand(args, { cwd: folder.path, state: folder.path, url: bento.url, key: adminKey });
  const better = await bentoCommand([
    "replay",
    "--agent",
    "shipper",
    "--webhook",
    agentUrl,
    "--secret",
    secret,
    "--sample",
    "12",
    "--json",
  ]);
  expect(JSON.parse(better.stdout)).toMatchObject({
    status: "done",
    sampling: { runs: 12, runs_in_range: 24, coverage: 0.5 },
    progress: { done: 12 },
  });
  expect(better.code).toBe(0);
  isWorse = true;
  const worse = await bentoCommand(["replay", "--agent", "shipper", "--webhook", agentUrl, "--secret", secret]);
  expect(worse.stdout).toMatch(/verdict\s+candidate_worse/);
  expect(worse.stdout).toContain("12 broken");
  expect(worse.code).toBe(1);
  const none = await bentoCommand(["replay", "--agent", "shipper"]);
  expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("--model, --prompt or --webhook")]);
  const preview = await bentoCommand(["replay", "--agent", "shipper", "--model", "claude-sonnet-5-5", "--preview"]);
  expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining("All 24 runs of the history")]);
});
