// Evaluations inside workerd, from the request to the numbers: the real SDK, with what the API would say in place of the network. What
// could not be judged is never a failure, nothing is paid for twice, and no suite tells what it has sealed.
import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { claimItems, itemsOf } from "../../d1/evaluation-items.ts";
import { spentOn } from "../../d1/model-spend.ts";
import { putCountedStatements } from "../../d1/signal-rows.ts";
import { saidSchema } from "../../domain/signal/said.ts";
import { consumeEvaluations } from "../../queues/evaluate-consumer.ts";
import { growSuites } from "../../queues/evaluate-grow.ts";
import { evaluationsOfTheMinute } from "../../queues/evaluate-minute.ts";
import { forgetRuns } from "../../queues/forget.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { claudeOf } from "../../workers/cron/claude.ts";
import { newProject, type Client } from "./api-client.ts";

const agent = "support-bot";
afterEach(() => vi.restoreAllMocks());

const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const message = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "claude-test",
  content: [],
  stop_reason: null,
  usage: { input_tokens: 1_000, output_tokens: 1 },
};
const streamed = (text: string) =>
  new Response(
    event("message_start", { message }) +
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }) +
      event("content_block_stop", { index: 0 }) +
      event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 100 } }) +
      event("message_stop", {}),
    { headers: { "content-type": "text/event-stream" } },
  );
const score = (value: unknown) => streamed(JSON.stringify({ reason: "as told", score: value }));
const refused = (status: number) =>
  new Response(JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "secret-of-the-trace" } }), { status });
const dropped = () => {
  throw new TypeError("socket closed");
};

/** Answers each call as `answer` says of the question; keeps the questions. */
function api(answer: (asked: string, nth: number) => Response | Promise<Response>) {
  const asked: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    const body = String(init?.body);
    asked.push(body);
    return answer(body, asked.length);
  });
  return asked;
}

/** A clock that does not wait. */
function clockAt(nowMs = Date.now()): Clock & { now: number } {
  const clock = { now: nowMs, nowMs: () => clock.now, jitter: () => 0.5, wait: async (ms: number) => void (clock.now += ms) };
  return clock;
}

const key = { ANTHROPIC_API_KEY: "key-of-tests" };

async function deliver({ projectId }: Client, id: string, clock: Clock, bindings: object = key, given: typeof env = env) {
  const batch = createMessageBatch("bento-evaluation", [
    { id: "1", timestamp: new Date(), attempts: 1, body: { v: 1, kind: "evaluate", project_id: projectId, evaluation_id: id } },
  ]);
  await consumeEvaluations(batch, given, claudeOf(bindings), clock);
  return getQueueResult(batch, createExecutionContext());
}

/** Delivers again and again, as the queue does, with the waits left out. */
async function runToEnd(client: Client, id: string, bindings: object = key) {
  const clock = clockAt();
  for (let turn = 0; turn < 20; turn++) {
    await deliver(client, id, clock, bindings);
    const { json } = await client.get(`/v1/evaluations/${id}`);
    if (!["queued", "running"].includes(json.status)) return json;
    clock.now += 60_000;
  }
  throw new Error("the evaluation does not come to an end");
}

const runs = (n: number, more: (i: number) => object = () => ({})) =>
  Array.from({ length: n }, (_, i) => ({ id: `run_i${i}`, input: `Question mark-${i}-end`, output: `Answer ${i}`, ...more(i) }));

const judge = { agent, name: "right", type: "judge", rubric: "Is it right?", threshold: 0.5 };
const start = async (client: Client, body: object) => {
  const { status, json, text } = await client.post("/v1/evaluations", { agent, ...body });
  expect([status, text]).toEqual([201, expect.anything()]);
  return json.id as string;
};
const resultOf = (evaluation: any, run: string) => evaluation.cases.find((one: any) => one.run_id === run).results[0];

describe("a judge over recorded runs", () => {
  it("counts judgements apart from what could not be judged", async () => {
    const client = await newProject("judged");
    await client.seed(...runs(10));
    await client.post("/v1/evaluators", judge);
    const asked = api((body) => {
      const i = Number(/mark-(\d+)-end/.exec(body)?.[1]);
      if (i === 1) return refused(429);
      if (i === 3) return streamed('{"score": "1"}');
      if (i === 6) return dropped();
      return score(i === 5 ? 0 : 1);
    });
    const evaluation = await runToEnd(client, await start(client, { evaluators: ["right"] }));
    expect(evaluation).toMatchObject({
      status: "incomplete",
      counts: { passed: 6, failed: 1, errored: 3, skipped: 0, pending: 0 },
      coverage: 0.7,
      progress: { done: 10, total: 10 },
      runs: { matching: 10, limit: 200 },
    });
    expect(evaluation.pass_rate).toBeCloseTo(6 / 7);
    expect(evaluation.pass_rate_low).toBeGreaterThan(0.4);
    expect(resultOf(evaluation, "run_i5")).toMatchObject({ evaluator: "right", status: "failed", score: 0, reason: "as told" });
    expect(resultOf(evaluation, "run_i1")).toMatchObject({
      status: "errored",
      score: null,
      reason: "Claude answered 429 (rate_limit_error); asked 4 times",
    });
    expect(resultOf(evaluation, "run_i6").reason).toBe("Claude could not be reached; asked 4 times");
    // Seven and a malformed one were asked once, the two broken ones four times.
    expect(asked).toHaveLength(8 + 2 * 4);
    expect(JSON.stringify(evaluation)).not.toContain("secret-of-the-trace");
    expect(evaluation.cost_usd).toBeGreaterThan(0);
    const day = new Date().toISOString().slice(0, 10);
    expect(await spentOn(env.INDEX, client.projectId, day)).toBeCloseTo(evaluation.cost_usd, 9);
  });

  it("asks nobody twice when a message comes twice, and goes on where a killed worker stopped", async () => {
    const client = await newProject("twice");
    await client.seed(...runs(6));
    await client.post("/v1/evaluators", judge);
    const id = await start(client, { evaluators: ["right"] });
    const asked = api(() => score(1));
    const clock = clockAt();
    // A worker takes three and is killed.
    await claimItems(env.INDEX, client.projectId, id, { nowMs: clock.now, untilMs: clock.now + 300_000, limit: 3 });
    await Promise.all([deliver(client, id, clock), deliver(client, id, clock)]);
    expect(asked).toHaveLength(3);
    expect((await client.get(`/v1/evaluations/${id}`)).json).toMatchObject({ status: "running", counts: { passed: 3, pending: 3 } });
    await evaluationsOfTheMinute(env, clock.now, true);
    await deliver(client, id, clock);
    await deliver(client, id, clock);
    expect(asked).toHaveLength(6);
    expect((await client.get(`/v1/evaluations/${id}`)).json).toMatchObject({ status: "done", pass_rate: 1, coverage: 1 });
  });

  it("skips what would pass the evaluation's limit, and judges it when it is asked to try again", async () => {
    const client = await newProject("capped");
    await client.seed(...runs(3));
    await client.post("/v1/evaluators", judge);
    api(() => score(1));
    const id = await start(client, { evaluators: ["right"], max_cost_usd: 0 });
    const evaluation = await runToEnd(client, id);
    expect(evaluation).toMatchObject({ status: "incomplete", counts: { skipped: 3 }, pass_rate: null, coverage: 0, cost_usd: 0 });
    expect(evaluation.cases[0].results[0].reason).toMatch(/limit of \$0/);
    expect((await client.post(`/v1/evaluations/${id}/retry`)).status).toBe(202);
    expect((await client.post(`/v1/evaluations/${id}/retry`)).status).toBe(409);
  });

  it("says why nothing is judged without a key, without money, or with another model", async () => {
    const client = await newProject("off");
    await client.seed(...runs(1));
    await client.post("/v1/evaluators", judge);
    const asked = api(() => score(1));
    const reason = async (bindings: object) =>
      (await runToEnd(client, await start(client, { evaluators: ["right"] }), bindings)).cases[0].results[0];
    expect(await reason({})).toMatchObject({ status: "skipped", reason: expect.stringContaining("ANTHROPIC_API_KEY") });
    expect(await reason({ ...key, BENTO_MODEL: "nobody-knows-it" })).toMatchObject({
      status: "skipped",
      reason: expect.stringContaining("no price"),
    });
    const id = await start(client, { evaluators: ["right"] });
    await runToEnd(client, id);
    await env.INDEX.prepare("UPDATE evaluation_item SET status = 'errored' WHERE evaluation_id = ?").bind(id).run();
    await client.post(`/v1/evaluations/${id}/retry`);
    const again = await runToEnd(client, id, { ...key, BENTO_MODEL: "claude-haiku-4-5" });
    expect(again.cases[0].results[0]).toMatchObject({ status: "errored", reason: expect.stringContaining("never mixed") });
    expect(asked).toHaveLength(1);
  });

  it("compares a shadow run with the live run in both orders", async () => {
    const client = await newProject("pairs");
    await client.seed(
      { id: "run_live", agent: "live-bot", output: "the live answer" },
      { id: "run_s", output: "the shadow answer", shadow_of: "live" },
      { id: "run_alone", output: "x" },
    );
    await client.post("/v1/evaluators", { ...judge, against: "baseline" });
    const asked = api((body) =>
      streamed(
        JSON.stringify({ reason: "r", better: body.indexOf("the shadow answer") < body.indexOf("the live answer") ? "first" : "second" }),
      ),
    );
    const evaluation = await runToEnd(client, await start(client, { evaluators: ["right"] }));
    expect(asked).toHaveLength(2);
    expect(resultOf(evaluation, "run_s")).toMatchObject({ status: "passed", score: 1 });
    expect(resultOf(evaluation, "run_alone")).toMatchObject({ status: "skipped" });
  });

  it("stops when it is cancelled, and keeps what was judged", async () => {
    const client = await newProject("cancelled");
    await client.seed(...runs(4));
    await client.post("/v1/evaluators", judge);
    const id = await start(client, { evaluators: ["right"] });
    api(async (_, nth) => {
      if (nth === 1) await client.post(`/v1/evaluations/${id}/cancel`);
      return score(1);
    });
    await deliver(client, id, clockAt());
    const { json } = await client.get(`/v1/evaluations/${id}`);
    expect(json).toMatchObject({ status: "cancelled", counts: { pending: 0 } });
    expect(json.counts.skipped).toBeGreaterThan(0);
  });
});

describe("checks, webhooks and repeats", () => {
  it("judges each run by each evaluator, in one evaluation", async () => {
    const client = await newProject("checks");
    await client.seed(...runs(3, (i) => ({ output: i === 0 ? { ok: true } : `Answer ${i}` })));
    for (const one of [
      { name: "json", type: "json_schema", schema: { type: "object", required: ["ok"] } },
      { name: "says", type: "contains", text: "Answer" },
    ])
      expect((await client.post("/v1/evaluators", { agent, ...one })).status).toBe(201);
    const evaluation = await runToEnd(client, await start(client, { evaluators: ["json", "says"], repeats: 2 }), {});
    expect(evaluation).toMatchObject({ status: "done", counts: { passed: 6, failed: 6 }, pass_rate_low: null });
    expect(evaluation.cases).toHaveLength(6);
    expect(evaluation.evaluators.find((one: any) => one.name === "says")).toMatchObject({ pass_hat_k: [{ k: 1 }, { k: 2, cases: 3 }] });
    expect(evaluation.cases[0].results.map((one: any) => one.evaluator).toSorted()).toEqual(["json", "says"]);
  });

  it("asks a webhook with a signature, and tells what it answered", async () => {
    const client = await newProject("hooked");
    await client.seed(...runs(2));
    const { json, status } = await client.post("/v1/evaluators", { agent, name: "own", type: "webhook", url: "http://127.0.0.1:9/check" });
    expect([status, json.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    expect((await client.get(`/v1/evaluators/${json.id}`)).text).not.toContain("whsec_");
    const headers: Headers[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
      headers.push(new Headers(init?.headers));
      const { run_id: run } = JSON.parse(String(init?.body));
      return run === "run_i0" ? Response.json({ score: 0.9, reason: "good" }) : new Response("no", { status: 500 });
    });
    const evaluation = await runToEnd(client, await start(client, { evaluators: ["own"] }), {});
    expect(resultOf(evaluation, "run_i0")).toMatchObject({ status: "passed", score: 0.9, reason: "good" });
    expect(resultOf(evaluation, "run_i1")).toMatchObject({ status: "errored", reason: "the webhook answered 500; asked 4 times" });
    expect(headers).toHaveLength(5);
    expect(headers[0]?.get("webhook-signature")).toMatch(/^v1,/);
  });

  it.each([
    ["a private address", { type: "webhook", url: "http://10.0.0.1/" }, 422],
    ["a pattern that cannot be read", { type: "regex", pattern: "(" }, 400],
    ["a schema from elsewhere", { type: "json_schema", schema: { $ref: "https://example.com" } }, 400],
    ["a field that its type does not have", { type: "equals", pattern: "a" }, 400],
  ])("refuses %s at the door", async (_, given, expected) => {
    const client = await newProject("door");
    expect((await client.post("/v1/evaluators", { agent, name: "n", ...given })).status).toBe(expected);
  });

  it("refuses what it cannot begin, and knows nothing of other projects", async () => {
    const [client, other] = [await newProject("mine"), await newProject("theirs")];
    await other.seed(...runs(1));
    const { json: evaluator } = await other.post("/v1/evaluators", { agent, name: "n", type: "contains", text: "a" });
    const evaluation = await start(other, { evaluators: ["n"] });
    const suite = (await other.post("/v1/suites", { agent, name: "s" })).json.id;
    for (const path of [
      `/v1/evaluators/${evaluator.id}`,
      `/v1/evaluators/${evaluator.id}/calibration`,
      `/v1/evaluations/${evaluation}`,
      `/v1/suites/${suite}`,
      `/v1/suites/${suite}/cases`,
    ])
      expect([path, (await client.get(path)).status]).toEqual([path, 404]);
    for (const path of [`/v1/evaluations/${evaluation}/cancel`, `/v1/evaluations/${evaluation}/retry`])
      expect((await client.post(path)).status).toBe(404);
    expect((await client.post("/v1/evaluations", { agent, evaluators: ["n"] })).status).toBe(404);
    await client.post("/v1/evaluators", { agent, name: "n", type: "contains", text: "a" });
    expect((await client.post("/v1/evaluations", { agent, evaluators: ["n"] })).status).toBe(422);
    expect((await client.post("/v1/evaluations", { agent, evaluators: ["n"], suite_id: suite })).status).toBe(404);
    const mine = (await client.post("/v1/suites", { agent, name: "s" })).json.id;
    const [foreign, unknown] = await Promise.all(
      ["run_i0", "run_nowhere"].map((run_id) => client.post(`/v1/suites/${mine}/cases`, { run_id })),
    );
    expect([foreign?.status, foreign?.text]).toEqual([404, unknown?.text]);
  });
});

describe("a suite", () => {
  it("has a version for every change, and each version keeps its cases", async () => {
    const client = await newProject("versions");
    await client.seed(...runs(1, () => ({ input: "Where is my parcel?" })));
    const { id } = (await client.post("/v1/suites", { agent, name: "s" })).json;
    const add = async (body: object) => client.post(`/v1/suites/${id}/cases`, body);
    const first = await add({ run_id: "i0", expected: "It is on its way." });
    expect([first.status, first.json]).toEqual([
      201,
      expect.objectContaining({ run_id: "run_i0", input: "Where is my parcel?", sealed: false, version: 2 }),
    ]);
    const again = await add({ input: "where is my PARCEL?" });
    expect([again.status, again.json]).toEqual([200, expect.objectContaining({ id: first.json.id, duplicate: true, version: 2 })]);
    await add({ input: "Cancel the contract, please.", expected: "Done." });
    await client.send("DELETE", `/v1/suites/${id}/cases/${first.json.id}`);
    const inputs = async (version: number) =>
      (await client.get(`/v1/suites/${id}/cases?version=${version}`)).json.data.map((one: any) => one.input);
    expect([await inputs(1), await inputs(2), await inputs(3), await inputs(4)]).toEqual([
      [],
      ["Where is my parcel?"],
      ["Where is my parcel?", "Cancel the contract, please."],
      ["Cancel the contract, please."],
    ]);
    expect((await client.get(`/v1/suites/${id}?version=5`)).status).toBe(404);
    expect((await client.get(`/v1/suites/${id}`)).json).toMatchObject({ version: 4, counts: { cases: 1 } });
    for (const body of [{}, { run_id: "i0", input: "x" }, { input: null }]) expect((await add(body)).status).toBe(400);
  });

  it("is evaluated by what its runs answered, in the version that is named, and remembers what passed", async () => {
    const client = await newProject("evaluated");
    await client.seed(
      ...runs(2, (i) => ({ input: ["Where is my parcel?", "Cancel the contract."][i], output: ["On its way.", "No."][i] })),
    );
    const { id } = (await client.post("/v1/suites", { agent, name: "s" })).json;
    await client.post(`/v1/suites/${id}/cases`, { run_id: "i0", expected: "On its way." });
    await client.post(`/v1/suites/${id}/cases`, { run_id: "i1", expected: "Done." });
    await client.post(`/v1/suites/${id}/cases`, { input: "Something else entirely?", expected: "Yes." });
    const { json: equals } = await client.post("/v1/evaluators", { agent, name: "same", type: "equals" });
    const evaluation = await runToEnd(client, await start(client, { suite_id: id, evaluators: ["same"] }), {});
    expect(evaluation).toMatchObject({
      suite_version: 4,
      status: "incomplete",
      counts: { passed: 1, failed: 1, skipped: 1 },
      pass_rate: 0.5,
    });
    const old = await runToEnd(client, await start(client, { suite_id: id, suite_version: 2, evaluators: [equals.id] }), {});
    expect(old).toMatchObject({ status: "done", counts: { passed: 1 } });
    const { results } = await env.INDEX.prepare("SELECT case_id, evaluator FROM ever_passed WHERE project_id = ?")
      .bind(client.projectId)
      .all();
    expect(results).toEqual([{ case_id: evaluation.cases[0].case_id, evaluator: equals.id }]);
  });

  it("grows from new classes of failures, drops what it has, and seals what nobody may see", async () => {
    const client = await newProject("growing");
    const topics = [
      "parcel",
      "refund",
      "invoice",
      "password",
      "delivery",
      "contract",
      "address",
      "voucher",
      "return",
      "warranty",
      "payment",
      "size",
    ];
    await client.seed(...topics.map((topic, i) => ({ id: `run_g${i}`, input: `My ${topic} is wrong`, output: `secret-${topic}` })), {
      id: "run_again",
      input: "My parcel is WRONG",
    });
    const { id } = (await client.post("/v1/suites", { agent, name: "s", grows_from: "signals" })).json;
    const signal = (name: string, polarity: "failure" | "win", examples: string[]) => ({
      id: `sig_${name}`,
      slug: name,
      family: null,
      parentId: null,
      version: 1,
      isDeclared: false,
      rule: null,
      said: saidSchema.parse({}),
      events: [],
      record: {
        id: `sig_${name}`,
        slug: name,
        agent,
        name,
        polarity,
        state: "new",
        priority: 1,
        rate: null,
        last_seen: null,
        examples,
      } as any,
    });
    const rows = [
      signal("one", "failure", ["run_g0", "run_again", "run_g1", "run_g2", "run_g3", "run_gone"]),
      signal("two", "failure", ["run_g4", "run_g5", "run_g6", "run_g7", "run_g8", "run_g9"]),
      signal("good", "win", ["run_g11"]),
    ];
    await env.INDEX.batch(putCountedStatements(env.INDEX, client.projectId, rows));
    await growSuites(env, client.projectId, agent, Date.now());
    await growSuites(env, client.projectId, agent, Date.now());
    const { json: suite } = await client.get(`/v1/suites/${id}`);
    expect(suite).toMatchObject({
      version: 2,
      counts: { cases: 9, from_signals: 9 },
      growth: [
        { signal_id: "sig_one", added: 4, duplicates: 1 },
        { signal_id: "sig_two", added: 5 },
      ],
    });
    expect(suite.counts.sealed).toBe(suite.growth[0].sealed + suite.growth[1].sealed);
    const { data } = (await client.get(`/v1/suites/${id}/cases`)).json;
    const sealed = data.filter((one: any) => one.sealed);
    expect(sealed).toHaveLength(suite.counts.sealed);
    expect(sealed.length).toBeGreaterThan(0);
    for (const one of sealed) expect(one).toMatchObject({ input: null, expected: null, run_id: null });
    await client.post("/v1/evaluators", { agent, name: "none", type: "contains", text: "secret", absent: true });
    const evaluation = await runToEnd(client, await start(client, { suite_id: id, evaluators: ["none"] }), {});
    expect(evaluation).toMatchObject({ counts: { failed: 9 }, holdout: { counts: { failed: sealed.length } } });
    for (const one of evaluation.cases.filter((each: any) => each.sealed))
      expect([one.run_id, one.results[0].reason]).toEqual([null, null]);
  });

  it("loses what is deleted: the case goes with its run, and results no longer tell of it", async () => {
    const client = await newProject("deleted");
    await client.seed(...runs(1, () => ({ input: "My card is 42", output: "bad" })));
    const { id } = (await client.post("/v1/suites", { agent, name: "s" })).json;
    await client.post(`/v1/suites/${id}/cases`, { run_id: "i0" });
    await client.post("/v1/evaluators", { agent, name: "none", type: "contains", text: "bad", absent: true });
    const evaluation = await start(client, { suite_id: id, evaluators: ["none"] });
    await runToEnd(client, evaluation, {});
    await forgetRuns(env, client.projectId, [{ id: "run_i0" }], Date.now(), { userKey: "u" });
    expect((await client.get(`/v1/suites/${id}/cases?version=2`)).json.data).toEqual([]);
    const [item] = await itemsOf(env.INDEX, client.projectId, evaluation, id);
    expect(item).toMatchObject({ status: "failed", reason: "the run was deleted" });
  });
});

describe("schedules and calibration", () => {
  it("starts an evaluation when its hour has come, once", async () => {
    const client = await newProject("scheduled");
    await client.seed(...runs(2, () => ({ started_at: new Date(Date.now() - 60_000).toISOString() })), {
      id: "run_old",
      started_at: "2026-01-01T00:00:00.000Z",
    });
    await client.post("/v1/evaluators", { agent, name: "says", type: "contains", text: "Answer" });
    const made = await client.post("/v1/evaluation-schedules", { agent, every_hours: 6, evaluators: ["says"] });
    expect(made.status).toBe(201);
    const nowMs = Date.now() + 1_000;
    await Promise.all([evaluationsOfTheMinute(env, nowMs, false), evaluationsOfTheMinute(env, nowMs, false)]);
    const { data } = (await client.get("/v1/evaluations")).json;
    expect(data).toMatchObject([{ schedule_id: made.json.id, counts: { pending: 2 } }]);
    const [schedule] = (await client.get("/v1/evaluation-schedules")).json.data;
    expect(schedule).toMatchObject({ last: { evaluation_id: data[0].id }, due_at: new Date(nowMs + 6 * 3_600_000).toISOString() });
    expect((await client.send("DELETE", `/v1/evaluation-schedules/${made.json.id}`)).status).toBe(204);
    expect((await client.post("/v1/evaluation-schedules", { agent, every_hours: 6, evaluators: ["nobody"] })).status).toBe(404);
  });

  it("holds an evaluator against what people said of the same runs", async () => {
    const client = await newProject("calibrated");
    await client.seed(...runs(4));
    const { json: evaluator } = await client.post("/v1/evaluators", { agent, name: "says", type: "contains", text: "Answer" });
    const put = "INSERT INTO score (project_id, run_id, name, source, value, version) VALUES (?, ?, 'says', ?, ?, '01')";
    for (const [run, source, value] of [
      ["run_i0", "human", "1"],
      ["run_i1", "human", "0"],
      ["run_i2", "user", "1"],
    ] as const)
      await env.INDEX.prepare(put).bind(client.projectId, run, source, value).run();
    await runToEnd(client, await start(client, { evaluators: ["says"] }), {});
    const { json } = await client.get(`/v1/evaluators/${evaluator.id}/calibration`);
    expect(json).toMatchObject({ verdict: "insufficient_data", n: 2, agreement: { value: 0.5 }, epoch: evaluator.epoch });
  });
});
