// What becomes of what is kept: counted exactly, set aside with a reason, driven again, and gone in its time.
import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { beginSegment } from "../../d1/unfinished-segments.ts";
import { decodeSpans } from "../../domain/wire/otlp.ts";
import { assemblyShardOf } from "../../durable-objects/names.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { copyToDead } from "../../r2/inbox.ts";
import { deadPrefix, inboxPrefix, segmentPrefix, segmentStem } from "../../r2/keys.ts";
import { writeSegment } from "../../r2/segments.ts";
import { request, span } from "../unit/wire/spans.ts";
import { newProject, runOf, type Client } from "./api-client.ts";
import { deliver, inboxed, inboxedRuns, pointer, store } from "./consume.ts";
import { countIn, everythingOf, keysUnder, status } from "./holdings.ts";
import { alarmOf, objectOf, rowsOf } from "./objects.ts";

const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;
const letters = async (project: Client) => (await project.get("/v1/dead-letters")).json.data;

/** Bindings whose behaviour objects fail for one agent, with words that nobody may see. */
function failingFor(agent: string): typeof env {
  const BEHAVIOUR = {
    idFromName: (name: string) => ({ name }),
    get: ({ name }: { name: string }) => {
      if (JSON.parse(name)[1] === agent) throw new TypeError("secret words of the body");
      return env.BEHAVIOUR.get(env.BEHAVIOUR.idFromName(name));
    },
  };
  return { ...env, BEHAVIOUR } as unknown as typeof env;
}
describe("tallies", () => {
  it("count each request and run once, whatever is delivered again, and follow revisions and deletions", async () => {
    const project = await newProject("tallies");
    const { projectId } = project;
    const run = (id: string) => ({ id, agent: "t" });
    const first = await inboxedRuns({ projectId }, run("a"), run("b"), { id: "c" });
    await deliver("bento-ingest", [pointer(first), pointer(first)]);
    expect(await status(project)).toMatchObject({ received: 1, processed: 1, stored: 2, rejected: 1, pending: 0 });
    // A crash before the inbox object went: the same request comes once more.
    await inboxedRuns({ projectId, receipt: first.receipt }, run("a"), run("b"), { id: "c" });
    await deliver("bento-ingest", [pointer(first)]);
    const others = [await inboxedRuns({ projectId }, run("a"), run("d")), await inboxedRuns({ projectId }, run("d"))];
    await deliver("bento-ingest", others.map(pointer));
    expect(await status(project)).toMatchObject({ received: 3, processed: 3, stored: 3, rejected: 1 });
    await project.send("DELETE", "/v1/runs/d");
    expect(await status(project)).toMatchObject({ received: 3, processed: 3, stored: 2 });
    expect(await countIn("run", projectId)).toBe(2);
  });
});

describe("dead letters", () => {
  it("a body that cannot be opened is set aside at the first try, and says why", async () => {
    const project = await newProject("sealed");
    const entry = await inboxed({ projectId: project.projectId }, { resourceSpans: [] });
    const other = { ...env, BENTO_INBOX_KEY: btoa("x".repeat(32)) };
    expect((await deliver("bento-ingest", [pointer(entry)], { env: other })).retryMessages).toEqual([]);
    expect(await letters(project)).toMatchObject([
      { id: entry.receipt, door: "traces", reason: "the stored bytes do not open with this instance's key", status: "waiting" },
    ]);
    expect(await status(project)).toMatchObject({ received: 1, processed: 0, dead_letters: 1, pending: 0 });
    expect(await keysUnder(deadPrefix(project.projectId))).toHaveLength(1);
  });

  it("a gzip that does not unpack and a body that its reader fails on are named as that, without their words", async () => {
    const project = await newProject("broken");
    const where = { projectId: project.projectId };
    const gzip = await inboxed({ ...where, isGzip: true }, "this is no gzip");
    const reading = await inboxed({ ...where, door: "runs", format: "reading" }, new TextEncoder().encode("{secret words"));
    await deliver("bento-ingest", [pointer(gzip), pointer(reading)]);
    const reasons = (await letters(project)).map(({ reason }: { reason: string }) => reason);
    expect(reasons).toEqual([
      expect.stringMatching(/^the reader of the door "runs" failed on it: SyntaxError/),
      "the gzip does not unpack",
    ]);
    expect(reasons.join()).not.toContain("secret");
  });

  it("comes back with its reason when it is driven again in vain", async () => {
    const project = await newProject("in vain");
    const entry = await inboxed({ projectId: project.projectId, isGzip: true }, "no gzip");
    await deliver("bento-ingest", [pointer(entry)]);
    expect((await project.post(`/v1/dead-letters/${entry.receipt}/redrive`)).status).toBe(202);
    await vi.waitFor(
      async () => expect(await letters(project)).toMatchObject([{ id: entry.receipt, reason: "the gzip does not unpack" }]),
      5_000,
    );
    expect(await status(project)).toMatchObject({ received: 1, processed: 0, dead_letters: 1 });
  });

  it("a failure of the stores is tried again, alone, and set aside at the last try with its kind and place; driven again it is processed once", async () => {
    const project = await newProject("driven");
    const { projectId } = project;
    const [good, bad] = [
      await inboxedRuns({ projectId }, { id: "good", agent: "fine" }),
      await inboxedRuns({ projectId }, { id: "bad", agent: "poison" }),
    ];
    const broken = failingFor("poison");
    const first = await deliver("bento-ingest", [pointer(good), pointer(bad)], { env: broken });
    expect(first.retryMessages).toHaveLength(2);
    const second = await deliver("bento-ingest", [pointer(good), pointer(bad)], { env: broken, attempts: 2 });
    expect(second.explicitAcks).toEqual(["0"]);
    expect((await deliver("bento-ingest", [pointer(bad)], { env: broken, attempts: 6 })).retryMessages).toEqual([]);
    // Its run is listed already, but moves no baseline: it is no processed request.
    expect(await status(project)).toMatchObject({ received: 2, processed: 1, dead_letters: 1, pending: 0 });
    const [letter] = await letters(project);
    expect(letter.reason).toMatch(/^TypeError in \S*get$/);
    expect(letter.bytes).toBeGreaterThan(0);

    const redriven = await project.post(`/v1/dead-letters/${bad.receipt}/redrive`);
    expect([redriven.status, redriven.json]).toEqual([202, { id: bad.receipt, status: "pending" }]);
    await deliver("bento-ingest", [pointer(bad)]);
    expect((await project.get("/v1/runs/bad")).status).toBe(200);
    expect((await project.post(`/v1/dead-letters/${bad.receipt}/redrive`)).json.status).toBe("processed");
    expect(await letters(project)).toEqual([]);
    expect(await status(project)).toMatchObject({ received: 2, processed: 2, dead_letters: 0, discarded: 0, stored: 2 });
    expect(await keysUnder(deadPrefix(projectId))).toEqual([]);
    expect((await project.get(`/v1/audit?object=${bad.receipt}`)).json.data.map((e: { action: string }) => e.action)).toEqual([
      "dead_letter.redriven",
    ]);
  });

  it("a killed consumer's request is set aside without a reason of its own, and is none any more when a late delivery processes it", async () => {
    const project = await newProject("after all");
    const { projectId } = project;
    const late = await inboxedRuns({ projectId }, { id: "late", agent: "t" });
    await copyToDead(env.ARCHIVE, late);
    await deliver("bento-dead", [pointer(late)]);
    expect(await letters(project)).toMatchObject([{ reason: expect.stringContaining("every try ended without an answer") }]);
    expect(await status(project)).toMatchObject({ received: 1, processed: 0, dead_letters: 1, pending: 0 });
    // A second pointer of the same body was on its way when it was set aside.
    await inboxedRuns({ projectId, receipt: late.receipt }, { id: "late", agent: "t" });
    await deliver("bento-ingest", [pointer(late)]);
    expect(await letters(project)).toEqual([]);
    expect(await status(project)).toMatchObject({ received: 1, processed: 1, dead_letters: 0, pending: 0, stored: 1 });
  });

  it("is thrown away with its bytes and stays counted as received", async () => {
    const project = await newProject("thrown");
    const entry = await inboxed({ projectId: project.projectId, isGzip: true }, "no gzip");
    await deliver("bento-ingest", [pointer(entry)]);
    for (const code of [204, 404]) expect((await project.send("DELETE", `/v1/dead-letters/${entry.receipt}`)).status).toBe(code);
    expect(await keysUnder(deadPrefix(project.projectId))).toEqual([]);
    expect(await status(project)).toMatchObject({ received: 1, dead_letters: 0, discarded: 1 });
  });

  it("of another project is as one that never was", async () => {
    const [project, other] = await Promise.all([newProject("mine"), newProject("theirs")]);
    const entry = await inboxed({ projectId: project.projectId, isGzip: true }, "no gzip");
    await deliver("bento-ingest", [pointer(entry)]);
    const [theirs, none] = await Promise.all([
      other.post(`/v1/dead-letters/${entry.receipt}/redrive`),
      other.post("/v1/dead-letters/none/redrive"),
    ]);
    expect([theirs.status, theirs.text]).toEqual([404, none.text]);
    expect(await letters(other)).toEqual([]);
  });

  it("keeps its bytes for a day after receipt; then the row says so and cannot be driven again", async () => {
    const project = await newProject("a day");
    const { projectId } = project;
    const atMs = Date.now() - 23 * 3_600_000;
    const entry = await inboxed({ projectId, isGzip: true, atMs }, "no gzip");
    await deliver("bento-ingest", [pointer(entry)]);
    await tick(env, Date.now());
    expect(await keysUnder(deadPrefix(projectId))).toHaveLength(1);
    await tick(env, Date.now() + 2 * 3_600_000);
    expect(await keysUnder(deadPrefix(projectId))).toEqual([]);
    expect(await letters(project)).toMatchObject([{ id: entry.receipt, status: "expired", reason: "the gzip does not unpack" }]);
    const refused = await project.post(`/v1/dead-letters/${entry.receipt}/redrive`);
    expect([refused.status, refused.json.error.message]).toEqual([409, expect.stringContaining("a day after it was received")]);
  });

  it("a body that waited for more than a day is still tried, and leaves no bytes when that fails", async () => {
    const project = await newProject("two days");
    const { projectId } = project;
    const atMs = Date.now() - 2 * dayMs;
    const [good, bad] = [
      await inboxedRuns({ projectId, atMs }, { id: "old", agent: "t" }),
      await inboxed({ projectId, isGzip: true, atMs }, "no gzip"),
    ];
    await tick(env, Date.now());
    await deliver("bento-ingest", [pointer(good), pointer(bad)]);
    expect((await project.get("/v1/runs/old")).status).toBe(200);
    expect(await letters(project)).toMatchObject([{ id: bad.receipt, status: "expired" }]);
    expect([...(await keysUnder(deadPrefix(projectId))), ...(await keysUnder(inboxPrefix(projectId)))]).toEqual([]);
  });

  it("a message that names no body is settled and not tried for ever", async () => {
    vi.spyOn(console, "error").mockReturnValue(undefined);
    expect((await deliver("bento-ingest", [{ v: 2 }, { v: 1, kind: "inbox", key: "elsewhere/x" }])).retryMessages).toEqual([]);
    vi.restoreAllMocks();
  });
});

describe("retention", () => {
  it("takes what was received too long ago with everything that belongs to it, and leaves counts of what ever came", async () => {
    const project = await newProject("retention");
    const { projectId } = project;
    await project.send("PATCH", "/v1/settings", { retention_days: 7 });
    const oldMs = Date.now() - 9 * dayMs;
    await store(
      { projectId, atMs: oldMs },
      { id: "old", agent: "n", input: "old words" },
      { id: "revised", agent: "n", input: "old revision" },
    );
    await deliver("bento-ingest", [pointer(await inboxed({ projectId, atMs: oldMs }, request([span({ id: "root" })])))]);
    await deliver("bento-ingest", [
      pointer(await inboxed({ projectId, atMs: oldMs, door: "scores" }, { run_id: "never-came", name: "x", value: 1 })),
    ]);
    // Old by its own time and received now: an import is kept.
    await store(
      { projectId },
      { id: "imported", agent: "n", started_at: "2026-01-01T00:00:00Z" },
      { id: "revised", agent: "n", input: "new revision" },
    );
    const before = await status(project);
    expect(before).toMatchObject({ stored: 4, processed: 4 });

    await tick(env, Date.now());
    expect((await project.get("/v1/runs")).json.data.map((run: { source_id: string }) => run.source_id).sort()).toEqual([
      "imported",
      "revised",
    ]);
    expect((await project.get("/v1/runs/revised/raw")).json.input).toBe("new revision");
    const everything = await everythingOf(projectId);
    for (const words of ["old words", "old revision", "never-came"]) expect(everything).not.toContain(words);
    expect(await keysUnder(segmentPrefix(projectId))).toHaveLength(1);
    expect(await countIn("receipt", projectId)).toBe(1);
    expect(await countIn("stale_line", projectId)).toBe(0);
    expect(
      await rowsOf(objectOf(env.TRACE_ASSEMBLY, [projectId, assemblyShardOf("0af7651916cd43dd8448eb211c80319c")]), "SELECT * FROM part"),
    ).toEqual([]);
    expect(await status(project)).toEqual({ ...before, stored: 2 });
  });

  it("looks at a project again an hour later, and takes spent dead letters and ended deliveries with it", async () => {
    const project = await newProject("hourly");
    const { projectId } = project;
    await project.send("PATCH", "/v1/settings", { retention_days: 1 });
    const entry = await inboxed({ projectId, isGzip: true }, "no gzip");
    await deliver("bento-ingest", [pointer(entry)]);
    const delivery = (id: string, state: string) =>
      env.INDEX.prepare(
        "INSERT INTO delivery (project_id, id, webhook_id, event, status, attempts, updated_ms) VALUES (?, ?, 'whk', 'incident.opened', ?, 1, ?)",
      )
        .bind(projectId, id, state, Date.now())
        .run();
    for (const state of ["delivered", "failed", "retrying"]) await delivery(state, state);
    await tick(env, Date.now());
    expect(await countIn("dead_letter", projectId)).toBe(1);
    await tick(env, Date.now() + 30 * minuteMs);
    await tick(env, Date.now() + 2 * dayMs);
    expect(await countIn("dead_letter", projectId)).toBe(0);
    const { results } = await env.INDEX.prepare("SELECT id FROM delivery WHERE project_id = ?").bind(projectId).all();
    expect(results).toEqual([{ id: "retrying" }]);
    expect(await status(project)).toMatchObject({ received: 1, dead_letters: 0, discarded: 1 });
  });
});

describe("parts of traces", () => {
  it("are dropped a week after their trace was over, though nothing else comes to their object", async () => {
    const { projectId } = await newProject("quiet");
    const assembly = env.TRACE_ASSEMBLY.get(env.TRACE_ASSEMBLY.idFromName(JSON.stringify([projectId, 0])));
    const decoded = decodeSpans(new TextEncoder().encode(JSON.stringify(request([span({ id: "root" })]))), "json");
    const record = decoded.ok ? decoded.records[0] : undefined;
    await assembly.add(projectId, 0, [{ traceId: "t", key: "k", json: JSON.stringify(record) }], Date.now());
    await assembly.confirm([{ traceId: "t", version: 1 }], Date.now());
    const object = objectOf(env.TRACE_ASSEMBLY, [projectId, 0]);
    const alarmMs = await alarmOf(object);
    expect((alarmMs ?? 0) - Date.now()).toBeGreaterThan(7 * dayMs - minuteMs);
    await runInDurableObject(object, (_, state) =>
      state.storage.sql.exec("UPDATE trace SET closed_ms = ?", Date.now() - 8 * dayMs).toArray(),
    );
    await runDurableObjectAlarm(object);
    expect(await rowsOf(objectOf(env.TRACE_ASSEMBLY, [projectId, 0]), "SELECT * FROM part")).toEqual([]);
    expect(await alarmOf(object)).toBeNull();
  });
});

describe("a segment that was written and not indexed", () => {
  const laterMs = () => Date.now() + 20 * minuteMs;

  it("goes when nothing points to it", async () => {
    const { projectId } = await newProject("killed");
    const stem = segmentStem(projectId, Date.now(), "x");
    await beginSegment(env.INDEX, projectId, stem, Date.now());
    await writeSegment(env.ARCHIVE, stem, [{ run: runOf({ id: "run_k" }), raw: "words" }]);
    await tick(env, Date.now());
    expect(await keysUnder(segmentPrefix(projectId))).toHaveLength(1);
    await tick(env, laterMs());
    expect(await keysUnder(segmentPrefix(projectId))).toEqual([]);
    expect(await countIn("unfinished_segment", projectId)).toBe(0);
  });

  it("loses only the lines that nothing points to, when another try of the same delivery went through", async () => {
    const project = await newProject("tried twice");
    const { projectId } = project;
    const entry = await inboxedRuns({ projectId }, { id: "t", agent: "n", input: "kept words" });
    const stem = segmentStem(projectId, Date.now(), `${entry.receipt}-1`);
    await beginSegment(env.INDEX, projectId, stem, Date.now());
    await writeSegment(env.ARCHIVE, stem, [{ run: runOf({ id: "run_t", input: "words of a first try" }), raw: null }]);
    await deliver("bento-ingest", [pointer(entry)]);
    expect(await keysUnder(segmentPrefix(projectId))).toHaveLength(2);
    await tick(env, laterMs());
    expect(await keysUnder(segmentPrefix(projectId))).toHaveLength(1);
    expect((await project.get("/v1/runs/t")).json.input).toBe("kept words");
    expect(await everythingOf(projectId)).not.toContain("first try");
  });

  it("leaves no note behind when all goes well", async () => {
    const { projectId } = await newProject("well");
    await store({ projectId }, { id: "w", agent: "n" });
    expect(await countIn("unfinished_segment", projectId)).toBe(0);
  });
});
