// The Book, recall, the transfer report and exports, from records and the audit log to what is read.
import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { putArtifact } from "../../d1/artifacts.ts";
import { noteAudit } from "../../d1/audit-pending.ts";
import { putExperiment } from "../../d1/experiments.ts";
import { putGate } from "../../d1/gates.ts";
import { settleRecalls } from "../../d1/recalls.ts";
import { writeIncidents } from "../../d1/write-behaviour.ts";
import type { Artifact } from "../../domain/artifact/artifact.ts";
import { bento, type AuditAction, type AuditDraft } from "../../domain/audit/entry.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import { tick } from "../../queues/upkeep-consumer.ts";
import { artifact, experiment, gate, step, version } from "../unit/book/a-proof.ts";
import { attributedTo } from "../unit/incident/an-incident.ts";
import { newProject, type Client } from "./api-client.ts";
import { store } from "./consume.ts";
import { drift, incident } from "./records.ts";

let drafts = 0;
const draft = (action: AuditAction, object: string): AuditDraft => ({
  id: `aud_t${++drafts}`,
  at: new Date().toISOString(),
  actor: bento,
  action,
  object,
  before: null,
  after: null,
  reason: null,
});
const told = (projectId: string, action: AuditAction, object: string) =>
  env.INDEX.batch([noteAudit(env.INDEX, projectId, [draft(action, object)])]);

const agent = "support-bot";
const cause = attributedTo({ kind: "model", ref: "acme-6", from: "acme-5", to: "acme-6", change_id: "chg_1" });
const resolved = (given: Partial<Incident> = {}): Incident =>
  incident({
    id: "inc_1",
    slug: "errors",
    status: "resolved",
    resolved_at: "2026-11-24T12:00:00.000Z",
    drifts: [drift({ id: "drf_1" })],
    attribution: cause,
    ...given,
  });

async function putSkill(projectId: string, history: Artifact["lifecycle"]["history"]): Promise<void> {
  const one = artifact(history, { slug: "refunds" });
  const made = { ...one, lifecycle: { ...one.lifecycle, validations: [{ by: "gate" as const, gate_id: "gat_1" }], shipped: [1] } };
  expect(await putArtifact(env.INDEX, projectId, made, version(), draft("artifact.promoted", made.id))).toBe(true);
}

/** A project in which everything that can teach something has happened. */
async function aProject(name: string): Promise<Client> {
  const project = await newProject(name);
  const { projectId } = project;
  await store({ projectId }, { id: "r1", agent, started_at: "2026-11-20T00:00:00Z" });
  await writeIncidents(env.INDEX, projectId, [resolved()], [draft("incident.resolved", "inc_1")]);
  await putExperiment(env.INDEX, projectId, experiment(), draft("experiment.done", "exp_1"), []);
  // What a row is made with, it has not: it ends when it is moved.
  const { reading } = experiment();
  await env.INDEX.prepare("UPDATE experiment SET status = 'done', ended_ms = ?2, reading = ?3 WHERE project_id = ?1")
    .bind(projectId, Date.parse("2026-11-22T12:00:00Z"), JSON.stringify(reading))
    .run();
  await putGate(env.INDEX, projectId, gate(), draft("gate.decided", "gat_1"));
  await putSkill(projectId, [
    step({ action: "validated", gate_id: "gat_1" }),
    step({ action: "promoted", at: "2026-11-22T13:00:00.000Z", promoted_version: 1, gate_id: "gat_1" }),
  ]);
  return project;
}

describe("the Book", () => {
  let project: Client;
  beforeAll(async () => {
    project = await aProject("book");
  });
  const read = async (query = "") => (await project.get(`/v1/agents/${agent}/book${query}`)).json;

  it("has what was decided at once, newest first, each subject once", async () => {
    const book = await read();
    const titles = book.data.map(({ title }: { title: string }) => title);
    expect(titles.slice(0, 2)).toEqual(["Errors rose", "Refunds (refunds@1) shipped"]);
    // Both were decided in the same moment.
    expect(titles.slice(2).sort()).toEqual(["canary: refunds@2 did better", "gate: refunds@2 passes the suite"]);
    expect(book.total).toBe(4);
    const everything = await read("?superseded=true");
    expect(everything.total).toBe(5);
    const [proved] = everything.data.filter((entry: { superseded_by: string | null }) => entry.superseded_by !== null);
    expect(proved).toMatchObject({ title: "Refunds (refunds@1) is proved", superseded_by: book.data[1].id });
  });

  it("is the same when it is written again, and the clock writes it where nobody reads", async () => {
    const before = await read("?superseded=true");
    await env.INDEX.prepare("DELETE FROM book_mark WHERE project_id = ?").bind(project.projectId).run();
    await tick(env, Date.now());
    expect(await read("?superseded=true")).toEqual(before);
    const unread = await aProject("unread");
    await unread.get("/v1/audit");
    await tick(env, Date.now());
    const count = await env.INDEX.prepare("SELECT count(*) AS n FROM book_entry WHERE project_id = ?").bind(unread.projectId).first("n");
    expect(count).toBe(5);
  });

  it("keeps an entry as it was, and puts the next of its subject over it", async () => {
    const { projectId } = project;
    const [first] = (await read("?kind=incident")).data;
    const again = resolved({ title: "Errors rose again", resolved_at: "2026-11-26T12:00:00.000Z" });
    await writeIncidents(env.INDEX, projectId, [again], []);
    await told(projectId, "incident.resolved", "inc_1");
    const both = (await read("?kind=incident&superseded=true")).data;
    expect(both.map((entry: { title: string }) => entry.title)).toEqual(["Errors rose again", "Errors rose"]);
    expect(both[1]).toEqual({ ...first, superseded_by: both[0].id });
    expect((await project.get(`/v1/book/${first.id}`)).json).toEqual(both[1]);
  });

  it("is one Markdown document with contents, and a list of books for the project", async () => {
    const reply = await project.send("GET", `/v1/agents/${agent}/book`, undefined, { accept: "text/markdown" });
    expect(reply.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(reply.text.match(/^- 2026-/gm)).toHaveLength(4);
    expect(reply.text.match(/^## /gm)).toHaveLength(4);
    expect((await project.get("/v1/book")).json.data).toMatchObject([{ agent, entries: 4 }]);
  });

  it("shows nothing of another project", async () => {
    const other = await newProject("other book");
    const [{ id }] = (await read()).data;
    expect((await other.get(`/v1/book/${id}`)).status).toBe(404);
    expect((await other.get(`/v1/agents/${agent}/book`)).json.data).toEqual([]);
    expect((await project.get(`/v1/agents/${agent}/book?sort=at`)).status).toBe(400);
  });

  it("is named in the lineage of the incident that it came of", async () => {
    const [own] = (await read("?kind=incident")).data;
    // The skill was made against it.
    const [skill] = (await read("?kind=artifact")).data;
    expect((await project.get("/v1/incidents/inc_1")).json.lineage.book).toEqual([own.id, skill.id]);
  });
});

describe("recall", () => {
  it("gives what fits, and counts what became of the runs that used it", async () => {
    const project = await aProject("recall");
    const { projectId } = project;
    const recall = async (input: unknown, limit = 5) => (await project.post(`/v1/agents/${agent}/recall`, { input, limit })).json;
    const first = await recall({ question: "how do refunds work?" });
    expect(first.data.map((one: { id: string }) => one.id)).toContain("refunds@1");
    expect(first.data[0]).toMatchObject({ helped: 0, harmed: 0 });
    expect((await recall("refunds", 1)).data).toHaveLength(1);
    expect((await recall("xylophone")).data).toEqual([]);
    const at = new Date().toISOString();
    const metadata = { recall_id: first.recall_id };
    const runs = [
      { id: "u1", agent, started_at: at, metadata, scores: { success: 1 } },
      { id: "u2", agent, started_at: at, metadata, scores: { success: 0 } },
      { id: "u3", agent, started_at: at, metadata, status: "error" },
      { id: "u4", agent, started_at: at, metadata },
      { id: "u5", agent: "other", started_at: at, metadata, scores: { success: 1 } },
    ];
    await store({ projectId }, ...runs);
    for (let n = 0; n < 2; n++) await settleRecalls(env.INDEX, projectId, Date.now() - 86_400_000);
    expect((await recall("refunds")).data[0]).toMatchObject({ helped: 1, harmed: 2 });
  });

  it("is refused without an input, and for an agent that never ran", async () => {
    const project = await newProject("no recall");
    await store({ projectId: project.projectId }, { id: "r1", agent });
    for (const body of [{}, { input: null }, { input: "x", limit: 0 }])
      expect((await project.post(`/v1/agents/${agent}/recall`, body)).status).toBe(400);
    expect((await project.post("/v1/agents/nobody/recall", { input: "x" })).status).toBe(404);
  });
});

describe("the transfer report", () => {
  it("sets every artifact, evaluator and entry of the Book under both models side by side", async () => {
    const project = await aProject("transfer");
    const { projectId } = project;
    const evaluator = (await project.post("/v1/evaluators", { agent, name: "polite", type: "contains", text: "please" })).json;
    const run = (id: string, model: string, hasSkill: boolean, success: number) => ({
      id,
      agent,
      started_at: new Date(Date.now() - 3_600_000).toISOString(),
      config: { model, artifacts: hasSkill ? [{ name: "refunds", version: "1" }] : [] },
      scores: { success },
    });
    const many = (model: string, hasSkill: boolean, won: number, n: number) =>
      Array.from({ length: n }, (_, i) => run(`${model}-${hasSkill}-${i}`, model, hasSkill, i < won ? 1 : 0));
    await store({ projectId }, ...many("acme-5", true, 90, 100), ...many("acme-5", false, 50, 100));
    await store({ projectId }, ...many("acme-6", true, 70, 100), ...many("acme-6", false, 50, 100));
    // Under the old model it passed what succeeded and nothing else; under the new one, everything.
    await env.INDEX.batch([
      env.INDEX.prepare(
        `INSERT INTO evaluation (project_id, id, agent, status, plan, total, cost_usd, created_ms, updated_ms)
         VALUES (?1, 'evl_1', ?2, 'done', '{"candidate":null}', 400, 0, ?3, ?3)`,
      ).bind(projectId, agent, Date.now()),
      env.INDEX.prepare(
        `INSERT INTO evaluation_item (project_id, evaluation_id, n, evaluator, run_id, status, attempts, cost_usd, updated_ms)
         SELECT project_id, 'evl_1', row_number() OVER (ORDER BY id), ?2, id,
           CASE WHEN model = 'acme-6' OR summary->>'$.scores[0].value' = 1 THEN 'passed' ELSE 'failed' END, 1, 0, 0
         FROM run WHERE project_id = ?1 AND model IS NOT NULL`,
      ).bind(projectId, evaluator.id),
    ]);
    const table = (await project.get(`/v1/agents/${agent}/transfer?from_model=acme-5&to_model=acme-6`)).json;
    expect(table.rows[0]).toMatchObject({ kind: "artifact", id: "refunds@1", verdict: "weaker", from: { n: 200 }, to: { n: 200 } });
    expect([table.rows[0].from.value, table.rows[0].to.value]).toEqual([expect.closeTo(0.4, 9), expect.closeTo(0.2, 9)]);
    expect(table.rows.find((row: { id: string }) => row.id === evaluator.id)).toMatchObject({
      kind: "evaluator",
      verdict: "gone",
      from: { value: 1, n: 200 },
      to: { value: 0, n: 200 },
    });
    const books = table.rows.filter((row: { kind: string }) => row.kind === "book");
    expect(books.map((row: { verdict: string; name: string }) => `${row.name.split(":")[0]} ${row.verdict}`).sort()).toEqual([
      "Errors rose untestable",
      "Refunds (refunds@1) shipped weaker",
      "canary untestable",
      "gate untestable",
    ]);
    expect(table.counts).toEqual({ holds: 0, weaker: 2, gone: 1, untestable: 3 });
    const markdown = await project.send("GET", `/v1/agents/${agent}/transfer?from_model=acme-5&to_model=acme-7`, undefined, {
      accept: "text/markdown",
    });
    expect(markdown.text).toContain("| artifact | Refunds | untestable |");
    expect((await project.get(`/v1/agents/${agent}/transfer?from_model=a&to_model=a`)).status).toBe(422);
    expect((await project.get(`/v1/agents/${agent}/transfer?from_model=a`)).status).toBe(400);
  });
});

describe("exports", () => {
  it("are complete in both formats, with what the list of the API gives", async () => {
    const project = await aProject("exports");
    const failing = { agent, steps: [{ type: "tool", name: "t", ms: 1, error: "=boom" }] };
    await store(
      { projectId: project.projectId },
      ...Array.from({ length: 250 }, (_, i) => ({ id: `f${i}`, started_at: "2026-11-20T00:00:00Z", ...failing })),
    );
    const lists: Record<string, string> = {
      findings: "/v1/findings",
      signals: "/v1/signals",
      incidents: "/v1/incidents",
      drifts: "/v1/drifts",
      changes: "/v1/changes",
      experiments: "/v1/experiments",
      book: `/v1/agents/${agent}/book?superseded=true`,
      reports: "/v1/reports",
      audit: "/v1/audit",
    };
    for (const [name, list] of Object.entries(lists)) {
      const listed = await project.walk(list, 200);
      const lines = (await project.get(`/v1/export/${name}?format=ndjson`)).text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect([name, lines.at(-1)]).toEqual([name, { count: listed.length }]);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([name, ...lines.slice(0, -1).toSorted(byId)]).toEqual([name, ...listed.toSorted(byId)]);
      const csv = await project.send("GET", `/v1/export/${name}`, undefined, { accept: "text/csv" });
      expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(csv.text).toMatch(new RegExp(`# ${listed.length} rows\\r\\n$`));
      expect(csv.text.slice(0, 40)).toMatch(/^(id|seq),/);
    }
    expect((await project.get("/v1/export/findings")).text.split("\n")).toHaveLength(252);
    expect((await project.get("/v1/export/findings?agent=nobody")).text).toBe('{"count":0}\n');
    for (const path of ["findings?format=xml", "audit?agent=x", "drifts?limit=5"])
      expect((await project.get(`/v1/export/${path}`)).status).toBe(400);
  });
});
