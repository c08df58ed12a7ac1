// A dimension that a person defines, from its definition to its course and away again.
import { expect, it } from "vitest";
import { newProject } from "./api-client.ts";
import { store } from "./consume.ts";

const startedAt = "2026-11-24T10:00:00.000Z";
const answer = (id: string, output: string) => ({ id, agent: "bot", started_at: startedAt, ended_at: startedAt, output });
const path = "/v1/agents/bot/dimensions";

it("a defined dimension is tried at once, measures runs from then on, and is gone when it is removed", async () => {
  const client = await newProject("custom dimensions");
  await store({ projectId: client.projectId }, answer("before", "Hello there"));
  const made = await client.post(path, { name: "team.hello", kind: "proportion", expression: "run.output.startsWith('Hello')" });
  expect(made.status).toBe(201);
  expect(made.json.tried).toEqual({ runs: 1, measured: 1, values: [1] });
  const listed = await client.get(path);
  expect(listed.json.data.find(({ name }: { name: string }) => name === "team.hello")).toMatchObject({
    status: "learning",
    expression: "run.output.startsWith('Hello')",
    baseline: { n: 0, value: null },
  });

  await store({ projectId: client.projectId }, answer("one", "Hello again"), answer("two", "No."));
  expect((await client.get("/v1/runs/one")).json.observations).toContainEqual({ dimension: "team.hello", value: 1 });
  const runs = (await client.get("/v1/runs?limit=10")).json.data;
  const valueOf = (sourceId: string) =>
    runs
      .find(({ source_id }: { source_id: string }) => source_id === sourceId)
      ?.observations.find(({ dimension }: { dimension: string }) => dimension === "team.hello")?.value;
  expect([valueOf("one"), valueOf("two"), valueOf("before")]).toEqual([1, 0, undefined]);
  await client.post("/v1/agents/bot/flush");
  const series = await client.get(`${path}/team.hello/series?from=2026-11-24&to=2026-11-25&bucket=day`);
  expect(series.json.data).toMatchObject([{ value: 0.5, n: 2 }]);

  expect((await client.send("DELETE", `${path}/team.hello`)).status).toBe(204);
  await store({ projectId: client.projectId }, answer("after", "Hello"));
  expect((await client.get("/v1/runs/after")).json.observations.map(({ dimension }: { dimension: string }) => dimension)).not.toContain(
    "team.hello",
  );
  const actions = (await client.get("/v1/audit?limit=50")).json.data.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(expect.arrayContaining(["dimension.defined", "dimension.removed"]));
});

it("one project's definitions measure nothing of another's, and a bad one is refused with its place", async () => {
  const [mine, other] = [await newProject("mine"), await newProject("other")];
  for (const client of [mine, other]) await store({ projectId: client.projectId }, answer("x", "Hello"));
  await mine.post(path, { name: "team.hello", kind: "proportion", expression: "true" });
  await store({ projectId: other.projectId }, answer("y", "Hello"));
  expect((await other.get("/v1/runs/y")).text).not.toContain("team.hello");
  const refused = await mine.post(path, { name: "team.bad", kind: "count", expression: "run.output.matches('(a+)+')" });
  expect(refused.status).toBe(422);
  expect(refused.json.error.details).toMatchObject([{ path: "expression", message: expect.stringContaining("matches") }]);
  expect((await mine.send("DELETE", `${path}/team.none`)).status).toBe(404);
});
