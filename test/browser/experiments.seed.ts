// A running Bento with something of everything that experiments have: recorded runs with hostile text, an agent behind a webhook that is replayed,
// a suite with its evaluation and its gate, and a canary with outcomes. All of it goes through the public API.
import { createServer, type Server } from "node:http";
import { call, settle } from "../system/bento-process.ts";

export const agent = "ship-bot";
export const evil = `<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>`;
const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const total = 40;

const runs = Array.from({ length: total }, (_, i) => ({
  id: `ship-${String(i).padStart(2, "0")}`,
  agent,
  started_at: new Date(Date.now() - (total - i) * 3_600_000).toISOString(),
  status: "ok",
  input: `Ship order ${i} ${i % 5 === 0 ? evil : "to Kiel"}`,
  output: i % 3 === 0 ? "I cannot." : `Order ${i} is on its way.`,
  cohort: { plan: i % 2 === 0 ? "pro" : "free" },
  config: { model: "m-1", prompt: { name: "ship", version: "3" } },
  steps: [{ id: "s1", type: "tool", name: "get_order", arguments: { order: i }, result: { state: "open" } }],
  scores: { success: i % 3 === 0 ? 0 : 1 },
}));

/** The candidate: it fixes most of what failed and breaks a little; of every eighth run it asks for a tool that is in no record. */
export async function startAgent(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      void answer(JSON.parse(Buffer.concat(parts).toString())).then((body) => {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the agent has no port");
  return { server, url: `http://127.0.0.1:${address.port}/` };
}

async function answer(ask: { input: unknown; tool_url: string }): Promise<object> {
  const order = Number(/\d+/.exec(String(ask.input))?.[0] ?? 0);
  const tool = (name: string, given: object) =>
    fetch(ask.tool_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, arguments: given }),
    });
  await tool("get_order", { order });
  if (order % 8 === 1) await tool("delete_everything", { note: evil });
  const isGood = order % 7 !== 2 && order % 12 !== 0;
  return { output: isGood ? `Order ${order} is on its way.` : `Sorry. ${evil}`, scores: { success: isGood ? 1 : 0 } };
}

export interface Seeded {
  replay: string;
  canary: string;
  draft: string;
  suite: string;
  evaluation: string;
  gate: string;
}

interface Made {
  id: string;
  status: string;
}

/** @param url of an empty Bento; @param agentUrl of `startAgent` */
export async function seed(url: string, agentUrl: string): Promise<Seeded> {
  const post = async (path: string, body: unknown): Promise<Made> => {
    const response = await call(url, "POST", path, body);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json() as Promise<Made>;
  };
  await post("/v1/runs", { runs });
  await settle(url);
  const candidate = { model: "m-2", driver: { type: "webhook", url: agentUrl, secret } };
  const { id: replay } = await post("/v1/experiments", { kind: "replay", agent, candidate, plan: { sample: "all" } });
  await post(`/v1/experiments/${replay}/start`, {});
  const { id: draft } = await post("/v1/experiments", { kind: "replay", agent, candidate, plan: { sample: 5, repeats: 2 } });
  const { suite, evaluation } = await seedSuite(url, post);
  const canary = await seedCanary(post);
  const { id: gate } = await post("/v1/gates", { candidate, suite_id: suite, policy: { min_cases: 3 } });
  for (const path of [`/v1/experiments/${replay}`, `/v1/evaluations/${evaluation}`, `/v1/gates/${gate}`]) await over(url, path);
  return { replay, canary, draft, suite, evaluation, gate };
}

type Post = (path: string, body: unknown) => Promise<Made>;

async function seedSuite(url: string, post: Post): Promise<{ suite: string; evaluation: string }> {
  const { id: suite } = await post("/v1/suites", { agent, name: `Orders ${evil}` });
  // Their words differ, or they would be one case.
  const words = ["parcel lost at sea", "damaged box of tea", "wrong street and town", "customs wants a form", "driver rang twice", "gift without card"]; // prettier-ignore
  const extra = words.map((text, i) => ({
    id: `case-${i}`,
    agent,
    status: "ok",
    input: `${text}, see order ${100 + i} ${i === 0 ? evil : ""}`,
    output: i % 3 === 2 ? "I cannot." : `Order ${100 + i} is on its way.`,
    config: { model: "m-1" },
    steps: [{ id: "s1", type: "tool", name: "get_order", arguments: { order: 100 + i }, result: { state: "open" } }],
    scores: { success: i % 3 === 2 ? 0 : 1 },
  }));
  await post("/v1/runs", { runs: extra });
  await settle(url);
  for (const { id } of extra) await post(`/v1/suites/${suite}/cases`, { run_id: id });
  await post(`/v1/suites/${suite}/cases`, { input: "Do you ship to the moon?", expected: "No." });
  await post("/v1/evaluators", { agent, name: "answers", type: "contains", text: "on its way", ignore_case: true });
  await post("/v1/evaluators", { agent, name: "no apology", type: "regex", pattern: "(?i)sorry|cannot", absent: true });
  const { id: evaluation } = await post("/v1/evaluations", { agent, suite_id: suite, evaluators: ["answers", "no apology"] });
  return { suite, evaluation };
}

async function seedCanary(post: Post): Promise<string> {
  const { id } = await post("/v1/experiments", {
    kind: "canary",
    agent,
    candidate: { model: "m-2", config: { prompt: "Ship it. Ask for nothing that the order says already." } },
    plan: {
      share: 0.5,
      unit: "user_id",
      max_n: 400,
      strata: "plan",
      metrics: [
        { name: "outcome.success", goal: "increase", primary: true },
        { name: "latency.run_ms", goal: "decrease", margin: 0.2 },
        { name: "refunded", goal: "decrease" },
      ],
    },
  });
  await post(`/v1/experiments/${id}/start`, {});
  const outcomes = Array.from({ length: 360 }, (_, i) => {
    const isCandidate = i % 2 === 0;
    const shared = { unit: `u${i}`, arm: isCandidate ? "candidate" : "baseline", cohort: { plan: i % 3 === 0 ? "pro" : "free" } };
    return [
      { ...shared, metric: "outcome.success", value: (i * 7) % 20 < (isCandidate ? 17 : 14) ? 1 : 0 },
      { ...shared, metric: "latency.run_ms", value: 900 + ((i * 53) % 400) + (isCandidate ? -90 : 0) },
      { ...shared, metric: "refunded", value: i % 11 === 0 ? 1 : 0 },
    ];
  }).flat();
  await post(`/v1/experiments/${id}/outcomes`, outcomes);
  return id;
}

async function over(url: string, path: string, seconds = 90): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const { status } = (await (await call(url, "GET", path)).json()) as Made;
    if (status !== "queued" && status !== "running") return;
    if (Date.now() > until) throw new Error(`${path} is still ${status} after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
