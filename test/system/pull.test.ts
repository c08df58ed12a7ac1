// `bento artifacts` and `bento pull` against a running Bento: from failing runs to a draft, into use, onto the disk, and back out.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, type CommandContext, type Said } from "./bento-command.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
const agent = "order-bot";
let bento: BentoProcess;
let context: CommandContext;

const run = (...args: string[]): Promise<Said> => runCommand(args, context);
const json = (said: Said): any => JSON.parse(said.stdout);
const inAgent = (path: string): string => join(context.cwd, "agent", path);

/** Every fourth call leaves out the order. */
const runs = Array.from({ length: 40 }, (_, i) => ({
  id: `r${i}`,
  agent,
  started_at: new Date(Date.now() - (i + 1) * 3_600_000).toISOString(),
  status: i % 4 === 0 ? "error" : "ok",
  steps: [
    i % 4 === 0
      ? { id: "a", type: "tool", name: "refund", arguments: { reason: "x" }, error: { type: "ToolError", message: "no order given" } }
      : { id: "a", type: "tool", name: "refund", arguments: { reason: "x", order: i }, result: { ok: true } },
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

/** Through a gate that a person waives, because no suite is there to prove it with. */
async function promote(id: string, ref: string): Promise<void> {
  await run("artifacts", "validate", id, "--sign-off", "--reason", "a trial");
  const made = async (path: string, body: object): Promise<any> => (await call(bento.url, "POST", path, body)).json();
  const suite = await made("/v1/suites", { agent, name: ref });
  const gate = await made("/v1/gates", { suite_id: suite.id, candidate: { artifacts: [ref] } });
  await made(`/v1/gates/${gate.id}/waive`, { reason: "a trial" });
  const said = await run("artifacts", "promote", id, "--gate", gate.id, "--reason", "a trial");
  expect([said.code, said.stdout]).toEqual([0, expect.stringContaining("in use: v1")]);
}

describe("bento artifacts and pull", () => {
  test("draft a correction from a signal, put it into use, and write it where an agent loads it", async () => {
    const [signal] = json(await run("signals", "--agent", agent, "--json")).data;
    const draft = json(await run("artifacts", "draft", signal.id, "--json"));
    expect(draft).toMatchObject({ kind: "tool_wrapper" });
    const refused = await run("artifacts", "promote", draft.id, "--reason", "now");
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("needs an open gate")]);
    await promote(draft.id, draft.artifact);
    const pulled = await run("pull", "agent", "--agent", agent);
    expect([pulled.code, pulled.stdout]).toEqual([0, expect.stringContaining("written  tools/refund.json")]);
    expect(JSON.parse(readFileSync(inAgent("tools/refund.json"), "utf8"))).toMatchObject({
      tool: "refund",
      schema_patch: { required: ["order"] },
    });
    expect(json(await run("pull", "agent", "--check", "--json"))).toMatchObject({ agent, written: [], unchanged: 1 });
    const back = await run("artifacts", "revert", draft.id, "--reason", "it does not help");
    expect(back.stdout).toContain("in use: –");
    const behind = await run("pull", "agent", "--check");
    expect([behind.code, existsSync(inAgent("tools/refund.json"))]).toEqual([1, true]);
    expect((await run("pull", "agent")).stdout).toContain("removed  tools/refund.json");
    expect(existsSync(inAgent("tools"))).toBe(false);
  });

  test("tell Claude's draft off where there is no key", async () => {
    const [artifact] = json(await run("artifacts", "--agent", agent, "--json")).data;
    await expect
      .poll(async () => json(await run("artifacts", "show", artifact.id, "--json")).model_draft.status, { timeout: 20_000, interval: 500 })
      .toBe("off");
    const shown = await run("artifacts", "show", artifact.id);
    for (const part of ["call-", "Versions", "History", "it does not help"]) expect(shown.stdout).toContain(part);
    expect((await run("artifacts", "shipped")).stdout).toContain("waiting");
  });
});
