// From a signal to a draft, and from what was shipped to what came of it: over the real stores, with what Claude would say in place of the network.
import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { writeIncidents } from "../../d1/write-behaviour.ts";
import { incidentDeskOf } from "../../durable-objects/names.ts";
import { consumeReadings } from "../../queues/read-consumer.ts";
import type { Clock, Model } from "../../queues/reading-model.ts";
import { draftsOfTheMinute } from "../../queues/draft-with-model.ts";
import { measureOptimisations } from "../../queues/measure-optimisations.ts";
import { newProject, type Client } from "./api-client.ts";
import { store } from "./consume.ts";

afterEach(() => void vi.restoreAllMocks());

const hourMs = 3_600_000;
const timeOf = (n: number): string => new Date(Date.now() - 48 * hourMs + n * 60_000).toISOString();
const wrong = "Invalid arguments: missing required field order_id";

/** A run with one call; without `order_id` it fails. */
const run = (id: string, n: number, isGood: boolean, more: object = {}) => ({
  id,
  agent: "bot",
  started_at: timeOf(n),
  ended_at: timeOf(n),
  status: isGood ? "ok" : "error",
  input: "My secret card is 4111-1111, where is my order?",
  output: isGood ? "It is on its way." : null,
  scores: { success: isGood ? 1 : 0 },
  steps: [
    {
      id: "s1",
      type: "tool",
      name: "lookup_order",
      arguments: isGood ? { name: "Ana Secret", order_id: id } : { name: "Ana Secret" },
      result: isGood ? { state: "sent" } : null,
      error: isGood ? null : wrong,
    },
  ],
  ...more,
});

async function failing(name: string): Promise<{ client: Client; signal: string }> {
  const client = await newProject(name, {});
  const runs = Array.from({ length: 40 }, (_, n) => run(`r${n}`, n, n % 4 !== 0));
  await store({ projectId: client.projectId }, ...runs);
  const { json } = await client.get("/v1/signals?agent=bot&level=leaf&polarity=failure");
  return { client, signal: json.data[0].id };
}

const clock: Clock = { nowMs: () => Date.now(), jitter: () => 0.5, wait: async () => {} };

function modelThat(says: object | null): Model & { asked: string[] } {
  const asked: string[] = [];
  const tokens = { input: 1_000, output: 200, cacheRead: 0, cacheWrite: 0 };
  return {
    asked,
    name: "claude-sonnet-5-5",
    call: async ({ message }) => {
      asked.push(message);
      if (says === null) return { ok: false, failure: { status: 400, type: "invalid_request_error", retryAfterMs: null }, tokens: null };
      return { ok: true, reply: { stopReason: "end_turn", text: JSON.stringify(says), toolInputs: [] }, tokens };
    },
  };
}

async function consume({ projectId }: Client, id: string, model: Model | null) {
  const body = { v: 1, kind: "draft", project_id: projectId, artifact_id: id };
  const batch = createMessageBatch("bento-read", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
  await consumeReadings(batch, env, model, clock);
  return getQueueResult(batch, createExecutionContext());
}

describe("a draft", () => {
  it("is there at once, says what it believes and promises, quotes no user, and is the same the second time", async () => {
    const { client, signal } = await failing("draft-rule");
    const made = await client.post(`/v1/signals/${signal}/draft`);
    expect([made.status, made.json]).toMatchObject([202, { status: "drafting", kind: "tool_wrapper", signal_id: signal }]);
    const { json, text } = await client.get(`/v1/artifacts/${made.json.id}`);
    expect(json).toMatchObject({
      state: "candidate",
      versions: [{ content: { tool: "lookup_order", schema_patch: { required: ["order_id"] } } }],
    });
    const [version] = json.versions;
    expect(version.hypothesis).toMatchObject({ target_signal_id: signal, expected: { from: 0.25 } });
    expect(version.hypothesis.expected.to).toBeLessThan(0.25);
    expect(version.provenance).toMatchObject({ made_by: "rule", signal_id: signal });
    expect(version.provenance.run_ids).toHaveLength(30);
    expect(version.provenance.finding_ids).toHaveLength(10);
    expect(text).not.toMatch(/secret|4111|Ana/i);
    const again = await client.post(`/v1/signals/${signal}/draft`);
    expect([again.json.id, again.json.artifact]).toEqual([made.json.id, made.json.artifact]);
    expect((await client.get("/v1/artifacts")).json.total).toBe(1);
    expect((await client.get(`/v1/artifacts?signal_id=${signal}`)).json.total).toBe(1);
  });

  it("is bettered by Claude as a further version, paid once however often its message comes", async () => {
    const { client, signal } = await failing("draft-claude");
    const { json } = await client.post(`/v1/signals/${signal}/draft`);
    const model = modelThat({
      statement: "Ids are left out.",
      when: "Orders.",
      description: "d",
      text: "Give `order_id`; ask for it if you do not have it.",
    });
    await consume(client, json.id, model);
    await consume(client, json.id, model);
    expect(model.asked).toHaveLength(1);
    expect(model.asked[0]).toContain("<trace>");
    const artifact = await client.get(`/v1/artifacts/${json.id}`);
    expect(artifact.json.model_draft).toMatchObject({ status: "ok", version: 2, of_version: 1 });
    expect(artifact.json.model_draft.cost_usd).toBeGreaterThan(0);
    expect(artifact.json.versions[1]).toMatchObject({
      parent_version: 1,
      content: {
        tool: "lookup_order",
        schema_patch: { required: ["order_id"] },
        guidance: "Give `order_id`; ask for it if you do not have it.",
      },
      provenance: { made_by: "model", model: "claude-sonnet-5-5" },
      hypothesis: { statement: "Ids are left out.", expected: { from: 0.25 } },
      state: "candidate",
    });
    const again = await client.post(`/v1/signals/${signal}/draft`);
    expect(again.json).toMatchObject({ status: "drafted", artifact: json.artifact });
  });

  it.each([
    ["has no key", null, "off"],
    ["refuses", modelThat(null), "failed"],
    ["answers with something else", modelThat({ text: 1 }), "failed"],
  ])("stands where Claude %s", async (name, model, status) => {
    const { client, signal } = await failing(`draft-${name}`);
    const { json } = await client.post(`/v1/signals/${signal}/draft`);
    await consume(client, json.id, model);
    const artifact = await client.get(`/v1/artifacts/${json.id}`);
    expect(artifact.json).toMatchObject({ latest_version: 1, model_draft: { status, version: null } });
  });

  it("whose message was lost is sent again by the minute", async () => {
    const { client, signal } = await failing("draft-lost");
    const { json } = await client.post(`/v1/signals/${signal}/draft`);
    const sent: unknown[] = [];
    const queue = { ...env, READ_QUEUE: { send: async (body: unknown) => void sent.push(body) } as unknown as Queue };
    await draftsOfTheMinute(queue, Date.now() + hourMs);
    expect(sent).toContainEqual({ v: 1, kind: "draft", project_id: client.projectId, artifact_id: json.id });
  });

  it("comes from an incident too, for the signal that it holds", async () => {
    const { client, signal } = await failing("draft-incident");
    const { json: known } = await client.get(`/v1/signals/${signal}`);
    const { id, slug, name, state, rate, rate_low, rate_high, severity } = known;
    const raised = { id, slug, name, state, rate, rate_low, rate_high, severity, onset_at: timeOf(0) };
    const owner = { projectId: client.projectId, agent: "bot" };
    const { incidents, told } = await incidentDeskOf(env, client.projectId, "bot").raise(owner, [raised], Date.now());
    await writeIncidents(env.INDEX, client.projectId, incidents, told);
    const made = await client.post(`/v1/incidents/${incidents[0]?.id}/draft`);
    expect([made.status, made.json]).toMatchObject([202, { kind: "tool_wrapper", signal_id: signal }]);
    const artifact = await client.get(`/v1/artifacts?incident_id=${incidents[0]?.id}`);
    expect(artifact.json.data).toMatchObject([{ id: made.json.id }]);
    const { incident } = await brokenPromise(client, signal);
    const nothing = await client.post(`/v1/incidents/${incident.id}/draft`);
    // It holds no signal and names no runs.
    expect(nothing.status).toBe(409);
  });
});

/** Ships a version that promises much and changes nothing. */
async function brokenPromise(client: Client, signal: string) {
  const made = await client.post("/v1/artifacts", {
    agent: "bot",
    kind: "prompt_fragment",
    name: "Give ids",
    content: "Give ids.",
    from: { signal_id: signal },
    hypothesis: { statement: "Told to give ids, it gives them.", expected_rate: 0.01 },
  });
  const { id } = made.json;
  await client.post(`/v1/artifacts/${id}/validate`, { sign_off: true, reason: "a trial" });
  const { json: suite } = await client.post("/v1/suites", { agent: "bot", name: "basics" });
  const gate = await client.post("/v1/gates", { suite_id: suite.id, candidate: { artifacts: ["give-ids@1"] } });
  await client.post(`/v1/gates/${gate.json.id}/waive`, { reason: "a trial" });
  const promoted = await client.post(`/v1/artifacts/${id}/promote`, { gate_id: gate.json.id, reason: "a trial" });
  if (promoted.status !== 200) throw new Error(promoted.text);
  const at = new Date(Date.now() + 1_000).toISOString();
  const config = { artifacts: [{ name: "give-ids", version: "1" }] };
  const since = Array.from({ length: 400 }, (_, n) => {
    const own = n % 2 === 0 ? { config } : {};
    const isGood = n % 2 === 0 ? n % 4 !== 0 : n % 8 !== 1;
    return run(`s${n}`, 0, isGood, { started_at: at, ended_at: at, ...own });
  });
  await store({ projectId: client.projectId }, ...since);
  await client.get("/v1/signals?agent=bot");
  await measureOptimisations(env, Date.now() + hourMs, () => false);
  const { json } = await client.get("/v1/incidents?agent=bot");
  return { id, incident: json.data.find((one: { title: string }) => one.title.includes("promise")) };
}

describe("what was shipped", () => {
  it("is measured against what was promised; a promise not kept opens an incident that proposes the way back and hears of it", async () => {
    const { client, signal } = await failing("promise");
    const { id, incident } = await brokenPromise(client, signal);
    const { json } = await client.get("/v1/optimisations?agent=bot");
    expect(json.data).toMatchObject([
      {
        artifact: "give-ids@1",
        state: "not_kept",
        expected: { from: 0.25, to: 0.01 },
        measured: { against: "beside", signal: { units_with: 200, units_without: 200 } },
        incident_id: incident.id,
      },
    ]);
    expect(json.data[0].measured.signal.low).toBeGreaterThan(0);
    expect(incident).toMatchObject({
      status: "open",
      attribution: { verdict: "attributed", causes: [{ kind: "artifact", ref: "give-ids@1" }] },
      lineage: { artifacts: ["give-ids@1"] },
    });
    expect(incident.timeline.at(-1).text).toContain(`POST /v1/artifacts/${id}/revert`);
    const changes = await client.get("/v1/changes?kind=artifact");
    expect(incident.attribution.causes[0].change_id).toBe(changes.json.data[0].id);
    await measureOptimisations(env, Date.now() + 48 * hourMs, () => false);
    expect((await client.get("/v1/incidents?agent=bot")).json.data.filter((one: { id: string }) => one.id === incident.id)).toHaveLength(1);
    await client.post(`/v1/artifacts/${id}/revert`, { reason: "it does harm" });
    const after = await client.get(`/v1/incidents/${incident.id}`);
    const texts = after.json.timeline.map((entry: { text: string }) => entry.text);
    expect(texts).toContain("give-ids@1 was taken out of use: it does harm");
    expect((await client.get("/v1/optimisations")).json.data[0].ended_at).not.toBeNull();
  });
});
