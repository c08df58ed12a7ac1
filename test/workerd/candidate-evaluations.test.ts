// Evaluations of a candidate inside workerd: from the request that starts the replay to the numbers, with the user's agent and Claude as the judge
// in place of the network. What could not be replayed is never a failure, and what comes twice, late or is killed changes no result.
import { createExecutionContext, createMessageBatch, env, getQueueResult, SELF } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { claimItems } from "../../d1/evaluation-items.ts";
import { listItems, takeItem } from "../../d1/replay-items.ts";
import type { Run } from "../../domain/run/run.ts";
import { consumeEvaluations } from "../../queues/evaluate-consumer.ts";
import { evaluationsOfTheMinute } from "../../queues/evaluate-minute.ts";
import { consumeReplays } from "../../queues/replay-consumer.ts";
import { replaysOfTheMinute } from "../../queues/replay-minute.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { claudeAgentOf } from "../../workers/cron/claude-agent.ts";
import { claudeOf } from "../../workers/cron/claude.ts";
import { aStep } from "../unit/experiment/a-step.ts";
import { newProject, type Client } from "./api-client.ts";

const agent = "support-bot";
const url = "http://127.0.0.1:9/agent";
const candidate = { driver: { type: "webhook", url } };
const key = { ANTHROPIC_API_KEY: "key-of-tests" };
const words = ["apple", "bread", "candle", "door", "engine", "feather"];
const recorded = (n: number, more: Partial<Run> = {}): Partial<Run> & { id: string } => ({
  id: `run_${n}`,
  input: `What is a ${words[n]} made for?`,
  output: "recorded",
  ...more,
});

afterEach(() => void vi.restoreAllMocks());

interface Ask {
  run_id: string;
  input: string;
  tool_url: string;
  candidate: { config: { model?: string } };
}

/** The user's agent, and the judge where there is one; an Error is an agent that is broken. Counts what each was asked. */
function network(answer: (ask: Ask) => unknown, judged: (question: string) => object = () => ({ reason: "as told", score: 1 })) {
  const asked = { agent: 0, judge: 0 };
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const body = String(init?.body);
    if (String(input instanceof Request ? input.url : input) !== url) {
      asked.judge += 1;
      return streamed(JSON.stringify(judged(body)));
    }
    asked.agent += 1;
    const given = await answer(JSON.parse(body));
    return given instanceof Error ? new Response("no", { status: 400 }) : Response.json({ output: given });
  });
  return asked;
}

const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
function streamed(text: string): Response {
  const usage = { input_tokens: 1_000, output_tokens: 1 };
  const message = { id: "m", type: "message", role: "assistant", model: "claude-test", content: [], stop_reason: null, usage };
  return new Response(
    event("message_start", { message }) +
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }) +
      event("content_block_stop", { index: 0 }) +
      event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 100 } }) +
      event("message_stop", {}),
    { headers: { "content-type": "text/event-stream" } },
  );
}

type TestClock = Clock & { now: number };
function clockAt(): TestClock {
  const clock = { now: Date.now(), nowMs: () => clock.now, jitter: () => 0.5, wait: async (ms: number) => void (clock.now += ms) };
  return clock;
}

const sender = (sent: unknown[]) => ({ send: async (body: unknown) => void sent.push(body) }) as unknown as Queue;
const batchOf = (queue: string, body: object) => createMessageBatch(queue, [{ id: "0", timestamp: new Date(), attempts: 1, body }]);

/** @returns how many messages it sent on */
async function evaluate({ projectId }: Client, id: string, clock: TestClock): Promise<number> {
  const sent: unknown[] = [];
  const batch = batchOf("bento-evaluation", { v: 1, kind: "evaluate", project_id: projectId, evaluation_id: id });
  await consumeEvaluations(batch, { ...env, EVALUATION_QUEUE: sender(sent) }, claudeOf(key), clock);
  await getQueueResult(batch, createExecutionContext());
  return sent.length;
}

async function replay({ projectId }: Client, id: string, clock: TestClock): Promise<number> {
  const sent: unknown[] = [];
  const batch = batchOf("bento-replay", { v: 1, kind: "replay", project_id: projectId, experiment_id: id });
  const [own, judge] = [claudeAgentOf(key), claudeOf(key)];
  const models = own === null || judge === null ? null : { agent: own, judge };
  await consumeReplays(batch, { ...env, REPLAY_QUEUE: sender(sent) }, models, clock);
  await getQueueResult(batch, createExecutionContext());
  return sent.length;
}

async function untilQuiet(turn: () => Promise<number>, clock: TestClock): Promise<void> {
  for (let turns = 0; turns < 20; turns++) {
    if ((await turn()) === 0) return;
    clock.now += 60_000;
  }
  throw new Error("it does not end");
}

const read = async (client: Client, id: string) => (await client.get(`/v1/evaluations/${id}`)).json;

async function begun(client: Client, more: object) {
  const { status, json, text } = await client.post("/v1/evaluations", { agent, candidate, ...more });
  expect([status, text]).toEqual([201, expect.anything()]);
  return json;
}

/** From the request to the end. */
async function evaluated(client: Client, more: object) {
  const { id, experiment_id, baseline_experiment_id } = await begun(client, more);
  const clock = clockAt();
  for (const replayId of [experiment_id, baseline_experiment_id])
    if (replayId !== null) await untilQuiet(() => replay(client, replayId, clock), clock);
  await untilQuiet(() => evaluate(client, id, clock), clock);
  return read(client, id);
}

const judge = { agent, name: "right", type: "judge", rubric: "Is it right?", threshold: 0.5 };
const says = { agent, name: "says", type: "contains", text: "right" };

async function projectWith(name: string, evaluators: readonly object[], ...runs: (Partial<Run> & { id: string })[]): Promise<Client> {
  const client = await newProject(name);
  await client.seed(...runs);
  for (const one of evaluators) expect((await client.post("/v1/evaluators", one)).status).toBe(201);
  return client;
}

/** Cases of recorded runs, and one that a person wrote. */
async function suited(client: Client, runs: number): Promise<{ suite: string; cases: string[] }> {
  const suite: string = (await client.post("/v1/suites", { agent, name: "basics" })).json.id;
  const cases = [];
  for (let n = 0; n < runs; n++) cases.push((await client.post(`/v1/suites/${suite}/cases`, { run_id: `run_${n}` })).json.id);
  cases.push((await client.post(`/v1/suites/${suite}/cases`, { input: "How do I reach a person?", expected: "right" })).json.id);
  return { suite, cases };
}

const resultsOf = (evaluation: any, caseId: string | undefined) => evaluation.cases.find((one: any) => one.case_id === caseId).results;
const everPassed = async ({ projectId }: Client) =>
  (await env.INDEX.prepare("SELECT count(*) AS n FROM ever_passed WHERE project_id = ?").bind(projectId).first<number>("n")) ?? -1;

describe("an evaluation of a candidate", () => {
  it("judges what the candidate answers to each case, and remembers none of it as passed", async () => {
    const client = await projectWith("candidate-suite", [says, judge], ...[0, 1, 2].map((n) => recorded(n)));
    const { suite, cases } = await suited(client, 3);
    const inputs: string[] = [];
    const asked = network(
      ({ input }) => {
        inputs.push(input);
        return input.includes("bread") ? "no idea" : "all right";
      },
      (question) => ({ reason: "as told", score: question.includes("recorded") || question.includes("no idea") ? 0 : 1 }),
    );
    const made = await begun(client, { suite_id: suite, evaluators: ["says", "right"] });
    expect(made).toMatchObject({
      status: "queued",
      candidate: { driver: { type: "webhook", url } },
      baseline: null,
      experiment_id: expect.stringMatching(/^exp_/),
      driver_secret: expect.stringMatching(/^whsec_/),
      baseline_driver_secret: null,
      counts: { pending: 8 },
    });
    expect((await client.get(`/v1/experiments/${made.experiment_id}`)).json).toMatchObject({
      status: "running",
      plan: { suite_id: suite },
    });
    const clock = clockAt();
    await untilQuiet(() => replay(client, made.experiment_id, clock), clock);
    await untilQuiet(() => evaluate(client, made.id, clock), clock);
    const { text, json } = await client.get(`/v1/evaluations/${made.id}`);
    expect(json).toMatchObject({ status: "done", counts: { passed: 6, failed: 2 }, coverage: 1, pass_rate: 0.75 });
    expect(text).not.toContain("whsec_");
    expect(resultsOf(json, cases[1])).toMatchObject([{ status: "failed" }, { status: "failed" }]);
    expect(resultsOf(json, cases[3])).toMatchObject([{ status: "passed" }, { status: "passed" }]);
    expect(inputs).toHaveLength(4);
    expect(inputs).toContain("How do I reach a person?");
    expect(asked).toEqual({ agent: 4, judge: 4 });
    expect(json.cost_usd).toBeGreaterThan(0);
    expect(await everPassed(client)).toBe(0);
  });

  it("waits for the replay, and burns no attempt meanwhile", async () => {
    const client = await projectWith("candidate-waits", [judge], recorded(0));
    const asked = network(() => "right");
    const { id, experiment_id } = await begun(client, { evaluators: ["right"] });
    const clock = clockAt();
    for (let i = 0; i < 6; i++) {
      expect(await evaluate(client, id, clock)).toBe(1);
      clock.now += 30_000;
    }
    expect(asked).toEqual({ agent: 0, judge: 0 });
    const attempts = env.INDEX.prepare("SELECT max(attempts) AS n FROM evaluation_item WHERE evaluation_id = ?").bind(id);
    expect(await attempts.first("n")).toBe(0);
    expect(await read(client, id)).toMatchObject({ status: "running", counts: { pending: 1 }, model: null });
    await untilQuiet(() => replay(client, experiment_id, clock), clock);
    expect(await evaluate(client, id, clock)).toBe(0);
    expect(await read(client, id)).toMatchObject({ status: "done", counts: { passed: 1 } });
  });

  it("shows evaluators the candidate's calls, with what the record answered, and its whole answer", async () => {
    const steps = [aStep({ id: "s1", name: "find", arguments: { of: 1 }, result: "in the attic" })];
    const found = { agent, name: "calls", type: "tool_calls", calls: [{ name: "find" }] };
    const whole = { agent, name: "whole", type: "regex", pattern: "end$" };
    const client = await projectWith("candidate-calls", [found, whole], recorded(0, { steps }), recorded(1, { steps }));
    network(async ({ run_id, tool_url }) => {
      if (run_id === "run_1") return "in the attic, end";
      const reply = await SELF.fetch(tool_url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "find", arguments: { of: 1 } }),
      });
      return `${(await reply.text()).padEnd(20_000, ".")} end`;
    });
    const evaluation = await evaluated(client, { evaluators: ["calls", "whole"] });
    const by = (name: string) => evaluation.evaluators.find((one: any) => one.name === name).counts;
    expect(by("calls")).toMatchObject({ passed: 1, failed: 1 });
    expect(by("whole")).toMatchObject({ passed: 2 });
    const experiment = await client.get(`/v1/experiments/${evaluation.experiment_id}`);
    expect(experiment.text.length).toBeLessThan(20_000);
    for (const texts of ["with", "without", ["run_0"]] as const)
      expect(JSON.stringify(await listItems(env.INDEX, client.projectId, evaluation.experiment_id, texts))).not.toContain("kept");
  });

  it("counts what could not be replayed as errored, with the reason", async () => {
    const client = await projectWith("candidate-errored", [says], ...[0, 1, 2, 3].map((n) => recorded(n)), recorded(4, { steps: [] }));
    network(async ({ run_id, tool_url }) => {
      if (run_id === "run_4")
        await SELF.fetch(tool_url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"name":"x","arguments":{}}',
        });
      return run_id === "run_2" ? new Error("down") : run_id === "run_3" ? "wrong" : "right";
    });
    const evaluation = await evaluated(client, { evaluators: ["says"] });
    expect(evaluation).toMatchObject({ status: "incomplete", counts: { passed: 2, failed: 1, errored: 2, skipped: 0 }, coverage: 0.6 });
    expect(evaluation.pass_rate).toBeCloseTo(2 / 3);
    const of = (run: string) => evaluation.cases.find((one: any) => one.run_id === run).results[0];
    expect(of("run_2")).toMatchObject({ status: "errored", score: null, reason: expect.stringContaining("the webhook answered 400") });
    expect(of("run_4")).toMatchObject({ status: "errored", reason: expect.stringContaining("not in the record") });
  });

  it("tries the candidate as often as each item is repeated", async () => {
    const client = await projectWith("candidate-repeats", [says], recorded(0));
    let n = 0;
    const asked = network(() => (n++ === 0 ? "wrong" : "right"));
    const evaluation = await evaluated(client, { evaluators: ["says"], repeats: 3 });
    expect(asked.agent).toBe(3);
    expect(evaluation).toMatchObject({ counts: { passed: 2, failed: 1 }, repeats: 3 });
  });

  it("compares with the recorded answer, or with that of a second candidate, in both orders", async () => {
    const compares = { ...judge, name: "better", against: "baseline" };
    const client = await projectWith("candidate-pairs", [compares, says], recorded(0), recorded(1));
    const { suite, cases } = await suited(client, 2);
    const answers = (ask: Ask) => {
      if (ask.candidate.config.model === undefined) return "new right";
      return ask.run_id === "run_1" ? new Error("down") : "old right";
    };
    const first = (text: string) => (question: string) => ({
      reason: "r",
      better: /<first-answer-\w+>\\n(.*?)\\n/.exec(question)?.[1] === text ? "first" : "second",
    });
    const asked = network(answers, first("new right"));
    const plain = await evaluated(client, { suite_id: suite, evaluators: ["better"], baseline: "recorded" });
    expect(plain).toMatchObject({ baseline: null, baseline_experiment_id: null, counts: { passed: 2, skipped: 1 } });
    expect(asked).toEqual({ agent: 3, judge: 4 });
    const baseline = { config: { model: "old" }, ...candidate };
    const both = await evaluated(client, { suite_id: suite, evaluators: ["better"], baseline });
    expect(both).toMatchObject({ baseline, counts: { passed: 2, errored: 1 } });
    expect(both.baseline_experiment_id).toMatch(/^exp_/);
    expect(resultsOf(both, cases[1])[0].reason).toMatch(/^of the baseline: it could not be replayed/);
    // Nobody compares: nothing is paid for that.
    const unasked = await evaluated(client, { suite_id: suite, evaluators: ["says"], baseline });
    expect(unasked).toMatchObject({ baseline_experiment_id: null, counts: { passed: 3 } });
  });

  it("adds up what replays and judges cost, and holds its limit over both", async () => {
    const client = await projectWith("candidate-cost", [judge], recorded(0));
    await client.send("PUT", "/v1/prices", { prices: { priced: { input: 1, output: 1, cache_read: 1, cache_write: 1 } } });
    const usage = { input_tokens: 500_000, output_tokens: 500_000 };
    const asked = { judge: 0 };
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
      if (String(input instanceof Request ? input.url : input) === url) return Response.json({ output: "right", usage });
      asked.judge += 1;
      return streamed(JSON.stringify({ reason: "r", score: 1 }));
    });
    const priced = { config: { model: "priced" }, ...candidate };
    const free = await evaluated(client, { evaluators: ["right"], candidate: priced });
    expect(asked.judge).toBe(1);
    expect(free.cost_usd).toBeGreaterThan(1);
    expect((await client.get("/v1/evaluations")).json.data[0].cost_usd).toBeCloseTo(free.cost_usd, 9);
    const capped = await evaluated(client, { evaluators: ["right"], candidate: priced, max_cost_usd: 1.00001 });
    expect(capped).toMatchObject({ status: "incomplete", counts: { skipped: 1 }, cost_usd: 1 });
    expect(asked.judge).toBe(1);
  });

  it("stops its replay when it is cancelled", async () => {
    const client = await projectWith("candidate-cancel", [says], ...[0, 1, 2].map((n) => recorded(n)));
    const asked = network(() => "right");
    const { id, experiment_id } = await begun(client, { evaluators: ["says"] });
    expect((await client.post(`/v1/evaluations/${id}/cancel`)).json).toMatchObject({ status: "cancelled", counts: { skipped: 3 } });
    expect((await client.get(`/v1/experiments/${experiment_id}`)).json).toMatchObject({
      status: "stopped",
      error: "its evaluation was cancelled",
    });
    const clock = clockAt();
    expect(await replay(client, experiment_id, clock)).toBe(0);
    expect(await evaluate(client, id, clock)).toBe(0);
    expect(asked.agent).toBe(0);
    expect((await client.post(`/v1/evaluations/${id}/cancel`)).status).toBe(409);
  });

  it("goes on where a kill stopped it, and is changed by no message that comes twice", async () => {
    const client = await projectWith("candidate-kill", [judge], ...[0, 1, 2, 3].map((n) => recorded(n)));
    const asked = network(({ run_id }) => (run_id === "run_3" ? "wrong" : "right"));
    const { id, experiment_id } = await begun(client, { evaluators: ["right"] });
    const clock = clockAt();
    // Workers take items, and are killed.
    await takeItem(env.INDEX, client.projectId, experiment_id, clock.now, clock.now + 600_000);
    await Promise.all([replay(client, experiment_id, clock), replay(client, experiment_id, clock), evaluate(client, id, clock)]);
    expect(asked).toEqual({ agent: 3, judge: 0 });
    const [replays, evaluations]: [unknown[], unknown[]] = [[], []];
    await replaysOfTheMinute({ ...env, REPLAY_QUEUE: sender(replays) }, clock.now, true);
    expect(replays.filter((body: any) => body.experiment_id === experiment_id)).toHaveLength(1);
    await untilQuiet(() => replay(client, experiment_id, clock), clock);
    await claimItems(env.INDEX, client.projectId, id, { nowMs: clock.now, untilMs: clock.now + 300_000, limit: 2 });
    await Promise.all([evaluate(client, id, clock), evaluate(client, id, clock)]);
    expect(asked).toEqual({ agent: 4, judge: 2 });
    await evaluationsOfTheMinute({ ...env, EVALUATION_QUEUE: sender(evaluations) }, clock.now, true);
    expect(evaluations.filter((body: any) => body.evaluation_id === id)).toHaveLength(1);
    await untilQuiet(() => evaluate(client, id, clock), clock);
    const before = await read(client, id);
    expect(before).toMatchObject({ status: "done", counts: { passed: 4 } });
    await replay(client, experiment_id, clock);
    await evaluate(client, id, clock);
    expect(await read(client, id)).toEqual(before);
    expect(asked).toEqual({ agent: 4, judge: 4 });
  });

  it("judges nothing more of a run that is deleted, and keeps none of its answer", async () => {
    const client = await projectWith("candidate-deleted", [says], recorded(0), recorded(1));
    network(() => "right, said the customer");
    const { id, experiment_id } = await begun(client, { evaluators: ["says"] });
    const clock = clockAt();
    await untilQuiet(() => replay(client, experiment_id, clock), clock);
    expect((await client.send("DELETE", "/v1/runs/run_1")).status).toBe(204);
    await untilQuiet(() => evaluate(client, id, clock), clock);
    expect(await read(client, id)).toMatchObject({ counts: { passed: 1, skipped: 1 } });
    const left = env.INDEX.prepare("SELECT * FROM replay_item WHERE experiment_id = ? AND run_id = 'run_1'").bind(experiment_id);
    expect(JSON.stringify(await left.first())).not.toContain("customer");
  });

  it.each([
    ["a candidate that says nothing", { candidate: {} }, 400],
    ["a baseline of nothing", { candidate: undefined, baseline: "recorded" }, 400],
    ["an address inside", { candidate: { driver: { type: "webhook", url: "https://10.0.0.1/" } } }, 422],
    ["runs of which none is whole", { filter: { status: "cancelled" } }, 422],
    ["an evaluator that is none", { evaluators: ["nope"] }, 404],
  ])("is refused for %s, and nothing is begun", async (name, more, status) => {
    const client = await projectWith(`candidate-refused-${name}`, [says], recorded(0), recorded(1, { status: "cancelled" }));
    expect((await client.post("/v1/evaluations", { agent, evaluators: ["says"], candidate, ...more })).status).toBe(status);
    expect((await client.get("/v1/evaluations")).json.total).toBe(0);
    expect((await client.get("/v1/experiments")).json.total).toBe(0);
  });

  it("begins no replay where too many evaluations are under way", async () => {
    const client = await projectWith("candidate-busy", [says], recorded(0));
    for (let i = 0; i < 20; i++) await client.post("/v1/evaluations", { agent, evaluators: ["says"] });
    expect((await client.post("/v1/evaluations", { agent, evaluators: ["says"], candidate })).status).toBe(409);
    expect((await client.get("/v1/experiments")).json.total).toBe(0);
    const left = env.INDEX.prepare("SELECT count(*) AS n FROM replay_item WHERE project_id = ?").bind(client.projectId);
    expect(await left.first("n")).toBe(0);
  });
});
