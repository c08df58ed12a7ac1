// Backfills over real stores: what history shows is found once, whatever stops, repeats or comes in between; what was not asked for stays.
import { env } from "cloudflare:test";
import { expect, it, describe } from "vitest";
import { compact } from "../../queues/compact.ts";
import { findLostBackfills } from "../../queues/find-lost-backfills.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver, store } from "./consume.ts";

const day = 24 * 60 * 60_000;
const startMs = Date.UTC(2026, 9, 20);
/** In an hour of receipt that is over. */
const receivedMs = Date.now() - 5 * 60 * 60_000;

/** One run every six hours; each fourth says sorry. */
const runs = (n: number, from = 0) =>
  Array.from({ length: n }, (_, k) => {
    const i = from + k;
    const at = new Date(startMs + (i * day) / 4).toISOString();
    return { id: `r${i}`, agent: "bot", started_at: at, ended_at: at, input: "Where is it?", output: i % 4 === 0 ? "Sorry, no." : "Here it is." };
  });

const sorry = { agent: "bot", name: "Says sorry", definition: "The answer says sorry.", rule: "run.output.contains('Sorry')" };

async function history(name: string, n = 20): Promise<Client> {
  const project = await newProject(name);
  await store({ projectId: project.projectId, atMs: receivedMs }, ...runs(n));
  return project;
}

/** The queue, by hand: each turn's message until nothing is under way. */
async function work(project: Client, id: string, turns = 20): Promise<any> {
  for (let turn = 1; turn <= turns; turn++) {
    const job = (await project.get(`/v1/backfills/${id}`)).json;
    if (job.status !== "queued" && job.status !== "running") return job;
    await deliver("bento-backfill", [await messageOf(project, id)]);
  }
  throw new Error("the backfill does not end");
}

const cursorOf = async (project: Client, id: string) =>
  JSON.parse((await env.INDEX.prepare("SELECT cursor FROM backfill WHERE project_id = ? AND id = ?").bind(project.projectId, id).first("cursor")) ?? "{}");

const messageOf = async (project: Client, id: string, turn?: number) => ({
  v: 1,
  kind: "backfill",
  project_id: project.projectId,
  backfill_id: id,
  turn: turn ?? (await cursorOf(project, id)).turn,
});

describe("a declared signal", () => {
  it("is found in the runs that came before it, once, with its rate by day", async () => {
    const project = await history("declared");
    const signal = (await project.post("/v1/signals", sorry)).json;
    const body = { agent: "bot", target: { signal_id: signal.id } };
    const preview = await project.post("/v1/backfills", { ...body, preview: true });
    expect([preview.status, preview.json]).toMatchObject([200, { runs: 20, cost_usd: 0, plan: { coverage: 1, runs_in_range: 20 } }]);
    expect(preview.json.bytes).toBeGreaterThan(0);
    expect((await project.get("/v1/backfills")).json.data).toEqual([]);

    const made = await project.post("/v1/backfills", body);
    expect([made.status, made.json]).toMatchObject([201, { total: 20, target: { signal_id: signal.id } }]);
    const done = await work(project, made.json.id);
    expect(done).toMatchObject({ status: "done", scanned: 20, total: 20, matched: 5, errors: 0, eta_s: 0, cost_usd: 0 });
    expect(done.report).toMatchObject({ first_seen: "2026-10-20T00:00:00.000Z", recovered: 5, overlap: 0, rate: 0.25 });
    expect(done.report.series).toHaveLength(5);
    expect(done.report.series[0]).toMatchObject({ at: "2026-10-20T00:00:00.000Z", count: 1, denominator: 4, rate: 0.25 });

    const found = await project.get(`/v1/findings?agent=bot&detector=signal.${signal.slug}`);
    expect(found.json.data.map(({ run_id }: { run_id: string }) => run_id).sort()).toEqual(["run_r0", "run_r12", "run_r16", "run_r4", "run_r8"]);
    expect((await project.get(`/v1/signals/${signal.id}`)).json).toMatchObject({ count: 5, denominator: 20, rate: 0.25 });
  });
});
