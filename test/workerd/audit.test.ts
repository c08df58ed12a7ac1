// The audit log from the change of state to the chained entry, on real D1 and objects.
import { env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { noteAudit } from "../../d1/audit-pending.ts";
import { putDrift } from "../../d1/drifts.ts";
import { writeIncidents } from "../../d1/write-behaviour.ts";
import type { AuditDraft, AuditEntry } from "../../domain/audit/entry.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import { chainAudit } from "../../queues/chain-audit.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { verifyAudit } from "../../queues/verify-audit.ts";
import { admin, newProject, type Client } from "./api-client.ts";
import { deliver, store } from "./consume.ts";
import { drift, incident } from "./records.ts";

const entriesOf = async (client: Client, filter = ""): Promise<AuditEntry[]> => (await client.walk(`/v1/audit${filter}`, 200)).reverse();
const actionsOf = async (client: Client, filter = ""): Promise<string[]> => (await entriesOf(client, filter)).map(({ action }) => action);
const objectOf = (namespace: unknown, name: unknown) => {
  const objects = namespace as DurableObjectNamespace;
  return objects.get(objects.idFromName(typeof name === "string" ? name : JSON.stringify(name)));
};
const draft = (id: string, at = new Date().toISOString()): AuditDraft => ({
  id,
  at,
  actor: { key_id: null, owner: "bento", kind: "machine" },
  action: "key.made",
  object: "key_x",
  before: null,
  after: null,
  reason: null,
});

/** As a fold would have left it. */
async function putInDesk(projectId: string, agent: string, ...incidents: Incident[]): Promise<void> {
  await runInDurableObject(objectOf(env.INCIDENT_DESK, [projectId, agent]), (_, state) => {
    state.storage.sql.exec("INSERT INTO owner VALUES (?, ?)", projectId, agent);
    for (const one of incidents) state.storage.sql.exec("INSERT INTO incident VALUES (?, ?)", one.id, JSON.stringify(one));
  });
  await writeIncidents(env.INDEX, projectId, incidents, []);
}

describe("every change of state is one entry that says who, what and why", () => {
  let project: Client;
  beforeAll(async () => {
    project = await newProject("audited");
  });

  it("of administration, and only when something changed", async () => {
    const key = (await project.post("/v1/keys", { name: "ci", scopes: ["read", "ingest"], owner: "ada" })).json;
    for (const status of [204, 404]) expect((await project.send("DELETE", `/v1/keys/${key.id}`)).status).toBe(status);
    await project.send("PATCH", "/v1/settings", { retention_days: 7 });
    await project.send("PUT", "/v1/prices", { prices: { m: { input: 1, output: 2 } } });
    const hook = (await project.post("/v1/webhooks", { url: "https://hooks.example.com/T0/secret-token", events: ["incident.opened"] }))
      .json;
    for (const status of [204, 404]) expect((await project.send("DELETE", `/v1/webhooks/${hook.id}`)).status).toBe(status);
    const change = { agent: "x", kind: "model", ref: "acme-6", at: "2026-11-24T12:00:00Z" };
    for (const description of [null, null, "rollout"]) await project.post("/v1/changes", { ...change, description });
    expect(await actionsOf(project)).toEqual([
      "project.made",
      "key.made",
      "key.made",
      "key.revoked",
      "settings.changed",
      "prices.replaced",
      "webhook.made",
      "webhook.removed",
      "change.declared",
      "change.declared",
    ]);
    const [made, revoked] = await entriesOf(project, `?object=${key.id}`);
    expect(made).toMatchObject({
      actor: { owner: "admin", kind: "person" },
      after: { kind: "machine", owner: "ada", scopes: "ingest read" },
    });
    expect(revoked).toMatchObject({ action: "key.revoked", seq: 4 });
    const text = JSON.stringify(await entriesOf(project));
    for (const secret of [key.key, "secret-token", "acme-6", "rollout"]) expect(text).not.toContain(secret);
  });

  it("of incidents: the machine's, and a person's with their reason", async () => {
    await putInDesk(project.projectId, "x", incident({ id: "inc_1", agent: "x" }), incident({ id: "inc_2", agent: "x" }));
    await project.post("/v1/incidents/inc_1/acknowledge");
    await project.post("/v1/incidents/inc_1/assign", { owner: "grace" });
    await project.post("/v1/incidents/inc_1/comment", { comment: "the customer wrote: my pin is 1234" });
    await project.post("/v1/incidents/inc_1/resolve", { comment: "rolled back" });
    expect((await project.post("/v1/incidents/inc_1/mitigate")).status).toBe(409);
    await project.post("/v1/incidents/inc_2/merge", { into: "inc_1" });
    const entries = await entriesOf(project, "?object=inc_1");
    expect(entries.map(({ action, reason }) => [action, reason])).toEqual([
      ["incident.acknowledged", null],
      ["incident.assigned", null],
      ["incident.comment", null],
      ["incident.resolved", "rolled back"],
    ]);
    expect(entries[3]).toMatchObject({ before: { status: "acknowledged", owner: "grace" }, after: { status: "resolved" } });
    expect(JSON.stringify(entries)).not.toContain("1234");
  });

  it("of drifts and baselines, in the object's own transaction", async () => {
    const { projectId } = project;
    await store({ projectId }, { id: "r1", agent: "d", started_at: "2026-11-01T10:00:00Z", steps: [{ type: "tool", name: "t", ms: 5 }] });
    const known = drift({ id: "drf_1", agent: "d" });
    await putDrift(env.INDEX, projectId, known, []);
    await runInDurableObject(objectOf(env.BEHAVIOUR, [projectId, "d"]), (_, state) => {
      state.storage.sql.exec("INSERT INTO drift VALUES (?, ?)", known.id, JSON.stringify(known));
    });
    await project.post("/v1/drifts/drf_1/accept", { reason: "the new prompt" });
    expect(await entriesOf(project, "?object=drf_1")).toMatchObject([
      {
        action: "drift.accepted",
        reason: "the new prompt",
        before: { status: "open" },
        after: { status: "accepted" },
        actor: { owner: "admin" },
      },
    ]);
    await project.post("/v1/agents/d/baseline", { action: "bless", name: "spring" });
    const reset = await project.post("/v1/agents/d/baseline", { action: "reset", dimension: "volume.steps" });
    expect(reset.json.at).toBe("2026-11-01T10:00:00.000Z");
    const [blessed, resetEntry] = await entriesOf(project, "?object=d");
    expect(blessed).toMatchObject({ action: "baseline.blessed", before: null, after: { record: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(resetEntry).toMatchObject({ action: "baseline.reset", after: { from: "2026-11-01T10:00:00.000Z" } });
    expect(JSON.stringify([blessed, resetEntry])).not.toContain("volume.steps");
  });

  it("of runs that were deleted", async () => {
    await project.seed({ id: "run_gone", input: "private words" });
    for (const status of [204, 404]) expect((await project.send("DELETE", "/v1/runs/gone")).status).toBe(status);
    expect(await actionsOf(project, "?object=run_gone")).toEqual(["run.deleted"]);
  });

  it("and the whole chain holds, numbered without gaps", async () => {
    const entries = await entriesOf(project);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1));
    expect((await project.get("/v1/audit/verify")).json).toEqual({
      ok: true,
      entries: entries.length,
      head: entries.at(-1)?.hash,
      broken_at: null,
    });
  });
});

describe("the list", () => {
  it("filters by object, actor and time, pages newest first, and shows nothing of another project", async () => {
    const [project, other] = await Promise.all([newProject("filters"), newProject("others")]);
    const ada = (await project.post("/v1/keys", { name: "k", scopes: ["write", "read"], kind: "person", owner: "ada" })).json;
    const asAda = Object.assign(Object.create(Object.getPrototypeOf(project)), { key: ada.key, projectId: project.projectId });
    await asAda.post("/v1/changes", { agent: "x", kind: "model", ref: "m", at: "2026-11-24T12:00:00Z" });
    expect(await actionsOf(project, "?actor=ada")).toEqual(["change.declared"]);
    expect(await actionsOf(project, `?actor=${ada.id}`)).toEqual(["change.declared"]);
    expect(await actionsOf(project, `?to=${new Date(Date.now() - 3_600_000).toISOString()}`)).toEqual([]);
    expect(await actionsOf(project, "?from=2026-01-01")).toHaveLength(4);
    const first = (await project.get("/v1/audit?limit=1")).json;
    expect([first.total, first.data[0].action]).toEqual([4, "change.declared"]);
    expect((await project.walk("/v1/audit", 1)).map((e) => e.seq)).toEqual([4, 3, 2, 1]);
    expect(await actionsOf(other)).toEqual(["project.made", "key.made"]);
    expect((await project.get("/v1/audit?sort=at")).status).toBe(400);
  });
});

describe("the chain", () => {
  const chainOf = async (drafts: number): Promise<string> => {
    const { projectId } = await newProject("chain");
    const some = Array.from({ length: drafts }, (_, i) => draft(`aud_${i}`));
    await env.INDEX.batch([noteAudit(env.INDEX, projectId, some)]);
    await chainAudit(env, projectId);
    return projectId;
  };

  it("numbers drafts once, however often and however many at once bring them", async () => {
    const projectId = await chainOf(150);
    await env.INDEX.batch([noteAudit(env.INDEX, projectId, [draft("aud_7"), draft("aud_new")])]);
    await Promise.all([chainAudit(env, projectId), chainAudit(env, projectId), chainAudit(env, projectId)]);
    const { ok, entries } = await verifyAudit(env, projectId);
    expect([ok, entries]).toEqual([true, 2 + 150 + 1]);
    const { results } = await env.INDEX.prepare("SELECT count(*) AS n FROM audit_pending WHERE project_id = ?").bind(projectId).all();
    expect(results).toEqual([{ n: 0 }]);
  });

  it("shows where a listed entry was altered, dropped or added", async () => {
    const sql = (text: string, ...values: unknown[]) =>
      env.INDEX.prepare(text)
        .bind(...values)
        .run();
    const altered = await chainOf(3);
    await sql("UPDATE audit SET record = replace(record, 'key_x', 'key_y') WHERE project_id = ? AND seq = 4", altered);
    expect(await verifyAudit(env, altered)).toMatchObject({ ok: false, entries: 5, broken_at: 4 });
    const dropped = await chainOf(3);
    await sql("DELETE FROM audit WHERE project_id = ? AND seq = 5", dropped);
    expect(await verifyAudit(env, dropped)).toMatchObject({ ok: false, broken_at: 5 });
    const added = await chainOf(3);
    await sql(
      "INSERT INTO audit SELECT project_id, 6, at_ms, actor_key, actor_owner, object, record FROM audit WHERE project_id = ? AND seq = 5",
      added,
    );
    expect(await verifyAudit(env, added)).toMatchObject({ ok: false, entries: 5, broken_at: 6 });
  });

  it("shows where the log itself was altered, also when its listing was altered alike", async () => {
    const projectId = await chainOf(3);
    const forge = "UPDATE x SET json = replace(json, 'key_x', 'key_y') WHERE seq = 4";
    await runInDurableObject(objectOf(env.AUDIT_LOG, projectId), (_, state) =>
      state.storage.sql.exec(forge.replace("x", "entry")).toArray(),
    );
    await env.INDEX.prepare("UPDATE audit SET record = replace(record, 'key_x', 'key_y') WHERE project_id = ? AND seq = 4")
      .bind(projectId)
      .run();
    expect(await verifyAudit(env, projectId)).toMatchObject({ ok: false, broken_at: 4 });
  });

  it("shows any one change of any column of any row, on either side, and holds again when it is undone", async () => {
    const projectId = await chainOf(4);
    const log = objectOf(env.AUDIT_LOG, projectId);
    // `table` at the place of the table, `here` at that of the row.
    const inLog = (sql: string, seq: number, ...values: (string | number | null)[]) =>
      runInDurableObject(log, (_, state) =>
        state.storage.sql.exec(sql.replace("table", "entry").replace("here", "seq = ?"), ...values, seq).toArray(),
      );
    const inIndex = async (sql: string, seq: number, ...values: (string | number | null)[]) => {
      const text = sql.replace("table", "audit").replace("here", "project_id = ? AND seq = ?");
      return (
        await env.INDEX.prepare(text)
          .bind(...values, projectId, seq)
          .all()
      ).results;
    };
    const sides = [
      { run: inLog, columns: ["seq", "id", "hash", "json"] },
      { run: inIndex, columns: ["seq", "at_ms", "actor_key", "actor_owner", "object", "record"] },
    ];
    for (const { run, columns } of sides)
      for (const seq of [1, 4, 6])
        for (const column of columns) {
          const [row] = await run("SELECT * FROM table WHERE here", seq);
          const known = (row as Record<string, string | number | null>)[column] ?? null;
          const isNumber = typeof known === "number";
          for (const value of isNumber ? [99] : ["x", "", "null", `[${known}]`, `${known}`.replace(/.$/, "~")]) {
            await run(`UPDATE table SET ${column} = ? WHERE here`, seq, value);
            expect(await verifyAudit(env, projectId), `${column} of ${seq}: ${value}`).toMatchObject({ ok: false });
            await run(`UPDATE table SET ${column} = ? WHERE here`, column === "seq" ? 99 : seq, known);
          }
        }
    expect((await verifyAudit(env, projectId)).ok).toBe(true);
  });

  it("holds after runs and a user's data were deleted, which it tells without their words", async () => {
    const project = await newProject("deletions");
    await project.seed({ id: "run_gone", input: "private words" }, { id: "run_ursula", user_id: "ursula", input: "more private words" });
    const before = (await project.get("/v1/audit/verify")).json;
    await project.send("DELETE", "/v1/runs/gone");
    await project.send("DELETE", "/v1/users/ursula/data");
    await tick(env, Date.now());
    const after = (await project.get("/v1/audit/verify")).json;
    expect([after.ok, after.entries > before.entries]).toEqual([true, true]);
    expect(await actionsOf(project)).toEqual(expect.arrayContaining(["run.deleted", "user_data.deletion_asked", "user_data.deleted"]));
    const exported = (await project.get("/v1/export/audit")).text;
    expect(exported).not.toMatch(/private words|ursula/);
    expect(exported.trimEnd().split("\n").at(-1)).toBe(JSON.stringify({ count: after.entries }));
  });

  it("takes drafts whose chaining was lost with the next minute", async () => {
    const { projectId } = await newProject("lost");
    await env.INDEX.batch([noteAudit(env.INDEX, projectId, [draft("aud_lost", new Date(Date.now() - 120_000).toISOString())])]);
    await tick(env, Date.now());
    const listed = await env.INDEX.prepare("SELECT count(*) AS n FROM audit WHERE project_id = ? AND record LIKE '%aud_lost%'")
      .bind(projectId)
      .first("n");
    expect(listed).toBe(1);
  });
});

describe("an object's drafts", () => {
  it("are chained in the order in which its story was told", async () => {
    const project = await newProject("story");
    const { projectId } = project;
    const opened = incident({ id: "inc_1", agent: "x" });
    await putInDesk(projectId, "x", opened);
    const steps = ["acknowledge", "mitigate", "reopen", "acknowledge", "resolve", "reopen"] as const;
    const desk = env.INCIDENT_DESK.get(env.INCIDENT_DESK.idFromName(JSON.stringify([projectId, "x"])));
    const nowMs = Date.now();
    for (const type of steps)
      await desk.act("inc_1", { type, comment: null, by: "ada", atMs: nowMs }, { key_id: "k", owner: "ada", kind: "person" });
    await deliver("bento-audit", [{ v: 1, kind: "audit", project_id: projectId, from: { object: "desk", agent: "x" } }]);
    expect(await actionsOf(project, "?object=inc_1")).toEqual(
      ["acknowledged", "mitigated", "reopened", "acknowledged", "resolved", "reopened"].map((kind) => `incident.${kind}`),
    );
  });
});

describe("an object whose answer was lost", () => {
  it("brings what it has to tell, and the incident as it stands, into the index by queue", async () => {
    const { projectId } = await newProject("desk");
    const one = incident({ id: "inc_1", agent: "x" });
    await putInDesk(projectId, "x", one);
    // The desk changed, and whoever asked for it was killed before the index was written.
    const desk = env.INCIDENT_DESK.get(env.INCIDENT_DESK.idFromName(JSON.stringify([projectId, "x"])));
    const act = { type: "acknowledge", comment: null, by: "ada", atMs: Date.now() } as const;
    await desk.act("inc_1", act, { key_id: "key_1", owner: "ada", kind: "person" });
    const message = { v: 1, kind: "audit", project_id: projectId, from: { object: "desk", agent: "x" } };
    for (let i = 0; i < 2; i++) expect((await deliver("bento-audit", [message])).retryMessages).toEqual([]);
    const record = await env.INDEX.prepare("SELECT record FROM incident WHERE project_id = ? AND id = 'inc_1'")
      .bind(projectId)
      .first<string>("record");
    expect(JSON.parse(record ?? "{}").status).toBe("acknowledged");
    const { results } = await env.INDEX.prepare("SELECT record ->> 'action' AS action FROM audit WHERE project_id = ? AND object = 'inc_1'")
      .bind(projectId)
      .all();
    expect(results).toEqual([{ action: "incident.acknowledged" }]);
    expect((await desk.standing()).told).toEqual([]);
  });
});

describe("references", () => {
  it("keep the dimensions as they stood under a name, and are shown beside what they are now", async () => {
    const project = await newProject("bless");
    const { projectId } = project;
    const run = (i: number, steps: number) => ({
      id: `b${i}`,
      agent: "b",
      started_at: new Date(Date.UTC(2026, 9, 1) + i * 3_600_000).toISOString(),
      steps: Array.from({ length: steps }, () => ({ type: "tool", name: "t", ms: 5 })),
    });
    await store({ projectId }, ...Array.from({ length: 40 }, (_, i) => run(i, 1)));
    const blessed = await project.post("/v1/agents/b/baseline", { action: "bless" });
    expect(blessed.json).toMatchObject({ action: "bless", name: "2026-10-02", at: "2026-10-02T15:00:00.000Z" });
    await store({ projectId }, ...Array.from({ length: 40 }, (_, i) => run(40 + i, 3)));
    await project.post("/v1/agents/b/baseline", { action: "bless", name: "after", dimension: "volume.steps" });
    const dimensions = (await project.get("/v1/agents/b/dimensions?limit=200")).json.data;
    const steps = dimensions.find((d: { name: string }) => d.name === "volume.steps");
    expect(steps.references.map((r: { name: string; current: { value: number }; by: string }) => [r.name, r.current.value, r.by])).toEqual([
      ["after", 3, "admin"],
      ["2026-10-02", 1, "admin"],
    ]);
    const latency = dimensions.find((d: { name: string }) => d.name === "latency.tool.t_ms");
    expect(latency.references).toHaveLength(1);
    expect((await project.post("/v1/agents/b/baseline", { action: "bless", dimension: "no.such" })).status).toBe(404);
  });

  it("keep no category that only a few runs showed", async () => {
    const project = await newProject("rare");
    const asking = (i: number, input: string) => ({ id: `q${i}`, agent: "q", input });
    await store(
      { projectId: project.projectId },
      asking(0, "where is ursula"),
      ...Array.from({ length: 6 }, (_, i) => asking(1 + i, "cancel my order")),
    );
    await project.post("/v1/agents/q/baseline", { action: "bless" });
    const dimensions = (await project.get("/v1/agents/q/dimensions?limit=200")).json.data;
    const intent = dimensions.find((d: { name: string }) => d.name === "cohort.intent");
    expect(Object.keys(intent.current.categories)).toHaveLength(2);
    expect(intent.references[0].current.categories).toEqual({ "cancel my order": 6 });
  });
});

describe("a project", () => {
  it("is made and deleted in the instance's own log, with the head of the log that goes", async () => {
    const project = await newProject("short-lived");
    const { head, entries } = (await project.get("/v1/audit/verify")).json;
    await project.send("DELETE", `/v1/projects/${project.projectId}`);
    const told = await entriesOf(admin, `?object=${project.projectId}`);
    expect(told.map(({ action }) => action)).toEqual(["project.made", "project.deleted"]);
    expect(told[1]?.before).toMatchObject({ audit_entries: entries, audit_head: head });
    expect(JSON.stringify(told)).not.toContain("short-lived");
    expect((await admin.get("/v1/audit/verify")).json.ok).toBe(true);
  });
});
