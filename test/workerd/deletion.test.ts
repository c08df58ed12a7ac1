// A deletion reaches everything that is kept of a user, a run, an agent or a project, also what is stored after it; and nothing else.
import { env, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { askUserErasure } from "../../d1/erasures.ts";
import { bento } from "../../domain/audit/entry.ts";
import { assemblyShardOf } from "../../durable-objects/names.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { userKeyOf } from "../../queues/user-key.ts";
import { inboxPrefix, segmentStem } from "../../r2/keys.ts";
import { blankSegmentLines, segmentLines, writeSegment } from "../../r2/segments.ts";
import { request, span } from "../unit/wire/spans.ts";
import { newProject, runOf } from "./api-client.ts";
import { deliver, inboxed, inboxedRuns, pointer, store } from "./consume.ts";
import { countIn, everythingOf, keysUnder, status } from "./holdings.ts";
import { alarmOf as alarmIn, objectOf, rowsOf } from "./objects.ts";

const minuteMs = 60_000;

describe("deleting a user's data", () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const spans = (user: string) =>
    request([
      span({
        id: "root",
        attributes: {
          "user.id": user,
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.name": "traced",
          "input.value": "words of ursula",
        },
      }),
      span({ id: "child", parent: "root", attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t" } }),
    ]);

  it("takes native runs, traces, earlier revisions, scores, parts and facts, and nothing of others", async () => {
    const project = await newProject("ursula");
    const { projectId } = project;
    await store(
      { projectId },
      { id: "u1", agent: "n", user_id: "ursula", input: "words of ursula, first" },
      { id: "v1", agent: "n", user_id: "victor", input: "words of victor" },
    );
    await store({ projectId }, { id: "u1", agent: "n", user_id: "ursula", input: "words of ursula, second" });
    const traced = await inboxed({ projectId }, spans("ursula"));
    const score = await inboxed({ projectId, door: "scores" }, { run_id: "u1", name: "tone", value: 1, comment: "ursula was rude" });
    await deliver("bento-ingest", [pointer(traced), pointer(score)]);
    expect((await project.get("/v1/runs?user_id=ursula")).json.total).toBe(2);

    const deleted = await project.send("DELETE", "/v1/users/ursula/data");
    expect([deleted.status, deleted.json]).toEqual([200, { status: "done", deleted_runs: 2 }]);
    for (const id of ["u1", trace]) expect((await project.get(`/v1/runs/${id}`)).status).toBe(404);
    expect(await everythingOf(projectId)).not.toContain("ursula");
    expect((await project.get("/v1/runs/v1")).json.input).toBe("words of victor");
    expect(await rowsOf(objectOf(env.BEHAVIOUR, [projectId, "n"]), "SELECT id FROM facts")).toEqual([{ id: "run_v1" }]);
    expect(
      await rowsOf(
        objectOf(env.TRACE_ASSEMBLY, [projectId, assemblyShardOf(trace)]),
        "SELECT json FROM part UNION ALL SELECT trace_id FROM trace",
      ),
    ).toEqual([]);
    expect(await status(project)).toMatchObject({ stored: 1, processed: 4 });
    const told = (await project.get("/v1/audit?object=ursula")).json.data;
    expect(told.map((e: { action: string; before: object | null }) => [e.action, e.before])).toEqual([
      ["user_data.deleted", { runs: 2 }],
      ["user_data.deletion_asked", null],
    ]);
    expect((await project.send("DELETE", "/v1/users/ursula/data")).json).toEqual({ status: "done", deleted_runs: 0 });
    expect((await project.get("/v1/audit/verify")).json.ok).toBe(true);
  });

  it("finds runs whose user id was hashed, under the id that the sender knows", async () => {
    const project = await newProject("hashed");
    const { projectId } = project;
    await project.send("PATCH", "/v1/settings", { redaction: { hash_user_ids: true } });
    await store({ projectId }, { id: "h1", agent: "n", user_id: "ursula" });
    expect((await project.get("/v1/runs/h1")).json.user_id).toMatch(/^usr_/);
    expect((await project.send("DELETE", "/v1/users/ursula/data")).json.deleted_runs).toBe(1);
    expect((await project.get("/v1/runs/h1")).status).toBe(404);
  });

  it("reaches what was received before and is stored after, and leaves what is sent after", async () => {
    const project = await newProject("in flight");
    const { projectId } = project;
    const before = [
      await inboxedRuns({ projectId }, { id: "waiting", agent: "n", user_id: "ursula", input: "words of ursula" }),
      await inboxed({ projectId }, spans("ursula")),
    ];
    await project.send("DELETE", "/v1/users/ursula/data");
    await deliver("bento-ingest", before.map(pointer));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await store({ projectId }, { id: "later", agent: "n", user_id: "ursula" });
    expect((await project.get("/v1/runs?user_id=ursula")).json.data.map((run: { source_id: string }) => run.source_id)).toEqual(["later"]);
    expect(await everythingOf(projectId)).not.toContain("words of ursula");
    expect(await rowsOf(objectOf(env.BEHAVIOUR, [projectId, "n"]), "SELECT id FROM facts")).toEqual([{ id: "run_later" }]);
    expect(await status(project)).toMatchObject({ stored: 1, processed: 3, pending: 0 });
  });

  it("goes on by itself where it broke off", async () => {
    const project = await newProject("resumed");
    const { projectId } = project;
    const runs = Array.from({ length: 120 }, (_, i) => ({ id: `many-${i}`, agent: "n", user_id: "ursula" }));
    await store({ projectId }, ...runs);
    const key = userKeyOf(env, projectId, "ursula");
    const draft = {
      id: "aud_asked",
      at: new Date().toISOString(),
      actor: bento,
      action: "user_data.deletion_asked",
      object: key,
      before: null,
      after: null,
      reason: null,
    } as const;
    await askUserErasure(env.INDEX, { projectId, key, atMs: Date.now(), userId: "ursula", actor: bento }, draft);
    await deliver("bento-upkeep", [{ v: 1, kind: "user_erasure", project_id: projectId, user_key: key }]);
    expect(await countIn("run", projectId)).toBe(0);
    expect(await status(project)).toMatchObject({ stored: 0, processed: 1 });
    const done = (await project.get(`/v1/audit?object=${key}`)).json.data[0];
    expect([done.action, done.before]).toEqual(["user_data.deleted", { runs: 120 }]);
  });
});

describe("an agent", () => {
  const alarmOf = (projectId: string, agent: string) => alarmIn(objectOf(env.BEHAVIOUR, [projectId, agent]));

  it("whose runs were all deleted is known by nothing any more, and its object rests", async () => {
    const project = await newProject("emptied");
    const { projectId } = project;
    await store({ projectId }, { id: "e", agent: "e", user_id: "ursula", input: "where is ursula" });
    expect((await project.get("/v1/agents/e/dimensions")).json.total).toBeGreaterThan(0);
    await project.send("DELETE", "/v1/users/ursula/data");
    await project.post("/v1/agents/e/flush");
    expect((await project.get("/v1/agents/e/dimensions")).json.data).toEqual([]);
    const kept = await rowsOf(
      objectOf(env.BEHAVIOUR, [projectId, "e"]),
      "SELECT name, json FROM note UNION ALL SELECT id, packed FROM facts",
    );
    expect(JSON.stringify(kept)).not.toContain("ursula");
    expect(kept.map(({ name }) => name)).not.toContain("dirty");
    await runDurableObjectAlarm(objectOf(env.BEHAVIOUR, [projectId, "e"]));
    expect(await alarmOf(projectId, "e")).toBeNull();
  });

  it("that no run has named yet is not judged over and over for a change that was declared for it", async () => {
    const project = await newProject("declared");
    const { projectId } = project;
    await project.post("/v1/changes", { agent: "unborn", kind: "model", ref: "m" });
    expect(await alarmOf(projectId, "unborn")).toBeNull();
  });

  it("whose only run is dated in the future is judged when its time has come, not before", async () => {
    const { projectId } = await newProject("future");
    const startsMs = Date.now() + 3 * 3_600_000;
    await store({ projectId }, { id: "f", agent: "f", started_at: new Date(startsMs).toISOString() });
    expect(await alarmOf(projectId, "f")).toBe(startsMs);
  });
});

describe("deleting a run", () => {
  it("is not undone by a delivery of the same request, and the same id sent again is a new run", async () => {
    const project = await newProject("again");
    const { projectId } = project;
    const entry = await store({ projectId }, { id: "r", agent: "n", input: "first words" }, { id: "beside", agent: "n" });
    await project.send("DELETE", "/v1/runs/r");
    await inboxedRuns({ projectId, receipt: entry.receipt }, { id: "r", agent: "n", input: "first words" }, { id: "beside", agent: "n" });
    await deliver("bento-ingest", [pointer(entry)]);
    expect((await project.get("/v1/runs/r")).status).toBe(404);
    expect(await everythingOf(projectId)).not.toContain("first words");
    expect((await project.get("/v1/runs/beside")).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await store({ projectId }, { id: "r", agent: "n", input: "second words" });
    expect((await project.get("/v1/runs/r")).json.input).toBe("second words");
  });

  it("takes a score with it that was received before and comes after, and takes one that is sent after", async () => {
    const project = await newProject("scored");
    const { projectId } = project;
    await store({ projectId }, { id: "s", agent: "n" });
    const before = await inboxed({ projectId, door: "scores" }, { run_id: "s", name: "early", value: 1 });
    await project.send("DELETE", "/v1/runs/s");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const after = await inboxed({ projectId, door: "scores" }, { run_id: "s", name: "late", value: 1 });
    await deliver("bento-ingest", [pointer(before), pointer(after)]);
    expect((await project.get("/v1/scores?run_id=s")).json.data.map((s: { name: string }) => s.name)).toEqual(["late"]);
  });

  it("two deletions in one segment at once take out both lines", async () => {
    const lines = ["a", "b", "c"].map((id) => ({ run: runOf({ id: `run_${id}` }), raw: `words of ${id}` }));
    const places = await writeSegment(env.ARCHIVE, segmentStem("prj_race", 0, "x"), lines);
    await Promise.all(places.slice(0, 2).map((place) => blankSegmentLines(env.ARCHIVE, [place])));
    const left = await Array.fromAsync(segmentLines(env.ARCHIVE, places[0]?.key ?? ""));
    expect(left.map(({ raw }) => raw)).toEqual(["words of c"]);
  });
});

describe("deleting a project", () => {
  it("empties its objects, folders and rows, and a minute later what was in flight meanwhile, and is gone at once for everybody", async () => {
    const project = await newProject("project");
    const { projectId } = project;
    await store({ projectId }, { id: "p1", agent: "n" });
    await deliver("bento-ingest", [pointer(await inboxed({ projectId }, request([span({ id: "root" })])))]);
    await project.post("/v1/changes", { agent: "only-declared", kind: "model", ref: "m" });
    expect((await project.send("DELETE", `/v1/projects/${projectId}`)).status).toBe(204);
    const tablesOf = (namespace: unknown, name: unknown) =>
      rowsOf(objectOf(namespace, name), "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'");
    for (const [namespace, name] of [
      [env.BEHAVIOUR, [projectId, "n"]],
      [env.BEHAVIOUR, [projectId, "only-declared"]],
      [env.INCIDENT_DESK, [projectId, "n"]],
      [env.TRACE_ASSEMBLY, [projectId, 3]],
      [env.AUDIT_LOG, projectId],
    ] as const)
      expect(await tablesOf(namespace, name)).toEqual([]);
    expect((await project.get("/v1/runs")).status).toBe(401);

    const inFlight = await inboxedRuns({ projectId }, { id: "p2", agent: "n" });
    await tick(env, Date.now() + 2 * minuteMs);
    expect(await keysUnder(inboxPrefix(projectId))).toEqual([]);
    expect((await deliver("bento-ingest", [pointer(inFlight)])).retryMessages).toEqual([]);
    expect(await env.INDEX.prepare("SELECT count(*) AS n FROM project WHERE id = ?").bind(projectId).first("n")).toBe(0);
    for (const table of ["run", "run_text", "agent", "receipt", "tally", "audit", "change", "erasure"])
      expect([table, await countIn(table, projectId)]).toEqual([table, 0]);
  });
});
