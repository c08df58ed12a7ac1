// Hours are merged, and nobody notices: whatever stops a merge, comes between its steps or happens twice, every run reads the same
// bytes, what was deleted is nowhere, and nothing is left behind.
import { env, runDurableObjectAlarm } from "cloudflare:test";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { assemblyShardOf } from "../../durable-objects/names.ts";
import { nextCompactionMs, compact } from "../../queues/compact.ts";
import { forgetRuns } from "../../queues/forget.ts";
import { readHour } from "../../queues/read-hour.ts";
import { retain } from "../../queues/retain.ts";
import { settleSegments } from "../../queues/settle-segments.ts";
import { readStoredLine } from "../../queues/stored-line.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { beginSegment } from "../../d1/unfinished-segments.ts";
import { hourOf, hourPrefix, isPackedKey, segmentPrefix, segmentStem } from "../../r2/keys.ts";
import { segmentLines, writeSegment } from "../../r2/segments.ts";
import { request, span } from "../unit/wire/spans.ts";
import { newProject, runOf, type Client } from "./api-client.ts";
import { deliver, inboxed, inboxedRuns, pointer, store } from "./consume.ts";
import { objectOf, rowsOf } from "./objects.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const never = () => false;
/** In an hour that is over and settled, whatever the minute. */
const overMs = Date.now() - 3 * hourMs;
const laterMs = () => Date.now() + 20 * 60_000;

const keysUnder = async (prefix: string): Promise<string[]> => (await env.ARCHIVE.list({ prefix })).objects.map(({ key }) => key);
const looseOf = (projectId: string) => keysUnder(segmentPrefix(projectId));
const packedOf = (projectId: string) => keysUnder(hourPrefix(projectId));
const notesOf = async (projectId: string) =>
  env.INDEX.prepare("SELECT count(*) AS n FROM unfinished_segment WHERE project_id = ?").bind(projectId).first("n");
const staleOf = async (projectId: string) =>
  env.INDEX.prepare("SELECT count(*) AS n FROM stale_line WHERE project_id = ?").bind(projectId).first("n");

/** What a reader is told of each run, and its sender's own words, byte for byte. */
async function readsOf(project: Client, ids: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const id of ids) for (const path of ["", "/raw"]) texts.push((await project.get(`/v1/runs/${id}${path}`)).text);
  return texts;
}

/** Every line that the archive holds of a project, as text, whether the index knows it or not. */
async function archived(projectId: string): Promise<string[]> {
  const lines: string[] = [];
  for (const key of [...(await looseOf(projectId)), ...(await packedOf(projectId))])
    for await (const { run, raw } of segmentLines(env.ARCHIVE, key)) lines.push(JSON.stringify({ run, raw }));
  return lines.sort();
}

const idsIn = (lines: readonly string[]): string[] => lines.map((line): string => JSON.parse(line).run.source_id).sort();

/** Bindings that call `at` ahead of each write of theirs, counted from 0, and again behind it. */
function watched(at: (n: number, when: "before" | "after") => Promise<void>): typeof env {
  let writes = 0;
  const write = async <T>(run: () => Promise<T>): Promise<T> => {
    const n = writes++;
    await at(n, "before");
    const result = await run();
    await at(n, "after");
    return result;
  };
  const statement = (real: D1PreparedStatement): D1PreparedStatement => {
    const run = real.run.bind(real);
    const bind = real.bind.bind(real);
    return Object.assign(real, { run: () => write(() => run()), bind: (...values: unknown[]) => statement(bind(...values)) });
  };
  const INDEX = {
    prepare: (sql: string) => statement(env.INDEX.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => write(() => env.INDEX.batch(statements)),
  };
  const ARCHIVE = {
    get: (key: string, options?: R2GetOptions) => env.ARCHIVE.get(key, options),
    list: (options?: R2ListOptions) => env.ARCHIVE.list(options),
    put: (key: string, body: Uint8Array, options?: R2PutOptions) => write(() => env.ARCHIVE.put(key, body, options)),
    delete: (keys: string | string[]) => write(() => env.ARCHIVE.delete(keys)),
  };
  return { ...env, INDEX, ARCHIVE } as unknown as typeof env;
}

const killed = new Error("killed");
const killAt = (k: number, when: "before" | "after") =>
  watched(async (n, now) => {
    if (n === k && now === when) throw killed;
  });
const doing = (k: number, action: () => Promise<unknown>) =>
  watched(async (n, now) => {
    if (n === k && now === "before") await action();
  });

const ids = ["a", "b", "c", "d"];

/** Four runs of two agents in three segments of one hour; one line is an earlier revision. */
async function anHour(name: string): Promise<Client> {
  const project = await newProject(name);
  const at = { projectId: project.projectId, atMs: overMs };
  await store(at, { id: "a", agent: "m", input: "words of a" }, { id: "b", agent: "n", input: "first words of b" });
  await store(at, { id: "b", agent: "n", input: "words of b" });
  await store(at, { id: "c", agent: "m", input: "words of c" }, { id: "d", agent: "m", input: "words of d" });
  return project;
}

async function expectMerged(project: Client, standing: readonly string[]): Promise<void> {
  expect(await looseOf(project.projectId)).toEqual([]);
  expect(idsIn(await archived(project.projectId))).toEqual(standing.toSorted());
  expect([await staleOf(project.projectId), await notesOf(project.projectId)]).toEqual([0, 0]);
}

describe("an hour that is over", () => {
  it("becomes one segment; every run reads the same bytes, earlier revisions and what was deleted are gone", async () => {
    const project = await anHour("merged");
    const { projectId } = project;
    const traced = await inboxed({ projectId, atMs: overMs }, request([span({ id: "root" })]));
    await deliver("bento-ingest", [pointer(traced)]);
    await store({ projectId, atMs: overMs }, { id: "e", agent: "m", input: "words of e" });
    await project.send("DELETE", "/v1/runs/e");
    await store({ projectId }, { id: "now", agent: "m" });
    const all = [...ids, "now", "0af7651916cd43dd8448eb211c80319c"];
    const before = await readsOf(project, all);

    await tick(env, Date.now());
    expect(await looseOf(projectId)).toHaveLength(1);
    const [key = "", ...others] = await packedOf(projectId);
    expect(others).toEqual([]);
    expect(await readsOf(project, all)).toEqual(before);
    const bytes = await (await env.ARCHIVE.get(key))?.arrayBuffer();
    const lines = gunzipSync(new Uint8Array(bytes ?? new ArrayBuffer()))
      .toString()
      .trim()
      .split("\n");
    expect(idsIn(lines)).toEqual(["0af7651916cd43dd8448eb211c80319c", ...ids]);
    expect(await archived(projectId)).toHaveLength(6);
    expect([await staleOf(projectId), await notesOf(projectId)]).toEqual([0, 0]);
  });

  it("keeps the lines of an agent together, in the order of their runs", async () => {
    const project = await newProject("ordered");
    const at = { projectId: project.projectId, atMs: overMs };
    await store(at, { id: "late", agent: "m", started_at: "2026-11-02T00:00:00Z" }, { id: "other", agent: "n" });
    await store(at, { id: "early", agent: "m", started_at: "2026-11-01T00:00:00Z" });
    await compact(env, project.projectId, Date.now(), never);
    const [key = ""] = await packedOf(project.projectId);
    const lines = await Array.fromAsync(segmentLines(env.ARCHIVE, key));
    expect(lines.map(({ run }) => run.source_id)).toEqual(["early", "late", "other"]);
  });

  it("is merged again when something comes late, and the same hour later changes nothing", async () => {
    const project = await anHour("late");
    const { projectId } = project;
    await tick(env, Date.now());
    await store({ projectId, atMs: overMs }, { id: "late", agent: "m" }, { id: "a", agent: "m", input: "new words of a" });
    const before = await readsOf(project, [...ids, "late"]);
    await tick(env, Date.now());
    // It is due again when the next hour is over.
    expect(await looseOf(projectId)).toHaveLength(1);
    await tick(env, nextCompactionMs(Date.now()));
    expect(await packedOf(projectId)).toHaveLength(1);
    await expectMerged(project, [...ids, "late"]);
    expect(await readsOf(project, [...ids, "late"])).toEqual(before);
    const keys = await packedOf(projectId);
    await compact(env, projectId, Date.now(), never);
    expect(await packedOf(projectId)).toEqual(keys);
  });

  it("waits half an hour longer, and breaks off when time is up", async () => {
    const { projectId } = await anHour("waits");
    const endsMs = Math.ceil(overMs / hourMs) * hourMs;
    await compact(env, projectId, endsMs + 29 * 60_000, never);
    expect(await compact(env, projectId, Date.now(), () => true)).toBe(false);
    expect(await looseOf(projectId)).toHaveLength(3);
    expect(nextCompactionMs(endsMs + 29 * 60_000)).toBe(endsMs + 30 * 60_000);
    expect(nextCompactionMs(endsMs + 30 * 60_000)).toBe(endsMs + 90 * 60_000);
    await compact(env, projectId, endsMs + 30 * 60_000, never);
    expect(await looseOf(projectId)).toEqual([]);
  });

  it("leaves alone what a consumer has written and not indexed yet", async () => {
    const { projectId } = await anHour("in flight");
    const stem = segmentStem(projectId, overMs, "x");
    await beginSegment(env.INDEX, projectId, stem, Date.now());
    await writeSegment(env.ARCHIVE, stem, [{ run: runOf({ id: "run_x" }), raw: "words" }]);
    await compact(env, projectId, Date.now(), never);
    const left = await looseOf(projectId);
    expect(left).toHaveLength(1);
    expect(left[0]).toContain(stem);
  });
});

describe("whatever comes in between", () => {
  const writesOfMerge = 5;

  it("has as many steps as these tests count", async () => {
    const { projectId } = await anHour("counted");
    let writes = 0;
    await compact(
      watched(async (n) => {
        writes = n + 1;
      }),
      projectId,
      Date.now(),
      never,
    );
    expect(writes).toBe(writesOfMerge);
  });

  it.each(
    Array.from({ length: writesOfMerge }, (_, n) => n).flatMap(
      (n) =>
        [
          [n, "before"],
          [n, "after"],
        ] as const,
    ),
  )("a kill at write %d, %s it: all reads stay, and another pass ends the same", async (n, when) => {
    const project = await anHour(`killed ${n}`);
    const { projectId } = project;
    const before = await readsOf(project, ids);
    await expect(compact(killAt(n, when), projectId, Date.now(), never)).rejects.toBe(killed);
    expect(await readsOf(project, ids)).toEqual(before);
    await compact(env, projectId, Date.now(), never);
    expect(await readsOf(project, ids)).toEqual(before);
    await settleSegments(env, laterMs());
    await expectMerged(project, ids);
    expect(await readsOf(project, ids)).toEqual(before);
  });

  it.each(Array.from({ length: writesOfMerge }, (_, n) => n))(
    "a revision before write %d wins, and no line is unknown to the index",
    async (n) => {
      const project = await anHour(`revised ${n}`);
      const { projectId } = project;
      const revise = () => store({ projectId, atMs: overMs + hourMs }, { id: "c", agent: "m", input: "new words" });
      await compact(doing(n, revise), projectId, Date.now(), never);
      expect((await project.get("/v1/runs/c")).json.input).toBe("new words");
      await compact(env, projectId, Date.now(), never);
      await settleSegments(env, laterMs());
      // Revised after it was moved, the old line stays, known, until its hour is merged again.
      expect(await archived(projectId)).toHaveLength(ids.length + Number(await staleOf(projectId)));
      await project.send("DELETE", "/v1/runs/c");
      expect(idsIn(await archived(projectId))).toEqual(["a", "b", "d"]);
      expect([await staleOf(projectId), await notesOf(projectId)]).toEqual([0, 0]);
    },
  );

  it.each(Array.from({ length: writesOfMerge }, (_, n) => n))("a deletion before write %d leaves no byte", async (n) => {
    const project = await anHour(`deleted ${n}`);
    const { projectId } = project;
    await compact(
      doing(n, () => project.send("DELETE", "/v1/runs/c")),
      projectId,
      Date.now(),
      never,
    );
    expect((await project.get("/v1/runs/c")).status).toBe(404);
    expect((await archived(projectId)).join()).not.toContain("words of c");
    await expectMerged(project, ["a", "b", "d"]);
    expect((await project.get("/v1/ingest/status")).json.stored).toBe(3);
  });

  it.each([0, 1, 2, 3, 4])("a merge before write %d of a deletion leaves no byte either", async (n) => {
    const project = await anHour(`merged ${n}`);
    const { projectId } = project;
    const merging = doing(n, () => compact(env, projectId, Date.now(), never));
    await forgetRuns(merging, projectId, [{ id: "run_c" }, { id: "run_b" }], Date.now(), null);
    await compact(env, projectId, Date.now(), never);
    await expectMerged(project, ["a", "d"]);
    expect((await archived(projectId)).join()).not.toMatch(/words of [bc]/);
    expect((await project.get("/v1/ingest/status")).json.stored).toBe(2);
  });

  it.each(Array.from({ length: writesOfMerge }, (_, n) => n))(
    "another merge of the same hour before write %d: one of them wins whole",
    async (n) => {
      const project = await anHour(`twice ${n}`);
      const { projectId } = project;
      const before = await readsOf(project, ids);
      await compact(
        doing(n, () => compact(env, projectId, Date.now(), never)),
        projectId,
        Date.now(),
        never,
      );
      await expectMerged(project, ids);
      expect(await readsOf(project, ids)).toEqual(before);
    },
  );

  it.each(Array.from({ length: writesOfMerge }, (_, n) => n))(
    "a redelivery before write %d writes a segment of its own, which is merged in turn",
    async (n) => {
      const project = await newProject(`again ${n}`);
      const { projectId } = project;
      const runs = [
        { id: "a", agent: "m", input: "words of a" },
        { id: "b", agent: "m", input: "words of b" },
      ];
      const entry = await store({ projectId, atMs: overMs }, ...runs);
      const before = await readsOf(project, ["a", "b"]);
      const redeliver = async () => {
        await inboxedRuns({ projectId, receipt: entry.receipt }, ...runs);
        await deliver("bento-ingest", [pointer(entry)]);
      };
      await compact(doing(n, redeliver), projectId, Date.now(), never);
      expect(await readsOf(project, ["a", "b"])).toEqual(before);
      await compact(env, projectId, Date.now(), never);
      await expectMerged(project, ["a", "b"]);
      expect(await readsOf(project, ["a", "b"])).toEqual(before);
    },
  );

  it("a reader who asked the index before the merge and the archive after it finds the run", async () => {
    const { projectId } = await anHour("reader");
    const [line] = await Array.fromAsync(segmentLines(env.ARCHIVE, (await looseOf(projectId))[0] ?? ""));
    await compact(env, projectId, Date.now(), never);
    if (line === undefined) throw new Error("there is no line");
    expect((await readStoredLine(env, projectId, line.run.id, line))?.run).toEqual(line.run);
    expect(await readStoredLine(env, projectId, "run_of_nobody", line)).toBeNull();
  });
});

describe("a merged hour", () => {
  it("loses a deleted run's line and stays readable as a whole", async () => {
    const project = await anHour("taken out");
    const { projectId } = project;
    await compact(env, projectId, Date.now(), never);
    const before = await readsOf(project, ["a", "b", "d"]);
    await project.send("DELETE", "/v1/runs/c");
    await expectMerged(project, ["a", "b", "d"]);
    expect(await readsOf(project, ["a", "b", "d"])).toEqual(before);
    const [key = ""] = await packedOf(projectId);
    const text = gunzipSync(new Uint8Array((await (await env.ARCHIVE.get(key))?.arrayBuffer()) ?? new ArrayBuffer())).toString();
    expect(text.trim().split("\n")).toHaveLength(3);
  });

  it("loses everything of a deleted user", async () => {
    const project = await newProject("of a user");
    const { projectId } = project;
    await store({ projectId, atMs: overMs }, { id: "u", agent: "m", user_id: "ursula" }, { id: "v", agent: "m", user_id: "victor" });
    await compact(env, projectId, Date.now(), never);
    await project.send("DELETE", "/v1/users/ursula/data");
    await expectMerged(project, ["v"]);
  });

  it("gives a late part of a trace the parts that it once had", async () => {
    const project = await newProject("late part");
    const { projectId } = project;
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const part = (given: Parameters<typeof span>[0]) => inboxed({ projectId, atMs: overMs }, request([span(given)]));
    await deliver("bento-ingest", [pointer(await part({ id: "root" })), pointer(await part({ id: "first", parent: "root" }))]);
    await project.post("/v1/agents/unknown/flush");
    await compact(env, projectId, Date.now(), never);
    expect(await looseOf(projectId)).toEqual([]);
    // A week later its parts are dropped.
    const object = objectOf(env.TRACE_ASSEMBLY, [projectId, assemblyShardOf(trace)]);
    await rowsOf(object, "UPDATE trace SET closed_ms = ?", Date.now() - 8 * dayMs);
    await runDurableObjectAlarm(object);
    expect(await rowsOf(object, "SELECT * FROM part")).toEqual([]);
    await deliver("bento-ingest", [pointer(await part({ id: "second", parent: "root" }))]);
    expect((await project.get(`/v1/runs/${trace}/raw`)).json).toHaveLength(3);
  });

  it("goes with its project", async () => {
    const project = await anHour("project gone");
    await compact(env, project.projectId, Date.now(), never);
    await project.send("DELETE", `/v1/projects/${project.projectId}`);
    expect(await packedOf(project.projectId)).toEqual([]);
  });

  it("goes when its time has come, with its rows", async () => {
    const project = await anHour("expired");
    const { projectId } = project;
    await store({ projectId, atMs: overMs + 2 * hourMs }, { id: "younger", agent: "m" });
    await compact(env, projectId, Date.now(), never);
    await retain(env, projectId, 1, overMs + dayMs + hourMs, never);
    expect(idsIn(await archived(projectId))).toEqual(["younger"]);
    expect((await project.get("/v1/runs")).json.data.map((run: { source_id: string }) => run.source_id)).toEqual(["younger"]);
    expect((await project.get("/v1/ingest/status")).json.stored).toBe(1);
  });
});

describe("reading an hour", () => {
  const hour = hourOf(overMs);
  const sourceIds = (pages: readonly { run: { source_id: string | null } }[][]) =>
    pages
      .flat()
      .map(({ run }) => run.source_id ?? "")
      .sort();

  it("gives each run that stands in it once, with its sender's words, before the merge and after", async () => {
    const { projectId } = await anHour("read");
    const loose = await Array.fromAsync(readHour(env, projectId, hour));
    expect(sourceIds(loose)).toEqual(ids);
    await compact(env, projectId, Date.now(), never);
    const packed = await Array.fromAsync(readHour(env, projectId, hour));
    expect(packed.flat().every(({ key }) => isPackedKey(key))).toBe(true);
    const told = (pages: typeof packed) =>
      pages
        .flat()
        .map(({ run, raw }) => JSON.stringify({ run, raw }))
        .sort();
    expect(told(packed)).toEqual(told(loose));
    expect(await Array.fromAsync(readHour(env, projectId, hourOf(overMs - hourMs)))).toEqual([]);
  });

  it("leaves out no run that is merged while it reads", async () => {
    const project = await newProject("read meanwhile");
    const { projectId } = project;
    const names = Array.from({ length: 9 }, (_, i) => `r${i}`);
    // So large that a page holds a few.
    for (const id of names) await project.seed({ id: `run_${id}`, input: "x".repeat(900_000) });
    const found = new Set<string>();
    let pages = 0;
    for await (const page of readHour(env, projectId, "2026-11-24T10")) {
      for (const { run } of page) found.add(run.source_id ?? "");
      if (pages++ === 0) await compact(env, projectId, Date.now(), never);
    }
    expect(await looseOf(projectId)).toEqual([]);
    expect([...found].sort()).toEqual(names);
    expect(pages).toBeGreaterThan(2);
  });
});
