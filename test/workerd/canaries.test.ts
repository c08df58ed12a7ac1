// A canary from end to end: units are assigned, runs and posted outcomes are read at any time, harm aborts by itself and once, and only a person
// promotes. And shadows: candidate runs beside live ones, paired in whatever order they come.
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { findExperiment } from "../../d1/experiments.ts";
import { exposuresOf } from "../../d1/exposures.ts";
import { evaluateCanary } from "../../queues/canary-evaluate.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { incidentDeskOf } from "../../durable-objects/names.ts";
import { newProject, type Client } from "./api-client.ts";
import { inboxed, pointer, store, deliver } from "./consume.ts";
import { objectOf, rowsOf } from "./objects.ts";

const minuteMs = 60_000;
const success = { name: "outcome.success", goal: "increase", primary: true };
const candidate = { config: { model: "claude-next" }, artifacts: ["refunds@2"] };

async function aCanary(name: string, plan: object = {}, given: Client | null = null) {
  const project = given ?? (await newProject(name));
  const made = await project.post("/v1/experiments", {
    kind: "canary",
    agent: "bot",
    candidate,
    plan: { share: 0.5, unit: "user_id", metrics: [success], ...plan },
  });
  if (made.status !== 201) throw new Error(made.text);
  const path = `/v1/experiments/${made.json.id}`;
  const { projectId } = project;
  return {
    project,
    projectId,
    id: String(made.json.id),
    made,
    start: () => project.post(`${path}/start`),
    read: async () => (await project.get(path)).json,
    act: (action: string, body: object = {}) => project.post(`${path}/${action}`, body),
    assign: (unit: string) => project.get(`/v1/agents/bot/assignment?unit=${encodeURIComponent(unit)}`),
    post: (outcomes: object[]) => project.post(`${path}/outcomes`, outcomes),
    row: () => findExperiment(env.INDEX, projectId, made.json.id),
    /** Read by the machine, as a minute later. */
    evaluate: async (nowMs = Date.now()) => {
      const row = await findExperiment(env.INDEX, projectId, made.json.id);
      if (row === null) throw new Error("gone");
      return evaluateCanary(env, projectId, row, nowMs);
    },
    audit: async () => {
      const { results } = await env.INDEX.prepare(
        "SELECT draft FROM audit_pending WHERE project_id = ?1 UNION ALL SELECT record FROM audit WHERE project_id = ?1",
      )
        .bind(projectId)
        .all<{ draft: string }>();
      return results.map(({ draft }) => JSON.parse(draft)).filter(({ object }) => object === made.json.id);
    },
  };
}

/** Outcomes of as many units an arm, with these successes; units of the two arms take turns. */
function halves(n: number, baseline: number, better: number, from = 0): object[] {
  return Array.from({ length: n }, (_, i) => [
    {
      unit: `b${from + i}`,
      arm: "baseline",
      metric: "outcome.success",
      value: Math.floor(((i + 1) * baseline) / n) > Math.floor((i * baseline) / n),
    },
    {
      unit: `c${from + i}`,
      arm: "candidate",
      metric: "outcome.success",
      value: Math.floor(((i + 1) * better) / n) > Math.floor((i * better) / n),
    },
  ]).flat();
}

describe("a canary", () => {
  it("assigns units the same way every time, remembers each exposure once, and tells what the agent is to be", async () => {
    const canary = await aCanary("assigns");
    expect((await canary.assign("u1")).json).toEqual({ experiment_id: null, arm: "baseline", artifacts: [], config: {} });
    expect((await canary.start()).json.status).toBe("running");
    const arms = new Map<string, string>();
    for (let i = 0; i < 40; i++) {
      const { status, json, headers } = await canary.assign(`u${i}`);
      expect(status).toBe(200);
      arms.set(`u${i}`, json.arm);
      expect(json).toEqual(
        json.arm === "candidate"
          ? { experiment_id: canary.id, arm: "candidate", artifacts: candidate.artifacts, config: candidate.config }
          : { experiment_id: canary.id, arm: "baseline", artifacts: [], config: {} },
      );
      expect(headers.get("cache-control")).toContain("max-age=");
    }
    expect(new Set(arms.values())).toEqual(new Set(["baseline", "candidate"]));
    for (const [unit, arm] of arms) expect((await canary.assign(unit)).json.arm).toBe(arm);
    expect((await exposuresOf(env.INDEX, canary.projectId, canary.id, 1_000)).size).toBe(40);
    expect(JSON.stringify([...(await exposuresOf(env.INDEX, canary.projectId, canary.id, 1_000)).keys()])).not.toContain("u1");
    const again = await canary.project.send("GET", "/v1/agents/bot/assignment?unit=u1", undefined, {
      "if-none-match": (await canary.assign("u1")).headers.get("etag") ?? "",
    });
    expect(again.status).toBe(304);
  });

  it("gives a unit without a name the stable arm and exposes nobody", async () => {
    const canary = await aCanary("empty-unit", { share: 1 });
    await canary.start();
    for (const path of ["/v1/agents/bot/assignment", "/v1/agents/bot/assignment?unit=", "/v1/agents/bot/assignment?unit=%20"])
      expect((await canary.project.get(path)).json).toEqual({ experiment_id: null, arm: "baseline", artifacts: [], config: {} });
    expect((await exposuresOf(env.INDEX, canary.projectId, canary.id, 1_000)).size).toBe(0);
    expect(await canary.read()).toMatchObject({ verdict: "insufficient_data", action: "continue", status: "running" });
  });

  it("runs alone: a second one of the agent is refused until the first has ended", async () => {
    const first = await aCanary("alone");
    const second = await aCanary("alone", {}, first.project);
    await first.start();
    expect((await first.start()).status).toBe(200);
    const refused = await second.start();
    expect([refused.status, (await second.read()).status]).toEqual([409, "draft"]);
    await first.act("stop");
    expect((await second.start()).json.status).toBe("running");
  });

  it("is aborted by itself when the candidate does harm: once in the audit log, told once, and nobody gets the candidate any more", async () => {
    const canary = await aCanary("harm", { max_n: 1000 });
    await canary.start();
    expect((await canary.post(halves(120, 114, 60))).status).toBe(202);
    const late = Date.now() + minuteMs;
    await Promise.all([canary.evaluate(late), canary.evaluate(late), canary.evaluate(late)]);
    await tick(env, late);
    const read = await canary.read();
    expect(read).toMatchObject({ status: "aborted", verdict: "candidate_worse", action: "abort" });
    expect(read.decisive_sentence).toMatch(/does harm/);
    expect(read.canary.harmful).toEqual(["outcome.success"]);
    const lines = (await canary.audit()).filter(({ action }) => action === "experiment.aborted");
    expect(lines).toHaveLength(1);
    expect(lines[0].actor).toMatchObject({ kind: "machine", owner: "bento" });
    const notices = await rowsOf(
      objectOf(env.INCIDENT_DESK, [canary.projectId, "bot"]),
      "SELECT json FROM outbox WHERE key LIKE 'experiment.%'",
    );
    expect(notices.map(({ json }) => JSON.parse(json).message.event)).toEqual(["experiment.aborted"]);
    const notice = await incidentDeskOf(env, canary.projectId, "bot").notice(`experiment.aborted.${canary.id}`);
    expect(notice?.experiment?.verdict).toBe("candidate_worse");
    expect((await canary.assign("c1")).json).toMatchObject({ experiment_id: null, arm: "baseline" });
    expect((await canary.post(halves(1, 1, 1))).status).toBe(409);
    expect((await canary.act("promote", { override: true, reason: "x" })).status).toBe(409);
  });

  it("reads runs that name it: success, error, cost and posted scores, a late score corrects it, and the last revision stands", async () => {
    const metrics = [
      success,
      { name: "outcome.error", goal: "decrease", margin: 0.1 },
      { name: "cost.usd", goal: "decrease" },
      { name: "score.tone", goal: "increase" },
    ];
    const canary = await aCanary("runs", { metrics });
    await canary.start();
    const run = (id: string, unit: string, arm: string, more: object = {}) => ({
      id,
      agent: "bot",
      status: "ok",
      started_at: new Date().toISOString(),
      ended_at: new Date().toISOString(),
      steps: [{ id: "s", type: "llm", name: "m", cost_usd: 0.01 }],
      scores: { success: 1, tone: 0.4 },
      experiment: { id: canary.id, arm, unit },
      ...more,
    });
    const at = { projectId: canary.projectId };
    await store(at, run("r1", "u1", "baseline"), run("r2", "u2", "candidate"), run("r3", "u2", "candidate", { scores: { success: 0 } }));
    const { canary: state } = await canary.read();
    let { metrics: seen } = await canary.read();
    expect(seen.map(({ name, role }: { name: string; role: string }) => `${name} ${role}`)).toEqual([
      "outcome.success primary",
      "outcome.error guardrail",
      "cost.usd exploratory",
      "score.tone exploratory",
    ]);
    // two runs of one unit are one unit, by their mean
    expect(seen[0]).toMatchObject({ baseline: 1, candidate: 0.5, n: 1 });
    expect(state.units).toMatchObject({ baseline: 1, candidate: 1 });
    await deliver("bento-ingest", [pointer(await inboxed({ ...at, door: "scores" }, { run_id: "r3", name: "success", value: 1 }))]);
    ({ metrics: seen } = await canary.read());
    expect(seen[0].candidate).toBe(1);
    await store({ ...at, atMs: Date.now() + 1 }, run("r1", "u1", "baseline", { scores: { success: 0, tone: 0.9 }, status: "error" }));
    ({ metrics: seen } = await canary.read());
    expect(seen.map(({ baseline }: { baseline: number }) => baseline)).toEqual([0, 1, expect.closeTo(0.01), expect.closeTo(0.9)]);
    // a revision that left the canary takes back what it said
    await store({ ...at, atMs: Date.now() + 2 }, { ...run("r1", "u1", "baseline"), experiment: null });
    expect((await canary.read()).metrics[0]).toMatchObject({ baseline: null });
    await canary.project.send("DELETE", "/v1/runs/r2");
    await canary.project.send("DELETE", "/v1/runs/r3");
    expect((await canary.read()).metrics[0]).toMatchObject({ baseline: null, candidate: null });
  });

  it("promotes a better candidate only by a person, keeps each look as it was, and ships it", async () => {
    const canary = await aCanary("good", { max_n: 400, holdback: 0.1 });
    await canary.start();
    await canary.post(halves(200, 120, 180));
    const first = await canary.read();
    expect(first).toMatchObject({ status: "running", verdict: "candidate_better", action: "promote" });
    expect(first.canary.looks).toHaveLength(1);
    await canary.post(halves(20, 12, 14, 200));
    const second = await canary.read();
    expect(second.canary.looks).toEqual(first.canary.looks);
    expect(second.metrics[0]).toMatchObject({ method: "group_sequential_obrien_fleming" });
    const { json: machine } = await canary.project.post("/v1/keys", { name: "ci", scopes: ["read", "write"], kind: "machine" });
    const by = await canary.project.send("POST", `/v1/experiments/${canary.id}/promote`, {}, { authorization: `Bearer ${machine.key}` });
    expect(by.status).toBe(403);
    const { json: person } = await canary.project.post("/v1/keys", {
      name: "ada",
      scopes: ["read", "write"],
      kind: "person",
      owner: "ada",
    });
    const asPerson = { authorization: `Bearer ${person.key}` };
    const done = await canary.project.send("POST", `/v1/experiments/${canary.id}/promote`, { reason: "signed off" }, asPerson);
    expect([done.status, done.json.status]).toEqual([200, "promoted"]);
    expect((await canary.audit()).find(({ action }) => action === "experiment.promoted")).toMatchObject({
      actor: { kind: "person", owner: "ada" },
      reason: "signed off",
    });
    const arms = await Promise.all(Array.from({ length: 60 }, async (_, i) => (await canary.assign(`n${i}`)).json));
    expect(arms.filter(({ arm }) => arm === "candidate").length).toBeGreaterThan(40);
    expect(arms.every(({ experiment_id: id }) => id === canary.id)).toBe(true);
    await canary.post([{ unit: "n1", arm: arms[1].arm, metric: "outcome.success", value: 1 }]);
    const { holdback } = (await canary.read()).canary;
    expect(holdback).toMatchObject({ share: 0.1, metrics: [{ name: "outcome.success" }] });
    expect(holdback.metrics[0].n + holdback.metrics[0].held_n).toBe(1);
  });

  it("is promoted against its verdict only with `override` and a reason, and the log says so", async () => {
    const canary = await aCanary("override");
    await canary.start();
    await canary.post(halves(30, 20, 21));
    expect((await canary.act("promote")).status).toBe(409);
    expect((await canary.act("promote", { override: true })).status).toBe(409);
    expect((await canary.act("stop", { override: true })).status).toBe(422);
    const { json: person } = await canary.project.post("/v1/keys", { name: "p", scopes: ["write", "read"], kind: "person", owner: "p" });
    const path = `/v1/experiments/${canary.id}/promote`;
    const done = await canary.project.send(
      "POST",
      path,
      { override: true, reason: "the old model goes away" },
      { authorization: `Bearer ${person.key}` },
    );
    expect([done.status, done.json.status]).toEqual([200, "promoted"]);
    expect((await canary.audit()).find(({ action }) => action === "experiment.promoted")).toMatchObject({ after: { override: true } });
    // without a holdback what was promoted is the agent now, and no experiment
    expect((await canary.assign("anybody")).json).toEqual({
      experiment_id: null,
      arm: "baseline",
      artifacts: candidate.artifacts,
      config: candidate.config,
    });
  });

  it("decides nothing on a split that did not come out as designed, not even on an empty arm", async () => {
    const lopsided = await aCanary("srm", { max_n: 100 });
    await lopsided.start();
    await lopsided.post([...halves(60, 30, 58), ...halves(100, 50, 96, 60).filter((_, i) => i % 2 === 0)]);
    const read = await lopsided.read();
    expect(read).toMatchObject({ verdict: "inconclusive", action: "none", status: "running", flags: ["sample_ratio_mismatch"] });
    expect(read.srm).toMatchObject({ srm: true, verdict: "mismatch" });
    expect(read.decisive_sentence).toMatch(/split did not come out as designed/);
    expect(read.canary.looks).toEqual([]);
    const empty = await aCanary("empty-arm");
    await empty.start();
    await empty.post(halves(30, 30, 0).filter((_, i) => i % 2 === 0));
    expect(await empty.read()).toMatchObject({
      verdict: "inconclusive",
      flags: ["sample_ratio_mismatch", "empty_arm"],
      srm: { srm: true },
    });
    expect((await empty.act("promote")).status).toBe(409);
  });

  it("leaves out units that met both arms, counts crossovers in the arm that they were given, and says both", async () => {
    const canary = await aCanary("mixed");
    await canary.start();
    const { json } = await canary.assign("crosser");
    const other = json.arm === "candidate" ? "baseline" : "candidate";
    const metric = "outcome.success";
    await canary.post([
      { unit: "both", arm: "baseline", run_id: "r1", metric, value: 1 },
      { unit: "both", arm: "candidate", run_id: "r2", metric, value: 1 },
      { unit: "crosser", arm: other, metric, value: 1 },
      { unit: "plain", arm: "baseline", metric, value: 0 },
    ]);
    const { canary: state, flags, verdict } = await canary.read();
    expect(state.units).toMatchObject({ double_exposed: 1, crossovers: 1 });
    expect(state.units.baseline + state.units.candidate).toBe(2);
    expect(state.units[json.arm]).toBe(json.arm === "baseline" ? 2 : 1);
    expect(flags).toEqual(expect.arrayContaining(["crossovers", "double_exposure"]));
    expect(verdict).toBe("insufficient_data");
  });

  it("does nothing without data, however often it is looked at", async () => {
    const canary = await aCanary("no-data", { max_n: 50 });
    await canary.start();
    for (let i = 0; i < 3; i++) await tick(env, Date.now() + (i + 1) * minuteMs);
    expect(await canary.read()).toMatchObject({ status: "running", verdict: "insufficient_data", action: "continue", flags: [] });
    expect((await canary.audit()).map(({ action }) => String(action)).toSorted()).toEqual(["experiment.made", "experiment.started"]);
  });

  it("grows its share upwards only, by hand and by its plan, and leaves out units that a step moved", async () => {
    const canary = await aCanary("ramp", { share: 0.1, ramp: [{ share: 0.6, after_n: 20 }] });
    await canary.start();
    expect((await canary.act("ramp", { share: 0.05 })).status).toBe(409);
    const grown = await canary.act("ramp", { share: 0.3 });
    expect([grown.status, grown.json.canary.share]).toEqual([200, 0.3]);
    expect((await canary.act("ramp", { share: 0.3 })).json.canary.ramp).toHaveLength(1);
    const before = new Map<string, string>();
    for (let i = 0; i < 120; i++) before.set(`u${i}`, (await canary.assign(`u${i}`)).json.arm);
    await canary.evaluate(Date.now() + minuteMs);
    const { canary: state } = await canary.read();
    expect(state.share).toBe(0.6);
    expect(state.ramp.map(({ share }: { share: number }) => share)).toEqual([0.3, 0.6]);
    expect(state.units.moved_by_ramp).toBeGreaterThan(10);
    let moved = 0;
    for (const [unit, arm] of before) {
      const now = (await canary.assign(unit)).json.arm;
      if (arm === "candidate") expect(now).toBe("candidate");
      else if (now === "candidate") moved++;
    }
    expect(moved).toBe(state.units.moved_by_ramp);
    expect((await canary.audit()).filter(({ action }) => action === "experiment.ramped")).toHaveLength(2);
    await canary.act("stop");
    expect((await canary.act("ramp", { share: 0.9 })).status).toBe(409);
  });

  it("ends at its planned size, with what it then says", async () => {
    const canary = await aCanary("ends", { max_n: 60 });
    await canary.start();
    await canary.post(halves(60, 48, 48));
    expect(await canary.read()).toMatchObject({ status: "done", verdict: "no_difference", canary: { is_over: true, information: 1 } });
  });

  it("refuses what is not in its plan, and is nobody else's", async () => {
    const canary = await aCanary("strict");
    await canary.start();
    const wrong = await canary.post([{ unit: "u", arm: "baseline", metric: "shoe.size", value: 1 }]);
    expect([wrong.status, wrong.json.error.details[0].path]).toEqual([422, "[0].metric"]);
    for (const plan of [{ share: 0.5, holdback: 0.6 }, { ramp: [{ share: 0.4, after_n: 5 }] }, { metrics: [success, success] }])
      await expect(aCanary("strict", plan, canary.project)).rejects.toThrow(/invalid_request/);
    const other = await newProject("stranger");
    expect((await other.post(`/v1/experiments/${canary.id}/outcomes`, halves(1, 1, 1))).status).toBe(404);
    expect((await other.get("/v1/agents/bot/assignment?unit=u")).json.experiment_id).toBeNull();
  });

  it("forgets a user whose data is deleted", async () => {
    const canary = await aCanary("forgets");
    await canary.start();
    await canary.assign("ada@example.com");
    await canary.assign("bob@example.com");
    expect((await exposuresOf(env.INDEX, canary.projectId, canary.id, 1_000)).size).toBe(2);
    expect((await canary.project.send("DELETE", `/v1/users/${encodeURIComponent("ada@example.com")}/data`)).status).toBeLessThan(300);
    expect((await exposuresOf(env.INDEX, canary.projectId, canary.id, 1_000)).size).toBe(1);
  });
});

describe("a shadow", () => {
  it("pairs candidate runs with live ones in whatever order they come, and compares them once ground truth is there", async () => {
    const project = await newProject("shadow");
    const at = { projectId: project.projectId };
    const run = (id: string, more: object = {}) => ({
      id,
      agent: "bot",
      status: "ok",
      started_at: "2026-11-20T10:00:00.000Z",
      ended_at: "2026-11-20T10:00:02.000Z",
      output: { answer: "yes" },
      steps: [
        { id: "a", type: "tool", name: "search", cost_usd: 0.02 },
        { id: "b", type: "tool", name: "refund" },
      ],
      ...more,
    });
    await store(at, run("live1"));
    const made = await project.post("/v1/experiments", { kind: "shadow", agent: "bot", candidate: { model: "next" } });
    const path = `/v1/experiments/${made.json.id}`;
    await project.post(`${path}/start`);
    const steps = [{ id: "a", type: "tool", name: "search", cost_usd: 0.01 }];
    await store(at, run("cand1", { shadow_of: "live1" }), run("cand2", { shadow_of: "live2", output: "no", steps }));
    expect((await project.get(path)).json.shadow).toMatchObject({ pairs: 1, waiting: 1, judged: 0, same_output: { value: 1 } });
    await store(at, run("live2"));
    const { shadow, verdict, coverage } = (await project.get(path)).json;
    expect(shadow).toMatchObject({ pairs: 2, waiting: 0, judged: 0, same_output: { value: 0.5 }, same_shape: { value: 0.5 } });
    expect(shadow.cost_ratio).toBeCloseTo(Math.SQRT1_2, 6);
    expect([verdict, coverage]).toEqual(["insufficient_data", 1]);
    const score = async (id: string, value: number) =>
      deliver("bento-ingest", [pointer(await inboxed({ ...at, door: "scores" }, { run_id: id, name: "success", value }))]);
    await score("live1", 1);
    expect((await project.get(path)).json.shadow).toMatchObject({ judged: 0, half_judged: 1 });
    await score("cand1", 1);
    const read = (await project.get(path)).json;
    expect(read.shadow).toMatchObject({ judged: 1, half_judged: 0 });
    expect(read.metrics[0]).toMatchObject({ name: "outcome.success", method: "mcnemar_mid_p", n: 1 });
    expect(read.decisive_sentence).toMatch(/Ground truth/);
  });

  it("ends after its planned pairs", async () => {
    const project = await newProject("shadow-ends");
    const at = { projectId: project.projectId };
    const run = (id: string, more: object = {}) => ({
      id,
      agent: "bot",
      status: "ok",
      started_at: "2026-11-20T10:00:00.000Z",
      output: "o",
      ...more,
    });
    await store(at, run("l1"));
    const made = await project.post("/v1/experiments", { kind: "shadow", agent: "bot", candidate: { model: "next" }, plan: { max_n: 1 } });
    await project.post(`/v1/experiments/${made.json.id}/start`);
    await store(at, run("c1", { shadow_of: "l1" }));
    await tick(env, Date.now() + minuteMs);
    expect((await project.get(`/v1/experiments/${made.json.id}`)).json).toMatchObject({
      status: "done",
      shadow: { pairs: 1, is_over: true },
    });
  });
});
