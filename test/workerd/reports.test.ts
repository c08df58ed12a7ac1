// Reports from the runs to the webhook, on real D1, objects and queues.
import { env } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { tellReports, reportsOfTheMinute } from "../../queues/report-minute.ts";
import type { Env } from "../../workers/pipeline/env.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver, inboxed, pointer, store } from "./consume.ts";

const day = "2026-11-23";
const run = (id: string, at: string, more: object = {}) => ({
  id,
  agent: "bot",
  started_at: `${day}T${at}Z`,
  steps: [{ type: "llm", name: "answer", ms: 5, usage: { input_tokens: 100, output_tokens: 0 } }],
  ...more,
});
const make = async (project: Client, more: object = {}) =>
  (await project.post("/v1/reports", { agent: "bot", period: "day", day, ...more })).json;

/** The messages that `work` puts on the notice queue. */
async function noticesOf(work: (env: Env) => Promise<void>): Promise<unknown[]> {
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => void sent.push(message) };
  await work(new Proxy(env, { get: (target, name) => (name === "NOTICE_QUEUE" ? queue : Reflect.get(target, name)) }) as Env);
  return sent;
}

describe("a report that is made again and again", () => {
  let project: Client;
  beforeAll(async () => {
    project = await newProject("reports");
  });

  it("is one report, which late and repeated runs correct", async () => {
    const { projectId } = project;
    await store({ projectId }, ...[1, 2, 3, 4, 5].map((n) => run(`r${n}`, `0${n}:00:00`)));
    const first = await make(project);
    expect(first).toMatchObject({ runs: 5, tokens: 500, hours: 24, timezone: "UTC", complete: true });
    await store({ projectId }, run("r6", "23:59:59"));
    await store({ projectId }, run("r1", "01:00:00"));
    expect(await make(project)).toMatchObject({ id: first.id, runs: 6, tokens: 600 });
    const list = (await project.get("/v1/reports?agent=bot&period=day")).json;
    expect([list.total, list.data[0].runs]).toEqual([1, 6]);
    expect((await project.get(`/v1/reports/${first.id}`)).json).toEqual(list.data[0]);
  });

  it("counts runs that are too large for the index and scores that came late, and no shadow", async () => {
    const { projectId } = project;
    await store({ projectId }, run("large", "10:00:00", { input: "x".repeat(40_000), scores: { success: 1 } }));
    await store(
      { projectId },
      run("r7", "10:00:00", { scores: { success: true } }),
      run("r8", "10:00:00", { scores: { success: "good" } }),
    );
    const shadow = { shadow_of: "r1", scores: { success: 1 } };
    await store({ projectId }, run("s1", "10:00:00", shadow), run("s2", "10:00:00", { ...shadow, input: "x".repeat(40_000) }));
    const late = await inboxed({ projectId, door: "scores" }, { run_id: "r7", name: "success", value: 0 });
    await deliver("bento-ingest", [pointer(late)]);
    expect(await make(project)).toMatchObject({
      runs: 9,
      tokens: 900,
      known: { tokens: 9 },
      outcome: { success: { count: 1, n: 2, rate: 0.5 } },
    });
  });

  it("is JSON, Markdown or HTML as the caller accepts", async () => {
    const { id } = await make(project);
    const as = async (accept: string) =>
      (await project.send("GET", `/v1/reports/${id}`, undefined, { accept })).headers.get("content-type");
    expect(await as("text/markdown")).toBe("text/markdown; charset=utf-8");
    expect(await as("text/html,application/xhtml+xml,*/*;q=0.8")).toBe("text/html; charset=utf-8");
    for (const accept of ["*/*", "application/json", "image/png"]) expect(await as(accept)).toContain("application/json");
  });

  it("is refused for days that are none, agents that never ran, and keys of other projects", async () => {
    for (const body of [{ day: "2026-02-30" }, { day: "yesterday" }, { period: "month" }])
      expect((await project.post("/v1/reports", { agent: "bot", period: "day", day, ...body })).status).toBe(400);
    expect((await project.post("/v1/reports", { agent: "nobody", period: "day", day })).status).toBe(404);
    const other = await newProject("others");
    expect((await other.get(`/v1/reports/${(await make(project)).id}`)).status).toBe(404);
  });
});

describe("what is told of reports", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is told once for each finished period, and again only until it was confirmed", async () => {
    const project = await newProject("told");
    const { projectId } = project;
    await project.post("/v1/webhooks", { url: "https://hooks.invalid/report", events: ["report.made"] });
    await store({ projectId }, run("r1", "01:00:00"));
    const bodies: string[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
      bodies.push(typeof init?.body === "string" ? init.body : "");
      return new Response(null, { status: 200 });
    });
    const { id } = await make(project);
    const event = { kind: "notice", event: "report.made", event_id: `report.made.${id}`, project_id: projectId, agent: "bot" };
    const later = Date.now() + 10 * 60_000;
    const due = async (atMs: number) =>
      (await noticesOf((given) => tellReports(given, atMs))).filter((one) => JSON.stringify(one).includes(projectId));
    expect(await due(Date.now())).toEqual([]);
    const [message, ...more] = await due(later);
    expect([message, more]).toMatchObject([event, []]);
    for (let n = 0; n < 2; n++) await deliver("bento-notice", [message]);
    expect(bodies.map((body) => JSON.parse(body))).toMatchObject([{ type: "report.made", data: { id, runs: 1, day } }]);
    expect((await project.get("/v1/deliveries")).json.data).toMatchObject([{ event: "report.made", status: "delivered", attempts: 1 }]);
    await make(project);
    expect(await due(later * 2)).toEqual([]);
  });

  it("is nothing while the period is not over", async () => {
    const project = await newProject("open");
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await store({ projectId: project.projectId }, run("r1", "01:00:00"));
    expect(await make(project, { day: tomorrow })).toMatchObject({ complete: false, runs: 0, tokens: null, change_pct: { tokens: null } });
    const told = await env.INDEX.prepare("SELECT tell_ms FROM report WHERE project_id = ?").bind(project.projectId).first("tell_ms");
    expect(told).toBeNull();
  });
});

describe("the clock", () => {
  it("makes the days and the week that are over in the project's own zone, agent by agent, and goes on where it broke off", async () => {
    const project = await newProject("cron", { timezone: "America/New_York" });
    const { projectId } = project;
    await store({ projectId }, run("r1", "12:00:00"), run("r2", "12:00:00", { agent: "other" }));
    await store({ projectId }, { id: "r3", agent: "young", started_at: "2026-11-29T12:00:00Z" });
    // Monday, 00:15 in New York.
    const nowMs = Date.parse("2026-11-23T05:15:00Z") + 7 * 86_400_000;
    const made = async () =>
      (await project.walk("/v1/reports", 200)).map((one) => `${one.agent} ${one.period} ${one.day} ${one.runs}`).sort();
    let looks = 0;
    // Time is up after the first agent.
    await reportsOfTheMinute(env, nowMs, () => ++looks > 2 + Number(looks === 1));
    await reportsOfTheMinute(env, nowMs, () => false);
    expect(await made()).toEqual([
      "bot day 2026-11-28 0",
      "bot day 2026-11-29 0",
      "bot week 2026-11-23 1",
      "other day 2026-11-28 0",
      "other day 2026-11-29 0",
      "other week 2026-11-23 1",
      "young day 2026-11-29 1",
      "young week 2026-11-23 1",
    ]);
    const dueMs = await env.INDEX.prepare("SELECT due_ms FROM report_due WHERE project_id = ?").bind(projectId).first("due_ms");
    expect(dueMs).toBe(nowMs + 3_600_000);
  });
});
