// Backfills over real stores: what history shows is found once, whatever stops, repeats or comes in between; what was not asked for stays.
import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, it, describe } from "vitest";
import { compact } from "../../queues/compact.ts";
import { findLostBackfills } from "../../queues/find-lost-backfills.ts";
import worker from "../../workers/pipeline/index.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver as deliverTo, store } from "./consume.ts";

const day = 24 * 60 * 60_000;
const startMs = Date.UTC(2026, 9, 20);
/** In an hour of receipt that is over. */
const receivedMs = Date.now() - 5 * 60 * 60_000;

/** One run every six hours; each fourth says sorry. */
const runs = (n: number, from = 0) =>
  Array.from({ length: n }, (_, k) => {
    const i = from + k;
    const at = new Date(startMs + (i * day) / 4).toISOString();
    return {
      id: `r${i}`,
      agent: "bot",
      started_at: at,
      ended_at: at,
      input: "Where is it?",
      output: i % 4 === 0 ? "Sorry, no." : "Here it is.",
    };
  });

const sorry = { agent: "bot", name: "Says sorry", definition: "The answer says sorry.", rule: "run.output.contains('Sorry')" };

async function history(name: string, n = 20): Promise<Client> {
  const project = await newProject(name);
  await store({ projectId: project.projectId, atMs: receivedMs }, ...runs(n));
  return project;
}

/** The queue takes messages and delivers none: what the tests deliver is all that happens. */
const silent = { ...env, BACKFILL_QUEUE: { send: async () => {} } } as unknown as typeof env;

const deliver = (bodies: readonly unknown[], given: typeof env = silent) => deliverTo("bento-backfill", bodies, { env: given });

/** Asks the API with that queue. */
async function post(project: Client, path: string, body: object = {}): Promise<{ status: number; text: string; json: any }> {
  const headers = { authorization: `Bearer ${project.key}`, "content-type": "application/json" };
  const request = new Request(`http://bento${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const ctx = createExecutionContext();
  const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], silent, ctx);
  await waitOnExecutionContext(ctx);
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
}

const signalOf = async (project: Client, more: object = {}) => (await project.post("/v1/signals", { ...sorry, ...more })).json;
const begin = async (project: Client, body: object) => (await post(project, "/v1/backfills", { agent: "bot", ...body })).json;
const jobOf = async (project: Client, id: string) => (await project.get(`/v1/backfills/${id}`)).json;
const findingsOf = async (project: Client): Promise<any[]> =>
  (
    await env.INDEX.prepare("SELECT run_id, id, detector, detector_version FROM finding WHERE project_id = ? ORDER BY run_id, id")
      .bind(project.projectId)
      .all()
  ).results;

/** Bindings whose index breaks at its nth transaction, before or behind it: a worker that is killed there. */
function killedAt(n: number, when: "before" | "behind"): typeof env {
  let batches = 0;
  const INDEX = {
    prepare: (sql: string) => env.INDEX.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const isIt = batches++ === n;
      if (isIt && when === "before") throw new Error("killed");
      const results = await env.INDEX.batch(statements);
      if (isIt) throw new Error("killed");
      return results;
    },
  };
  return { ...silent, INDEX } as unknown as typeof env;
}

/** The queue, by hand: each turn's message until nothing is under way. */
async function work(project: Client, id: string, turns = 20): Promise<any> {
  for (let turn = 1; turn <= turns; turn++) {
    const job = (await project.get(`/v1/backfills/${id}`)).json;
    if (job.status !== "queued" && job.status !== "running") return job;
    await deliver([await messageOf(project, id)]);
  }
  throw new Error("the backfill does not end");
}

const cursorOf = async (project: Client, id: string) =>
  JSON.parse(
    (await env.INDEX.prepare("SELECT cursor FROM backfill WHERE project_id = ? AND id = ?").bind(project.projectId, id).first("cursor")) ??
      "{}",
  );

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
    const preview = await post(project, "/v1/backfills", { ...body, preview: true });
    expect([preview.status, preview.json]).toMatchObject([200, { runs: 20, cost_usd: 0, plan: { coverage: 1, runs_in_range: 20 } }]);
    expect(preview.json.bytes).toBeGreaterThan(0);
    expect((await project.get("/v1/backfills")).json.data).toEqual([]);

    const made = await post(project, "/v1/backfills", body);
    expect([made.status, made.json]).toMatchObject([201, { total: 20, target: { signal_id: signal.id } }]);
    const done = await work(project, made.json.id);
    expect(done).toMatchObject({ status: "done", scanned: 20, total: 20, matched: 5, errors: 0, eta_s: 0, cost_usd: 0 });
    expect(done.report).toMatchObject({ first_seen: "2026-10-20T00:00:00.000Z", recovered: 5, overlap: 0, rate: 0.25 });
    expect(done.report.series).toHaveLength(5);
    expect(done.report.series[0]).toMatchObject({ at: "2026-10-20T00:00:00.000Z", count: 1, denominator: 4, rate: 0.25 });

    const found = await project.get(`/v1/findings?agent=bot&detector=signal.${signal.slug}`);
    expect(found.json.data.map(({ run_id }: { run_id: string }) => run_id).sort()).toEqual([
      "run_r0",
      "run_r12",
      "run_r16",
      "run_r4",
      "run_r8",
    ]);
    expect((await project.get(`/v1/signals/${signal.id}`)).json).toMatchObject({ count: 5, denominator: 20, rate: 0.25 });
    const course = await project.get(`/v1/agents/bot/dimensions/signal.${signal.slug}/series?from=2026-10-20&to=2026-10-25`);
    expect(course.json.data.map(({ value }: { value: number }) => value)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
    const actions = (await project.get("/v1/audit?limit=50")).json.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(["backfill.made"]));
  });

  it("tells what was known before from what history adds, and finds nothing twice", async () => {
    const project = await history("known", 8);
    const signal = await signalOf(project);
    await store({ projectId: project.projectId, atMs: receivedMs }, ...runs(8, 8));
    const target = { signal_id: signal.id };
    const first = await work(project, (await begin(project, { target })).id);
    expect([first.matched, first.report.recovered, first.report.overlap]).toEqual([4, 2, 2]);
    const found = await findingsOf(project);
    const again = await work(project, (await begin(project, { target })).id);
    expect([again.matched, again.report.recovered, again.report.overlap]).toEqual([4, 0, 4]);
    expect(await findingsOf(project)).toEqual(found);
  });

  it("takes a score that came apart from its run into account", async () => {
    const project = await history("scored", 4);
    const signal = await signalOf(project, { rule: "run.scores.success < 0.5" });
    await env.INDEX.prepare(
      "INSERT INTO score (project_id, run_id, name, source, value, version) VALUES (?, 'run_r2', 'success', '', '0', '01')",
    )
      .bind(project.projectId)
      .run();
    const done = await work(project, (await begin(project, { target: { signal_id: signal.id } })).id);
    expect([done.matched, (await findingsOf(project)).map(({ run_id }) => run_id)]).toEqual([1, ["run_r2"]]);
  });

  it("reads only what was begun within the bounds", async () => {
    const project = await history("bounds");
    const signal = await signalOf(project);
    const bounds = { from: "2026-10-21T00:00:00Z", to: "2026-10-23T00:00:00Z" };
    const done = await work(project, (await begin(project, { target: { signal_id: signal.id }, ...bounds })).id);
    expect(done).toMatchObject({ scanned: 8, matched: 2, report: { first_seen: "2026-10-21T00:00:00.000Z" } });
  });

  it("fails with a plain word when its rule changes while it runs, and leaves the versions unmixed", async () => {
    const project = await history("changed");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    await project.send("PATCH", `/v1/signals/${signal.id}`, { rule: "run.output.contains('Here')" });
    const failed = await work(project, id);
    expect(failed).toMatchObject({ status: "failed", scanned: 0, error: expect.stringContaining("changed from 1 to 2") });
    expect(await findingsOf(project)).toEqual([]);
    const done = await work(project, (await begin(project, { target: { signal_id: signal.id } })).id);
    expect(done).toMatchObject({ status: "done", matched: 15, target_version: "2" });
    expect(new Set((await findingsOf(project)).map((one) => one.detector_version))).toEqual(new Set(["2"]));
  });
});

describe("a sample", () => {
  it("is the same runs in the preview, in the job and in the next job", async () => {
    const project = await history("sample", 40);
    const signal = await signalOf(project);
    const asked = { target: { signal_id: signal.id }, sample: 10 };
    const preview = (await post(project, "/v1/backfills", { agent: "bot", ...asked, preview: true })).json;
    expect(preview).toMatchObject({
      runs: 10,
      plan: { runs_in_range: 40, coverage: 0.25, text: expect.stringContaining("10 of 40 runs") },
    });
    const first = await work(project, (await begin(project, asked)).id);
    expect([first.scanned, first.total, first.status]).toEqual([10, 10, "done"]);
    const again = await work(project, (await begin(project, asked)).id);
    expect([again.report.recovered, again.report.overlap]).toEqual([0, first.matched]);
    expect(again.report.series.map(({ denominator }: { denominator: number }) => denominator)).toEqual(
      first.report.series.map(({ denominator }: { denominator: number }) => denominator),
    );
  });
});

describe("whatever comes in between", () => {
  it("the same message again changes nothing", async () => {
    const project = await history("twice");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    const message = await messageOf(project, id);
    await deliver([message]);
    const [job, found] = [await jobOf(project, id), await findingsOf(project)];
    expect(job.status).toBe("done");
    await deliver([message, message]);
    expect([await jobOf(project, id), await findingsOf(project)]).toEqual([job, found]);
  });

  it.each([0, 1, 2].flatMap((n) => [[n, "before"] as const, [n, "behind"] as const]))(
    "a kill at transaction %d, %s it, loses no run and counts none twice",
    async (n, when) => {
      const project = await history(`killed ${n} ${when}`);
      const signal = await signalOf(project);
      const { id } = await begin(project, { target: { signal_id: signal.id } });
      await deliver([await messageOf(project, id)], killedAt(n, when));
      const isOver = n === 2 && when === "behind";
      const held = isOver ? { status: "done", error: null } : { status: "running", error: expect.stringContaining("the last try failed") };
      expect(await jobOf(project, id)).toMatchObject(held);
      expect(await work(project, id)).toMatchObject({
        status: "done",
        scanned: 20,
        matched: 5,
        error: null,
        report: { recovered: 5, overlap: 0 },
      });
      expect(await findingsOf(project)).toHaveLength(5);
    },
  );

  it("a merge of the hour between two pages hides no run", async () => {
    const project = await history("merged");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    let merged = 0;
    // Between the index, which says where runs stand, and the archive, which they have left by then.
    const ARCHIVE = {
      get: async (key: string, options?: R2GetOptions) => {
        if (merged++ === 0) await compact(env, project.projectId, Date.now(), () => false);
        return env.ARCHIVE.get(key, options);
      },
    };
    await deliver([await messageOf(project, id)], { ...silent, ARCHIVE } as unknown as typeof env);
    expect(merged).toBeGreaterThan(0);
    expect(await jobOf(project, id)).toMatchObject({ status: "done", scanned: 20, matched: 5, errors: 0 });
  });

  it("a line that cannot be read is counted, and does not stop the others", async () => {
    const project = await history("broken");
    const signal = await signalOf(project);
    await env.INDEX.prepare(
      "UPDATE run SET segment_offset = segment_offset + 5, segment_length = 40 WHERE project_id = ? AND id = 'run_r3'",
    )
      .bind(project.projectId)
      .run();
    const done = await work(project, (await begin(project, { target: { signal_id: signal.id } })).id);
    expect(done).toMatchObject({ status: "done", scanned: 20, matched: 5, errors: 1 });
  });

  it("what is deleted while it runs is not brought back", async () => {
    const project = await history("deleted", 8);
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    await project.send("DELETE", "/v1/runs/r4");
    expect(await work(project, id)).toMatchObject({ status: "done", scanned: 7, total: 7, matched: 1 });
    expect(JSON.stringify(await findingsOf(project))).not.toContain("run_r4");
  });

  it("a message that was lost is found again, and the old one is void then", async () => {
    const project = await history("lost");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    const old = await messageOf(project, id);
    await findLostBackfills(silent, Date.now());
    expect((await cursorOf(project, id)).turn).toBe(old.turn);
    await findLostBackfills(silent, Date.now() + 60 * 60_000);
    expect((await cursorOf(project, id)).turn).toBe(old.turn + 1);
    await deliver([old]);
    expect((await jobOf(project, id)).scanned).toBe(0);
    expect(await work(project, id)).toMatchObject({ status: "done", scanned: 20 });
  });
});

describe("people", () => {
  it("pause, resume and cancel it, again without effect, and are told why not", async () => {
    const project = await history("paused");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    const say = async (verb: string) => {
      const { status, json } = await post(project, `/v1/backfills/${id}/${verb}`);
      return [status, json.status ?? json.error.message];
    };
    const message = await messageOf(project, id);
    expect([await say("pause"), await say("pause")]).toEqual([
      [200, "paused"],
      [200, "paused"],
    ]);
    await deliver([message, await messageOf(project, id)]);
    expect(await jobOf(project, id)).toMatchObject({ status: "paused", scanned: 0, eta_s: null });
    expect([await say("resume"), await say("resume")]).toEqual([
      [200, "queued"],
      [200, "queued"],
    ]);
    expect((await work(project, id)).status).toBe("done");
    expect(await say("cancel")).toEqual([409, expect.stringContaining("it is done")]);

    const other = await begin(project, { target: { signal_id: signal.id } });
    const cancel = `/v1/backfills/${other.id}/cancel`;
    expect([(await post(project, cancel)).json.status, (await post(project, cancel)).json.status]).toEqual(["cancelled", "cancelled"]);
    await deliver([await messageOf(project, other.id)]);
    expect(await jobOf(project, other.id)).toMatchObject({ status: "cancelled", scanned: 0 });
    expect((await post(project, `/v1/backfills/${other.id}/resume`)).status).toBe(409);

    const listed = await project.get("/v1/backfills?agent=bot&status=cancelled");
    expect(listed.json).toMatchObject({ total: 1, data: [{ id: other.id }] });
    expect((await project.walk("/v1/backfills", 1)).map((one) => one.id)).toEqual([other.id, id]);
    const actions = (await project.get("/v1/audit?limit=50")).json.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(["backfill.paused", "backfill.resumed", "backfill.cancelled"]));
  });

  it("a pause in the middle of a page takes the page back", async () => {
    const project = await history("mid page");
    const signal = await signalOf(project);
    const { id } = await begin(project, { target: { signal_id: signal.id } });
    const pausing = {
      prepare: (sql: string) => env.INDEX.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        await post(project, `/v1/backfills/${id}/pause`);
        return env.INDEX.batch(statements);
      },
    };
    await deliver([await messageOf(project, id)], { ...silent, INDEX: pausing } as unknown as typeof env);
    expect(await jobOf(project, id)).toMatchObject({ status: "paused", scanned: 0, matched: 0 });
    expect(await findingsOf(project)).toEqual([]);
    await post(project, `/v1/backfills/${id}/resume`);
    expect(await work(project, id)).toMatchObject({ status: "done", scanned: 20, matched: 5 });
  });

  it.each([
    [400, { target: { evaluator: "judge" } }, "evaluator"],
    [400, { target: {} }, "exactly one of signal_id, detector, dimension"],
    [400, { target: { detector: "tool_error", dimension: "x" } }, "exactly one"],
    [400, { target: { detector: "tool_error" }, sample: 1.5 }, "whole number"],
    [400, { target: { detector: "tool_error" }, from: "2026-11-02", to: "2026-11-01" }, "empty"],
    [422, { target: { detector: "telepathy" } }, "tool_error"],
    [404, { target: { signal_id: "sig_none" } }, "no such signal"],
    [404, { target: { dimension: "team.none" } }, "nobody defined"],
    [404, { agent: "nobody", target: { detector: "tool_error" } }, "no such agent"],
  ])("are refused with %d: %j", async (status, body, words) => {
    const project = await history(`refused ${JSON.stringify(body)}`, 1);
    const reply = await post(project, "/v1/backfills", { agent: "bot", ...body });
    expect([reply.status, reply.text.toLowerCase()]).toEqual([status, expect.stringContaining(words.toLowerCase())]);
  });

  it("learn that words alone need a rule, and see nothing of another project's", async () => {
    const [mine, other] = [await history("mine", 1), await history("other", 1)];
    const inWords = await signalOf(mine, { rule: null });
    const refused = await post(mine, "/v1/backfills", { agent: "bot", target: { signal_id: inWords.id } });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("give it a rule")]);
    const job = await begin(mine, { target: { detector: "tool_error" } });
    expect((await other.get(`/v1/backfills/${job.id}`)).status).toBe(404);
    expect((await post(other, `/v1/backfills/${job.id}/cancel`)).status).toBe(404);
    expect((await other.get("/v1/backfills")).json.data).toEqual([]);
  });
});

describe("other targets", () => {
  const failing = (n: number) =>
    Array.from({ length: n }, (_, i) => {
      const at = new Date(startMs + i * 60_000).toISOString();
      const error = { type: "Timeout", message: `order ${i} timed out` };
      const step = {
        id: "s1",
        type: "tool",
        name: "lookup",
        started_at: at,
        ended_at: at,
        status: i % 3 === 0 ? "error" : "ok",
        ...(i % 3 === 0 ? { error } : {}),
      };
      return { id: `f${i}`, agent: "bot", started_at: at, ended_at: at, status: "ok", output: "Done.", steps: [step] };
    });
  const forgetFindings = (project: Client) => env.INDEX.prepare("DELETE FROM finding WHERE project_id = ?").bind(project.projectId).run();

  it("a detector finds again what live traffic found, and a signal of Bento's own is found by its classes", async () => {
    const project = await newProject("detector");
    await store({ projectId: project.projectId, atMs: receivedMs }, ...failing(9));
    const found = await findingsOf(project);
    expect(found.length).toBeGreaterThan(0);
    const [signal] = (await project.get("/v1/signals?agent=bot&level=leaf")).json.data;
    const known = await work(project, (await begin(project, { target: { signal_id: signal.id } })).id);
    expect(known).toMatchObject({ status: "done", scanned: 9, matched: 3, report: { recovered: 0, overlap: 3 } });
    await forgetFindings(project);
    const again = await work(project, (await begin(project, { target: { detector: "tool_error" } })).id);
    expect(again).toMatchObject({ status: "done", matched: 3, report: { recovered: 3, overlap: 0 } });
    expect(await findingsOf(project)).toEqual(found);
  });

  it("a dimension's course and the runs' observations come out as if it had always been measured", async () => {
    const dimension = { name: "team.sorry", kind: "proportion", expression: "run.output.contains('Sorry')" };
    const path = "/v1/agents/bot/dimensions";
    const [live, late] = [await newProject("measured live"), await newProject("measured late")];
    // An agent is known from its first run on, and this one is measured by neither.
    for (const project of [live, late])
      await store({ projectId: project.projectId, atMs: receivedMs }, { ...runs(1)[0], id: "first", output: null });
    await live.post(path, dimension);
    for (const project of [live, late]) await store({ projectId: project.projectId, atMs: receivedMs }, ...runs(20));
    await late.post(path, dimension);
    const seriesOf = async (project: Client) => {
      await project.post("/v1/agents/bot/flush");
      return (await project.get(`${path}/team.sorry/series?from=2026-10-20&to=2026-10-25`)).json.data;
    };
    const listed = async (project: Client) =>
      (await project.get("/v1/runs?agent=bot&limit=100")).json.data.map((run: any) => [run.source_id, run.observations]);
    const expected = await seriesOf(live);
    expect(expected).toHaveLength(5);
    expect(await seriesOf(late)).not.toEqual(expected);
    const done = await work(late, (await begin(late, { target: { dimension: "team.sorry" } })).id);
    expect(done).toMatchObject({ status: "done", scanned: 21, matched: 20, report: { recovered: 20, overlap: 0 } });
    expect(await seriesOf(late)).toEqual(expected);
    expect(await listed(late)).toEqual(await listed(live));
    const again = await work(late, (await begin(late, { target: { dimension: "team.sorry" } })).id);
    expect([again.matched, again.report.recovered, again.report.overlap]).toEqual([20, 0, 20]);
  });
});
