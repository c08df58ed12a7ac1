// Claude as a namer of signals, from the request to a person's answer: over the real stores and the real SDK, with what the API would say in
// place of the network. Whatever comes, the signal is what it was until somebody accepts.
import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { spentOn } from "../../d1/model-spend.ts";
import { findSignal } from "../../d1/signal-rows.ts";
import { consumeReadings } from "../../queues/read-consumer.ts";
import { resendProposals } from "../../queues/propose-for-signal.ts";
import type { Clock } from "../../queues/reading-model.ts";
import { claudeOf } from "../../workers/cron/claude.ts";
import { newProject, type Client } from "./api-client.ts";
import { store } from "./consume.ts";

afterEach(() => void vi.restoreAllMocks());

const hour = (n: number): string => new Date(Date.parse("2026-11-20T00:00:00.000Z") + n * 3_600_000).toISOString();
const run = (id: string, at: number, error: string | null) => ({
  id,
  agent: "bot",
  started_at: hour(at),
  ended_at: hour(at),
  status: error === null ? "ok" : "error",
  steps: [{ id: "s1", type: "tool", name: "lookup_order", arguments: { order: id }, result: null, error }],
});
const timeout = (n: number): string => `Timeout after ${30_000 + n} ms calling orders at 10.0.0.${n}`;
const missing = "Invalid arguments: missing required field order";

interface Told {
  id: string;
  slug: string;
  name: string;
  definition: string;
  count: number;
}

/** Two signals of one family: timeouts, and the less frequent missing field. */
async function failing(name: string): Promise<{ client: Client; timeouts: Told; invalid: Told }> {
  const client = await newProject(name);
  await store(
    { projectId: client.projectId },
    ...[1, 2, 3].map((n) => run(`t${n}`, n, timeout(n))),
    ...[4, 5].map((n) => run(`m${n}`, n, missing)),
    ...[6, 7, 8].map((n) => run(`ok${n}`, n, null)),
  );
  const { json } = await client.get("/v1/signals?level=leaf&polarity=failure&sort=rate");
  const [timeouts, invalid] = json.data;
  return { client, timeouts, invalid };
}

const events = (...given: [string, object][]) =>
  given.map(([type, more]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`).join("");
const said = (answer: unknown, stop = "end_turn") => {
  const usage = { input_tokens: 1_000, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-test", content: [], stop_reason: null, usage };
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  const body = events(
    ["message_start", { message }],
    ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }],
    ["content_block_delta", { index: 0, delta: { type: "text_delta", text } }],
    ["content_block_stop", { index: 0 }],
    ["message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 200 } }],
    ["message_stop", {}],
  );
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};
const refused = (status: number, type: string) =>
  new Response(JSON.stringify({ type: "error", error: { type, message: "secret" } }), { status });
const proposed = (more: object = {}) => ({
  name: "Order lookup times out",
  definition: "The order service does not answer in time.",
  merge_into: null,
  reason: "That is what the texts say.",
  ...more,
});

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

const clock: Clock = { nowMs: () => Date.now(), jitter: () => 0.5, wait: () => Promise.resolve() };

async function deliver({ projectId }: Client, signalId: string, bindings: object = { ANTHROPIC_API_KEY: "key-of-tests" }, at = clock) {
  const body = { v: 1, kind: "propose", project_id: projectId, signal_id: signalId };
  const batch = createMessageBatch("bento-read", [{ id: "0", timestamp: new Date(), attempts: 1, body }]);
  await consumeReadings(batch, env, claudeOf(bindings), at);
  return getQueueResult(batch, createExecutionContext());
}

const spent = ({ projectId }: Client) => spentOn(env.INDEX, projectId, new Date().toISOString().slice(0, 10));
const shown = async (client: Client, id: string) => (await client.get(`/v1/signals/${id}`)).json;
/** 1,000 tokens in and 200 out, at $2 and $10 a million. */
const answerUsd = 0.004;

async function ready(name: string, more: (told: { timeouts: Told }) => object = () => ({})) {
  const made = await failing(name);
  await made.client.post(`/v1/signals/${made.invalid.id}/propose`);
  const asked = api(() => said(proposed(more(made))));
  await deliver(made.client, made.invalid.id);
  return { ...made, asked };
}

describe("a proposal", () => {
  it("is asked for once, from masked texts, quotes and siblings, is paid, and changes nothing", async () => {
    const { client, timeouts, invalid } = await failing("propose");
    expect(await shown(client, invalid.id)).toMatchObject({ proposal: null });
    const reply = await client.post(`/v1/signals/${invalid.id}/propose`);
    expect([reply.status, reply.json]).toEqual([202, { id: invalid.id, status: "pending" }]);
    const asked = api(() => said(proposed()));
    expect(await deliver(client, invalid.id)).toMatchObject({ explicitAcks: ["0"] });
    await deliver(client, invalid.id);
    expect(asked).toHaveLength(1);
    expect(asked[0].messages[0].content).toContain(`<sibling slug="${timeouts.slug}">`);
    expect(asked[0].messages[0].content).toContain('<class findings="2">');
    expect(asked[0].messages[0].content).toMatch(/<quote>.*missing required field/);
    expect(asked[0].system).not.toContain("missing required field");
    const signal = await shown(client, invalid.id);
    expect(signal.proposal).toEqual({ ...proposed(), model: "claude-sonnet-5-5", at: expect.any(String), status: "ready", error: null });
    expect(signal).toMatchObject({ name: invalid.name, definition: invalid.definition, count: 2 });
    expect(await spent(client)).toBeCloseTo(answerUsd, 9);
  });

  it("is called for once where its message comes twice at the same time", async () => {
    const { client, invalid } = await failing("propose-twice");
    await client.post(`/v1/signals/${invalid.id}/propose`);
    let answer: (response: Response) => void = () => {};
    const asked = api(() => new Promise<Response>((resolve) => (answer = resolve)));
    const first = deliver(client, invalid.id);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    // Under way: it is looked at again, in case the first delivery dies.
    expect(await deliver(client, invalid.id)).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: "0" }] });
    answer(said(proposed()));
    await first;
    expect(await deliver(client, invalid.id)).toMatchObject({ explicitAcks: ["0"] });
    expect(asked).toHaveLength(1);
    expect(await shown(client, invalid.id)).toMatchObject({ proposal: { status: "ready" } });
    expect(await spent(client)).toBeCloseTo(answerUsd, 9);
  });

  it("is asked again after an overload, and stands as ready", async () => {
    const { client, invalid } = await failing("propose-529");
    await client.post(`/v1/signals/${invalid.id}/propose`);
    const asked = api(
      () => refused(529, "overloaded_error"),
      () => said(proposed()),
    );
    await deliver(client, invalid.id);
    expect(asked).toHaveLength(2);
    expect(await shown(client, invalid.id)).toMatchObject({ proposal: { status: "ready", error: null } });
  });

  it("is given up after a bounded number of calls, and its deliveries wait meanwhile", async () => {
    const { client, invalid } = await failing("propose-outage");
    await client.post(`/v1/signals/${invalid.id}/propose`);
    const asked = api(() => refused(529, "overloaded_error"));
    expect((await deliver(client, invalid.id)).retryMessages).toHaveLength(1);
    expect(await shown(client, invalid.id)).toMatchObject({
      proposal: { status: "pending", error: "Claude answered 529 (overloaded_error)" },
    });
    await deliver(client, invalid.id);
    expect(asked).toHaveLength(4);
    for (const later of [1, 2, 3]) await deliver(client, invalid.id, undefined, { ...clock, nowMs: () => Date.now() + later * 3_600_000 });
    expect(asked).toHaveLength(12);
    expect(await shown(client, invalid.id)).toMatchObject({ proposal: { status: "failed" } });
    expect(await spent(client)).toBe(0);
  });

  it.each([
    ["400", () => refused(400, "invalid_request_error"), "Claude answered 400 (invalid_request_error)"],
    ["prose", () => said("Call it a timeout."), "no name and definition"],
    ["an answer that is cut off", () => said('{"name":', "max_tokens"), "did not come to its end"],
  ])("fails with a reason where the answer is %s, and may be asked for anew", async (name, answer, error) => {
    const { client, invalid } = await failing(`propose-${name}`);
    await client.post(`/v1/signals/${invalid.id}/propose`);
    const asked = api(answer);
    await deliver(client, invalid.id);
    await deliver(client, invalid.id);
    expect(asked).toHaveLength(1);
    const { proposal } = await shown(client, invalid.id);
    expect(proposal).toMatchObject({ status: "failed", name: null, error: expect.stringContaining(error) });
    expect((await client.post(`/v1/signals/${invalid.id}/accept`, { what: "all" })).status).toBe(409);
    expect((await client.post(`/v1/signals/${invalid.id}/propose`)).json.status).toBe("pending");
  });

  it.each([
    ["there is no key", {}, null, "off", "ANTHROPIC_API_KEY"],
    ["the budget is zero", undefined, 0, "off", "model_budget_usd_day"],
    ["the budget does not suffice", undefined, 0.000_01, "failed", "budget"],
  ])("asks nobody where %s", async (name, bindings, usd, status, error) => {
    const { client, invalid } = await failing(`propose-${name}`);
    if (usd !== null) await client.send("PATCH", "/v1/settings", { model_budget_usd_day: usd });
    await client.post(`/v1/signals/${invalid.id}/propose`);
    const asked = api(() => said(proposed()));
    expect(await deliver(client, invalid.id, bindings)).toMatchObject({ explicitAcks: ["0"] });
    expect(asked).toHaveLength(0);
    expect(await shown(client, invalid.id)).toMatchObject({ proposal: { status, error: expect.stringContaining(error) } });
  });

  it("cannot name as the same what it was not shown, nor a whole family", async () => {
    const { client, invalid } = await failing("propose-merge");
    const parent = await shown(client, (await shown(client, invalid.id)).parent_id);
    for (const slug of [parent.slug, invalid.slug, "sig-of-nobody"]) {
      await client.post(`/v1/signals/${invalid.id}/propose`);
      api(() => said(proposed({ merge_into: slug })));
      await deliver(client, invalid.id);
      expect(await shown(client, invalid.id)).toMatchObject({ proposal: { status: "ready", merge_into: null } });
      vi.restoreAllMocks();
    }
    expect((await client.post(`/v1/signals/${invalid.id}/accept`, { what: "merge" })).status).toBe(409);
  });

  it("outlives more findings and what people say meanwhile", async () => {
    const { client, invalid } = await ready("propose-keeps");
    await store({ projectId: client.projectId }, run("m11", 11, missing));
    await client.send("PATCH", `/v1/signals/${invalid.id}`, { severity: "high" });
    await client.post(`/v1/signals/${invalid.id}/confirm`);
    expect(await shown(client, invalid.id)).toMatchObject({ count: 3, severity: "high", proposal: { status: "ready" } });
  });

  it("goes when a run of its agent is deleted, because it was written after reading such runs", async () => {
    const { client, invalid } = await ready("propose-deleted");
    expect((await client.send("DELETE", "/v1/runs/m4")).status).toBeLessThan(300);
    expect(await shown(client, invalid.id)).toMatchObject({ count: 1, proposal: null });
  });

  it("that lost its message is sent again at a start, until it is done", async () => {
    const { client, invalid } = await failing("propose-lost");
    await client.post(`/v1/signals/${invalid.id}/propose`);
    const message = { v: 1, kind: "propose", project_id: client.projectId, signal_id: invalid.id };
    const send = vi.spyOn(env.READ_QUEUE, "send");
    await resendProposals(env, Date.now());
    expect(send).toHaveBeenCalledWith(message);
    api(() => said(proposed()));
    await deliver(client, invalid.id);
    send.mockClear();
    await resendProposals(env, Date.now());
    expect(send).not.toHaveBeenCalledWith(message);
  });

  it("is another project's as little as its signal", async () => {
    const { invalid } = await ready("propose-own");
    const other = await newProject("propose-other");
    for (const [verb, body] of [
      ["propose", {}],
      ["accept", { what: "all" }],
      ["decline", {}],
    ] as const)
      expect((await other.post(`/v1/signals/${invalid.id}/${verb}`, body)).status).toBe(404);
  });
});

describe("a person's answer", () => {
  it.each([
    ["name", { name: "Order lookup times out" }, "renamed"],
    ["definition", { definition: "The order service does not answer in time." }, "defined"],
    ["all", { name: "Order lookup times out", definition: "The order service does not answer in time." }, "defined"],
  ])("accepts the %s, by name and with an audit line, and the proposal is gone", async (what, changed, kind) => {
    const { client, invalid } = await ready(`accept-${what}`);
    const reply = await client.post(`/v1/signals/${invalid.id}/accept`, { what, reason: "fits" });
    expect([reply.status, reply.json]).toMatchObject([
      200,
      { id: invalid.id, name: invalid.name, definition: invalid.definition, ...changed, proposal: null },
    ]);
    expect(reply.json.history.at(-1)).toMatchObject({ kind, reason: "fits" });
    expect(reply.json.history.at(-1).by).not.toMatch(/claude|bento/);
    const audit = (await client.get("/v1/audit?limit=50")).json.data;
    expect(audit).toContainEqual(expect.objectContaining({ action: "signal.changed", object: invalid.id, reason: "fits" }));
    expect((await findSignal(env.INDEX, client.projectId, invalid.id))?.said.proposal).toBeNull();
    expect((await client.post(`/v1/signals/${invalid.id}/accept`, { what })).status).toBe(409);
  });

  it.each(["merge", "all"])("accepts a merge by %s: the classes move and stay", async (what) => {
    const { client, timeouts, invalid } = await ready(`accept merge ${what}`, (made) => ({ merge_into: made.timeouts.slug }));
    const reply = await client.post(`/v1/signals/${invalid.id}/accept`, { what });
    expect([reply.status, reply.json]).toMatchObject([200, { id: timeouts.id, count: 5, name: timeouts.name, proposal: null }]);
    expect((await client.get(`/v1/signals/${invalid.id}`)).status).toBe(404);
    await store({ projectId: client.projectId }, run("m12", 12, missing));
    expect(await shown(client, timeouts.id)).toMatchObject({ count: 6 });
  });

  it("refuses what is not proposed any more, and what was replaced meanwhile", async () => {
    const { client, invalid } = await ready("accept-stale");
    const reply = await client.post(`/v1/signals/${invalid.id}/accept`, { what: "name", at: "2020-01-01T00:00:00.000Z" });
    expect(reply.status).toBe(409);
    expect((await client.post(`/v1/signals/${invalid.id}/accept`, { what: "merge" })).status).toBe(409);
    expect((await client.post(`/v1/signals/${invalid.id}/accept`, { what: "everything" })).status).toBe(400);
    expect(await shown(client, invalid.id)).toMatchObject({ name: invalid.name, proposal: { status: "ready" } });
  });

  it("declines, also while it is being made, and nothing comes of the call", async () => {
    const { client, invalid } = await failing("decline");
    await client.post(`/v1/signals/${invalid.id}/propose`);
    api(async () => {
      vi.restoreAllMocks();
      await client.post(`/v1/signals/${invalid.id}/decline`);
      return said(proposed());
    });
    await deliver(client, invalid.id);
    expect(await shown(client, invalid.id)).toMatchObject({ name: invalid.name, proposal: null });
    expect(await spent(client)).toBeCloseTo(answerUsd, 9);
    expect((await client.post(`/v1/signals/${invalid.id}/decline`)).status).toBe(409);
  });
});
