// Exports are complete: every run that a list finds, with all of it, wherever its bytes stand.
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { compact } from "../../queues/compact.ts";
import { exportLines } from "../../workers/pipeline/api/export-runs.ts";
import { newProject, type Client } from "./api-client.ts";
import { deliver, inboxed, pointer, store } from "./consume.ts";

const overMs = Date.now() - 3 * 3_600_000;
const startedAt = (minute: number) => new Date(Date.UTC(2026, 10, 20, 0, minute)).toISOString();
const runs = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return {
      id: `r${n}`,
      agent: n % 2 === 0 ? "even" : "odd",
      session_id: `s${n}`,
      started_at: startedAt(n),
      input: `words of ${n}`,
      scores: { success: n % 3 === 0 ? 1 : 0 },
    };
  });

/** 450 runs in three segments, of which two are merged; one is too large for the index. */
async function aProject(name: string): Promise<Client> {
  const project = await newProject(name);
  const { projectId } = project;
  await store({ projectId, atMs: overMs }, ...runs(0, 150));
  await store({ projectId, atMs: overMs }, ...runs(150, 300));
  await compact(env, projectId, Date.now(), () => false);
  await store({ projectId }, ...runs(300, 449), { id: "r449", agent: "odd", started_at: startedAt(449), input: "x".repeat(40_000) });
  return project;
}

async function lines(project: Client, path: string): Promise<string[]> {
  const reply = await project.get(path);
  expect(reply.status).toBe(200);
  return reply.text.trimEnd().split(/\r?\n/);
}

describe("an export", () => {
  it("has every run whole, newest first, and says how many there are", async () => {
    const project = await aProject("ndjson");
    const [last = "", ...found] = (await lines(project, "/v1/export/runs?format=ndjson")).toReversed();
    expect(JSON.parse(last)).toEqual({ count: 450 });
    const exported = found.toReversed().map((line) => JSON.parse(line));
    expect(exported.map((run) => run.source_id)).toEqual(Array.from({ length: 450 }, (_, i) => `r${449 - i}`));
    for (const id of ["r0", "r299", "r449"])
      expect(exported.find((run) => run.source_id === id)).toEqual((await project.get(`/v1/runs/${id}`)).json);
  });

  it("takes the filters of the list, and tells a range that can hold nothing", async () => {
    const project = await aProject("filtered");
    const found = await lines(project, `/v1/export/runs?agent=even&from=${startedAt(100)}&to=${startedAt(110)}`);
    expect(found).toHaveLength(6);
    expect(JSON.parse(found.at(-1) ?? "")).toEqual({ count: 5 });
    expect(await lines(project, "/v1/export/runs?agent=nobody")).toEqual(['{"count":0}']);
    for (const query of ["from=2026-11-24&to=2026-11-23", "limit=5", "format=xml"])
      expect((await project.get(`/v1/export/runs?${query}`)).status).toBe(400);
  });

  it("is a table in CSV, by format or by what is accepted, with a column for each score", async () => {
    const project = await aProject("csv");
    const late = await inboxed({ projectId: project.projectId, door: "scores" }, { run_id: "r7", name: "tone", value: "kind, mostly" });
    await deliver("bento-ingest", [pointer(late)]);
    const reply = await project.send("GET", "/v1/export/runs", undefined, { accept: "text/csv" });
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [head = "", ...rows] = reply.text.trimEnd().split("\r\n");
    expect(rows.at(-1)).toBe("# 450 rows");
    const columns = head.split(",");
    expect(columns.slice(-2)).toEqual(["score.success", "score.tone"]);
    const row = rows.find((one) => one.startsWith("run_r7,"));
    expect(row).toContain(",s7,");
    expect(row?.endsWith(',0,"kind, mostly"')).toBe(true);
    expect(rows[0]).toContain("x".repeat(40_000));
    expect(await lines(project, "/v1/export/runs?format=csv")).toEqual(reply.text.trimEnd().split("\r\n"));
  });

  it("breaks off rather than leave out a score whose name it did not know when it began", async () => {
    const project = await newProject("new name");
    const { projectId } = project;
    await store({ projectId }, { id: "a", agent: "n", scores: { success: 1 } });
    const table = exportLines.csv(env, projectId, {});
    expect((await table.next()).value).toContain("score.success\r\n");
    const late = await inboxed({ projectId, door: "scores" }, { run_id: "a", name: "tone", value: 1 });
    await deliver("bento-ingest", [pointer(late)]);
    await expect(table.next()).rejects.toThrow("new name");
  });

  it("holds nothing of another project, and needs the scope to read", async () => {
    const [mine, other] = await Promise.all([newProject("mine"), newProject("other")]);
    await store({ projectId: other.projectId }, { id: "theirs", agent: "n" });
    expect(await lines(mine, "/v1/export/runs")).toEqual(['{"count":0}']);
    const { json } = await mine.post("/v1/keys", { name: "sender", scopes: ["ingest"] });
    expect((await mine.send("GET", "/v1/export/runs", undefined, { authorization: `Bearer ${json.key}` })).status).toBe(403);
  });
});
