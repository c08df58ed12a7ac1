// The API as its clients see it, on real D1 and R2.
import { env } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { putDrift } from "../../d1/drifts.ts";
import { writeIncidents } from "../../d1/write-behaviour.ts";
import { writeScores } from "../../d1/write-scores.ts";
import { Behaviour } from "../../durable-objects/behaviour.ts";
import type { WatchedDimension } from "../../durable-objects/blessing.ts";
import { IncidentDesk } from "../../durable-objects/incident-desk.ts";
import { putInbox } from "../../r2/inbox.ts";
import { admin, Client, newProject, type Reply } from "./api-client.ts";
import { drift, incident } from "./records.ts";

let a: Client;
let b: Client;

beforeAll(async () => {
  [a, b] = await Promise.all([newProject("A"), newProject("B")]);
});

// The objects have tests of their own; here they say what the test tells them to.
afterEach(() => {
  vi.restoreAllMocks();
});

const ids = (reply: Reply): string[] => reply.json.data.map((row: { id: string }) => row.id);

describe("who may ask", () => {
  it("answers the public addresses without a key", async () => {
    const nobody = new Client("", "");
    expect((await nobody.get("/healthz")).json).toEqual({ status: "ok" });
    expect((await nobody.get("/v1/openapi.json")).json.openapi).toBe("3.1.0");
  });

  it("refuses a missing, a wrong and a revoked key with 401", async () => {
    const made = await a.post("/v1/keys", { name: "ci", scopes: ["read"] });
    const ci = new Client(made.json.key, a.projectId);
    expect((await ci.get("/v1/runs")).status).toBe(200);
    expect((await a.send("DELETE", `/v1/keys/${made.json.id}`)).status).toBe(204);
    for (const key of ["", "bento_wrong", made.json.key]) {
      const reply = await new Client(key, "").get("/v1/runs");
      expect([reply.status, reply.json.error.code]).toEqual([401, "unauthenticated"]);
    }
  });

  it("refuses a key without the scope with 403, and only the instance makes projects", async () => {
    const made = await a.post("/v1/keys", { name: "exporter", scopes: ["ingest"], owner: "ada" });
    const exporter = new Client(made.json.key, a.projectId);
    expect((await exporter.get("/v1/runs")).status).toBe(403);
    expect((await a.post("/v1/projects", { name: "C" })).status).toBe(403);
    expect((await a.get("/v1/keys")).text).not.toContain(made.json.key);
  });

  it("takes the key in every spelling", async () => {
    const bare = new Client("", "");
    for (const headers of [
      { "x-api-key": a.key },
      { "api-key": a.key },
      { api_key: a.key },
      { authorization: `Basic ${btoa(`pk-lf:${a.key}`)}` },
    ]) {
      expect((await bare.send("GET", "/v1/runs", undefined, { authorization: "", ...headers })).status).toBe(200);
    }
  });
});

describe("runs", () => {
  it("pages over equal times without repeating or hiding a run, with an honest total", async () => {
    const project = await newProject("ties");
    await project.seed(...Array.from({ length: 7 }, (_, i) => ({ id: `run_pt-${i}` })));
    for (const limit of [1, 2, 3, 7, 200]) {
      const rows = await project.walk("/v1/runs", limit);
      expect(rows.map((row) => row.id)).toEqual(["run_pt-6", "run_pt-5", "run_pt-4", "run_pt-3", "run_pt-2", "run_pt-1", "run_pt-0"]);
    }
    expect((await project.get("/v1/runs?limit=2")).json.total).toBe(7);
  });

  it("lists a newer run on the first page only, whatever arrives meanwhile", async () => {
    const project = await newProject("inserts");
    await project.seed({ id: "run_1" }, { id: "run_2" }, { id: "run_3" });
    const first = await project.get("/v1/runs?limit=2");
    await project.seed({ id: "run_4", started_at: "2026-11-25T10:00:00.000Z" });
    const second = await project.get(`/v1/runs?limit=2&cursor=${first.json.next_cursor}`);
    expect([...ids(first), ...ids(second)]).toEqual(["run_3", "run_2", "run_1"]);
  });

  it("filters exactly", async () => {
    const project = await newProject("filters");
    await project.seed(
      {
        id: "run_a",
        agent: "x",
        session_id: "s1",
        user_id: "u1",
        status: "error",
        config_hash: "h1",
        config: { model: "m1", prompt: null, tools: [], params: {}, artifacts: [] },
      },
      { id: "run_b", agent: "xx", session_id: "s2", started_at: "2026-11-25T10:00:00.000Z" },
    );
    for (const filter of [
      "agent=x",
      "session_id=s1",
      "user_id=u1",
      "status=error",
      "config_hash=h1",
      "model=m1",
      "to=2026-11-25",
      "from=2026-11-24T11:00:00%2B01:00&to=2026-11-24T10:00:00.001Z",
    ]) {
      expect([filter, ids(await project.get(`/v1/runs?${filter}`))]).toEqual([filter, ["run_a"]]);
    }
    expect(ids(await project.get("/v1/runs?from=2026-11-24T10:00:00.001Z"))).toEqual(["run_b"]);
  });

  it("searches literally, without case, and longer than LIKE could", async () => {
    const project = await newProject("search");
    const long = "9f8e7d6c5b4a39281706f5e4d3c2b1a0ffeeddccbbaa99887766554433221100ab";
    await project.seed(
      { id: "run_ls-1", input: long },
      { id: "run_ls-2", output: "100%_done" },
      { id: "run_ls-3", output: "100 x done" },
      { id: "run_ls-4", input: "とても長い検索語をここに入れて確かめる" },
      { id: "run_ls-5", input: "ÄRGER mit 'Zitat'" },
    );
    const search = async (q: string) => ids(await project.get(`/v1/runs?q=${encodeURIComponent(q)}`));
    expect(await search(long)).toEqual(["run_ls-1"]);
    expect(await search("100%_DONE")).toEqual(["run_ls-2"]);
    expect(await search("とても長い検索語をここに入れて確かめる")).toEqual(["run_ls-4"]);
    expect(await search("ärger MIT 'zitat'")).toEqual(["run_ls-5"]);
    expect(await search("LS-3")).toEqual(["run_ls-3"]);
    expect(await search("' OR '1'='1")).toEqual([]);
  });

  it("opens a run by Bento's id, the sender's, and the sender's hex in capitals", async () => {
    await a.seed({ id: "run_c4f00ca71bc513c7577f4276be11f80f" }, { id: "run_weird/../id ü%" });
    for (const id of ["run_c4f00ca71bc513c7577f4276be11f80f", "c4f00ca71bc513c7577f4276be11f80f", "C4F00CA71BC513C7577F4276BE11F80F"]) {
      expect((await a.get(`/v1/runs/${id}`)).json.id).toBe("run_c4f00ca71bc513c7577f4276be11f80f");
    }
    expect((await a.get(`/v1/runs/${encodeURIComponent("weird/../id ü%")}`)).json.id).toBe("run_weird/../id ü%");
    expect((await a.get("/v1/runs/c4f00ca71bc513c7577f4276be11f80f/raw")).json).toEqual({ sent: "run_c4f00ca71bc513c7577f4276be11f80f" });
  });

  it("gives a run with observations and later scores, and lists the same without steps", async () => {
    await a.seed({ id: "run_scored", scores: [{ name: "success", value: 1, source: null, comment: null }] });
    const late = { runId: "run_scored", name: "success", value: 0, source: null, comment: "wrong after all", version: "02" };
    await writeScores(env.INDEX, a.projectId, [late]);
    const { steps, ...whole } = (await a.get("/v1/runs/scored")).json;
    expect(steps).toEqual([]);
    expect(whole.scores).toEqual([{ name: "success", value: 0, source: null, comment: "wrong after all" }]);
    expect(whole.observations).toContainEqual({ dimension: "outcome.success", value: 0 });
    expect(whole.observations).toContainEqual({ dimension: "latency.run_ms", value: 1000 });
    const listed = (await a.get("/v1/runs?q=scored")).json.data[0];
    expect(listed).toEqual(whole);
  });

  it("deletes a run everywhere, and only the project's own", async () => {
    await a.seed({ id: "run_shared", input: "of a" });
    await b.seed({ id: "run_shared", input: "of b" });
    expect((await b.send("DELETE", "/v1/runs/shared")).status).toBe(204);
    for (const path of ["", "/raw"]) expect((await b.get(`/v1/runs/shared${path}`)).status).toBe(404);
    expect((await b.send("DELETE", "/v1/runs/shared")).status).toBe(404);
    expect(ids(await b.get("/v1/runs?q=shared"))).toEqual([]);
    expect((await a.get("/v1/runs/shared")).json.input).toBe("of a");
    const segments = await env.ARCHIVE.list({ prefix: `segments/${b.projectId}/` });
    for (const { key } of segments.objects) expect(await (await env.ARCHIVE.get(key))?.text()).not.toContain("of b");
  });

  it("answers for another project's run as for one that never was", async () => {
    await b.seed({ id: "run_theirs" });
    for (const path of ["", "/raw"]) {
      const [theirs, unknown] = await Promise.all([a.get(`/v1/runs/theirs${path}`), a.get(`/v1/runs/no-such-run${path}`)]);
      expect(theirs.status).toBe(404);
      expect(theirs.text).toBe(unknown.text);
    }
    expect(ids(await a.get("/v1/runs?q=theirs"))).toEqual([]);
  });
});

describe("what is refused", () => {
  it.each([
    ["/v1/runs?sort=started_at%3B%20DROP%20TABLE%20run", "sort"],
    ["/v1/runs?limit=0", "limit"],
    ["/v1/runs?limit=201", "limit"],
    ["/v1/runs?limit=1.5", "limit"],
    ["/v1/runs?limit=", "limit"],
    ["/v1/runs?agent=", "agent"],
    ["/v1/runs?agent=x&agent=y", "agent"],
    ["/v1/runs?status=banana", "status"],
    ["/v1/runs?from=yesterday", "from"],
    ["/v1/runs?from=2026-02-30", "from"],
    ["/v1/runs?from=2026-11-24' OR '1'='1", "from"],
    ["/v1/runs?from=2026-11-25&to=2026-11-24", "from"],
    ["/v1/runs?cursor=garbage", "cursor"],
    ["/v1/drifts?status=open", "status"],
    ["/v1/incidents?severity=awful", "severity"],
    ["/v1/changes?kind=magic", "kind"],
    ["/v1/settings?verbose=1", "verbose"],
  ])("%s with 400 naming the place", async (path, place) => {
    const { status, json } = await a.get(path);
    expect([status, json.error.code, json.error.details[0].path]).toEqual([400, "invalid_request", place]);
  });

  it("a cursor of another list or of other filters", async () => {
    await a.seed({ id: "run_p1" }, { id: "run_p2" });
    const cursor = (await a.get("/v1/runs?limit=1")).json.next_cursor;
    expect((await a.get(`/v1/runs?limit=1&cursor=${cursor}`)).status).toBe(200);
    expect((await a.get(`/v1/runs?limit=1&agent=x&cursor=${cursor}`)).status).toBe(400);
    expect((await a.get(`/v1/changes?cursor=${cursor}`)).status).toBe(400);
  });

  it("an unknown address with 404, a known one with another method with 405 and what it takes", async () => {
    expect((await a.get("/v1/nothing")).status).toBe(404);
    const reply = await a.send("PUT", "/v1/runs", {});
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST, GET, HEAD"]);
    expect((await a.send("DELETE", "/v1/settings")).headers.get("allow")).toBe("GET, PATCH, HEAD");
  });

  it("bodies that are no JSON, too large, of another type, or with fields nobody knows", async () => {
    expect((await a.send("POST", "/v1/keys", "{")).status).toBe(400);
    expect((await a.send("POST", "/v1/keys", "x".repeat(1_100_000))).status).toBe(413);
    expect((await a.send("POST", "/v1/keys", "{}", { "content-type": "text/plain" })).status).toBe(415);
    const { status, json } = await a.post("/v1/keys", { name: "k", scopes: ["read", "fly"], colour: "red" });
    expect(status).toBe(400);
    expect(json.error.details.map((d: { path: string }) => d.path).sort()).toEqual(["colour", "scopes[1]"]);
  });

  it("answers a broken index with 503 and no internals", async () => {
    const project = await newProject("broken");
    await env.INDEX.prepare("UPDATE project SET settings = '{' WHERE id = ?").bind(project.projectId).run();
    const reply = await project.get("/v1/settings");
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(reply.text).not.toMatch(/JSON|SyntaxError|at /);
  });
});

describe("agents and behaviour", () => {
  it("lists agents by name with their open incidents", async () => {
    const project = await newProject("agents");
    await project.seed({ id: "run_1", agent: "zoe" }, { id: "run_2", agent: "a/b c" });
    await writeIncidents(
      env.INDEX,
      project.projectId,
      [incident({ id: "inc_1", agent: "zoe" }), incident({ id: "inc_2", agent: "zoe", status: "resolved" })],
      [],
    );
    const rows = await project.walk("/v1/agents", 1);
    expect(rows.map((row) => [row.name, row.open_incidents])).toEqual([
      ["a/b c", 0],
      ["zoe", 1],
    ]);
    expect((await project.get(`/v1/agents/${encodeURIComponent("a/b c")}`)).json.name).toBe("a/b c");
    expect((await project.get("/v1/agents/nobody")).status).toBe(404);
  });

  it("serves dimensions by name and a series, and 404 for what no run shows", async () => {
    await a.seed({ id: "run_dim", agent: "dim-bot" });
    const band = { n: 1, value: 1, low: null, high: null };
    const dimension = (name: string): WatchedDimension => ({
      name,
      kind: "count",
      unit: "calls",
      status: "stable",
      baseline: band,
      current: band,
      needs: null,
      references: [],
      feedback: null,
    });
    vi.spyOn(Behaviour.prototype, "dimensions").mockResolvedValue([
      dimension("volume.steps"),
      dimension("cost.usd"),
      dimension("tool.a/b.error_rate"),
    ]);
    expect((await a.walk("/v1/agents/dim-bot/dimensions", 2)).map((d) => d.name)).toEqual([
      "cost.usd",
      "tool.a/b.error_rate",
      "volume.steps",
    ]);
    expect((await a.get("/v1/agents/nobody/dimensions")).status).toBe(404);
    vi.spyOn(Behaviour.prototype, "series").mockResolvedValueOnce([]);
    expect((await a.get("/v1/agents/dim-bot/dimensions/nothing/series")).status).toBe(404);
    const course = vi.spyOn(Behaviour.prototype, "series").mockResolvedValue([
      {
        dimension: "tool.a/b.error_rate",
        buckets: [{ at: "2026-11-24T00:00:00.000Z", value: null, low: null, high: null, n: 0, baseline: null }],
      },
    ]);
    const series = await a.get(
      `/v1/agents/dim-bot/dimensions/${encodeURIComponent("tool.a/b.error_rate")}/series?from=2026-11-01&to=2026-11-25&bucket=day`,
    );
    expect(series.json.data).toHaveLength(1);
    const window = { fromMs: Date.parse("2026-11-01"), toMs: Date.parse("2026-11-25"), bucket: "day" };
    expect(course).toHaveBeenLastCalledWith(["tool.a/b.error_rate"], window, expect.any(Number));
    expect((await a.get("/v1/agents/dim-bot/dimensions/x/series?from=2020-01-01&to=2026-01-01&bucket=hour")).status).toBe(400);
  });

  it("flushes a known agent and takes a word on a baseline", async () => {
    await a.seed({ id: "run_flush", agent: "flush-bot" });
    const evaluate = vi.spyOn(Behaviour.prototype, "evaluate").mockResolvedValue(null);
    expect((await a.post("/v1/agents/flush-bot/flush")).json).toEqual({
      agent: "flush-bot",
      closed_runs: 0,
      drifts: 0,
      incidents_touched: 0,
    });
    expect(evaluate).toHaveBeenLastCalledWith(true, expect.any(Number));
    expect((await a.send("POST", "/v1/agents/flush-bot/flush")).status).toBe(200);
    expect((await a.post("/v1/agents/nobody/flush")).status).toBe(404);
    const reset = vi.spyOn(Behaviour.prototype, "reset").mockResolvedValue({ at: "2026-11-24T10:00:00.000Z", told: [] });
    expect((await a.post("/v1/agents/flush-bot/baseline", { action: "reset" })).json).toEqual({
      agent: "flush-bot",
      action: "reset",
      dimension: null,
      name: null,
      at: "2026-11-24T10:00:00.000Z",
    });
    expect(reset).toHaveBeenLastCalledWith(null, expect.objectContaining({ owner: "admin", kind: "person" }), expect.any(Number));
    vi.spyOn(Behaviour.prototype, "dimensions").mockResolvedValue([]);
    expect((await a.post("/v1/agents/flush-bot/baseline", { action: "bless", dimension: "cost.typo" })).status).toBe(404);
  });
});

describe("changes", () => {
  it("takes the same declaration twice as one change and tells the behaviour object", async () => {
    const declare = vi.spyOn(Behaviour.prototype, "declare").mockResolvedValue(undefined);
    const change = { agent: "support-bot", kind: "model", ref: "acme-6", at: "2026-11-24T12:00:00+01:00", from: "acme-5", to: "acme-6" };
    const [first, second] = [await b.post("/v1/changes", change), await b.post("/v1/changes", { ...change, description: "rollout" })];
    expect(first.status).toBe(201);
    expect(second.json.id).toBe(first.json.id);
    expect((await b.get("/v1/changes?agent=support-bot&kind=model&from=2026-11-24T11:00:00Z")).json.data).toEqual([
      {
        id: first.json.id,
        agent: "support-bot",
        kind: "model",
        ref: "acme-6",
        at: "2026-11-24T11:00:00.000Z",
        declared: true,
        from: "acme-5",
        to: "acme-6",
        description: "rollout",
        author: null,
        run_id: null,
      },
    ]);
    expect(declare).toHaveBeenLastCalledWith(
      expect.objectContaining({ projectId: b.projectId, agent: "support-bot" }),
      second.json,
      expect.any(Number),
    );
    expect((await a.get("/v1/changes")).json.data).toEqual([]);
  });
});

describe("drifts and incidents", () => {
  it("lists drifts and takes a person's verdict with a reason", async () => {
    const project = await newProject("drifts");
    const mine = drift({ id: "drf_1", agent: "x", incident_id: "inc_1" });
    await putDrift(env.INDEX, project.projectId, mine, []);
    await putDrift(env.INDEX, project.projectId, drift({ id: "drf_2", agent: "x", dimension: "cost.usd" }), []);
    expect(ids(await project.get("/v1/drifts?agent=x"))).toEqual(["drf_2", "drf_1"]);
    expect(ids(await project.get("/v1/drifts?dimension=cost.usd"))).toEqual(["drf_2"]);
    expect((await project.post("/v1/drifts/drf_1/dismiss", {})).status).toBe(400);
    const judge = vi
      .spyOn(Behaviour.prototype, "judge")
      .mockResolvedValue({ drift: { ...mine, status: "dismissed", incident_id: null }, told: [] });
    expect((await project.post("/v1/drifts/drf_1/dismiss", { reason: "a holiday" })).json).toEqual({ ...mine, status: "dismissed" });
    expect((await project.get("/v1/drifts")).json.data[1].status).toBe("dismissed");
    expect(judge).toHaveBeenLastCalledWith(
      "drf_1",
      { status: "dismissed", reason: "a holiday", kind: "expected" },
      expect.objectContaining({ owner: "admin" }),
      expect.any(Number),
    );
    judge.mockResolvedValue(null);
    expect((await project.post("/v1/drifts/drf_1/accept", { reason: "r" })).status).toBe(409);
    const [foreign, unknown] = await Promise.all([
      a.post("/v1/drifts/drf_1/accept", { reason: "r" }),
      a.post("/v1/drifts/drf_0/accept", { reason: "r" }),
    ]);
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
  });

  it("lists incidents without merged and withdrawn ones, opens them by slug, and acts through the desk", async () => {
    const project = await newProject("incidents");
    const one = incident({ id: "inc_1", slug: "slow-tool" });
    const two = incident({ id: "inc_2", slug: "old", merged_into: "inc_1", severity: "high" });
    const three = incident({ id: "inc_3", withdrawn_at: "2026-11-23T00:00:00.000Z" });
    await writeIncidents(env.INDEX, project.projectId, [one, two, three], []);
    expect(ids(await project.get("/v1/incidents"))).toEqual(["inc_1"]);
    expect((await project.get("/v1/incidents?status=open")).json.total).toBe(1);
    expect((await project.get("/v1/incidents/old")).json.id).toBe("inc_2");
    const act = vi.spyOn(IncidentDesk.prototype, "act").mockResolvedValue({
      ok: true,
      incidents: [{ ...one, status: "acknowledged", owner: "ada" }],
      told: [],
    });
    expect((await project.post("/v1/incidents/slow-tool/acknowledge", { comment: "on it" })).json.status).toBe("acknowledged");
    expect(act).toHaveBeenLastCalledWith(
      "inc_1",
      { type: "acknowledge", by: "admin", comment: "on it", atMs: expect.any(Number) },
      expect.objectContaining({ key_id: expect.any(String), owner: "admin" }),
    );
    expect(ids(await project.get("/v1/incidents?status=acknowledged"))).toEqual(["inc_1"]);
    act.mockResolvedValue({ ok: false, status: 409, message: "It is resolved." });
    expect((await project.post("/v1/incidents/inc_1/mitigate")).json.error).toEqual({ code: "conflict", message: "It is resolved." });
    expect((await project.post("/v1/incidents/inc_1/merge", { into: "inc_9" })).status).toBe(404);
    expect((await project.post("/v1/incidents/inc_1/comment", {})).status).toBe(400);
    expect((await a.get("/v1/incidents/slow-tool")).status).toBe(404);
  });
});

describe("scores", () => {
  it("lists a score that waits for its run, by the sender's run id and by name", async () => {
    const project = await newProject("scores");
    const score = (runId: string, name: string) => ({ runId, name, value: true, source: "user", comment: null, version: "01" });
    await writeScores(env.INDEX, project.projectId, [score("run_r1", "thumb"), score("run_r1", "tone"), score("run_r2", "thumb")]);
    expect((await project.walk("/v1/scores", 1)).map((s) => [s.run_id, s.name])).toEqual([
      ["run_r1", "thumb"],
      ["run_r1", "tone"],
      ["run_r2", "thumb"],
    ]);
    expect((await project.get("/v1/scores?run_id=r1&name=thumb")).json.data).toEqual([
      { run_id: "run_r1", name: "thumb", value: true, source: "user", comment: null },
    ]);
  });
});

describe("administration", () => {
  it("counts what waits, what was processed and what died", async () => {
    const project = await newProject("status");
    await project.seed({ id: "run_1" }, { id: "run_2" });
    const entry = {
      projectId: project.projectId,
      receipt: "01KB0000000000000000000000",
      door: "runs",
      format: "json",
      isGzip: false,
    } as const;
    await putInbox(env.ARCHIVE, env.BENTO_INBOX_KEY, entry, new Uint8Array([1]));
    const { json } = await project.get("/v1/ingest/status");
    expect(json).toEqual({
      received: 2,
      stored: 2,
      processed: 1,
      rejected: 0,
      dead_letters: 0,
      discarded: 0,
      pending: 1,
      oldest_pending_ms: expect.any(Number),
    });
    expect((await a.get("/v1/ingest/status")).json.pending).toBe(0);
    expect((await project.get("/metrics")).text).toContain(`bento_ingest_pending{project="${project.projectId}"} 1\n`);
  });

  it("makes projects in real time zones only", async () => {
    for (const timezone of ["Mars/Olympus", "+02:00", ""])
      expect((await admin.post("/v1/projects", { name: "x", timezone })).status).toBe(400);
    const project = await newProject("zone", { timezone: "Europe/Berlin" });
    expect((await project.get("/v1/settings")).json.timezone).toBe("Europe/Berlin");
    expect((await admin.get("/v1/projects")).json.data.length).toBeGreaterThan(1);
  });

  it("changes what a patch names and leaves the rest", async () => {
    const project = await newProject("settings");
    await project.send("PATCH", "/v1/settings", { retention_days: 7, redaction: { email: true } });
    const reply = await project.send("PATCH", "/v1/settings", {
      timezone: "Asia/Tokyo",
      redaction: { patterns: [{ name: "order", pattern: "ORD-\\d+" }] },
      user_keys: ["uid"],
    });
    expect(reply.json).toMatchObject({
      timezone: "Asia/Tokyo",
      retention_days: 7,
      user_keys: ["uid"],
      redaction: { email: true, card: false, patterns: [{ name: "order", pattern: "ORD-\\d+" }] },
    });
    expect((await project.get("/v1/settings")).json).toEqual(reply.json);
    const refused = await project.send("PATCH", "/v1/settings", { redaction: { patterns: [{ name: "p", pattern: "(a+" }] } });
    expect([refused.status, refused.json.error.details[0].path]).toEqual([400, "redaction.patterns[0]"]);
  });

  it("puts prices as a whole", async () => {
    const project = await newProject("prices");
    await project.send("PUT", "/v1/prices", { prices: { old: { input: 1, output: 2 } } });
    await project.send("PUT", "/v1/prices", {
      prices: {
        "acme-large-5": { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
        "router/auto": { input: -1000000, output: -1000000 },
      },
    });
    expect((await project.get("/v1/prices")).json.prices).toEqual({
      "acme-large-5": { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
      "router/auto": { input: -1000000, output: -1000000, cache_read: null, cache_write: null },
    });
    expect((await a.get("/v1/prices")).json.prices).toEqual({});
  });

  it("shows a webhook's secret once and refuses addresses that are not public", async () => {
    const made = await a.post("/v1/webhooks", { url: "https://hooks.example.com/x", events: ["incident.opened"] });
    expect(made.json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await a.get("/v1/webhooks")).text).not.toContain("whsec_");
    for (const url of ["http://hooks.example.com", "https://10.0.0.1/"])
      expect((await a.post("/v1/webhooks", { url, events: ["incident.opened"] })).status).toBe(422);
    expect((await b.send("DELETE", `/v1/webhooks/${made.json.id}`)).status).toBe(404);
    expect((await a.send("DELETE", `/v1/webhooks/${made.json.id}`)).status).toBe(204);
  });

  it("deletes a project with everything in it, for its own key or the instance's alone", async () => {
    const project = await newProject("gone");
    await project.seed({ id: "run_1" });
    expect((await a.send("DELETE", `/v1/projects/${project.projectId}`)).status).toBe(404);
    expect((await project.send("DELETE", `/v1/projects/${project.projectId}`)).status).toBe(204);
    expect((await project.get("/v1/runs")).status).toBe(401);
    expect((await env.ARCHIVE.list({ prefix: `segments/${project.projectId}/` })).objects).toEqual([]);
    expect(await env.INDEX.prepare("SELECT count(*) AS n FROM run WHERE project_id = ?").bind(project.projectId).first("n")).toBe(0);
    expect((await admin.send("DELETE", "/v1/projects/prj_default")).status).toBe(409);
  });
});

describe("the description", () => {
  it("names every route with its parameters, body and answer", async () => {
    const { paths } = (await a.get("/v1/openapi.json")).json;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/v1/runs", "/v1/traces", "/v1/scores", "/v1/runs/{id}", "/v1/incidents/{id}/merge", "/metrics"]),
    );
    const names = paths["/v1/runs"].get.parameters.map((p: { name: string }) => p.name);
    expect(names).toEqual(
      expect.arrayContaining(["agent", "status", "session_id", "user_id", "model", "config_hash", "from", "to", "q", "limit", "cursor"]),
    );
    expect(paths["/v1/runs"].post.requestBody.content["application/json"]).toBeDefined();
  });
});
