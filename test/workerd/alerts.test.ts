// Alert rules from end to end: what they find is told once to whom it concerns, by traffic, by people's acts and by time alone; and
// what people say of drifts tunes the dimension.
import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Webhook } from "standardwebhooks";
import { factsOf } from "../../domain/drift/facts-of.ts";
import { packFacts } from "../../domain/drift/packed-facts.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";
import { behaviourOf, incidentDeskOf } from "../../durable-objects/names.ts";
import { markAndLook } from "../../queues/evaluate-alerts.ts";
import { writeIncidents } from "../../d1/write-behaviour.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { aDrift, aGroup, dayMs, hourMs, t0 } from "../unit/incident/an-incident.ts";
import { newProject, runOf, type Client } from "./api-client.ts";
import { deliver } from "./consume.ts";
import { objectOf, rowsOf, sentByAlarm } from "./objects.ts";
import { tripwire } from "./tripwire.ts";

const minuteMs = 60_000;
const anyIncident = { type: "incident" };

interface Called {
  url: string;
  headers: Headers;
  raw: string;
  body: any;
}

/** What is called out; everything answers with `status`. */
function outside(status = 204): Called[] {
  const calls: Called[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    const raw = String(init?.body);
    calls.push({ url: String(url), headers: new Headers(init?.headers), raw, body: JSON.parse(raw) });
    return new Response(null, { status });
  });
  return calls;
}

async function watched(name: string, agent = "bot") {
  const project = await newProject(name);
  await project.seed({ id: "run_1", agent, started_at: new Date(Date.now() - minuteMs).toISOString() });
  const owner = { projectId: project.projectId, agent };
  const object = objectOf(env.INCIDENT_DESK, [owner.projectId, owner.agent]);
  const desk = incidentDeskOf(env, owner.projectId, agent);
  /** An analysis with one drift an id, each an incident. */
  const fold = async (ids: string[], severity: "medium" | "critical" = "medium", nowMs = Date.now()) => {
    const drifts = ids.map((id, i) => aDrift(id, { severity }, t0 + i * 20 * dayMs));
    const groups = ids.map((id, i) => aGroup([id], { severity }, t0 + i * 20 * dayMs));
    const { incidents, told } = await desk.fold(owner, { groups, drifts, withdrawn: [], untilMs: t0 + 99 * dayMs }, nowMs);
    await writeIncidents(env.INDEX, owner.projectId, incidents, told);
  };
  const rule = async (more: object) => (await project.post("/v1/alert-rules", { name: "r", ...more })).json;
  return {
    project,
    object,
    rule,
    fold,
    /** The same, and what follows from it. */
    find: async (ids: string[], severity: "medium" | "critical" = "medium", nowMs = Date.now()) => {
      await fold(ids, severity, nowMs);
      await markAndLook(env, owner.projectId, agent, nowMs);
    },
    look: (nowMs: number) => markAndLook(env, owner.projectId, agent, nowMs),
    notices: async () => {
      const rows = await rowsOf(object, "SELECT json FROM outbox WHERE key LIKE 'alert.%' ORDER BY key");
      return rows.map(({ json }) => JSON.parse(json).message);
    },
    events: async () =>
      (await rowsOf(object, "SELECT json FROM outbox WHERE key LIKE 'alert.%'"))
        .map(({ json }) => String(JSON.parse(json).message.event))
        .toSorted(),
    send: async () => deliver("bento-notice", await sentByAlarm(object, "NOTICE_QUEUE")),
    standing: async (id: string) => (await project.get(`/v1/alert-rules/${id}`)).json,
  };
}

afterEach(() => vi.restoreAllMocks());

describe("alert rules", () => {
  it("are made, listed, changed and removed, with a line in the audit log each, and a Slack address is never shown", async () => {
    const { project } = await watched("crud");
    const secret = "https://hooks.slack.com/services/T0/B0/verysecret";
    const made = await project.post("/v1/alert-rules", {
      name: "pages",
      condition: { type: "incident", min_severity: "high" },
      targets: [{ type: "slack", url: secret }],
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: "pages",
      agent: null,
      enabled: true,
      condition: { type: "incident", min_severity: "high", dimensions: null, cause_kinds: null },
      targets: [{ type: "slack", host: "hooks.slack.com" }],
      cool_down_ms: 3_600_000,
      renotify_ms: null,
      no_data: "keep",
      firing: 0,
    });
    const path = `/v1/alert-rules/${made.json.id}`;
    const changed = await project.send("PATCH", path, { enabled: false, renotify_ms: 120_000 });
    expect(changed.json).toMatchObject({ enabled: false, renotify_ms: 120_000, name: "pages", watching_since: made.json.watching_since });
    expect((await project.send("PATCH", path, { enabled: true })).json.watching_since).not.toBe(made.json.watching_since);
    const listed = await project.get("/v1/alert-rules?agent=bot&enabled=true");
    expect(listed.json).toMatchObject({ total: 1, next_cursor: null, data: [{ id: made.json.id }] });
    expect(listed.text + (await project.get(path)).text).not.toContain("verysecret");
    expect((await project.send("DELETE", path)).status).toBe(204);
    for (const reply of [await project.get(path), await project.send("PATCH", path, {}), await project.send("DELETE", path)])
      expect(reply.status).toBe(404);
    const { results } = await env.INDEX.prepare(
      "SELECT draft FROM audit_pending WHERE project_id = ?1 UNION ALL SELECT record FROM audit WHERE project_id = ?1",
    )
      .bind(project.projectId)
      .all<{ draft: string }>();
    const lines = results.map(({ draft }) => JSON.parse(draft)).filter(({ object }) => object === made.json.id);
    expect(lines.map(({ action }) => String(action)).toSorted()).toEqual([
      "alert_rule.changed",
      "alert_rule.changed",
      "alert_rule.made",
      "alert_rule.removed",
    ]);
    expect(JSON.stringify(lines)).not.toContain("verysecret");
  });

  it("of another project do not exist, and need the scope to write", async () => {
    const [a, b] = [await watched("mine"), await watched("theirs")];
    const { id } = await a.rule({ condition: anyIncident });
    for (const reply of [
      await b.project.get(`/v1/alert-rules/${id}`),
      await b.project.send("DELETE", `/v1/alert-rules/${id}`),
      await b.project.post(`/v1/alert-rules/${id}/preview`),
    ])
      expect(reply.status).toBe(404);
    const hook = await b.project.post("/v1/webhooks", { url: "https://example.com/h", events: ["alert.fired"] });
    const stolen = await a.project.post("/v1/alert-rules", {
      name: "x",
      condition: anyIncident,
      targets: [{ type: "webhook", webhook_id: hook.json.id }],
    });
    expect([stolen.status, stolen.json.error.details[0].path]).toEqual([422, "targets[0].webhook_id"]);
    const { json: key } = await a.project.post("/v1/keys", { name: "reader", scopes: ["read"] });
    const response = await a.project.send(
      "POST",
      "/v1/alert-rules",
      { name: "x", condition: anyIncident },
      { authorization: `Bearer ${key.key}` },
    );
    expect(response.status).toBe(403);
  });

  it.each([
    ["no condition", { name: "x" }],
    ["a threshold without a bound", { name: "x", condition: { type: "threshold", dimensions: ["cost.usd"] } }],
    ["an unknown kind", { name: "x", condition: { type: "weather" } }],
    ["a silence of a moment", { name: "x", condition: { type: "no_data", after_ms: 5 } }],
    ["an unknown field", { name: "x", condition: anyIncident, colour: "red" }],
  ])("refuse %s with 400", async (_, body) => {
    const { project } = await watched("refused");
    expect((await project.post("/v1/alert-rules", body)).status).toBe(400);
  });

  it.each(["http://example.com/h", "https://10.0.0.1/h", "ftp://x", "https://user:pass@example.com/"])(
    "refuse the Slack address %s with 422",
    async (url) => {
      const { project } = await watched("address");
      const reply = await project.post("/v1/alert-rules", { name: "x", condition: anyIncident, targets: [{ type: "slack", url }] });
      expect(reply.status).toBe(422);
    },
  );
});

describe("what a rule finds", () => {
  it("is told once to its webhook, signed over the raw bytes, and to Slack in its form; hostile text calls nobody", async () => {
    const { project, rule, find, send, notices, standing } = await watched("told");
    const hook = (await project.post("/v1/webhooks", { url: "https://example.com/hook", events: ["report.made"] })).json;
    const { id } = await rule({
      name: "<!channel> & co",
      condition: anyIncident,
      targets: [
        { type: "webhook", webhook_id: hook.id },
        { type: "slack", url: "https://hooks.slack.com/services/T/B/X" },
      ],
    });
    await find(["a"]);
    await find(["a"]);
    expect(await notices()).toMatchObject([{ event: "alert.fired", rule_id: id, agent: "bot" }]);
    const calls = outside();
    const sent = await notices();
    await send();
    await deliver("bento-notice", sent, { attempts: 2 });
    const [standard, slack, ...others] = calls.sort((a, b) => a.url.localeCompare(b.url));
    expect(others).toEqual([]);
    const signed = Object.fromEntries(standard?.headers ?? []);
    expect(new Webhook(hook.secret).verify(standard?.raw ?? "", signed)).toMatchObject({ type: "alert.fired" });
    expect(() => new Webhook(hook.secret).verify(JSON.stringify(standard?.body, null, 1), signed)).toThrow("No matching signature");
    expect(standard?.body).toMatchObject({
      type: "alert.fired",
      data: { rule: { id }, agent: "bot", severity: "medium", incident: { agent: "bot" } },
    });
    expect(slack?.headers.get("webhook-signature")).toBeNull();
    expect(slack?.body.blocks.map(({ type }: { type: string }) => type)).toEqual(["section", "section", "context"]);
    expect(slack?.raw).toContain("rule: &lt;!channel&gt; &amp; co");
    expect(slack?.raw).not.toContain("<!channel>");
    expect(await standing(id)).toMatchObject({ firing: 1, standing: [{ phase: "firing", notices: 1, agent: "bot" }] });
    const deliveries = (await project.get("/v1/deliveries")).json.data;
    expect(deliveries).toMatchObject([{ status: "delivered", rule_id: id, next_attempt_at: null }, { status: "delivered" }]);
    expect(deliveries.map(({ host }: { host: string }) => host).sort()).toEqual(["example.com", "hooks.slack.com"]);
    expect(JSON.stringify(deliveries)).not.toContain("services");
  });

  it("says nothing of what was known before the rule, until that becomes worse", async () => {
    const { rule, find, events } = await watched("before");
    await find(["a"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rule({ condition: anyIncident });
    await find(["a"]);
    expect(await events()).toEqual([]);
    await find(["a"], "critical");
    expect(await events()).toEqual(["alert.fired"]);
  });

  it("is told again by the minute until somebody acknowledges it, and its end once", async () => {
    const { project, rule, find, events, standing } = await watched("reminded");
    const { id } = await rule({ condition: anyIncident, renotify_ms: 10 * minuteMs });
    const firstMs = Date.now();
    await find(["a"], "medium", firstMs);
    await tick(env, firstMs + 9 * minuteMs);
    expect(await events()).toEqual(["alert.fired"]);
    await tick(env, firstMs + 10 * minuteMs);
    await tick(env, firstMs + 10 * minuteMs);
    expect(await events()).toEqual(["alert.fired", "alert.renotified"]);
    const [incident] = (await project.get("/v1/incidents")).json.data;
    expect((await project.post(`/v1/incidents/${incident.id}/acknowledge`)).status).toBe(200);
    await tick(env, firstMs + 60 * minuteMs);
    expect(await events()).toEqual(["alert.fired", "alert.renotified"]);
    expect((await project.post(`/v1/incidents/${incident.id}/resolve`)).status).toBe(200);
    expect(await events()).toEqual(["alert.fired", "alert.renotified", "alert.resolved"]);
    expect(await standing(id)).toMatchObject({ firing: 0, standing: [] });
  });

  it("is held back by the cool-down and told when it ends, the worse at once", async () => {
    const { rule, find, events } = await watched("cooled");
    await rule({ condition: anyIncident, cool_down_ms: 30 * minuteMs });
    const firstMs = Date.now();
    await find(["a"], "medium", firstMs);
    await find(["a", "b"], "medium", firstMs + minuteMs);
    expect(await events()).toEqual(["alert.fired"]);
    await tick(env, firstMs + 30 * minuteMs);
    expect(await events()).toEqual(["alert.fired", "alert.fired"]);
  });

  it("is told once and listed, wherever the isolate dies: the next minute looks again", async () => {
    vi.spyOn(console, "error").mockReturnValue(undefined);
    let hasTripped = true;
    for (let at = 0; hasTripped; at++) {
      const { project, rule, events, standing, fold } = await watched(`crash ${at}`);
      const { id } = await rule({ condition: anyIncident });
      await fold(["a"]);
      const cut = tripwire(env, at);
      await markAndLook(cut.env, project.projectId, "bot", Date.now()).catch(() => undefined);
      hasTripped = cut.hasTripped();
      await tick(env, Date.now());
      expect(await events(), `cut at call ${at}`).toEqual(["alert.fired"]);
      expect(await standing(id), `cut at call ${at}`).toMatchObject({ firing: 1 });
      expect(at).toBeLessThan(30);
    }
  });

  it("ends without a word when its rule is removed", async () => {
    const { project, rule, find, events, object } = await watched("removed");
    const { id } = await rule({ condition: anyIncident });
    await find(["a"]);
    await project.send("DELETE", `/v1/alert-rules/${id}`);
    await tick(env, Date.now());
    expect(await rowsOf(object, "SELECT * FROM alert")).toEqual([]);
    expect(await events()).toEqual(["alert.fired"]);
    const calls = outside();
    await deliver("bento-notice", await sentByAlarm(object, "NOTICE_QUEUE"));
    expect(calls).toEqual([]);
  });

  it("is heard by a webhook that asks for alerts of every rule", async () => {
    const { project, rule, find, send } = await watched("subscribed");
    await project.post("/v1/webhooks", { url: "https://example.com/all", events: ["alert.fired"] });
    await rule({ condition: anyIncident });
    await find(["a"]);
    const calls = outside();
    await send();
    expect(calls.map(({ body }) => body.type)).toEqual(["alert.fired"]);
  });
});

describe("time alone", () => {
  it("makes silence an alert, once, and its end when runs come back", async () => {
    const { project, rule, events, standing, look } = await watched("silent");
    const { id } = await rule({ agent: "bot", condition: { type: "no_data", after_ms: hourMs } });
    const nowMs = Date.now();
    await tick(env, nowMs);
    expect(await events()).toEqual([]);
    await tick(env, nowMs + 59 * minuteMs);
    expect(await events()).toEqual([]);
    await tick(env, nowMs + 61 * minuteMs);
    await tick(env, nowMs + 62 * minuteMs);
    expect(await events()).toEqual(["alert.fired"]);
    expect((await standing(id)).standing[0].title).toMatch(/^bot has sent no run since /);
    await project.seed({ id: "run_2", agent: "bot", started_at: new Date(nowMs + 63 * minuteMs).toISOString() });
    await look(nowMs + 64 * minuteMs);
    expect(await events()).toEqual(["alert.fired", "alert.resolved"]);
  });

  it("shows in a preview exactly where runs were missing, to the minute", async () => {
    const { project } = await watched("gaps");
    const at = (minutes: number): string => new Date(t0 + minutes * minuteMs).toISOString();
    await project.seed(...[0, 20, 40, 75, 90, 200].map((minutes) => ({ id: `run_g${minutes}`, agent: "gap", started_at: at(minutes) })));
    const body = { agent: "gap", condition: { type: "no_data", after_ms: 30 * minuteMs }, from: at(-60), to: at(600), cool_down_ms: 0 };
    const { json } = await project.post("/v1/alert-rules/preview", body);
    expect(json).toMatchObject({ fired: 3, resolved: 2, standing: 1, agents: ["gap"] });
    expect(json.told.map(({ told_at }: { told_at: string }) => (Date.parse(told_at) - t0) / minuteMs)).toEqual([70, 75, 120, 200, 230]);
  });

  it("leaves agents alone that were silent before a rule on all agents was made", async () => {
    const { rule, events } = await watched("old");
    await rule({ condition: { type: "no_data", after_ms: hourMs } });
    await tick(env, Date.now() + 5 * hourMs);
    expect(await events()).toEqual([]);
  });
});

describe("a delivery", () => {
  it("that is refused shows its next try and keeps its tries, however many messages say the same, until it is given up", async () => {
    const { project, rule, find, notices, object } = await watched("retried");
    await rule({ condition: anyIncident, targets: [{ type: "slack", url: "https://hooks.slack.com/services/T/B/X" }] });
    await find(["a"]);
    const calls = outside(500);
    const [notice] = await notices();
    const result = await deliver("bento-notice", [notice, notice]);
    expect(result.retryMessages).toHaveLength(2);
    expect(calls).toHaveLength(1);
    const [first] = (await project.get("/v1/deliveries?status=retrying")).json.data;
    expect(first).toMatchObject({ attempts: 1, last_error: "answered 500", about: "Success of bot fell" });
    expect(Date.parse(first.next_attempt_at)).toBeGreaterThan(Date.parse(first.created_at));
    for (let attempt = 2; attempt <= 8; attempt++) {
      await env.INDEX.prepare("UPDATE delivery SET next_ms = 0 WHERE project_id = ?").bind(project.projectId).run();
      await deliver("bento-notice", [notice], { attempts: attempt });
    }
    expect(calls).toHaveLength(8);
    const { json } = await project.get("/v1/deliveries");
    expect(json.data).toMatchObject([{ status: "failed", attempts: 8, next_attempt_at: null, created_at: first.created_at }]);
    expect(await rowsOf(object, "SELECT 1 FROM outbox WHERE key LIKE 'alert.%' AND confirmed_ms IS NOT NULL")).toHaveLength(1);
  });
});

describe("traffic", () => {
  const days = 18;
  const changeDay = 12;
  const startMs = t0;
  /** Two runs an hour whose success falls on the twelfth day, folded as their consumers would. */
  async function falling(project: Client): Promise<void> {
    const random = seededRandom("alerts");
    const facts = Array.from({ length: days * 48 }, (_, i) => {
      const atMs = startMs + i * 30 * minuteMs;
      const isGood = random() < (atMs < startMs + changeDay * dayMs ? 0.95 : 0.4);
      const started_at = new Date(atMs).toISOString();
      return packFacts(
        factsOf(
          runOf({
            id: `run_${i}`,
            agent: "bot",
            started_at,
            scores: [{ name: "success", value: isGood ? 1 : 0, source: null, comment: null }],
          }),
          "01~",
        ),
      );
    });
    await project.seed(
      { id: "run_1", agent: "bot", started_at: new Date(startMs).toISOString() },
      { id: "run_2", agent: "bot", started_at: new Date(startMs + days * dayMs).toISOString() },
    );
    await behaviourOf(env, project.projectId, "bot").fold(
      { projectId: project.projectId, agent: "bot", falseAlarmBudgetDays: 30 },
      facts,
      Date.now(),
    );
  }

  it("that moves fires rules on incidents, drifts and thresholds as its evaluation is published; a preview agrees; a dismissal tunes, an acceptance is the new baseline", async () => {
    const project = await newProject("moving");
    await falling(project);
    const conditions = [
      { type: "incident", min_severity: "high" },
      { type: "drift", dimensions: ["outcome.*"], directions: ["down"] },
      { type: "threshold", dimensions: ["outcome.success"], below: 0.7, bucket: "day", buckets: 2, min_runs: 10 },
      { type: "threshold", dimensions: ["outcome.success"], below: 0.1, bucket: "day", min_runs: 10 },
    ];
    const ids: string[] = [];
    for (const condition of conditions) ids.push((await project.post("/v1/alert-rules", { name: "r", condition })).json.id);
    expect((await project.post("/v1/agents/bot/flush")).status).toBe(200);
    const firing = async (id: string) => (await project.get(`/v1/alert-rules/${id}`)).json.firing;
    expect(await Promise.all(ids.map(firing))).toEqual([1, expect.any(Number), 1, 0]);
    expect(await firing(ids[1] ?? "")).toBeGreaterThan(0);
    for (const [i, id] of ids.entries()) {
      const { json, status } = await project.post(`/v1/alert-rules/${id}/preview`);
      expect(status).toBe(200);
      expect(json.agents).toEqual(["bot"]);
      if (i === 3) expect(json.fired).toBe(0);
      else {
        expect(json.fired).toBeGreaterThan(0);
        const at = (Date.parse(json.told[0].told_at) - startMs) / dayMs;
        expect(at).toBeGreaterThan(changeDay);
        expect(at).toBeLessThan(changeDay + 4);
      }
    }
    const unmade = await project.post("/v1/alert-rules", { name: "x", condition: conditions[2], preview: true });
    expect([unmade.status, unmade.json.fired]).toEqual([200, 1]);
    expect((await project.get("/v1/alert-rules")).json.total).toBe(4);

    const drift = (await project.get("/v1/drifts?dimension=outcome.success")).json.data[0];
    const feedback = async () =>
      (await project.get("/v1/agents/bot/dimensions")).json.data.find(({ name }: { name: string }) => name === "outcome.success");
    expect((await feedback()).feedback).toBeNull();
    for (const kind of ["expected", "not_useful"]) {
      const reply = await project.post(`/v1/drifts/${drift.id}/dismiss`, { reason: "we know", kind });
      expect(reply.json).toMatchObject({ status: "dismissed" });
    }
    expect((await feedback()).feedback).toMatchObject({ expected: 0, not_useful: 1, evidence_factor: expect.closeTo(16, 0) });
    expect((await project.send("DELETE", "/v1/agents/bot/dimensions/outcome.success/feedback")).status).toBe(204);
    expect((await feedback()).feedback).toBeNull();
    expect((await project.post(`/v1/drifts/${drift.id}/accept`, { reason: "as we want it" })).json.status).toBe("accepted");
    await project.post("/v1/agents/bot/flush");
    const after = await feedback();
    expect(after.status).not.toBe("drifting");
    if (after.baseline.value !== null) expect(after.baseline.value).toBeLessThan(0.6);
    expect((await project.get("/v1/drifts?dimension=outcome.success")).json.data.map(({ status }: { status: string }) => status)).toEqual([
      "accepted",
    ]);
  });
});
