// The consumers under bad luck: cut off between any two writes, delivered again, with poison among good messages; a cron that ticks
// twice; and what all of it leaves in the logs.
import { createExecutionContext, createScheduledController, env, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { assemblyShardOf } from "../../durable-objects/names.ts";
import { forgetRuns } from "../../queues/forget.ts";
import { inboxPrefix } from "../../r2/keys.ts";
import cron from "../../workers/cron/index.ts";
import type { Env } from "../../workers/pipeline/env.ts";
import worker from "../../workers/pipeline/index.ts";
import { request, span } from "../unit/wire/spans.ts";
import { aDrift, aGroup, dayMs, t0 } from "../unit/incident/an-incident.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver, inboxed, inboxedRuns, pointer, store } from "./consume.ts";
import { countIn, keysUnder, status } from "./holdings.ts";
import { objectOf, rowsOf } from "./objects.ts";
import { tripwire } from "./tripwire.ts";

const minuteMs = 60_000;
const inboxOf = ({ projectId }: Client) => keysUnder(inboxPrefix(projectId));
/** What a behaviour counts: run ids, by agent. */
const factsOf = async ({ projectId }: Client, ...agents: string[]) =>
  Object.fromEntries(
    await Promise.all(
      agents.map(async (agent) => {
        const rows = await rowsOf(objectOf(env.BEHAVIOUR, [projectId, agent]), "SELECT id FROM facts ORDER BY id");
        return [agent, rows.map(({ id }) => id)] as const;
      }),
    ),
  );
const silenced = () => {
  const said: string[] = [];
  for (const level of ["error", "warn", "log"] as const)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void said.push(words.map(String).join(" ")));
  return said;
};

afterEach(() => vi.restoreAllMocks());

describe("a consumer that dies between any two of its writes", () => {
  /** More than any consumer has calls. */
  const most = 24;
  const all = Array.from({ length: most }, (_, n) => n);
  /** Ids of traces that one object holds: making an object takes longer than all that is done with it here. */
  const hex = (n: number) => traceIds[n] ?? "";
  const traceIds = Array.from({ length: most * 64 }, (_, n) => (n + 1).toString(16).padStart(32, "0"))
    .filter((id) => assemblyShardOf(id) === 0)
    .slice(0, most);
  const child = (n: number) => span({ id: "child", parent: "root", trace: hex(n), attributes: { "gen_ai.operation.name": "chat" } });
  const root = (n: number) =>
    span({ id: "root", trace: hex(n), attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "right" } });
  const closed = ({ projectId }: Client, n: number) => ({ v: 1, kind: "closed", project_id: projectId, shard: 0, trace_ids: [hex(n)] });

  /** Does `work` for 0, 1, 2 …, each time with bindings that fail at that call, until it gets through. How often it was done. */
  async function cutOff(work: (wired: Env, n: number) => Promise<unknown>): Promise<number> {
    for (let n = 0; n < most; n++) {
      const wired = tripwire(env, n);
      await work(wired.env, n);
      if (!wired.hasTripped()) return n + 1;
    }
    throw new Error(`${most} calls were not enough`);
  }

  it("stores runs, revisions, traces and scores whole and once, and takes them from an agent that lost them", async () => {
    silenced();
    const project = await newProject("cut off");
    const where = { projectId: project.projectId };
    const first = await inboxedRuns(where, ...all.map((n) => ({ id: `moves-${n}`, agent: "left", output: "first" })));
    const early = await Promise.all(all.map((n) => inboxed(where, request([child(n)], { "service.name": "shop" }))));
    await deliver("bento-ingest", [first, ...early].map(pointer));
    await deliver(
      "bento-closed",
      all.map((n) => closed(project, n)),
    );
    const sent: unknown[] = [];
    const stored = await cutOff(async (wired, n) => {
      const bodies = [
        await inboxedRuns(where, { id: `moves-${n}`, agent: "right", output: "second" }, { id: `new-${n}`, agent: "right" }),
        await inboxed(where, request([root(n)], { "service.name": "shop" })),
        await inboxed({ ...where, door: "scores" }, { run_id: `new-${n}`, name: "success", value: 1 }),
      ].map(pointer);
      sent.push(...bodies);
      await deliver("bento-ingest", bodies, { env: wired });
    });
    expect(stored).toBeGreaterThan(10);
    await deliver("bento-ingest", sent);
    const over = await cutOff((wired, n) => deliver("bento-closed", [closed(project, n)], { env: wired }));
    expect(over).toBeGreaterThan(5);
    await deliver(
      "bento-closed",
      all.map((n) => closed(project, n)),
    );

    const requests = 1 + most + 3 * stored;
    expect(await status(project)).toMatchObject({
      received: requests,
      processed: requests,
      stored: 2 * most + stored,
      rejected: 0,
      dead_letters: 0,
      pending: 0,
    });
    const runs = await project.walk("/v1/runs", 200);
    const right = runs.filter(({ agent }) => agent === "right");
    expect(right.map(({ source_id, status: end }) => `${source_id} ${end}`).toSorted()).toEqual(
      all
        .slice(0, stored)
        .flatMap((n) => [`moves-${n}`, `new-${n}`, hex(n)].map((id) => `${id} ok`))
        .toSorted(),
    );
    for (const run of right.filter(({ source_id }) => source_id.startsWith("moves-"))) expect(run.output).toBe("second");
    const of = (kind: string, from: number) => all.slice(from).map((n) => `run_${kind === "trace" ? hex(n) : `${kind}-${n}`}`);
    expect(await factsOf(project, "left", "right", "shop")).toEqual({
      left: of("moves", stored).toSorted(),
      right: right.map(({ id }): string => id).toSorted(),
      shop: of("trace", stored).toSorted(),
    });
    expect((await project.walk("/v1/scores", 200)).length).toBe(stored);
    expect(await countIn("moved_run", project.projectId)).toBe(0);
    await deliver("bento-upkeep", [{ v: 1, kind: "tick", at_ms: Date.now() + 20 * minuteMs }]);
    expect(await countIn("unfinished_segment", project.projectId)).toBe(0);
    for (const id of [`moves-${stored - 1}`, hex(0)]) expect((await project.get(`/v1/runs/${id}/raw`)).status).toBe(200);
  }, 20_000);

  it("deletes runs and traces everywhere when the deletion is asked for again", async () => {
    const project = await newProject("cut deletion");
    const { projectId } = project;
    await store({ projectId }, ...all.map((n) => ({ id: `native-${n}`, agent: "right" })));
    await deliver("bento-ingest", [pointer(await inboxed({ projectId }, request(all.flatMap((n) => [root(n), child(n)]))))]);
    await deliver(
      "bento-closed",
      all.map((n) => closed(project, n)),
    );
    const runsOf = (n: number) => [{ id: `run_native-${n}` }, { id: `run_${hex(n)}` }];
    const deleted = await cutOff((wired, n) => forgetRuns(wired, projectId, runsOf(n), Date.now(), null).catch(() => {}));
    expect(deleted).toBeGreaterThan(5);
    const done = all.slice(0, deleted);
    await forgetRuns(env, projectId, done.flatMap(runsOf), Date.now(), null);
    const { right } = await factsOf(project, "right");
    expect(right).toEqual(
      all
        .slice(deleted)
        .flatMap(runsOf)
        .map(({ id }) => id)
        .toSorted(),
    );
    await deliver("bento-ingest", [pointer(await inboxed({ projectId }, request(done.map((n) => child(n)))))]);
    expect(await status(project)).toMatchObject({ stored: 2 * (most - deleted), processed: 3, rejected: deleted });
    for (const table of ["run", "run_text"]) expect([table, await countIn(table, projectId)]).toEqual([table, 2 * (most - deleted)]);
    for (const table of ["stale_line", "moved_run"]) {
      const { results } = await env.INDEX.prepare(`SELECT run_id FROM ${table} WHERE project_id = ?`).bind(projectId).all();
      const ids = done.flatMap(runsOf).map(({ id }) => id);
      expect(results.filter(({ run_id }) => ids.includes(String(run_id)))).toEqual([]);
    }
  }, 20_000);

  it("publishes an evaluation whole: index, incident, audit log and notice once each", async () => {
    silenced();
    const project = await newProject("cut publication");
    const { projectId } = project;
    const n = await cutOff(async (wired, i) => {
      const agent = `judged-${i}`;
      const id = `drf_${i}`;
      const judged = {
        evaluation: 1,
        sinceMs: t0,
        untilMs: t0 + dayMs,
        closedUntilMs: t0 + dayMs,
        dimensions: [],
        changes: [],
        withdrawn: [],
      };
      const publication = { ...judged, drifts: [aDrift(id, { agent })], groups: [aGroup([id])] };
      const object = objectOf(env.BEHAVIOUR, [projectId, agent]);
      await rowsOf(object, "INSERT INTO note VALUES ('analysis', ?)", JSON.stringify(publication));
      const message = { v: 1, kind: "evaluated", project_id: projectId, agent };
      await deliver("bento-behaviour", [message], { env: wired });
      await deliver("bento-behaviour", [message], { attempts: 2 });
      expect(await rowsOf(object, "SELECT json FROM note WHERE name = 'published'")).toEqual([{ json: '{"evaluation":1}' }]);
      expect(await rowsOf(objectOf(env.INCIDENT_DESK, [projectId, agent]), "SELECT count(*) AS n FROM outbox")).toEqual([{ n: 1 }]);
    });
    expect(n).toBeGreaterThan(5);
    await deliver("bento-audit", [{ v: 1, kind: "audit", project_id: projectId, from: null }]);
    const incidents = await project.walk("/v1/incidents", 200);
    expect(incidents).toHaveLength(n);
    for (const drift of await project.walk("/v1/drifts", 200)) expect(drift.incident_id).not.toBeNull();
    const opened = (await project.walk("/v1/audit", 200)).filter(({ action }) => action === "incident.opened");
    expect(opened.map(({ object }): string => object).toSorted()).toEqual(incidents.map(({ id }): string => id).toSorted());
    expect((await project.get("/v1/audit/verify")).json.ok).toBe(true);
  });
});

describe("a batch", () => {
  it("with poison in it stores what is good and ends every message by itself; delivered again it changes nothing", async () => {
    const said = silenced();
    const [project, gone] = [await newProject("poisoned"), await newProject("gone")];
    const where = { projectId: project.projectId };
    const inGone = await inboxedRuns({ projectId: gone.projectId }, { id: "never", agent: "a" });
    await project.send("DELETE", `/v1/projects/${gone.projectId}`);
    await env.INDEX.prepare("DELETE FROM project WHERE id = ?").bind(gone.projectId).run();
    const bodies = [
      pointer(await inboxedRuns(where, { id: "good-1", agent: "a" })),
      pointer(await inboxed({ ...where, isGzip: true }, "no gzip, but secret words")),
      { v: 9, kind: "inbox", key: "secret words" },
      pointer(await inboxed(where, new TextEncoder().encode("{secret words"))),
      pointer(await inboxed({ ...where, door: "runs", format: "reading" }, new TextEncoder().encode("{secret words"))),
      pointer(inGone),
      pointer(await inboxedRuns(where, { id: "good-2", agent: "a" })),
    ];
    const { explicitAcks, retryMessages } = await deliver("bento-ingest", bodies);
    expect([explicitAcks.length, retryMessages]).toEqual([7, []]);
    const after = await status(project);
    expect(after).toMatchObject({ received: 5, processed: 3, stored: 2, rejected: 1, dead_letters: 2, pending: 0 });
    expect((await deliver("bento-ingest", bodies, { attempts: 2 })).retryMessages).toEqual([]);
    expect(await status(project)).toEqual(after);
    expect([await inboxOf(project), await inboxOf(gone)]).toEqual([[], []]);
    expect(said.join("\n")).not.toContain("secret words");
  });

  it.each(["bento-closed", "bento-behaviour", "bento-notice", "bento-audit", "bento-upkeep"])(
    "of %s keeps the good message when the one before it is nonsense",
    async (queue) => {
      const said = silenced();
      const { projectId } = await newProject(queue);
      const good: Record<string, object> = {
        "bento-closed": { v: 1, kind: "closed", project_id: projectId, shard: 0, trace_ids: ["unknown"] },
        "bento-behaviour": { v: 1, kind: "evaluated", project_id: projectId, agent: "unknown" },
        "bento-notice": { v: 1, kind: "notice", project_id: projectId, agent: "unknown", event_id: "e", event: "incident.opened", at: "" },
        "bento-audit": { v: 1, kind: "audit", project_id: projectId, from: null },
        "bento-upkeep": { v: 1, kind: "user_erasure", project_id: projectId, user_key: "unknown" },
      };
      const { explicitAcks, retryMessages } = await deliver(queue, [{ kind: "secret words" }, good[queue]]);
      expect([explicitAcks, retryMessages.map(({ msgId }) => msgId)]).toEqual([["1"], ["0"]]);
      expect(said.join("\n")).not.toContain("secret words");
    },
  );
});

describe("a cron that ticks twice", () => {
  it("sends the pointer of a lost body again, which is stored once, and upkeep twice over changes nothing", async () => {
    const project = await newProject("ticked");
    const lost = await inboxedRuns({ projectId: project.projectId, atMs: Date.now() - 2 * minuteMs }, { id: "lost", agent: "a" });
    const fresh = await inboxedRuns({ projectId: project.projectId }, { id: "fresh", agent: "a" });
    const pointers: unknown[] = [];
    const ticks: unknown[] = [];
    const cronEnv = {
      ...env,
      INGEST_QUEUE: {
        sendBatch: async (batch: { body: unknown }[]) => void pointers.push(...batch.map(({ body }) => body)),
      } as unknown as Queue,
      UPKEEP_QUEUE: { send: async (body: unknown) => void ticks.push(body) } as unknown as Queue,
    };
    for (let i = 0; i < 2; i++) await cron.scheduled(createScheduledController({ scheduledTime: new Date(), cron: "* * * * *" }), cronEnv);
    expect(pointers.filter((one) => JSON.stringify(one) === JSON.stringify(pointer(lost)))).toHaveLength(2);
    expect(pointers).not.toContainEqual(pointer(fresh));
    await deliver("bento-ingest", pointers);
    expect(await status(project)).toMatchObject({ received: 2, processed: 1, stored: 1, pending: 1 });
    await deliver("bento-ingest", [pointer(fresh)]);
    const before = await status(project);
    for (let i = 0; i < 2; i++) await deliver("bento-upkeep", ticks);
    expect(await status(project)).toEqual(before);
    expect((await project.get("/v1/runs")).json.data).toHaveLength(2);
  });
});

describe("the logs", () => {
  const secret = "sk-ant-secret-words";
  const headers = { authorization: `Bearer ${env.BENTO_ADMIN_KEY}` };
  const quoting = (what: unknown): never => {
    throw new TypeError(`cannot take ${String(what)}: ${secret}\n    at secretWords (x.ts:1:1)`);
  };
  async function answerOf(given: Request, broken: Partial<Env>): Promise<Response> {
    const ctx = createExecutionContext();
    const response = await worker.fetch(given as Request<unknown, IncomingRequestCfProperties>, { ...env, ...broken }, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  }
  const ARCHIVE = new Proxy(env.ARCHIVE, { get: () => async (_: string, bytes: unknown) => quoting(bytes) });
  const INDEX = new Proxy(env.INDEX, { get: () => () => quoting("a row") });

  it.each([
    ["/v1/runs", { id: "x", agent: "a", input: secret }, "door"],
    ["/v1/traces", request([span({ id: "root", attributes: { "input.value": secret } })]), "door"],
    ["/v1/scores", { run_id: "x", name: "success", value: 1, comment: secret }, "door"],
  ])("of the door %s name a failure of the stores and quote nothing", async (path, body, where) => {
    const said = silenced();
    const post = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await answerOf(new Request(`http://bento${path}`, post), { ARCHIVE });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("secret");
    expect(said.map((line) => JSON.parse(line))).toEqual([{ level: "error", where, reason: expect.stringMatching(/^TypeError/) }]);
    expect(said.join()).not.toMatch(/secret/i);
  });

  it.each([
    [
      "a page",
      () => new Request("http://bento/agents"),
      { DASHBOARD: { page: async () => quoting("the page") } as unknown as Env["DASHBOARD"] },
    ],
    ["the API", () => new Request("http://bento/v1/runs", { headers }), { INDEX }],
    ["a door without an index", () => new Request("http://bento/v1/runs", { method: "POST", headers, body: "{}" }), { INDEX }],
  ])("of %s name the kind of its failure and quote nothing", async (_, given, broken) => {
    const said = silenced();
    const response = await answerOf(given(), broken);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toMatch(/secret/i);
    expect(said).toHaveLength(1);
    expect(said.join()).toContain("TypeError");
    expect(said.join()).not.toMatch(/secret/i);
  });

  it("say nothing of a form that is none: that is its sender's mistake", async () => {
    const said = silenced();
    const given = new Request("http://bento/sign-in", { method: "POST", headers: { "content-type": `text/${secret}` }, body: secret });
    expect((await answerOf(given, {})).status).toBe(400);
    expect(said).toEqual([]);
  });
});
