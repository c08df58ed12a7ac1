// Gates inside workerd, over the real index: from a suite to a decision, what is remembered for the next candidate, and who may open what is shut.
import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findGate } from "../../d1/gates.ts";
import { isOpen } from "../../domain/experiment/gate.ts";
import type { Run } from "../../domain/run/run.ts";
import { consumeEvaluations } from "../../queues/evaluate-consumer.ts";
import { consumeReplays } from "../../queues/replay-consumer.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { settledGate } from "../../queues/settle-gate.ts";
import { Client, newProject } from "./api-client.ts";

const hour = 3_600_000;
const candidate = { driver: { type: "webhook", url: "http://127.0.0.1:9/agent" } };
const words = ["apple", "bread", "candle", "door", "engine", "feather", "garden", "hammer", "island", "jacket", "kettle", "ladder"];
const recorded = (n: number, output: string, more: Partial<Run> = {}): Partial<Run> & { id: string } => ({
  id: `run_${String(n).padStart(2, "0")}`,
  input: `What is a ${words[n]} made for?`,
  output,
  ...more,
});

afterEach(() => void vi.restoreAllMocks());

/** Answers as the user's agent would; an Error is an agent that is broken. */
function agent(answer: (ask: { run_id: string; input: string }) => unknown): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    const given = answer(JSON.parse(String(init?.body)));
    return given instanceof Error ? new Response("no", { status: 400 }) : Response.json({ output: given });
  });
}

async function replayed({ projectId }: Client, id: string): Promise<void> {
  const clock: Clock & { now: number } = { now: Date.now(), nowMs: () => clock.now, jitter: () => 0.5, wait: async () => {} };
  for (let turns = 0; turns < 20; turns++) {
    const sent: unknown[] = [];
    const queue = { ...env, REPLAY_QUEUE: { send: async (body: unknown) => void sent.push(body) } as unknown as Queue };
    const body = { v: 1, kind: "replay", project_id: projectId, experiment_id: id };
    const batch = createMessageBatch("bento-replay", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
    await consumeReplays(batch, queue, null, clock);
    await getQueueResult(batch, createExecutionContext());
    if (sent.length === 0) return;
    clock.now += 60_000;
  }
  throw new Error("it does not end");
}

async function evaluated({ projectId }: Client, id: string): Promise<void> {
  const body = { v: 1, kind: "evaluate", project_id: projectId, evaluation_id: id };
  const batch = createMessageBatch("bento-evaluation", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
  await consumeEvaluations(batch, env, null, { nowMs: Date.now, jitter: () => 0.5, wait: async () => {} });
  await getQueueResult(batch, createExecutionContext());
}

interface Suited {
  client: Client;
  suite: string;
  /** In the order of the runs. */
  cases: string[];
}

/** A suite of as many cases as answers were recorded; each expects "right". */
async function suited(name: string, outputs: readonly string[]): Promise<Suited> {
  const client = await newProject(name);
  await client.seed(...outputs.map((output, n) => recorded(n, output)));
  const made = await client.post("/v1/suites", { agent: "support-bot", name: "basics" });
  const cases = [];
  for (const n of outputs.keys()) {
    const added = await client.post(`/v1/suites/${made.json.id}/cases`, { run_id: `run_${String(n).padStart(2, "0")}`, expected: "right" });
    if (added.status !== 201) throw new Error(added.text);
    cases.push(added.json.id);
  }
  return { client, suite: made.json.id, cases };
}

const times = (n: number, output: string): string[] => Array.from({ length: n }, () => output);
const policy = { margin: null };

/** From asking to the decision. */
async function gated({ client, suite }: Suited, more: object = {}) {
  const made = await client.post("/v1/gates", { candidate, suite_id: suite, policy, ...more });
  if (made.status !== 201) throw new Error(made.text);
  expect(made.json).toMatchObject({ status: "running", verdict: "insufficient", open: false, cases: [] });
  await replayed(client, made.json.evidence.experiment_id);
  const { json } = await client.get(`/v1/gates/${made.json.id}`);
  return json;
}

describe("a gate", () => {
  it("passes a candidate that does everything that passed, and stays as it was decided", async () => {
    const given = await suited("gate-pass", [...times(9, "right"), "wrong", "wrong"]);
    agent(({ run_id }) => (run_id === "run_10" ? "wrong" : "right"));
    const gate = await gated(given);
    expect(gate).toMatchObject({
      status: "done",
      verdict: "pass",
      open: true,
      counts: { same_pass: 9, fixed: 1, same_fail: 1, broken: 0, unstable: 0, incomparable: 0 },
      difference: { pairs: 11, better: 1, worse: 0 },
      evidence: { evaluation_id: null, evaluators: [] },
      waiver: null,
    });
    expect(gate.cases).toHaveLength(11);
    expect(gate.cases[9]).toMatchObject({
      case_id: given.cases[9],
      baseline: "fail",
      candidate: "pass",
      result: "fixed",
      must_pass: false,
    });
    expect(Date.parse(gate.expires_at) - Date.parse(gate.decided_at)).toBe(168 * hour);
    const again = await given.client.get(`/v1/gates/${gate.id}`);
    expect({ ...again.json, evidence: null }).toEqual({ ...gate, evidence: null });
    const listed = await given.client.get(`/v1/gates?suite_id=${given.suite}`);
    expect(listed.json.data).toMatchObject([{ id: gate.id, verdict: "pass", open: true }]);
    expect(listed.json.data[0]).not.toHaveProperty("cases");
  });

  it("lists each case that passed before and fails now, and remembers what a candidate fixed", async () => {
    const given = await suited("gate-memory", [...times(9, "right"), "wrong"]);
    agent(() => "right");
    expect(await gated(given)).toMatchObject({ verdict: "pass", counts: { fixed: 1 } });
    agent(({ run_id }) => (run_id === "run_00" || run_id === "run_09" ? "wrong" : "right"));
    const gate = await gated(given);
    expect(gate).toMatchObject({ verdict: "regressed", open: false, counts: { broken: 2 } });
    expect(gate.reasons[0]).toContain(`${given.cases[0]}, ${given.cases[9]}`);
    // By its record it never passed: only what the first candidate did says so.
    expect(gate.cases[9]).toMatchObject({ baseline: "pass", candidate: "fail", result: "broken", ever_passed: true });
    const allowed = await gated(given, { policy: { ...policy, allow_broken: 2 } });
    expect(allowed).toMatchObject({ verdict: "pass", counts: { broken: 2 } });
  });

  it("does not hold against others what a candidate fixed that may not ship", async () => {
    const given = await suited("gate-unshipped", [...times(9, "right"), "wrong"]);
    agent(({ run_id }) => (run_id === "run_00" ? "wrong" : "right"));
    expect(await gated(given)).toMatchObject({ verdict: "regressed", counts: { fixed: 1, broken: 1 } });
    agent(({ run_id }) => (run_id === "run_09" ? "wrong" : "right"));
    expect(await gated(given)).toMatchObject({ verdict: "pass", counts: { same_fail: 1 } });
  });

  it("compares cases that a person wrote with what they came to before", async () => {
    const client = await newProject("gate-written");
    const { json } = await client.post("/v1/suites", { agent: "support-bot", name: "written" });
    for (const word of words.slice(0, 10))
      await client.post(`/v1/suites/${json.id}/cases`, { input: `What is a ${word} made for?`, expected: "right" });
    const given = { client, suite: json.id, cases: [] };
    const asked: string[] = [];
    agent(({ input }) => {
      asked.push(input);
      return "right";
    });
    const first = await gated(given);
    expect(asked.toSorted()).toEqual(words.slice(0, 10).map((word) => `What is a ${word} made for?`));
    expect(first).toMatchObject({ verdict: "nothing_to_compare", counts: { incomparable: 10 }, pass_rate: 1 });
    expect(first.cases[0]).toMatchObject({ baseline: null, candidate: "pass", reason: "no_baseline" });
    expect(await gated(given)).toMatchObject({ verdict: "pass", counts: { same_pass: 10 } });
    agent(({ input }) => (input.includes("apple") ? "wrong" : "right"));
    expect(await gated(given)).toMatchObject({ verdict: "regressed", counts: { broken: 1 } });
  });

  it("does not take a broken agent for a bad one", async () => {
    const given = await suited("gate-errors", times(10, "right"));
    agent(() => new Error("down"));
    const gate = await gated(given);
    expect(gate).toMatchObject({ verdict: "nothing_to_compare", counts: { incomparable: 10 } });
    expect(gate.reasons[0]).toContain("10 could not be run");
  });

  it("asks for as many cases as the margin needs", async () => {
    const given = await suited("gate-few", times(10, "right"));
    agent(() => "right");
    const gate = await gated(given, { policy: {} });
    expect(gate).toMatchObject({ verdict: "insufficient", open: false, policy: { margin: 0.03, allow_broken: 0 } });
    expect(gate.reasons[0]).toContain("About 88 cases");
  });

  it("is judged by the code among the evaluators of the suite's last evaluation", async () => {
    const given = await suited("gate-evaluators", times(10, "right, of course"));
    const { client, suite } = given;
    await client.post("/v1/evaluators", { agent: "support-bot", name: "has-right", type: "contains", text: "right" });
    await client.post("/v1/evaluators", { agent: "support-bot", name: "kind", type: "judge", rubric: "Is it kind?" });
    const evaluation = await client.post("/v1/evaluations", { agent: "support-bot", suite_id: suite, evaluators: ["has-right", "kind"] });
    expect(evaluation.status).toBe(201);
    agent(() => "right as well");
    const gate = await gated(given);
    expect(gate).toMatchObject({ verdict: "pass", counts: { same_pass: 10 } });
    expect(gate.evidence.evaluators).toHaveLength(1);
    expect(gate.reasons.at(-1)).toMatch(/Left out.*1 of the suite's evaluators/);
  });

  it("shows nothing of sealed cases, neither in the gate nor in its replay", async () => {
    const given = await suited("gate-sealed", times(10, "right"));
    await env.INDEX.prepare("UPDATE suite_case SET is_holdout = 1 WHERE suite_id = ? AND id = ?").bind(given.suite, given.cases[0]).run();
    agent(() => "a secret answer");
    const gate = await gated(given);
    const { json, text } = await given.client.get(`/v1/experiments/${gate.evidence.experiment_id}`);
    expect(json.plan).not.toHaveProperty("runs");
    expect(json.plan).not.toHaveProperty("expected");
    const sealed = json.results.find((one: { run_id: string }) => one.run_id === given.cases[0]);
    expect(sealed).toMatchObject({ result: "broken", output: null, reason: null });
    expect(text).not.toContain("run_00");
    expect(text).toContain("run_01");
  });
});

describe("named evidence", () => {
  it("may be a replay of the same candidate, and no other", async () => {
    const given = await suited("gate-named", times(10, "right"));
    const { client, suite } = given;
    agent(() => "right");
    const plan = {
      sample: "all",
      expected: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`run_${String(n).padStart(2, "0")}`, "right"])),
    };
    const { json } = await client.post("/v1/experiments", { kind: "replay", agent: "support-bot", candidate, plan });
    const ask = (more: object) => client.post("/v1/gates", { candidate, suite_id: suite, policy, experiment_id: json.id, ...more });
    expect((await ask({})).status).toBe(422);
    await client.post(`/v1/experiments/${json.id}/start`, {});
    const early = await ask({});
    expect(early.json).toMatchObject({ status: "running", verdict: "insufficient", driver_secret: null });
    expect((await client.post(`/v1/gates/${early.json.id}/waive`, { reason: "now" })).status).toBe(409);
    await replayed(client, json.id);
    expect((await ask({})).json).toMatchObject({ status: "done", verdict: "pass", evidence: { experiment_id: json.id } });
    expect((await client.get(`/v1/gates/${early.json.id}`)).json).toMatchObject({ status: "done", verdict: "pass" });
    const other = await ask({ candidate: { model: "claude-other" } });
    expect(other).toMatchObject({ status: 422, json: { error: { details: [{ path: "experiment_id" }] } } });
  });

  it("may be an evaluation of the candidate, held against the last one of what was recorded", async () => {
    const given = await suited("gate-evaluation", times(10, "right"));
    const { client, suite, cases } = given;
    await client.post("/v1/evaluators", { agent: "support-bot", name: "has-right", type: "contains", text: "right" });
    const ask = { agent: "support-bot", suite_id: suite, evaluators: ["has-right"] };
    const before = await client.post("/v1/evaluations", ask);
    await evaluated(client, before.json.id);
    agent(({ run_id }) => (run_id === "run_03" ? "wrong" : "right"));
    const now = await client.post("/v1/evaluations", { ...ask, candidate });
    const gate = (evaluation: string, of: object = candidate) =>
      client.post("/v1/gates", { candidate: of, suite_id: suite, policy, evaluation_id: evaluation });
    expect((await gate(before.json.id)).status).toBe(422);
    expect((await gate(now.json.id, { model: "claude-other" })).status).toBe(422);
    expect((await gate(now.json.id)).json).toMatchObject({ status: "running", verdict: "insufficient" });
    await replayed(client, now.json.experiment_id);
    await evaluated(client, now.json.id);
    const { json } = await gate(now.json.id);
    expect(json).toMatchObject({
      status: "done",
      verdict: "regressed",
      counts: { same_pass: 9, broken: 1 },
      evidence: { evaluation_id: now.json.id },
    });
    expect(json.reasons[0]).toContain(cases[3]);
  });

  it.each([
    ["no such suite", { suite_id: "ste_none" }, 404],
    ["another agent's suite", { agent: "other-bot" }, 404],
    ["no such replay", { experiment_id: "exp_none" }, 404],
    ["no such evaluation", { evaluation_id: "evl_none" }, 404],
    ["two kinds of evidence", { evaluation_id: "evl_1", experiment_id: "exp_1" }, 400],
    ["a case that must pass and is not there", { policy: { must_pass: ["cas_none"] } }, 422],
    ["a policy with a word that nobody knows", { policy: { slack: 1 } }, 400],
    ["an address inside", { candidate: { driver: { type: "webhook", url: "https://10.0.0.1/" } } }, 422],
    ["no such evaluator", { evaluators: ["none"] }, 404],
  ])("is refused for %s", async (name, more, status) => {
    const { client, suite } = await suited(`gate-refused-${name}`, ["right"]);
    expect((await client.post("/v1/gates", { candidate, suite_id: suite, ...more })).status).toBe(status);
    expect((await client.get("/v1/gates")).json.data).toEqual([]);
  });

  it("is nothing where the suite has no cases", async () => {
    const client = await newProject("gate-empty");
    const { json } = await client.post("/v1/suites", { agent: "support-bot", name: "empty" });
    const gate = await client.post("/v1/gates", { candidate, suite_id: json.id });
    expect(gate.json).toMatchObject({ status: "done", verdict: "nothing_to_compare", evidence: { experiment_id: null }, cases: [] });
  });
});

describe("a waiver", () => {
  it("is a person's, opens the gate until it expires, and keeps the verdict beside it", async () => {
    const given = await suited("gate-waived", [...times(9, "right"), "wrong"]);
    const { client } = given;
    agent(({ run_id }) => (run_id === "run_00" ? "wrong" : "right"));
    const gate = await gated(given);
    const key = async (kind: string) =>
      new Client(
        (await client.post("/v1/keys", { name: kind, kind, owner: `${kind}@example.com`, scopes: ["read", "write"] })).json.key,
        client.projectId,
      );
    const [person, machine] = [await key("person"), await key("machine")];
    const waive = (by: Client, reason: unknown = "known and accepted") => by.post(`/v1/gates/${gate.id}/waive`, { reason });
    expect((await waive(machine)).status).toBe(403);
    expect((await waive(person, "")).status).toBe(400);
    const waived = await waive(person);
    expect(waived.json).toMatchObject({
      verdict: "regressed",
      open: true,
      waiver: { by: "person@example.com", reason: "known and accepted" },
    });
    expect((await waive(person, "another reason")).json.waiver.reason).toBe("known and accepted");
    const kept = await findGate(env.INDEX, client.projectId, gate.id);
    if (kept === null) throw new Error("the gate is gone");
    expect(isOpen(kept, kept.expiresMs - 1)).toBe(true);
    expect(isOpen(kept, kept.expiresMs)).toBe(false);
    const { results } = await env.INDEX.prepare("SELECT draft FROM audit_pending WHERE project_id = ? ORDER BY rowid")
      .bind(client.projectId)
      .all<{ draft: string }>();
    const { results: chained } = await env.INDEX.prepare("SELECT record AS draft FROM audit WHERE project_id = ? ORDER BY seq")
      .bind(client.projectId)
      .all<{ draft: string }>();
    const acts = [...chained, ...results].map(({ draft }) => JSON.parse(draft)).filter(({ object }) => object === gate.id);
    expect(acts.map(({ action }) => action)).toEqual(["gate.made", "gate.decided", "gate.waived"]);
    expect(acts[2]).toMatchObject({
      reason: "known and accepted",
      actor: { owner: "person@example.com", kind: "person" },
      after: { verdict: "regressed", waived: true },
    });
    // What ships from now on is held to what it did.
    agent(({ run_id }) => (run_id === "run_09" ? "wrong" : "right"));
    expect(await gated(given)).toMatchObject({ verdict: "regressed", counts: { broken: 1, same_pass: 9 } });
  });

  it("is refused for a gate that passed or that expired", async () => {
    const given = await suited("gate-not-waived", times(10, "right"));
    agent(() => "right");
    const passed = await gated(given);
    expect((await given.client.post(`/v1/gates/${passed.id}/waive`, { reason: "why not" })).status).toBe(409);
    agent(() => "wrong");
    const short = await gated(given, { policy: { ...policy, expires_after_h: 1 / 3_600_000 } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await given.client.post(`/v1/gates/${short.id}/waive`, { reason: "too late" })).json.error.message).toContain("expired");
  });
});

it("two who read a gate at once decide it once, and another project sees none of it", async () => {
  const given = await suited("gate-once", times(10, "right"));
  const { client } = given;
  agent(() => "right");
  const made = await client.post("/v1/gates", { candidate, suite_id: given.suite, policy });
  const open = await findGate(env.INDEX, client.projectId, made.json.id);
  if (open === null) throw new Error("the gate is gone");
  await replayed(client, made.json.evidence.experiment_id);
  const nowMs = Date.now();
  const both = await Promise.all([settledGate(env, client.projectId, open, nowMs), settledGate(env, client.projectId, open, nowMs + 1)]);
  expect(both[0]).toEqual(both[1]);
  const decided = await env.INDEX.prepare(
    "SELECT count(*) AS n FROM (SELECT draft FROM audit_pending WHERE project_id = ?1 UNION ALL SELECT record FROM audit WHERE project_id = ?1) WHERE draft->>'$.action' = 'gate.decided'",
  )
    .bind(client.projectId)
    .first<number>("n");
  expect(decided).toBe(1);
  const other = await newProject("gate-other");
  expect((await other.get(`/v1/gates/${made.json.id}`)).status).toBe(404);
  expect((await other.post(`/v1/gates/${made.json.id}/waive`, { reason: "mine" })).status).toBe(404);
});
