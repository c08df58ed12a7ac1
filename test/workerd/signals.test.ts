// From failing runs to signals, in the real stores: classes, rates, what people do to them, and what goes when runs go.
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newProject, type Client } from "./api-client.ts";
import { store } from "./consume.ts";

const hour = (n: number): string => new Date(Date.parse("2026-11-20T00:00:00.000Z") + n * 3_600_000).toISOString();

/** A run with one call of a tool; `error` fails it. */
const run = (id: string, at: number, error: string | null, more: object = {}) => ({
  id,
  agent: "bot",
  started_at: hour(at),
  ended_at: hour(at),
  status: error === null ? "ok" : "error",
  input: "Where is my order?",
  output: error === null ? "It is on its way." : null,
  steps: [
    { id: "s1", type: "tool", name: "lookup_order", arguments: { order: id }, result: error === null ? { state: "sent" } : null, error },
  ],
  ...more,
});
const timeout = (n: number): string => `Timeout after ${30_000 + n} ms calling orders at 10.0.0.${n}`;
const missing = "Invalid arguments: missing required field order";

interface Told {
  id: string;
  name: string;
  count: number;
  denominator: number;
  parent_id: string | null;
  polarity: string;
  classes: { key: string }[];
  history: { kind: string; by: string; reason: string | null }[];
}

async function leaves(client: Client): Promise<Told[]> {
  const { json } = await client.get("/v1/signals?level=leaf&polarity=failure&sort=rate");
  return json.data;
}

async function failing(name: string): Promise<Client> {
  const client = await newProject(name);
  await store(
    { projectId: client.projectId },
    ...[1, 2, 3].map((n) => run(`t${n}`, n, timeout(n))),
    ...[4, 5].map((n) => run(`m${n}`, n, missing)),
    ...[6, 7, 8, 9, 10].map((n) => run(`ok${n}`, n, null)),
  );
  return client;
}

describe("signals", () => {
  it("are what failures have in common, with rates over all runs, under the signal of their family", async () => {
    const client = await failing("signals");
    const [timeouts, invalid, ...others] = await leaves(client);
    expect(others).toEqual([]);
    expect(timeouts).toMatchObject({ count: 3, denominator: 10, polarity: "failure" });
    expect(invalid).toMatchObject({ count: 2, denominator: 10 });
    expect(timeouts?.parent_id).toBe(invalid?.parent_id);
    const parent = await client.get(`/v1/signals/${timeouts?.parent_id}`);
    expect(parent.json).toMatchObject({ count: 5, denominator: 10, parent_id: null });

    const found = await client.get(`/v1/findings?signal=${timeouts?.id}`);
    expect(found.json.data.map((one: { run_id: string }) => one.run_id)).toEqual(["run_t3", "run_t2", "run_t1"]);
    expect(found.json.data[0]).toMatchObject({ step_id: "s1", source: "rule", label: null, signal_id: timeouts?.id });
    const listed = await client.get(`/v1/runs?signal=${timeouts?.parent_id}`);
    expect(listed.json.data).toHaveLength(5);
    const whole = await client.get("/v1/runs/t1");
    expect(whole.json.findings).toMatchObject([{ run_id: "run_t1", signal_id: timeouts?.id }]);
    expect(whole.json.reading).toEqual({ status: "off", findings: null, error: null });
    const map = await client.get("/v1/agents/bot/taxonomy");
    expect(map.json).toMatchObject({ runs: 10, failed_runs: 5, unseen_mass: 0 });
    expect(map.json.families.map(({ signals }: { signals: Told[] }) => signals.map(({ id }) => id))).toEqual([[timeouts?.id, invalid?.id]]);
  });

  it("count a run once however often it comes, and a revision that fails otherwise moves it", async () => {
    const client = await failing("again");
    await store({ projectId: client.projectId }, run("t1", 1, timeout(1)), run("m4", 4, missing));
    expect((await leaves(client)).map(({ count }) => count)).toEqual([3, 2]);
    await store({ projectId: client.projectId }, run("t1", 1, missing), run("t2", 2, null));
    expect((await leaves(client)).map(({ count }) => count)).toEqual([3, 1]);
  });

  it("keep their ids when more of the same comes", async () => {
    const client = await failing("stable");
    const before = await leaves(client);
    await store({ projectId: client.projectId }, ...[11, 12, 13, 14].map((n) => run(`t${n}`, n, timeout(n))));
    const after = await leaves(client);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]).toMatchObject({ count: 7, denominator: 14 });
  });

  it("are joined and parted by people, which no later counting undoes", async () => {
    const client = await failing("people");
    const [timeouts, invalid] = await leaves(client);
    const merged = await client.post(`/v1/signals/${invalid?.id}/merge`, { into: timeouts?.id, reason: "one outage" });
    expect(merged.status).toBe(200);
    expect(merged.json).toMatchObject({ id: timeouts?.id, count: 5 });
    expect(merged.json.classes).toHaveLength(2);
    expect((await client.get(`/v1/signals/${invalid?.id}`)).status).toBe(404);
    await store({ projectId: client.projectId }, run("m11", 11, missing));
    expect(await leaves(client)).toMatchObject([{ id: timeouts?.id, count: 6 }]);

    const key = merged.json.classes.at(-1).key;
    const split = await client.post(`/v1/signals/${timeouts?.id}/split`, { classes: [key], reason: "two things after all" });
    expect(split.status).toBe(200);
    expect((await leaves(client)).map(({ count }) => count)).toEqual([3, 3]);
    await store({ projectId: client.projectId }, run("m12", 12, missing), run("t13", 13, timeout(13)));
    expect((await leaves(client)).map(({ count }) => count)).toEqual([4, 4]);
    const history = (await client.get(`/v1/signals/${timeouts?.id}`)).json.history;
    expect(history.map(({ kind, reason }: Told["history"][number]) => [kind, reason])).toEqual([
      ["made", null],
      ["merged", "one outage"],
      ["split", "two things after all"],
    ]);
    const audit = (await client.get("/v1/audit?limit=50")).json.data.map(({ action }: { action: string }) => action);
    expect(audit).toEqual(expect.arrayContaining(["signal.merged", "signal.split"]));
  });

  it("take a name, a severity and a state from people, and refuse what makes no sense", async () => {
    const client = await failing("names");
    const [timeouts, invalid] = await leaves(client);
    const renamed = await client.send("PATCH", `/v1/signals/${timeouts?.id}`, {
      name: "Orders are slow",
      severity: "critical",
      reason: "as we call it",
    });
    expect(renamed.json).toMatchObject({ name: "Orders are slow", severity: "critical", version: 1 });
    expect((await client.get("/v1/signals?sort=priority")).json.data[0].name).toBe("Orders are slow");
    expect((await client.post(`/v1/signals/${invalid?.id}/archive`)).json).toMatchObject({ state: "archived", priority: 0 });
    expect((await client.post(`/v1/signals/${invalid?.id}/reopen`)).json.state).not.toBe("archived");
    expect((await client.post(`/v1/signals/${timeouts?.id}/resolve`)).json.state).toBe("resolved");
    await store({ projectId: client.projectId }, run("t50", 50, timeout(50)));
    expect((await client.get(`/v1/signals/${timeouts?.id}`)).json.state).toBe("regressed");
    const refusals = await Promise.all([
      client.send("PATCH", `/v1/signals/${timeouts?.id}`, { rule: "true" }),
      client.post(`/v1/signals/${timeouts?.id}/merge`, { into: timeouts?.id }),
      client.post(`/v1/signals/${timeouts?.parent_id}/merge`, { into: timeouts?.id }),
      client.post(`/v1/signals/${invalid?.id}/split`),
      client.post(`/v1/signals/${timeouts?.id}/split`, { classes: ["cls_nobody"] }),
      client.post("/v1/signals/sig_nobody/archive"),
      (await newProject("names, other")).get(`/v1/signals/${timeouts?.id}`),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([409, 409, 409, 409, 422, 404, 404]);
  });

  it("do not count what a person calls wrong", async () => {
    const client = await failing("labels");
    const [timeouts] = await leaves(client);
    const [finding] = (await client.get(`/v1/findings?signal=${timeouts?.id}`)).json.data;
    const labelled = await client.post(`/v1/findings/${finding.id}/label`, { correct: false, comment: "a planned stop" });
    expect(labelled.json.label).toMatchObject({ correct: false, comment: "a planned stop" });
    expect((await leaves(client)).map(({ count }) => count)).toEqual([2, 2]);
    await store({ projectId: client.projectId }, run("t1", 1, timeout(1)));
    expect((await client.get(`/v1/findings?run_id=${finding.run_id}`)).json.data[0].label.correct).toBe(false);
    await client.post(`/v1/findings/${finding.id}/label`, { correct: true });
    expect((await leaves(client)).map(({ count }) => count)).toEqual([3, 2]);
  });

  it("by a rule are asked of every run from then on, and a new rule is a new version", async () => {
    const client = await failing("rules");
    const made = await client.post("/v1/signals", {
      agent: "bot",
      name: "Says it is on its way",
      definition: "The answer promises delivery.",
      rule: "run.output.contains('on its way')",
      polarity: "win",
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ count: 0, is_declared: true, tried: { runs: 10, matched: 5 }, version: 1 });
    await store({ projectId: client.projectId }, run("ok20", 20, null), run("t21", 21, timeout(21)));
    expect((await client.get(`/v1/signals/${made.json.id}`)).json).toMatchObject({ count: 1, denominator: 2 });
    const changed = await client.send("PATCH", `/v1/signals/${made.json.id}`, { rule: "run.status == 'ok'" });
    expect(changed.json).toMatchObject({ version: 2, count: 0 });
    const bad = await client.post("/v1/signals", { agent: "bot", name: "x", definition: "y", rule: "run.output.matches('a')" });
    expect([bad.status, bad.json.error.details[0].path]).toEqual([422, "rule"]);
  });

  it("do not count runs that only shadow others, which move no baseline either", async () => {
    const client = await failing("shadows");
    await store({ projectId: client.projectId }, ...[1, 2, 3].map((n) => run(`shadow${n}`, n, timeout(n), { shadow_of: `ok${n + 5}` })));
    expect(await leaves(client)).toMatchObject([
      { count: 3, denominator: 10 },
      { count: 2, denominator: 10 },
    ]);
    expect((await client.get("/v1/runs/shadow1")).json.findings).toEqual([]);
    await client.post("/v1/agents/bot/flush");
    const series = await client.get("/v1/agents/bot/dimensions/volume.runs/series?from=2026-11-20&to=2026-11-21&bucket=day");
    expect(series.json.data).toMatchObject([{ value: 10 }]);
  });

  it("are a dimension of behaviour, absent runs included", async () => {
    const client = await failing("dimension");
    const [timeouts] = await leaves(client);
    await client.post("/v1/agents/bot/flush");
    const { slug } = (await client.get(`/v1/signals/${timeouts?.id}`)).json;
    const series = await client.get(`/v1/agents/bot/dimensions/signal.${slug}/series?from=2026-11-20&to=2026-11-21&bucket=day`);
    expect(series.json.data).toMatchObject([{ value: 0.3, n: 10 }]);
  });

  it("leave nothing of a run that was deleted", async () => {
    const client = await newProject("deleted");
    await store({ projectId: client.projectId }, run("secret", 1, "Cannot reach the customer Amélie Poulain"), run("ok", 2, null));
    expect(JSON.stringify(await leaves(client))).toContain("Poulain");
    expect((await client.send("DELETE", "/v1/runs/secret")).status).toBeLessThan(300);
    expect(await leaves(client)).toEqual([]);
    for (const table of ["finding", "finding_class", "signal", "finding_label"]) {
      const { results } = await env.INDEX.prepare(`SELECT * FROM ${table} WHERE project_id = ?`).bind(client.projectId).all();
      expect(JSON.stringify(results)).not.toContain("Poulain");
    }
  });
});
