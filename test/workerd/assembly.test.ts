// The trace assembly object in mid-story: any order of parts, eviction between them, alarms and messages that come twice, a deletion.
import { env } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { erasedTraceMs } from "../../domain/run/erasure.ts";
import { assemblyShardOf } from "../../durable-objects/names.ts";
import { readingRulesOf } from "../../queues/reading-rules.ts";
import { assemble, runOf } from "../../queues/store-traces.ts";
import { storeRuns } from "../../queues/store-runs.ts";
import { records, request, span, traceId, type SpanSketch } from "../unit/wire/spans.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver, inboxed, pointer } from "./consume.ts";
import { status } from "./holdings.ts";
import { alarmOf, evict, objectOf, rowsOf, sentByAlarm } from "./objects.ts";

const shard = assemblyShardOf(traceId);
const minuteMs = 60_000;
const assemblyOf = (projectId: string) => env.TRACE_ASSEMBLY.get(env.TRACE_ASSEMBLY.idFromName(JSON.stringify([projectId, shard])));
const object = (projectId: string) => objectOf(env.TRACE_ASSEMBLY, [projectId, shard]);

const tokens = (n: number) => ({ "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": n });
const root: SpanSketch = { id: "root", end: 900, attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "whole" } };
const children: SpanSketch[] = [1, 2, 3].map((n) => ({ id: `c${n}`, parent: "root", start: n * 100, attributes: tokens(n) }));
const partsOf = (sketches: readonly SpanSketch[]) =>
  records(sketches).map((record) => ({ traceId: record.traceId, key: record.key, json: JSON.stringify(record) }));

async function send({ projectId }: Client, ...sketches: SpanSketch[]): Promise<void> {
  await deliver("bento-ingest", [pointer(await inboxed({ projectId }, request(sketches.map(span))))]);
}
const closed = ({ projectId }: Client) => ({ v: 1, kind: "closed", project_id: projectId, shard, trace_ids: [traceId] });
const runIn = async (project: Client) => (await project.get(`/v1/runs/${traceId}`)).json;

describe("the parts of a trace", () => {
  it("make the same trace in any order, any split, sent twice, and with the object evicted in between", async () => {
    const all = partsOf([root, ...children]);
    const orders = [
      [[0], [1], [2], [3]],
      [[3], [2, 1], [0]],
      [[1, 1, 2], [3, 0], [1], [0, 2]],
      [[2], [2], [0, 1, 3]],
    ];
    const ends = await Promise.all(
      orders.map(async (calls, n) => {
        const projectId = `prj_order_${n}`;
        for (const call of calls) {
          const parts = call.flatMap((i) => all[i] ?? []);
          await assemblyOf(projectId).add(projectId, shard, parts, Date.now());
          await evict(object(projectId));
        }
        const [trace] = await assemblyOf(projectId).close([traceId]);
        return { version: trace?.version, parts: trace?.parts };
      }),
    );
    expect(ends[0]?.version).toBe(4);
    for (const end of ends) expect(end).toEqual(ends[0]);
  });

  it("are announced when their trace is over, again after a minute without an answer, and never after it", async () => {
    const projectId = "prj_alarm";
    const age = (column: string, ms: number) => rowsOf(object(projectId), `UPDATE trace SET ${column} = ?`, Date.now() - ms);
    await assemblyOf(projectId).add(projectId, shard, partsOf([root]), Date.now());
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toEqual([]);
    await age("last_part_ms", 9_000);
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toEqual([closed({ projectId } as Client)]);
    await evict(object(projectId));
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toEqual([]);
    await age("announced_ms", minuteMs);
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toHaveLength(1);
    await assemblyOf(projectId).confirm([{ traceId, version: 1 }], Date.now());
    await age("announced_ms", minuteMs);
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toEqual([]);
  });

  it("wait for a queue that is down, and wake the object again by themselves", async () => {
    const projectId = "prj_down";
    await assemblyOf(projectId).add(projectId, shard, partsOf([root]), Date.now() - minuteMs);
    const errors = vi.spyOn(console, "error").mockReturnValue(undefined);
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE", true)).toEqual([]);
    expect(errors.mock.calls.join()).toContain("alarm of trace assembly");
    vi.restoreAllMocks();
    expect(((await alarmOf(object(projectId))) ?? 0) - Date.now()).toBeGreaterThan(minuteMs / 2);
    expect(await sentByAlarm(object(projectId), "CLOSED_QUEUE")).toHaveLength(1);
  });
});

describe("a late span", () => {
  it("reopens its run as a new revision with every total corrected, though the closed message came twice", async () => {
    const project = await newProject("late");
    await send(project, root, children[0] ?? root);
    await deliver("bento-closed", [closed(project), closed(project)]);
    expect(await runIn(project)).toMatchObject({ status: "ok", usage: { input_tokens: 1 }, counts: { llm_calls: 1 } });
    await send(project, children[1] ?? root, children[2] ?? root);
    await deliver("bento-closed", [closed(project)]);
    await deliver("bento-closed", [closed(project)], { attempts: 3 });
    expect(await runIn(project)).toMatchObject({ status: "ok", usage: { input_tokens: 6 }, counts: { llm_calls: 3 } });
    expect(await status(project)).toMatchObject({ stored: 1, processed: 2, pending: 0 });
    const facts = await rowsOf(objectOf(env.BEHAVIOUR, [project.projectId, "whole"]), "SELECT version FROM facts");
    expect(facts).toEqual([{ version: "00000004.1~" }]);
    expect(await rowsOf(object(project.projectId), "SELECT closed_ms IS NOT NULL AS closed FROM trace")).toEqual([{ closed: 1 }]);
  });

  it("corrects the whole trace though its other parts were dropped long ago", async () => {
    const project = await newProject("dropped");
    await send(project, root, children[0] ?? root, children[1] ?? root);
    await deliver("bento-closed", [closed(project)]);
    await rowsOf(object(project.projectId), "UPDATE trace SET closed_ms = ?", Date.now() - 8 * 24 * 60 * minuteMs);
    await sentByAlarm(object(project.projectId), "CLOSED_QUEUE");
    expect(await rowsOf(object(project.projectId), "SELECT key FROM part")).toEqual([]);
    await send(project, children[2] ?? root);
    expect(await runIn(project)).toMatchObject({ usage: { input_tokens: 6 }, counts: { llm_calls: 3 } });
  });

  it("that names another agent takes the run with it, out of the behaviour that had it", async () => {
    const project = await newProject("moves");
    const factsAt = (agent: string) => rowsOf(objectOf(env.BEHAVIOUR, [project.projectId, agent]), "SELECT id FROM facts");
    await send(project, ...children);
    await deliver("bento-closed", [closed(project)]);
    expect(await factsAt("shop")).toHaveLength(1);
    await send(project, root);
    expect(await factsAt("shop")).toEqual([]);
    await deliver("bento-closed", [closed(project)]);
    expect([await factsAt("shop"), await factsAt("whole")]).toEqual([[], [{ id: `run_${traceId}` }]]);
  });
});

describe("a deleted trace", () => {
  it("stays deleted: what comes later is refused and told, by an evicted object too, until a month has passed", async () => {
    const project = await newProject("deleted");
    const { projectId } = project;
    await send(project, root, children[0] ?? root);
    await deliver("bento-closed", [closed(project)]);
    expect((await project.send("DELETE", `/v1/runs/${traceId}`)).status).toBe(204);
    await evict(object(projectId));
    const other = "1af7651916cd43dd8448eb211c80319c";
    await send(project, children[1] ?? root, children[2] ?? root, { ...root, trace: other });
    await deliver("bento-closed", [closed(project)]);
    expect((await project.get(`/v1/runs/${traceId}`)).status).toBe(404);
    expect((await project.get(`/v1/runs/${other}`)).status).toBe(200);
    expect(await rowsOf(object(projectId), "SELECT key FROM part WHERE trace_id = ?", traceId)).toEqual([]);
    expect(await status(project)).toMatchObject({ stored: 1, processed: 2, rejected: 2 });
    const refusals = await env.INDEX.prepare("SELECT accepted, refusals FROM receipt WHERE project_id = ? ORDER BY id DESC")
      .bind(projectId)
      .first<{ accepted: number; refusals: string }>();
    expect([refusals?.accepted, JSON.parse(refusals?.refusals ?? "[]")]).toEqual([
      1,
      [0, 1].map((index) => ({ index, id: traceId, code: "deleted", message: expect.stringContaining("within 31 days") })),
    ]);

    const [erased] = await rowsOf(object(projectId), "SELECT until_ms FROM erased");
    expect(erased.until_ms - Date.now()).toBeGreaterThan(erasedTraceMs - minuteMs);
    await rowsOf(object(projectId), "UPDATE erased SET until_ms = ?", Date.now() - 1);
    await env.INDEX.prepare("DELETE FROM erasure WHERE project_id = ?").bind(projectId).run();
    await sentByAlarm(object(projectId), "CLOSED_QUEUE");
    expect(await rowsOf(object(projectId), "SELECT * FROM erased")).toEqual([]);
    await send(project, root);
    expect((await project.get(`/v1/runs/${traceId}`)).status).toBe(200);
  });

  it("stays deleted when its user's data was, and when a consumer had read it before and stores it after", async () => {
    const project = await newProject("in hand");
    const named = { ...root, attributes: { ...root.attributes, "user.id": "ursula" } };
    await send(project, named);
    expect((await project.send("DELETE", "/v1/users/ursula/data")).json).toEqual({ status: "done", deleted_runs: 1 });
    await send(project, ...children);
    expect((await project.get("/v1/runs")).json.data).toEqual([]);

    const second = await newProject("in hand too");
    const rules = await readingRulesOf(env, second.projectId);
    if (rules === null) throw new Error("the project is not there");
    await send(second, root);
    const nowMs = Date.now();
    const entry = await inboxed({ projectId: second.projectId, atMs: nowMs + minuteMs }, {});
    // A part that was received after the deletion was asked for, and read before it reached the object.
    const { runs } = await assemble(env, second.projectId, [{ entry, records: records(children) }], rules, nowMs);
    await second.send("DELETE", `/v1/runs/${traceId}`);
    await storeRuns(env, second.projectId, "late-consumer", runs, [], nowMs);
    expect((await second.get(`/v1/runs/${traceId}`)).status).toBe(404);
    expect((await status(second)).stored).toBe(0);
  });

  it("of which an object knows nothing is no run", async () => {
    const project = await newProject("unknown");
    const rules = await readingRulesOf(env, project.projectId);
    if (rules === null) throw new Error("the project is not there");
    const assembly = assemblyOf(project.projectId);
    expect(await assembly.close([traceId])).toEqual([]);
    // It was deleted between the coming of its late part and the bringing back of the others.
    const restored = await assembly.restore(traceId, partsOf(children), Date.now());
    expect(runOf(restored, rules, Date.now(), Date.now())).toBeNull();
  });
});
