// Replays inside workerd, from the request that makes one to its table of cases: the real SDK and the real tool address, with what the API and
// the user's agent would say in place of the network. What goes wrong on the way is an error of the case, never a failure of the candidate.
import { createExecutionContext, createMessageBatch, env, getQueueResult, SELF } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Webhook } from "standardwebhooks";
import { endItem, freeItems, listItems, takeItem, untried } from "../../d1/replay-items.ts";
import type { Run, Step } from "../../domain/run/run.ts";
import { consumeReplays } from "../../queues/replay-consumer.ts";
import { replaysOfTheMinute } from "../../queues/replay-minute.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { claudeAgentOf } from "../../workers/cron/claude-agent.ts";
import { claudeOf } from "../../workers/cron/claude.ts";
import { aStep } from "../unit/experiment/a-step.ts";
import { newProject, type Client } from "./api-client.ts";

const steps: Step[] = [
  aStep({ id: "s1", name: "get_order", arguments: { order: 1 }, result: { state: "open" } }),
  aStep({ id: "s2", name: "ship_order", arguments: { order: 1 }, result: "sent" }),
  aStep({ id: "s3", name: "get_order", arguments: { order: 1 }, result: { state: "shipped" } }),
];
const recorded = (id: string, success = 0, more: Partial<Run> = {}): Partial<Run> & { id: string } => ({
  id,
  input: `Ship order 1 (${id})`,
  output: "No.",
  scores: [{ name: "success", value: success, source: "check", comment: null }],
  config: {
    model: "claude-old",
    prompt: { name: null, version: null, text: "You ship orders.", hash: null },
    tools: ["get_order", "ship_order"].map((name) => ({ name, description: name, parameters: { type: "object", properties: {} } })),
    params: { temperature: 0.3 },
    artifacts: [],
  },
  steps,
  ...more,
});

// ---- what the API says

type Block = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: unknown };
const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
function message(content: Block[], stop: string): Response {
  const start = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-test",
    content: [],
    stop_reason: null,
    usage: { input_tokens: 1_000, output_tokens: 1 },
  };
  const blocks = content.map((block, index) => {
    const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
    const delta =
      block.type === "text"
        ? { type: "text_delta", text: block.text }
        : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
    return (
      event("content_block_start", { index, content_block: empty }) +
      event("content_block_delta", { index, delta }) +
      event("content_block_stop", { index })
    );
  });
  const end =
    event("message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 200 } }) +
    event("message_stop", {});
  return new Response(event("message_start", { message: start }) + blocks.join("") + end, {
    headers: { "content-type": "text/event-stream" },
  });
}
const calls = (...given: [string, unknown][]) =>
  message(
    given.map(([name, input], i) => ({ type: "tool_use", id: `t${i}`, name, input })),
    "tool_use",
  );
const says = (text: string, stop = "end_turn") => message([{ type: "text", text }], stop);
const refused = (status: number, type: string) =>
  new Response(JSON.stringify({ type: "error", error: { type, message: "no" } }), { status });

/** Answers each call as told, the last one again and again; keeps what was asked. */
function api(...answers: (() => Response | Promise<Response>)[]) {
  const asked: any[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    asked.push(JSON.parse(String(init?.body)));
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === undefined) throw new Error("nobody was to be asked");
    return answer();
  });
  return asked;
}

function clockAt(nowMs = Date.now()): Clock & { now: number } {
  const clock = {
    now: nowMs,
    nowMs: () => clock.now,
    jitter: () => 0.5,
    wait: (ms: number) => {
      clock.now += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

async function deliver({ projectId }: Client, id: string, clock: Clock = clockAt(), key: object = { ANTHROPIC_API_KEY: "key-of-tests" }) {
  const sent: { delaySeconds?: number }[] = [];
  const queue = {
    ...env,
    REPLAY_QUEUE: { send: async (_: unknown, options: { delaySeconds?: number }) => void sent.push(options) } as unknown as Queue,
  };
  const body = { v: 1, kind: "replay", project_id: projectId, experiment_id: id };
  const batch = createMessageBatch("bento-replay", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
  const [agent, judge] = [claudeAgentOf(key), claudeOf(key)];
  await consumeReplays(batch, queue, agent === null || judge === null ? null : { agent, judge }, clock);
  const result = await getQueueResult(batch, createExecutionContext());
  return { sent, acked: result.explicitAcks };
}

/** Delivers until the replay sends no message more, as the queue would with all its delays over. */
async function toTheEnd(project: Client, id: string, clock = clockAt()) {
  for (let turns = 0; turns < 20; turns++) {
    const { sent } = await deliver(project, id, clock);
    if (sent.length === 0) return;
    clock.now += 60_000;
  }
  throw new Error("it does not end");
}

async function projectWith(name: string, ...runs: (Partial<Run> & { id: string })[]): Promise<Client> {
  const project = await newProject(name);
  await project.seed(...runs);
  return project;
}

async function made(project: Client, more: { candidate?: object; plan?: object } = {}): Promise<string> {
  const { candidate = { model: "claude-sonnet-5-5" }, plan = {} } = more;
  const body = { kind: "replay", agent: "support-bot", candidate, plan: { sample: "all", ...plan } };
  const reply = await project.post("/v1/experiments", body);
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.json.id;
}
async function started(project: Client, more: { candidate?: object; plan?: object } = {}): Promise<string> {
  const id = await made(project, more);
  expect((await project.post(`/v1/experiments/${id}/start`)).json.status).toBe("running");
  return id;
}
const read = async (project: Client, id: string) => (await project.get(`/v1/experiments/${id}`)).json;

afterEach(() => vi.restoreAllMocks());

describe("Claude as the candidate", () => {
  it("gets the run's prompt, input and tools, and for each call what the record says, word for word", async () => {
    const project = await projectWith("loop", recorded("run_1"));
    const id = await started(project, { plan: { expected: { run_1: "Shipped." } } });
    const asked = api(
      () => calls(["get_order", { order: 1 }]),
      () => calls(["ship_order", { order: 1 }], ["get_order", { order: 1 }]),
      () => says("Shipped."),
    );
    await toTheEnd(project, id);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatchObject({
      model: "claude-sonnet-5-5",
      system: "You ship orders.",
      temperature: 0.3,
      messages: [{ role: "user", content: "Ship order 1 (run_1)" }],
      tools: [{ name: "get_order", input_schema: { type: "object" } }, { name: "ship_order" }],
    });
    expect(asked[2].messages.at(-1).content).toEqual([
      { type: "tool_result", tool_use_id: "t0", content: "sent" },
      { type: "tool_result", tool_use_id: "t1", content: '{"state":"shipped"}' },
    ]);
    expect(await read(project, id)).toMatchObject({
      status: "done",
      cases: { fixed: 1, broken: 0 },
      coverage: 1,
      verdict: "insufficient_data",
      results: [
        { run_id: "run_1", result: "fixed", diverged: false, missing_calls: [], unexpected_calls: [], tool_calls: 3, output: "Shipped." },
      ],
    });
  });

  it("is told that a call was not recorded, which makes the case incomparable", async () => {
    const project = await projectWith("miss", recorded("run_1"));
    const id = await started(project, { plan: { expected: { run_1: "Done." } } });
    const asked = api(
      () => calls(["get_order", { order: 1 }]),
      () => calls(["refund", { order: 1 }]),
      () => says("Done."),
    );
    await toTheEnd(project, id);
    const [answer] = asked[2].messages.at(-1).content;
    expect(answer).toMatchObject({ is_error: true, content: expect.stringContaining("not recorded") });
    const { cases, results, verdict } = await read(project, id);
    expect(cases).toMatchObject({ incomparable: 1, fixed: 0 });
    expect(verdict).toBe("insufficient_data");
    expect(results[0]).toMatchObject({
      diverged: true,
      missing_calls: [{ name: "refund", arguments: { order: 1 } }],
      unexpected_calls: [{ name: "refund", arguments: { order: 1 } }],
      reason: "1 of its 2 tool calls were not in the record",
    });
  });

  it("is asked again when the API is overloaded, and the case knows nothing of it", async () => {
    const project = await projectWith("529 once", recorded("run_1"));
    const id = await started(project, { plan: { expected: { run_1: "Shipped." } } });
    const asked = api(
      () => refused(529, "overloaded_error"),
      () => says("Shipped."),
    );
    await toTheEnd(project, id);
    expect(asked).toHaveLength(2);
    expect((await read(project, id)).cases).toMatchObject({ fixed: 1 });
  });

  it.each([
    ["an overload that lasts", () => refused(529, "overloaded_error"), 12, /529 \(overloaded_error\)/],
    ["a request that the API refuses", () => refused(400, "invalid_request_error"), 1, /400/],
    ["an answer that is cut, however long it may be", () => says("Ship", "max_tokens"), 4, /was cut \(max_tokens\)/],
  ])("%s is an error of the case, never a failure", async (_, answer, most, reason) => {
    const project = await projectWith("errored", recorded("run_1", 1));
    const id = await started(project, { plan: { expected: { run_1: "No." } } });
    const asked = api(answer);
    await toTheEnd(project, id);
    expect(asked.length).toBe(most);
    const experiment = await read(project, id);
    expect(experiment).toMatchObject({ status: "done", coverage: 0, progress: { errored: 1 }, cases: { broken: 0, incomparable: 1 } });
    expect(experiment.results[0].reason).toMatch(reason);
  });

  it("may answer twice as long where its answer was cut", async () => {
    const project = await projectWith("longer", recorded("run_1"));
    const id = await started(project, { plan: { expected: { run_1: "Shipped." } } });
    const asked = api(
      () => says("Ship", "max_tokens"),
      () => says("Shipped."),
    );
    await toTheEnd(project, id);
    expect(asked.map(({ max_tokens }) => max_tokens)).toEqual([8_192, 16_384]);
    expect(asked[1].messages).toEqual(asked[0].messages);
    expect((await read(project, id)).cases).toMatchObject({ fixed: 1 });
  });

  it("goes in circles for a bounded number of turns", async () => {
    const project = await projectWith("circles", recorded("run_1"));
    const id = await started(project);
    const asked = api(() => calls(["get_order", { order: 1 }]));
    await toTheEnd(project, id);
    expect(asked).toHaveLength(40);
    expect((await read(project, id)).results[0].reason).toBe("it did not end within 40 turns");
  });

  it("stops before its cap is passed, and what was not tried is errored", async () => {
    const project = await projectWith("cap", ...Array.from({ length: 12 }, (_, i) => recorded(`run_${i}`)));
    // A call is reserved at 8,192 tokens out, $0.082 and a little; it costs $0.004.
    const id = await started(project, { plan: { max_cost_usd: 0.1 } });
    const asked = api(() => says("Shipped."));
    await toTheEnd(project, id);
    const { status, error, cost_usd, progress, coverage } = await read(project, id);
    expect([status, error]).toEqual(["stopped", expect.stringContaining("cap of $0.1")]);
    expect(cost_usd).toBeLessThanOrEqual(0.1);
    expect(cost_usd).toBeCloseTo(0.004 * asked.length, 9);
    expect(progress).toMatchObject({ done: 12, total: 12, errored: 12 - asked.length });
    expect(asked.length).toBeLessThan(12);
    expect(coverage).toBe(0);
  });

  it("waits for tomorrow where the day's budget is spent, and is refused where no price could hold it", async () => {
    const project = await projectWith("budget", recorded("run_1"));
    const asked = api(() => says("Shipped."));
    await project.send("PATCH", "/v1/settings", { model_budget_usd_day: 0.09 });
    await env.INDEX.prepare("INSERT INTO model_spend (project_id, day, usd) VALUES (?, ?, 0.05)")
      .bind(project.projectId, new Date().toISOString().slice(0, 10))
      .run();
    const id = await started(project);
    const { sent } = await deliver(project, id);
    expect(sent).toEqual([{ delaySeconds: 60 }]);
    expect(asked).toHaveLength(0);
    expect((await read(project, id)).status).toBe("running");
    const unpriced = await started(project, { candidate: { model: "claude-of-tomorrow" } });
    await toTheEnd(project, unpriced);
    expect(asked).toHaveLength(0);
    expect((await read(project, unpriced)).results[0].reason).toContain("/v1/prices");
  });

  it("ends a run before it costs more than one run may", async () => {
    const project = await projectWith("per run", recorded("run_1"));
    // A call is reserved at a little more than $0.082 and costs $0.004.
    const id = await started(project, { plan: { max_cost_usd_per_run: 0.1 } });
    const asked = api(() => calls(["get_order", { order: 1 }]));
    await toTheEnd(project, id);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThan(7);
    expect((await read(project, id)).results[0]).toMatchObject({
      result: "incomparable",
      reason: expect.stringContaining("max_cost_usd_per_run"),
    });
  });

  it("is judged by the plan's evaluators, as the recorded run is; a judge that does not answer is no verdict", async () => {
    const project = await projectWith("judged", recorded("run_1"), recorded("run_2"));
    const made = await project.post("/v1/evaluators", {
      agent: "support-bot",
      name: "helpful",
      type: "judge",
      rubric: "Was it shipped?",
      scale: [0, 1],
      threshold: 0.5,
    });
    expect(made.status).toBe(201);
    const id = await started(project, { plan: { evaluators: ["helpful"] } });
    const score = (n: number) => says(JSON.stringify({ reason: "so", score: n }));
    const asked: any[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
      const body = JSON.parse(String(init?.body));
      asked.push(body);
      if (body.output_config === undefined) return says("Shipped.");
      const prompt: string = body.messages[0].content;
      if (prompt.includes("run_2") && prompt.includes("Shipped.")) return refused(400, "invalid_request_error");
      return score(prompt.includes("Shipped.") ? 1 : 0);
    });
    await toTheEnd(project, id);
    const { results } = await read(project, id);
    expect(results).toMatchObject([
      { run_id: "run_1", result: "fixed" },
      { run_id: "run_2", result: "incomparable", reason: "helpful: of the judge: Claude answered 400 (invalid_request_error)" },
    ]);
    expect(asked.filter((body) => body.output_config !== undefined)).toHaveLength(4);
  });

  it("needs a key", async () => {
    const project = await projectWith("no key", recorded("run_1"));
    const id = await started(project);
    await deliver(project, id, clockAt(), {});
    expect(await read(project, id)).toMatchObject({ status: "failed", error: expect.stringContaining("ANTHROPIC_API_KEY") });
  });
});

describe("the user's own agent as the candidate", () => {
  const secret = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;
  const driver = { type: "webhook", url: "http://127.0.0.1:9/agent", secret };
  interface Ask {
    run_id: string;
    tool_url: string;
    candidate: object;
    input: unknown;
    deadline_ms: number;
  }

  /** Checks the signature over the bytes as they came, and answers. */
  function agent(
    answer: (ask: Ask, tool: (name: string, given: unknown) => Promise<{ status: number; json: any }>) => Promise<Response | object>,
  ) {
    const asks: { ask: Ask; raw: string; headers: Headers }[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
      const raw = String(init?.body);
      const ask: Ask = JSON.parse(raw);
      asks.push({ ask, raw, headers: new Headers(init?.headers) });
      const tool = async (name: string, given: unknown) => {
        const body = JSON.stringify({ name, arguments: given });
        const reply = await SELF.fetch(ask.tool_url, { method: "POST", headers: { "content-type": "application/json" }, body });
        return { status: reply.status, json: await reply.json() };
      };
      const answered = await answer(ask, tool);
      return answered instanceof Response ? answered : Response.json(answered);
    });
    return asks;
  }

  it("is asked with a signature over the raw bytes, and its tools answer from the record alone", async () => {
    const project = await projectWith("webhook", recorded("run_1"));
    const id = await started(project, { candidate: { driver, config: { params: { depth: 2 } } } });
    const said: unknown[] = [];
    const asks = agent(async (_, tool) => {
      said.push(
        await tool("get_order", { order: 1 }),
        await tool("ship_order", { order: 1 }),
        await tool("get_order", { order: 1 }),
        await tool("get_order", { order: 2 }),
      );
      said.push(await tool("get_order", { order: 1 }));
      return { output: "Shipped.", scores: { success: 1 }, usage: { input_tokens: 10, output_tokens: 2 } };
    });
    await toTheEnd(project, id);
    expect(said).toMatchObject([
      { status: 200, json: { result: { state: "open" } } },
      { status: 200, json: { result: "sent" } },
      { status: 200, json: { result: { state: "shipped" } } },
      { status: 409, json: { error: { code: "conflict" } } },
      { status: 409, json: { error: { code: "conflict" } } },
    ]);
    const [asked] = asks;
    expect(asked?.ask).toMatchObject({
      run_id: "run_1",
      input: "Ship order 1 (run_1)",
      candidate: { config: { params: { depth: 2 } } },
      deadline_ms: 120_000,
    });
    expect(new Webhook(secret).verify(asked?.raw ?? "", Object.fromEntries(asked?.headers ?? []))).toBeTruthy();
    expect(() => new Webhook(secret).verify(`${asked?.raw} `, Object.fromEntries(asked?.headers ?? []))).toThrow(/signature/i);
    const { cases, results } = await read(project, id);
    expect(cases).toMatchObject({ incomparable: 1 });
    expect(results[0]).toMatchObject({
      tool_calls: 5,
      missing_calls: [{ name: "get_order", arguments: { order: 2 } }, { name: "get_order" }],
      unexpected_calls: [],
    });
  });

  it("has an address that only its own try can use, and keeps no secret where one could be read", async () => {
    const project = await projectWith("token", recorded("run_1"));
    const reply = await project.post("/v1/experiments", {
      kind: "replay",
      agent: "support-bot",
      candidate: { driver: { type: "webhook", url: driver.url } },
      plan: { runs: ["1"] },
    });
    const { id, driver_secret } = reply.json;
    expect(driver_secret).toMatch(/^whsec_/);
    await project.post(`/v1/experiments/${id}/start`);
    let url = "";
    agent(async (ask, tool) => {
      url = ask.tool_url;
      const token = url.split("/").at(-1) ?? "";
      const kept = await env.INDEX.prepare("SELECT * FROM replay_item WHERE experiment_id = ?").bind(id).first();
      expect(token.length).toBe(64);
      expect(JSON.stringify(kept)).not.toContain(token);
      const bad = await SELF.fetch(url.replace(token, token.replace(/./g, "0")), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"name":"get_order"}',
      });
      expect(bad.status).toBe(404);
      expect((await tool("get_order", { order: 1 })).status).toBe(200);
      return { output: "No." };
    });
    await toTheEnd(project, id);
    const late = await SELF.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":"get_order","arguments":{"order":1}}',
    });
    expect(late.status).toBe(404);
    expect((await project.get(`/v1/experiments/${id}`)).text).not.toContain(driver_secret);
    expect((await read(project, id)).results[0]).toMatchObject({ result: "same_fail", output: "No." });
  });

  it("serves two calls at once one record each", async () => {
    const project = await projectWith("at once", recorded("run_1"));
    const id = await started(project, { candidate: { driver } });
    const states: unknown[] = [];
    agent(async (_, tool) => {
      const both = await Promise.all([tool("get_order", { order: 1 }), tool("get_order", { order: 1 })]);
      states.push(...both.map(({ json }) => json.result?.state));
      return { output: "x", scores: [{ name: "success", value: true }] };
    });
    await toTheEnd(project, id);
    expect(new Set(states)).toEqual(new Set(["open", "shipped"]));
    expect(states).toHaveLength(2);
  });

  it.each([
    [
      "is down for a moment",
      [() => new Response("busy", { status: 503 }), () => ({ output: "x", scores: { success: 1 } })],
      2,
      { fixed: 1 },
      null,
    ],
    ["stays down", [() => new Response("busy", { status: 503 })], 3, { incomparable: 1 }, /the webhook answered 503, 3 times/],
    ["says no", [() => new Response("no", { status: 422 })], 1, { incomparable: 1 }, /the webhook answered 422/],
    ["answers without an output", [() => ({ result: 1 })], 1, { incomparable: 1 }, /no object with an `output`/],
  ] as const)("when it %s, the case says so", async (_, answers, tries, cases, reason) => {
    const project = await projectWith("down", recorded("run_1"));
    const id = await started(project, { candidate: { driver } });
    let n = 0;
    const asks = agent(async () => (answers[Math.min(n++, answers.length - 1)] ?? answers[0])());
    await toTheEnd(project, id);
    expect(asks).toHaveLength(tries);
    expect(new Set(asks.map(({ headers }) => headers.get("webhook-id"))).size).toBe(tries);
    const experiment = await read(project, id);
    expect(experiment.cases).toMatchObject(cases);
    if (reason !== null) expect(experiment.results[0].reason).toMatch(reason);
  });

  it("goes on after a kill in the middle, and every run is counted once", async () => {
    const runs = Array.from({ length: 8 }, (_, i) => recorded(`run_${i}`, i % 2));
    const project = await projectWith("kill", ...runs);
    const id = await started(project, { candidate: { driver } });
    const asks = agent(async ({ run_id }) => ({ output: run_id, scores: { success: 1 } }));
    const clock = clockAt();
    // A worker took three runs and was killed after it had ended one.
    const taken = [];
    for (let i = 0; i < 3; i++) taken.push(await takeItem(env.INDEX, project.projectId, id, clock.now, clock.now + 600_000));
    const [first] = taken;
    if (first == null) throw new Error("nothing was taken");
    await endItem(
      env.INDEX,
      first,
      "done",
      { ...untried(""), reason: null, baselinePassed: false, passed: true, diverged: false },
      clock.now,
    );
    await deliver(project, id, clock);
    expect(asks).toHaveLength(5);
    expect(await read(project, id)).toMatchObject({ status: "running", progress: { done: 6, total: 8 } });
    const sent: unknown[] = [];
    const queue = { ...env, REPLAY_QUEUE: { send: async (body: unknown) => void sent.push(body) } as unknown as Queue };
    await replaysOfTheMinute(queue, clock.now, false);
    expect(sent.filter((body: any) => body.experiment_id === id)).toEqual([]);
    await replaysOfTheMinute(queue, clock.now, true);
    expect(sent.filter((body: any) => body.experiment_id === id)).toHaveLength(1);
    await toTheEnd(project, id, clock);
    expect(asks).toHaveLength(7);
    expect(new Set(asks.map(({ ask }) => ask.run_id)).size).toBe(7);
    expect(await read(project, id)).toMatchObject({ status: "done", coverage: 1, cases: { fixed: 4, same_pass: 4 } });
    // What the killed worker might still write is too late.
    const second = taken[1];
    if (second == null) throw new Error("nothing was taken");
    expect(await endItem(env.INDEX, second, "errored", untried("late"), clock.now)).toBe(false);
  });

  it("takes no run more once it is stopped", async () => {
    const project = await projectWith("stop", ...Array.from({ length: 12 }, (_, i) => recorded(`run_${String(i).padStart(2, "0")}`)));
    const id = await started(project, { candidate: { driver } });
    const asks = agent(async () => {
      await project.post(`/v1/experiments/${id}/stop`, { reason: "enough" });
      return { output: "x", scores: { success: 1 } };
    });
    const { sent } = await deliver(project, id);
    expect(asks.length).toBeLessThanOrEqual(5);
    expect(sent).toEqual([]);
    const { status, cases, progress } = await read(project, id);
    expect(status).toBe("stopped");
    expect(cases.fixed).toBe(asks.length);
    expect(progress.done).toBe(asks.length);
  });

  it("repeats each run, and calls one unstable whose repeats disagree", async () => {
    const project = await projectWith("repeats", recorded("run_1", 1), recorded("run_2", 1));
    const id = await started(project, { candidate: { driver }, plan: { repeats: 3 } });
    let n = 0;
    agent(async ({ run_id }) => ({ output: "x", scores: { success: run_id === "run_1" ? 1 : n++ % 2 } }));
    await toTheEnd(project, id);
    const { cases, results } = await read(project, id);
    expect(cases).toMatchObject({ same_pass: 1, unstable: 1 });
    expect(results[1]).toMatchObject({
      run_id: "run_2",
      reason: "1 of 3 repeats passed",
      passed: { baseline: true, judged: 3, repeats: 3 },
    });
  });

  it("keeps nothing of a run that is deleted, and still counts it", async () => {
    const project = await projectWith("deleted", recorded("run_1"), recorded("run_2"));
    const id = await started(project, { candidate: { driver } });
    agent(async () => ({ output: "text of the customer", scores: { success: 1 } }));
    await toTheEnd(project, id);
    expect((await project.send("DELETE", "/v1/runs/run_1")).status).toBe(204);
    const { cases, results } = await read(project, id);
    expect(cases).toMatchObject({ fixed: 2 });
    expect(results[0]).toMatchObject({ run_id: "run_1", result: "fixed", output: null });
  });
});

describe("the routes of experiments", () => {
  const driver = { type: "webhook", url: "http://127.0.0.1:9/agent" };

  it("make a draft, start it once however often that is asked, and list it", async () => {
    const project = await projectWith("routes", recorded("run_1"));
    const reply = await project.post("/v1/experiments", {
      kind: "replay",
      agent: "support-bot",
      candidate: { model: "claude-x" },
      plan: { runs: ["run_1"], matching: "strict" },
    });
    expect(reply.status).toBe(201);
    expect(reply.json).toMatchObject({
      status: "draft",
      candidate: { config: { model: "claude-x" }, driver: { type: "claude" } },
      verdict: "insufficient_data",
      driver_secret: null,
    });
    const { id } = reply.json;
    for (let i = 0; i < 2; i++) expect((await project.post(`/v1/experiments/${id}/start`)).json).toMatchObject({ id, status: "running" });
    expect((await project.get("/v1/experiments?status=running&kind=replay")).json).toMatchObject({ data: [{ id }], total: 1 });
    expect((await project.post(`/v1/experiments/${id}/abort`)).json.status).toBe("aborted");
    expect((await project.post(`/v1/experiments/${id}/start`)).status).toBe(409);
    expect((await project.post(`/v1/experiments/${id}/promote`)).status).toBe(409);
    const other = await newProject("other of routes");
    for (const path of ["", "/results"]) expect((await other.get(`/v1/experiments/${id}${path}`)).status).toBe(404);
    expect((await other.post(`/v1/experiments/${id}/start`)).status).toBe(404);
  });

  it("let only a person promote", async () => {
    const project = await projectWith("promote", recorded("run_1"));
    const id = await started(project, { candidate: { driver } });
    const machine = await project.post("/v1/keys", { name: "ci", scopes: ["read", "write"], kind: "machine" });
    const asMachine = new (project.constructor as new (key: string, id: string) => Client)(machine.json.key, project.projectId);
    expect((await asMachine.post(`/v1/experiments/${id}/promote`)).status).toBe(403);
    const person = await project.post("/v1/keys", { name: "ann", scopes: ["read", "write"], kind: "person", owner: "ann" });
    const asPerson = new (project.constructor as new (key: string, id: string) => Client)(person.json.key, project.projectId);
    // A replay that still runs has cases that nobody has seen.
    expect((await asPerson.post(`/v1/experiments/${id}/promote`)).status).toBe(409);
    await asPerson.post(`/v1/experiments/${id}/stop`);
    expect((await asPerson.post(`/v1/experiments/${id}/promote`, { reason: "looks right" })).json.status).toBe("promoted");
  });

  it("tell with preview what would be done and what it costs, and make nothing", async () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 100_000, cache_read_tokens: 0, cache_write_tokens: 0, total_tokens: 1_100_000 };
    const project = await projectWith("preview", recorded("run_1", 0, { usage }), recorded("run_2", 0, { usage }));
    await project.send("PUT", "/v1/prices", { prices: { "claude-priced": { input: 2, output: 10, cache_read: 1, cache_write: 1 } } });
    const body = {
      kind: "replay",
      agent: "support-bot",
      candidate: { model: "claude-priced" },
      plan: { sample: "all", repeats: 2, preview: true },
    };
    expect(await project.post("/v1/experiments", body)).toMatchObject({
      status: 200,
      json: { runs: 2, items: 4, cost_usd: 12, tokens: { input: 4_000_000, output: 400_000 }, required_n: 626, sampling: { coverage: 1 } },
    });
    expect((await project.get("/v1/experiments")).json.total).toBe(0);
    const tooDear = await project.post("/v1/experiments", { ...body, plan: { sample: "all", max_cost_usd: 2 } });
    expect([tooDear.status, tooDear.json.error.message]).toEqual([422, expect.stringContaining("max_cost_usd")]);
  });

  it.each([
    ["a run that is none", { plan: { runs: ["nope"] } }, 404],
    ["no runs", { plan: { matching: "strict" } }, 400],
    ["an evaluator that is none", { plan: { sample: "all", evaluators: ["nope"] } }, 404],
    ["an address inside", { candidate: { driver: { type: "webhook", url: "https://10.0.0.1/" } } }, 422],
    ["a candidate that says nothing", { candidate: {} }, 400],
    ["artifacts for Claude", { candidate: { model: "claude-x", artifacts: ["skill@1"] } }, 422],
    ["an agent that is none", { agent: "nobody" }, 404],
    ["a kind that is none", { kind: "race" }, 400],
  ])("refuse %s", async (_, more, status) => {
    const project = await projectWith("refused", recorded("run_1"));
    const reply = await project.post("/v1/experiments", {
      kind: "replay",
      agent: "support-bot",
      candidate: { model: "claude-x" },
      plan: { sample: "all" },
      ...more,
    });
    expect([reply.status, reply.json.error.message.length > 20]).toEqual([status, true]);
  });

  it("show every page of the cases", async () => {
    const project = await projectWith("pages", ...Array.from({ length: 7 }, (_, i) => recorded(`run_${i}`)));
    const id = await made(project, { candidate: { driver } });
    expect((await project.walk(`/v1/experiments/${id}/results`, 3)).map(({ run_id }) => run_id)).toEqual(
      Array.from({ length: 7 }, (_, i) => `run_${i}`),
    );
  });

  it("show what was said in a large replay page by page, and count it without", async () => {
    const project = await projectWith("large", recorded("run_0000"));
    const id = await made(project, { candidate: { driver } });
    const ids = Array.from({ length: 2_500 }, (_, i) => `run_${String(i).padStart(4, "0")}`);
    const outcome = {
      ...untried(""),
      reason: null,
      baselinePassed: false,
      passed: true,
      diverged: true,
      output: "said",
      toolCalls: 1,
      missing: [{ name: "look", arguments: {} }],
    };
    await env.INDEX.prepare(
      `INSERT INTO replay_item (project_id, experiment_id, run_id, nth, status, outcome, attempts, cost_usd, updated_ms)
       SELECT ?1, ?2, value, 0, 'done', ?4, 1, 0, 0 FROM json_each(?3) WHERE true ON CONFLICT DO UPDATE SET status = 'done', outcome = excluded.outcome`,
    )
      .bind(project.projectId, id, JSON.stringify(ids), JSON.stringify(outcome))
      .run();
    await env.INDEX.prepare("UPDATE experiment SET total = 2500 WHERE id = ?").bind(id).run();
    const { cases, results, progress } = await read(project, id);
    expect([cases.fixed, progress.done, results.length]).toEqual([2_500, 2_500, 1_000]);
    expect(results[999]).toMatchObject({ run_id: "run_0999", output: "said", missing_calls: [{ name: "look" }] });
    const [last] = (await project.walk(`/v1/experiments/${id}/results?result=fixed`, 200)).slice(-1);
    expect(last).toMatchObject({ run_id: "run_2499", output: "said" });
  });

  it("free items only where they are taken", async () => {
    const project = await projectWith("free", recorded("run_1"));
    const id = await started(project, { candidate: { driver } });
    await takeItem(env.INDEX, project.projectId, id, 1_000, 9_000);
    expect(await takeItem(env.INDEX, project.projectId, id, 2_000, 9_000)).toBeNull();
    await freeItems(env.INDEX, project.projectId, id, 2_000);
    expect(await takeItem(env.INDEX, project.projectId, id, 2_000, 9_000)).toMatchObject({ runId: "run_1", attempts: 2 });
    expect(await listItems(env.INDEX, project.projectId, id, "with")).toMatchObject([{ status: "pending", outcome: null }]);
  });
});
