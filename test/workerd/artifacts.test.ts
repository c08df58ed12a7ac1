// Artifacts inside workerd, over the real index and objects: from a candidate through its gate into use and back out, and what an agent is given.
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { putGate } from "../../d1/gates.ts";
import type { Gate } from "../../domain/experiment/gate.ts";
import { gatePolicy } from "../../domain/experiment/gate-policy.ts";
import { tellRecentSteps } from "../../queues/ship-artifact.ts";
import { Client, newProject } from "./api-client.ts";

const agent = "support-bot";
const hourMs = 3_600_000;
const fragment = (text: string, more: object = {}) => ({
  agent,
  kind: "prompt_fragment",
  name: "Use order ids",
  content: { slot: "rules", text, ...more },
});

/** A gate as one that decided would stand: of three cases, one of which the candidate fixes. */
async function gateFor({ projectId }: Client, ref: string, more: Partial<Gate> = {}): Promise<string> {
  const id = `gat_${crypto.randomUUID()}`;
  const tries = { tries: 1, successes: 1 };
  const aCase = { candidate: "pass" as const, reason: null, hasEverPassed: false, tries, mustPass: false };
  const gate: Gate = {
    id,
    agent,
    suiteId: "sui_1",
    suiteVersion: 1,
    candidate: { config: {}, artifacts: [ref], driver: { type: "claude" } },
    policy: gatePolicy.parse({}),
    status: "done",
    verdict: "pass",
    reasons: [],
    judgement: null,
    cases: [
      { ...aCase, caseId: "c1", baseline: "pass", result: "same_pass" },
      { ...aCase, caseId: "c2", baseline: "fail", result: "fixed" },
    ],
    counts: null,
    evidence: { evaluationId: null, experimentId: "exp_1", evaluatorIds: [], leftOut: [], atMs: Date.now() },
    waiver: null,
    createdMs: Date.now(),
    decidedMs: Date.now(),
    expiresMs: Date.now() + hourMs,
    ...more,
  };
  const draft = {
    id: `aud_${id}`,
    at: new Date().toISOString(),
    actor: { key_id: null, owner: null, kind: "machine" as const },
    action: "gate.made" as const,
    object: id,
    before: null,
    after: null,
    reason: null,
  };
  await putGate(env.INDEX, projectId, gate, draft);
  return id;
}

async function machineOf(client: Client): Promise<Client> {
  const { json } = await client.post("/v1/keys", { name: "ci", scopes: ["read", "write"], kind: "machine" });
  return new Client(json.key, client.projectId);
}

async function promoted(client: Client, body: object): Promise<{ id: string; slug: string }> {
  const made = await client.post("/v1/artifacts", body);
  if (made.status !== 201) throw new Error(made.text);
  await ship(client, made.json.id, `${made.json.slug}@1`);
  return made.json;
}

async function ship(client: Client, id: string, ref: string): Promise<void> {
  const gate_id = await gateFor(client, ref);
  const version = Number(ref.split("@")[1]);
  for (const step of ["validate", "promote"]) {
    const moved = await client.post(`/v1/artifacts/${id}/${step}`, { gate_id, version, reason: "proven" });
    if (moved.status !== 200) throw new Error(moved.text);
  }
}

const bundle = (client: Client, query = "") => client.get(`/v1/agents/${agent}/bundle${query}`);

describe("an artifact", () => {
  it("is made of each kind, and what is none of its kind is refused with the place", async () => {
    const client = await newProject("artifact-kinds");
    const skill = "---\nname: find-orders\ndescription: Finds orders. Use when a customer names one.\n---\n\n1. Ask for the id.\n";
    const good = [
      { kind: "skill", name: "find-orders", content: skill },
      { kind: "sub_agent", name: "refund-checker", content: { description: "Checks refunds.", prompt: "You check refunds." } },
      { kind: "tool_wrapper", name: "lookup order", content: { tool: "lookup_order", guidance: "Give the id, not the name." } },
      { kind: "prompt_fragment", name: "Tone", content: "Be brief." },
    ];
    for (const body of good) {
      const made = await client.post("/v1/artifacts", { agent, ...body });
      expect(made.json).toMatchObject({ state: "candidate", promoted_version: null, latest_version: 1, kind: body.kind });
    }
    const bad = [
      { kind: "skill", name: "find-orders-2", content: "no front matter" },
      { kind: "skill", name: "Find Orders", content: skill },
      { kind: "skill", name: "escape", content: { files: { "SKILL.md": skill.replace("find-orders", "escape"), "../outside.md": "x" } } },
      { kind: "tool_wrapper", name: "nothing", content: { tool: "lookup_order" } },
      { kind: "prompt_fragment", name: "empty", content: { slot: "rules", text: "  " } },
    ];
    for (const body of bad) {
      const refused = await client.post("/v1/artifacts", { agent, ...body });
      expect([refused.status, refused.json.error.details.length]).toEqual([422, 1]);
    }
    const again = await client.post("/v1/artifacts", { agent, ...good[0] });
    expect(again.status).toBe(409);
    expect((await client.walk(`/v1/artifacts?agent=${agent}`, 2)).map((one) => one.kind)).toHaveLength(4);
  });

  it("comes into use only by an open gate about that very version, and by a person", async () => {
    const client = await newProject("artifact-gates");
    const machine = await machineOf(client);
    const { json } = await client.post("/v1/artifacts", fragment("Ask for the order id."));
    const act = (who: Client, step: string, body: object) => who.post(`/v1/artifacts/${json.id}/${step}`, body);
    expect((await act(client, "promote", { reason: "now" })).status).toBe(409);
    expect((await act(client, "validate", { reason: "now" })).status).toBe(409);
    const other = await gateFor(client, "something-else@1");
    const shut = await gateFor(client, "use-order-ids@1", { verdict: "regressed" });
    const old = await gateFor(client, "use-order-ids@1", { expiresMs: Date.now() - 1 });
    for (const gate_id of [other, shut, old]) expect((await act(client, "validate", { gate_id, reason: "now" })).status).toBe(409);
    const open = await gateFor(client, "use-order-ids@1");
    expect((await act(client, "promote", { gate_id: open, reason: "now" })).status).toBe(409);
    expect((await act(machine, "validate", { gate_id: open })).json).toMatchObject({ state: "validated" });
    expect((await act(machine, "promote", { gate_id: open })).status).toBe(403);
    const inUse = await act(client, "promote", { reason: "proven" });
    expect(inUse.json).toMatchObject({ state: "promoted", promoted_version: 1, versions: [{ gate_id: open, experiment_id: "exp_1" }] });
    expect((await act(client, "promote", { reason: "again" })).json.history).toHaveLength(3);
    const audit = await client.get(`/v1/audit?object=${json.id}`);
    expect(audit.json.data.map((one: { action: string }) => one.action).toSorted()).toEqual([
      "artifact.made",
      "artifact.promoted",
      "artifact.validated",
    ]);
    expect(audit.text).not.toContain("Ask for the order id");
    const changes = await client.get(`/v1/changes?agent=${agent}&kind=artifact`);
    expect(changes.json.data).toMatchObject([{ ref: "use-order-ids@1", from: null, to: "use-order-ids@1", declared: true }]);
    const shipped = await client.get("/v1/optimisations");
    expect(shipped.json.data).toMatchObject([{ artifact: "use-order-ids@1", state: "waiting", measured: null, ended_at: null }]);
  });

  it("may be signed for by a person who says why, and a policy never stands in for that", async () => {
    const client = await newProject("artifact-policy");
    const machine = await machineOf(client);
    const { json } = await client.post("/v1/artifacts", fragment("Ask for the order id."));
    const act = (who: Client, step: string, body: object) => who.post(`/v1/artifacts/${json.id}/${step}`, body);
    expect((await act(client, "validate", { sign_off: true })).status).toBe(400);
    expect((await act(machine, "validate", { sign_off: true, reason: "sure" })).status).toBe(403);
    expect((await act(client, "validate", { sign_off: true, reason: "read it" })).json.state).toBe("validated");
    expect((await machine.post("/v1/policies", { agent, grants: ["artifact.promote"], reason: "no" })).status).toBe(403);
    const policy = await client.post("/v1/policies", { agent, grants: ["artifact.promote"], reason: "small wins ship" });
    const gate_id = await gateFor(client, "use-order-ids@1");
    expect((await act(machine, "promote", { gate_id })).status).toBe(409);
    await act(client, "revert", { reason: "by the book" });
    await act(machine, "validate", { gate_id });
    const inUse = await act(machine, "promote", {});
    expect(inUse.json.history.at(-1)).toMatchObject({ action: "promoted", policy_id: policy.json.id, gate_id });
    await client.post(`/v1/policies/${policy.json.id}/revoke`, { reason: "enough" });
    await act(client, "revert", { reason: "once more" });
    expect((await act(machine, "promote", { gate_id })).status).toBe(403);
    expect((await client.get("/v1/policies")).json.data).toMatchObject([{ in_force: false, revoke_reason: "enough" }]);
  });

  it("goes back in one step, and the bundle is what it was, byte for byte", async () => {
    const client = await newProject("artifact-revert");
    const { id } = await promoted(client, fragment("Ask for the order id."));
    const before = await bundle(client);
    const tag = before.headers.get("etag") ?? "";
    expect((await client.send("GET", `/v1/agents/${agent}/bundle`, undefined, { "if-none-match": tag })).status).toBe(304);
    const same = await client.post(`/v1/artifacts/${id}/versions`, { content: { slot: "rules", text: "Ask for the order id." } });
    expect(same.json.latest_version).toBe(1);
    await client.post(`/v1/artifacts/${id}/versions`, { content: { slot: "rules", text: "Ask for the order id.\nNever guess it." } });
    await ship(client, id, "use-order-ids@2");
    const after = await bundle(client);
    expect(after.json.artifacts).toMatchObject([{ ref: "use-order-ids@2" }]);
    expect(after.headers.get("etag")).not.toBe(tag);
    const diff = await client.get(`/v1/artifacts/${id}/diff`);
    expect(diff.json.files).toMatchObject([{ path: "prompts/rules/0100-use-order-ids.md", change: "changed", added: 1, removed: 0 }]);
    expect((await client.post(`/v1/artifacts/${id}/revert`, {})).status).toBe(400);
    const reverted = await client.post(`/v1/artifacts/${id}/revert`, { reason: "it guesses", version: 2 });
    expect(reverted.json).toMatchObject({ state: "promoted", promoted_version: 1 });
    const back = await bundle(client);
    expect([back.text, back.headers.get("etag")]).toEqual([before.text, tag]);
    const twice = await client.post(`/v1/artifacts/${id}/revert`, { reason: "it guesses", version: 2 });
    expect(twice.json.promoted_version).toBe(1);
    await client.post(`/v1/artifacts/${id}/deprecate`, { reason: "not needed" });
    expect((await bundle(client)).json.artifacts).toEqual([]);
    await client.post(`/v1/artifacts/${id}/revert`, { reason: "needed after all" });
    expect((await bundle(client)).text).toBe(before.text);
  });

  it("tells of two fragments for one slot, and leaves out what is meant for other versions of the agent", async () => {
    const client = await newProject("artifact-conflicts");
    await promoted(client, fragment("Ask for the order id."));
    await promoted(client, { ...fragment("Never ask for ids.", { order: 5 }), name: "No ids" });
    await promoted(client, {
      ...fragment("New tools."),
      name: "New tools",
      applies_to: { agent_versions: ["2026.*"] },
      content: "New tools.",
    });
    const { json } = await bundle(client);
    expect(json.artifacts.map((one: { ref: string }) => one.ref)).toEqual(["no-ids@1", "use-order-ids@1"]);
    expect(json.conflicts).toMatchObject([{ about: "slot rules", artifacts: ["no-ids@1", "use-order-ids@1"] }]);
    expect(json.left_out).toEqual([{ artifact: "new-tools@1", reason: "agent_version" }]);
    expect((await bundle(client, "?agent_version=2026.11.3")).json.left_out).toEqual([]);
  });

  it("is given as a candidate to the units of a canary's candidate arm, and to who tries it", async () => {
    const client = await newProject("artifact-canary");
    const { id } = await promoted(client, fragment("Ask for the order id."));
    await client.post(`/v1/artifacts/${id}/versions`, { content: { slot: "rules", text: "Ask twice." } });
    const made = await client.post("/v1/experiments", {
      kind: "canary",
      agent,
      candidate: { artifacts: ["use-order-ids@2", "gone@7"] },
      plan: { share: 1, unit: "user", metrics: [{ name: "outcome.success", goal: "increase" }] },
    });
    await client.post(`/v1/experiments/${made.json.id}/start`);
    const inArm = await bundle(client, "?unit=u1");
    expect(inArm.json).toMatchObject({
      experiment_id: made.json.id,
      arm: "candidate",
      artifacts: [{ ref: "use-order-ids@2" }],
      left_out: [{ artifact: "gone@7", reason: "unknown" }],
    });
    expect((await bundle(client)).json).toMatchObject({ experiment_id: null, arm: "baseline", artifacts: [{ ref: "use-order-ids@1" }] });
    expect((await bundle(client, "?artifacts=use-order-ids@2")).json.artifacts).toMatchObject([{ ref: "use-order-ids@2" }]);
  });

  it("is told again where the telling was lost, and once only", async () => {
    const client = await newProject("artifact-told");
    const { id } = await promoted(client, fragment("Ask for the order id."));
    const lost = env.INDEX.prepare("DELETE FROM change WHERE project_id = ?").bind(client.projectId);
    await lost.run();
    await tellRecentSteps(env, Date.now() + 60_000, () => false);
    await tellRecentSteps(env, Date.now() + 120_000, () => false);
    const changes = await client.get(`/v1/changes?agent=${agent}&kind=artifact`);
    expect(changes.json.data).toMatchObject([{ ref: "use-order-ids@1", to: "use-order-ids@1" }]);
    await client.post(`/v1/artifacts/${id}/revert`, { reason: "no" });
    const after = await client.get(`/v1/changes?agent=${agent}&kind=artifact`);
    expect(after.json.data[0]).toMatchObject({ ref: "use-order-ids@1", from: "use-order-ids@1", to: null });
  });

  it("is kept from the units that a promoted canary holds back, which get the version before", async () => {
    const client = await newProject("artifact-holdback");
    const { id } = await promoted(client, fragment("Ask for the order id."));
    await client.post(`/v1/artifacts/${id}/versions`, { content: { slot: "rules", text: "Ask twice." } });
    const plan = { share: 0.5, holdback: 0.5, unit: "user", metrics: [{ name: "outcome.success", goal: "increase" }] };
    const made = await client.post("/v1/experiments", { kind: "canary", agent, candidate: { artifacts: ["use-order-ids@2"] }, plan });
    if (made.status !== 201) throw new Error(made.text);
    await client.post(`/v1/experiments/${made.json.id}/start`);
    await client.post(`/v1/experiments/${made.json.id}/promote`, { override: true, reason: "a trial" });
    await ship(client, id, "use-order-ids@2");
    const given = new Map<string, Set<string>>();
    for (let n = 0; n < 20; n++) {
      const { json } = await bundle(client, `?unit=u${n}`);
      given.set(json.arm, (given.get(json.arm) ?? new Set()).add(json.artifacts[0].ref));
    }
    expect(Object.fromEntries([...given].map(([arm, refs]) => [arm, [...refs]]))).toEqual({
      baseline: ["use-order-ids@1"],
      candidate: ["use-order-ids@2"],
    });
  });

  it("belongs to its project, and only names signals of its own agent", async () => {
    const [client, stranger] = [await newProject("artifact-own"), await newProject("artifact-stranger")];
    const { id } = await promoted(client, fragment("Ask for the order id."));
    expect((await stranger.get(`/v1/artifacts/${id}`)).status).toBe(404);
    expect((await bundle(stranger)).json.artifacts).toEqual([]);
    const refused = await client.post("/v1/artifacts", { ...fragment("x"), name: "other", from: { signal_id: "sig_none" } });
    expect(refused.status).toBe(404);
  });
});
