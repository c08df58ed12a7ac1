// `bento loop` and `bento transfer` against a running Bento: what the loop would do and why it does not, by whose policy it works, and what holds under
// another model, in tables and in the API's own words.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, type CommandContext, type Said } from "./bento-command.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
const agent = "order-bot";
let bento: BentoProcess;
let context: CommandContext;

const bentoSays = (...args: string[]): Promise<Said> => runCommand(args, context);
const json = (said: Said): any => JSON.parse(said.stdout);
const send = async (path: string, body: unknown): Promise<any> => (await call(bento.url, "POST", path, body)).json();

/** Half of each model; a quarter of all meets a limit. */
const runs = Array.from({ length: 40 }, (_, i) => ({
  id: `r${i}`,
  agent,
  started_at: new Date(Date.now() - (i + 1) * 3_600_000).toISOString(),
  status: i % 4 === 0 ? "error" : "ok",
  config: { model: i < 20 ? "new-model" : "old-model" },
  steps: [
    {
      id: "a",
      type: "tool",
      name: "refund",
      ...(i % 4 === 0 ? { error: { type: "ToolError", message: "Limit exceeded" } } : { result: { ok: true } }),
    },
  ],
}));

beforeAll(async () => {
  bento = await startProcess(join(folder.path, "data"));
  await call(bento.url, "POST", "/v1/runs", { runs });
  await settle(bento.url);
  await call(bento.url, "POST", `/v1/agents/${agent}/flush`, {});
  const work = join(folder.path, "work");
  mkdirSync(work);
  context = { cwd: work, state: join(folder.path, "state"), url: bento.url, key: adminKey };
});
afterAll(async () => {
  await bento?.stop();
  folder.remove();
});

describe("bento loop", () => {
  test("says that it does nothing while no policy is in force", async () => {
    const said = await bentoSays("loop", agent);
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining("no policy that a person signed for it is in force")]);
    expect(json(await bentoSays("loop", agent, "--json"))).toMatchObject({ is_on: false, policies: [] });
  });

  test("tells the policy, who signed it, what comes next and why", async () => {
    const { id: suite_id } = await send("/v1/suites", { agent, name: "basics" });
    const loop = { suite_id, driver: { type: "webhook", url: "http://127.0.0.1:9/try" }, drafts_per_day: 3 };
    const policy = await send("/v1/policies", { agent, grants: ["artifact.validate"], reason: "try", loop });
    const said = await bentoSays("loop", agent);
    for (const part of [policy.id, "artifact.validate", "0 of 3", "wait", "grants artifact.draft to the loop"])
      expect(said.stdout).toContain(part);
  });

  test("an agent that is not there ends with 3", async () => {
    expect((await bentoSays("loop", "nobody")).code).toBe(3);
  });
});

describe("bento transfer", () => {
  test("says where nothing could hold or not", async () => {
    expect((await bentoSays("transfer", agent, "--from", "old-model", "--to", "new-model")).stdout).toContain("no artifact in use");
  });

  test("is one table without anything that could steer a terminal, and the same as `book transfer`", async () => {
    await send("/v1/evaluators", { agent, name: "done \u001b[31mred", type: "contains", text: "Done" });
    const said = await bentoSays("transfer", agent, "--from", "old-model", "--to", "new-model");
    for (const part of ["verdict", "evaluator", "done", "untestable", "not measured under the new model"])
      expect(said.stdout).toContain(part);
    expect(said.stdout).not.toContain("\u001b");
    expect((await bentoSays("book", "transfer", agent, "--from-model", "old-model", "--to-model", "new-model")).stdout).toBe(said.stdout);
    expect(json(await bentoSays("transfer", agent, "--from", "old-model", "--to", "new-model", "--json")).counts.untestable).toBe(1);
  });

  test("refuses one model as both", async () => {
    const said = await bentoSays("transfer", agent, "--from", "old-model", "--to", "old-model");
    expect([said.code, said.stderr]).toEqual([3, expect.stringContaining("the same")]);
  });
});
