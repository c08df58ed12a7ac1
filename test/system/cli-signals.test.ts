// `bento signals` against a running Bento: what fails, one of them, and what a person says of it, in tables and in the API's own words.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runCommand, type CommandContext, type Said } from "./bento-command.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
const agent = "order-bot";
let bento: BentoProcess;
let context: CommandContext;

const signals = (...args: string[]): Promise<Said> => runCommand(["signals", ...args], context);
const json = (said: Said): any => JSON.parse(said.stdout);

/** Of 40 runs ten meet a limit, told in two ways, and five a timeout. */
const runs = Array.from({ length: 40 }, (_, i) => {
  const message =
    i % 8 === 0 ? `Limit of ${i + 100} EUR exceeded` : i % 8 === 1 ? `Card ${i} is blocked \u001b[31mred` : "Timeout calling orders";
  return {
    id: `r${i}`,
    agent,
    started_at: new Date(Date.now() - (i + 1) * 3_600_000).toISOString(),
    status: i % 8 < 3 ? "error" : "ok",
    steps: [
      { id: "a", type: "tool", name: "refund", ...(i % 8 < 3 ? { error: { type: "ToolError", message } } : { result: { ok: true } }) },
    ],
  };
});

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

const ids = async (): Promise<string[]> => json(await signals("--agent", agent, "--json")).data.map(({ id }: { id: string }) => id);

describe("bento signals", () => {
  test("lists them as a table without anything that could steer a terminal, and as the API says them", async () => {
    const said = await signals("--agent", agent);
    expect(said.stdout).toContain("5 of 40");
    expect(said.stdout).not.toContain("\u001b");
    expect(await ids()).toHaveLength(3);
    expect(json(await signals("list", "--families", "--json")).data).toHaveLength(1);
  });

  test("shows one with its classes and its history", async () => {
    const [id = ""] = await ids();
    const said = await signals("show", id);
    for (const part of ["order-bot", "Classes", "History", "cls_"]) expect(said.stdout).toContain(part);
  });

  test("defines one by a rule, tells what the rule holds of, and refuses one that cannot be read", async () => {
    const rule = 'run.steps.exists(s, s.status == "error")';
    const made = await signals("define", agent, "Any failing tool", "--definition", "A tool fails.", "--rule", rule, "--severity", "high");
    expect(made.stdout).toContain("Any failing tool is defined");
    expect(made.stderr).toMatch(/Its rule holds of [1-9]\d* of the newest 20 runs/);
    const refused = await signals("define", agent, "Bad", "--definition", "d", "--rule", "run.(");
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("rule:")]);
  });

  test("merges two with a reason, splits them again, and says what became of each", async () => {
    const before = await ids();
    const [first = "", second = ""] = json(await signals("--agent", agent, "--json"))
      .data.filter(({ is_declared }: { is_declared: boolean }) => !is_declared)
      .map(({ id }: { id: string }) => id);
    const merged = json(await signals("merge", first, second, "--reason", "the same card", "--json"));
    expect(merged.classes).toHaveLength(2);
    expect((await ids()).length).toBe(before.length - 1);
    expect((await signals("show", second)).stdout).toContain("the same card");
    const split = await signals("split", second, merged.classes[1].key);
    expect(split.stdout).toMatch(/What left it is sig_/);
    expect((await ids()).length).toBe(before.length);
    expect((await signals("merge", second, second)).code).toBe(3);
  });

  test.each(["confirm", "resolve", "archive", "reopen"])("%s keeps its reason", async (verb) => {
    const [id = ""] = await ids();
    const done = json(await signals(verb, id, "--reason", `because of ${verb}`, "--json"));
    expect(done.history.at(-1)).toMatchObject({ reason: `because of ${verb}` });
    if (verb === "archive") expect(done.state).toBe("archived");
    if (verb === "reopen") expect(done.state).not.toBe("archived");
  });

  test("has Claude asked for a name, says that it is off without a key, and declines", async () => {
    const [id = ""] = await ids();
    const asked = await signals("propose", id);
    expect(asked.stdout).toContain("The proposal is pending.");
    await vi.waitFor(async () => expect((await signals("show", id)).stdout).toContain("Claude proposes (off)"), 20_000);
    const refused = await signals("accept", id, "name");
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("nothing to accept")]);
    expect(json(await signals("decline", id, "--json")).proposal).toBeNull();
  });

  test("a signal that is not there ends with 3", async () => {
    const said = await signals("show", "sig_none");
    expect([said.code, said.stderr]).toEqual([3, expect.stringContaining("no such signal")]);
  });
});
