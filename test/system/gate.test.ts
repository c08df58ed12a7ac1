// `bento gate` against a running Bento, as CI runs it: the agent under test is a server of its own, the evidence is made while the command waits,
// and the exit code says what became of it.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, type CommandContext, type Said } from "./bento-command.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const bot = "bot | @team <b>";
const words = ["apple", "bread", "candle", "door", "engine", "feather", "garden", "hammer", "island", "jacket"];
const runs = words.map((word, i) => ({
  id: `r${i}`,
  agent: bot,
  started_at: new Date(Date.UTC(2026, 10, 24, 10, i)).toISOString(),
  status: "ok",
  input: `What is a ${word} made for?`,
  output: i < 9 ? "right" : "wrong",
}));

const folder = temporaryFolder();
const file = (name: string): string => join(folder.path, name);
let bento: BentoProcess;
let agent: Server;
let context: CommandContext;
let suite = "";
/** Words that the agent gets wrong. */
let wrong: string[] = [];
/** It answers nothing until this is done. */
let held: Promise<void> = Promise.resolve();

const json = async (method: string, path: string, body?: unknown): Promise<any> => (await call(bento.url, method, path, body)).json();
const gate = (...args: string[]): Promise<Said> => runCommand(["gate", ...args], context);
const asked = (...args: string[]): Promise<Said> => gate("--suite", suite, "--candidate", file("candidate.json"), ...args);

beforeAll(async () => {
  agent = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { input } = JSON.parse(Buffer.concat(parts).toString());
      const output = wrong.some((word) => input.includes(word)) ? "wrong" : "right";
      void held.then(() => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ output })));
    });
  });
  await new Promise<void>((resolve) => agent.listen(0, "127.0.0.1", resolve));
  bento = await startProcess(file("data"));
  context = { cwd: folder.path, state: file("state"), url: bento.url, key: adminKey };
  await json("POST", "/v1/runs", { runs });
  await settle(bento.url, adminKey);
  suite = (await json("POST", "/v1/suites", { agent: bot, name: "basics" })).id;
  for (const { id } of runs) await json("POST", `/v1/suites/${suite}/cases`, { run_id: id, expected: "right" });
  const url = `http://127.0.0.1:${(agent.address() as AddressInfo).port}/`;
  writeFileSync(file("candidate.json"), JSON.stringify({ driver: { type: "webhook", url } }));
  writeFileSync(file("policy.json"), JSON.stringify({ margin: null }));
});
afterAll(async () => {
  await bento?.stop();
  agent?.closeAllConnections();
  agent?.close();
  folder.remove();
});

test("a candidate that does what was done passes: 0, with a comment and JUnit XML", async () => {
  const said = await asked("--policy", file("policy.json"), "--markdown", file("gate.md"), "--junit", file("gate.xml"));
  expect([said.code, said.stderr]).toEqual([0, expect.stringContaining("signed with whsec_")]);
  expect(said.stdout).toMatch(/^pass\n {2}1 better and 0 worse of 10 cases/);
  const comment = readFileSync(file("gate.md"), "utf8");
  expect(comment).toContain("### ✅ Bento gate: pass");
  expect(comment).not.toContain("@team");
  expect(readFileSync(file("gate.xml"), "utf8")).toContain('<testsuites name="bento gate" tests="11" failures="0" errors="0" skipped="0">');
});

test("one that fails what passed does not: 1, until a person waives it", async () => {
  wrong = ["apple", "jacket"];
  const said = await asked("--policy", '{"margin": null}', "--json", "--junit", file("gate.xml"));
  expect(said.code).toBe(1);
  const found = JSON.parse(said.stdout);
  expect(found).toMatchObject({ verdict: "regressed", counts: { broken: 2, same_pass: 8 }, waiver: null });
  expect(readFileSync(file("gate.xml"), "utf8")).toContain('failures="3"');
  const again = await gate("--gate", found.id);
  expect([again.code, again.stdout]).toEqual([1, expect.stringContaining("broken")]);
  expect((await call(bento.url, "POST", `/v1/gates/${found.id}/waive`, { reason: "the jacket is out of stock" })).status).toBe(200);
  const waived = await gate("--gate", found.id);
  expect([waived.code, waived.stdout]).toEqual([0, expect.stringContaining("the jacket is out of stock")]);
});

test("one of whom too little is known ends with 2, and so does one whose evidence takes too long", async () => {
  wrong = [];
  const few = await asked();
  expect([few.code, few.stdout]).toEqual([2, expect.stringMatching(/^insufficient\n.*About 88 cases/)]);
  const hold = Promise.withResolvers<void>();
  held = hold.promise;
  try {
    const late = await asked("--wait", "1", "--json");
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("not complete after 1 s")]);
    expect(JSON.parse(late.stdout)).toMatchObject({ status: "running", verdict: "insufficient", open: false });
  } finally {
    hold.resolve();
    held = Promise.resolve();
  }
});

test.each([
  ["no suite is named", [], /--suite and --candidate/],
  ["the suite is not there", ["--suite", "ste_none", "--candidate", '{"model": "m"}'], /\(404\)/],
  ["the candidate is no JSON", ["--suite", "ste_none", "--candidate", "{model: m}"], /--candidate is no JSON/],
  ["the candidate's file is not there", ["--suite", "ste_none", "--candidate", "none.json"], /none\.json cannot be read/],
  ["the policy asks for what nobody knows", ["--suite", "SUITE", "--candidate", '{"model": "m"}', "--policy", '{"slack": 1}'], /\(400\)/],
  ["the gate is not there", ["--gate", "gat_none"], /\(404\)/],
  ["nobody answers", ["--gate", "gat_none", "--url", "http://127.0.0.1:9"], /could not be reached/],
  ["the report cannot be written", ["--gate", "GATE", "--junit", "none/gate.xml"], /none\/gate\.xml cannot be written/],
  ["the flag is unknown", ["--slack"], /unknown option/],
])("it ends with 3 when %s", async (_, args, reason) => {
  const [{ id }] = (await json("GET", "/v1/gates?limit=1")).data;
  const said = await gate(...args.map((arg) => (arg === "SUITE" ? suite : arg === "GATE" ? id : arg)));
  expect([said.code, said.stderr]).toEqual([3, expect.stringMatching(reason)]);
});
