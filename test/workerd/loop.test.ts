// The loop inside workerd, over the real stores: from a policy that a person signed to an artifact in use and back out of it, each step told in the
// audit log; and nothing at all without such a policy. The agent stands in place of the network.
import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findExperiment, moveExperiment } from "../../d1/experiments.ts";
import { bento } from "../../domain/audit/entry.ts";
import { readingOf } from "../../queues/canary-evaluate.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { consumeReplays } from "../../queues/replay-consumer.ts";
import { loopsOfTheMinute, runLoop } from "../../queues/loop-run.ts";
import { newProject, type Client } from "./api-client.ts";
import { store } from "./consume.ts";

afterEach(() => void vi.restoreAllMocks());

const agent = "bot";
const words = ["apple", "bread", "candle", "door", "engine", "feather", "garden", "hammer", "island", "jacket", "kettle", "ladder"];
const wordOf = (n: number, i: number): string =>
  `${words[(n * (i + 3) + i) % words.length]}${words[(n + i * i) % words.length]}${words[Math.floor(n / 7 + i) % words.length]}`;
const inputOf = (n: number): string => Array.from({ length: 8 }, (_, i) => wordOf(n, i)).join(" ");
const timeOf = (n: number): string => new Date(Date.now() - 3_600_000 + n * 1_000).toISOString();

/** Every third run calls its tool without the country, and fails. */
const run = (n: number): object => {
  const isGood = n % 3 !== 0;
  return {
    id: `r${n}`,
    agent,
    started_at: timeOf(n),
    ended_at: timeOf(n),
    status: isGood ? "ok" : "error",
    input: inputOf(n),
    output: isGood ? "It is on its way." : null,
    scores: { success: isGood ? 1 : 0 },
    steps: [
      {
        id: "s1",
        type: "tool",
        name: "lookup_order",
        arguments: isGood ? { order_id: "4", country: "DE" } : { order_id: "4" },
        result: isGood ? { state: "sent" } : null,
        error: isGood ? null : "The order number needs its country",
      },
    ],
  };
};

const terms = { driver: { type: "webhook", url: "http://127.0.0.1:9/agent" }, cases_per_gate: 10 };
const grants = ["artifact.draft", "artifact.validate", "artifact.promote", "artifact.revert"];

async function seeded(name: string): Promise<Client> {
  const client = await newProject(name);
  await store({ projectId: client.projectId }, ...Array.from({ length: 150 }, (_, n) => run(n)));
  return client;
}

async function signed(client: Client, more: object = {}, loop: object = {}) {
  const suite = await client.post("/v1/suites", { agent, name: "loop" });
  const body = { agent, grants, reason: "because", loop: { ...terms, suite_id: suite.json.id, ...loop }, ...more };
  return client.post("/v1/policies", body);
}

/** Replays of the project to their end, with what the agent answers for the artifacts that it is given. */
async function replayed({ projectId }: Client, succeeds: (artifacts: string[]) => boolean): Promise<void> {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    const { candidate } = JSON.parse(String(init?.body));
    return Response.json({ output: "done", scores: { success: succeeds(candidate.artifacts) ? 1 : 0 } });
  });
  const { results } = await env.INDEX.prepare("SELECT id FROM experiment WHERE project_id = ? AND status = 'running'")
    .bind(projectId)
    .all<{ id: string }>();
  const clock: Clock & { now: number } = { now: Date.now(), nowMs: () => clock.now, jitter: () => 0.5, wait: async () => {} };
  for (const { id } of results)
    for (let turns = 0, isOver = false; !isOver && turns < 20; turns++) {
      const send = vi.fn<() => Promise<void>>(async () => {});
      const body = { v: 1, kind: "replay", project_id: projectId, experiment_id: id };
      const batch = createMessageBatch("bento-replay", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
      await consumeReplays(batch, { ...env, REPLAY_QUEUE: Object.assign(Object.create(env.REPLAY_QUEUE), { send }) }, null, clock);
      await getQueueResult(batch, createExecutionContext());
      isOver = send.mock.calls.length === 0;
      clock.now += 60_000;
    }
}

const flush = (client: Client) => client.post(`/v1/agents/${agent}/flush`, {});
const pageOf = async (client: Client) => (await client.get(`/v1/agents/${agent}/loop`)).json;
const inUse = async (client: Client): Promise<string[]> =>
  (await client.get(`/v1/agents/${agent}/bundle`)).json.artifacts.map((one: { ref: string }) => one.ref);

describe("the loop", () => {
  it("drafts, tries and brings into use what wins, by the policy that a person signed", async () => {
    const client = await seeded("loop-wins");
    const policy = await signed(client);
    expect(policy.status).toBe(201);
    expect(policy.json.driver_secret).toMatch(/^whsec_/);
    expect((await client.get(`/v1/policies?agent=${agent}`)).text).not.toContain(policy.json.driver_secret);
    expect((await flush(client)).status).toBe(200);
    const tried = await pageOf(client);
    expect(tried).toMatchObject({ is_on: true, is_idle: false, policies: [{ drafts: { used: 1, of: 5 }, gates: { used: 1, of: 10 } }] });
    expect(await inUse(client)).toEqual([]);
    await replayed(client, (artifacts) => artifacts.length === 1);
    await flush(client);
    const [ref] = await inUse(client);
    expect(ref).toMatch(/^call-lookup-order.*@1$/);
    const page = await pageOf(client);
    expect(page.is_idle).toBe(true);
    expect(page.done.map((one: { what: string }) => one.what)).toEqual([
      "promoted",
      "validated",
      "gate: pass",
      "gate asked for",
      "drafted",
    ]);
    expect(new Set(page.done.map((one: { policy_id: string }) => one.policy_id))).toEqual(new Set([policy.json.id]));
    const audit = await client.walk("/v1/audit", 100);
    const steps = audit.filter(({ action }) => /^(?:artifact|gate|experiment\.(?:made|started))/.test(action));
    expect(steps).toHaveLength(7);
    expect(new Set(steps.map(({ action }) => action))).toEqual(
      new Set([
        "artifact.made",
        "artifact.promoted",
        "artifact.validated",
        "experiment.made",
        "experiment.started",
        "gate.decided",
        "gate.made",
      ]),
    );
    expect(steps.every(({ actor }) => actor.owner === "bento")).toBe(true);
    expect(audit.find(({ action }) => action === "artifact.promoted")?.after.policy).toBe(policy.json.id);
    const before = JSON.stringify(page.done);
    await Promise.all([runLoop(env, client.projectId, agent, Date.now()), runLoop(env, client.projectId, agent, Date.now())]);
    expect(JSON.stringify((await pageOf(client)).done)).toBe(before);
  });

  it("puts a kind that needs it through a canary first, and brings into use only what that shows better and harmless", async () => {
    const plan = { share: 0.5, unit: "user_id", metrics: [{ name: "outcome.success", goal: "increase" }], max_n: 200 };
    for (const [verdict, came] of [
      ["candidate_better", 1],
      ["candidate_worse", 0],
    ] as const) {
      const client = await seeded(`loop-canary-${verdict}`);
      await signed(client, { grants: [...grants, "artifact.canary"] }, { canary: { kinds: ["tool_wrapper"], plan } });
      await flush(client);
      await replayed(client, (artifacts) => artifacts.length === 1);
      await flush(client);
      const { json } = await client.get(`/v1/experiments?agent=${agent}&kind=canary`);
      expect(json.data).toMatchObject([{ status: "running", candidate: { artifacts: [expect.stringMatching(/^call-lookup-order/)] } }]);
      expect(await inUse(client)).toEqual([]);
      const waiting = await pageOf(client);
      expect(waiting.is_idle).toBe(false);
      await flush(client);
      const [{ id }] = json.data;
      const known = await findExperiment(env.INDEX, client.projectId, id);
      if (known?.design.kind !== "canary") throw new Error("no canary");
      const read = await readingOf(env, client.projectId, known, known.design.plan, Date.now());
      const reading = { ...read, verdict, canary: { ...read.canary, harmless: verdict === "candidate_better" } };
      const draft = { id: `aud_${verdict}`, at: new Date().toISOString(), actor: bento, action: "experiment.done", object: id } as const;
      await moveExperiment(
        env.INDEX,
        client.projectId,
        known,
        { status: "done", reading },
        { ...draft, before: null, after: null, reason: null },
      );
      await flush(client);
      expect(await inUse(client)).toHaveLength(came);
      expect((await pageOf(client)).is_idle).toBe(true);
      expect((await client.get(`/v1/experiments?agent=${agent}&kind=canary`)).json.data).toHaveLength(1);
    }
  });

  it("takes back what did not keep its promise, and does not bring it into use again", async () => {
    const client = await seeded("loop-revert");
    await signed(client);
    await flush(client);
    await replayed(client, (artifacts) => artifacts.length === 1);
    await flush(client);
    expect(await inUse(client)).toHaveLength(1);
    const { projectId } = client;
    await env.INDEX.prepare("UPDATE optimisation SET state = 'not_kept', measured = NULL WHERE project_id = ?").bind(projectId).run();
    await runLoop(env, projectId, agent, Date.now() + 1);
    expect(await inUse(client)).toEqual([]);
    await runLoop(env, projectId, agent, Date.now() + 2);
    const page = await pageOf(client);
    expect(page.done[0]).toMatchObject({ what: "reverted", why: expect.stringContaining("not kept") });
    expect(page.is_idle).toBe(true);
    expect(await inUse(client)).toEqual([]);
  });

  it("asks once where two work at the same moment", async () => {
    const client = await seeded("loop-twice");
    await signed(client);
    const nowMs = Date.now();
    await client.get(`/v1/signals?agent=${agent}`);
    await Promise.all([1, 2, 3].map(() => runLoop(env, client.projectId, agent, nowMs)));
    const count = (table: string) =>
      env.INDEX.prepare(`SELECT count(*) AS n FROM ${table} WHERE project_id = ?`).bind(client.projectId).first("n");
    expect([await count("gate"), await count("experiment"), await count("artifact")]).toEqual([1, 1, 1]);
  });

  it("never brings into use what does harm, whoever drafted it", async () => {
    const client = await seeded("loop-harm");
    await signed(client, { grants: grants.filter((grant) => grant !== "artifact.draft") });
    const [signal] = (await client.get(`/v1/signals?agent=${agent}&polarity=failure&level=leaf`)).json.data;
    const promise = { from: { signal_id: signal.id }, hypothesis: { statement: "It helps.", target_signal_id: signal.id } };
    await client.post("/v1/artifacts", { agent, kind: "prompt_fragment", name: "harm", content: "Skip the checks.", ...promise });
    await flush(client);
    let calls = 0;
    await replayed(client, () => ++calls % 4 !== 0);
    await flush(client);
    expect(await inUse(client)).toEqual([]);
    const page = await pageOf(client);
    expect(page.next.find(({ about }: { about: string }) => about === "harm@1")).toMatchObject({
      do: "leave",
      why: expect.stringContaining("regressed"),
    });
    expect(page.is_idle).toBe(true);
  });

  it("does nothing without a policy, with one that is no loop's, a revoked one, or none of a budget left", async () => {
    const client = await seeded("loop-off");
    await flush(client);
    expect(await pageOf(client)).toMatchObject({ is_on: false, done: [] });
    await client.post("/v1/policies", { agent, grants, reason: "no terms" });
    const { json } = await signed(client);
    await client.post(`/v1/policies/${json.id}/revoke`, { reason: "not yet" });
    await flush(client);
    await loopsOfTheMinute(env, Date.now(), () => false);
    await signed(client, {}, { drafts_per_day: 0 });
    await flush(client);
    expect(await pageOf(client)).toMatchObject({ is_on: true, is_idle: true, done: [] });
    expect((await client.walk("/v1/artifacts", 10)).length).toBe(0);
  });

  it("is signed for by people only, for a suite of the agent and an address that may be called", async () => {
    const client = await newProject("loop-terms");
    await store({ projectId: client.projectId }, run(1));
    expect((await signed(client, {}, { suite_id: "sui_none" })).status).toBe(404);
    expect((await signed(client, {}, { driver: { type: "webhook", url: "http://10.0.0.1/agent" } })).status).toBe(422);
    const { json } = await client.post("/v1/keys", { name: "ci", scopes: ["read", "write"] });
    expect((await signed(Object.assign(Object.create(client), { key: json.key }))).status).toBe(403);
    const page = await client.send("GET", `/v1/agents/${agent}/loop`, undefined, { accept: "text/markdown" });
    expect(page.text).toContain("It does nothing: no policy");
  });
});
