// The `bento` command against a running Bento: history from every kind of file arrives once, also when the import is killed in the
// middle; what is wrong is named with its place; dead letters are seen and driven again.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ulid } from "ulidx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bury } from "../../queues/bury.ts";
import { putInbox } from "../../r2/inbox.ts";
import { defaultProjectId } from "../../domain/project/principal.ts";
import { readNativeRuns } from "../../domain/wire/native.ts";
import type { InboxEntry } from "../../r2/keys.ts";
import { runCommand, startCommand, type CommandContext, type Said } from "./bento-command.ts";
import { adminKey, all, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";
import { withStores, type Stores } from "./bento-stores.ts";
import { newProject, readRun, stepsOf, type Project } from "./bento-reading.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const folder = temporaryFolder();
const data = join(folder.path, "data");
const work = join(folder.path, "work");
let bento: BentoProcess;
let project: Project;
let context: CommandContext;

const command = (...args: string[]): Promise<Said> => runCommand(args, context);
const json = (said: Said): any => JSON.parse(said.stdout);
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(work, name), content);

async function use(name: string): Promise<void> {
  project = await newProject(bento.url, name);
  context = { cwd: work, state: join(folder.path, "state", project.id), url: bento.url, key: project.key };
}

const good: InboxEntry = { projectId: defaultProjectId, receipt: ulid(), door: "runs", format: "reading", isGzip: false };
const bad: InboxEntry = { ...good, receipt: ulid() };
const old: InboxEntry = { ...good, receipt: ulid(Date.now() - 25 * 3_600_000) };

/** What a Bento whose index failed leaves: three requests set aside, one of them longer ago than bytes are kept. */
async function leaveDeadLetters({ BENTO_INBOX_KEY, ...env }: Stores): Promise<void> {
  for (const entry of [good, bad, old]) {
    const sent = encode(JSON.stringify({ id: `dead-${entry.receipt}`, agent: "late-bot" }));
    const reading = readNativeRuns(sent, "json", { receipt: entry.receipt, receivedMs: 0 });
    await putInbox(env.ARCHIVE, BENTO_INBOX_KEY, entry, encode(JSON.stringify(reading)));
    await bury(env, entry, "the index failed (SQLITE_BUSY)", Date.now());
  }
}

beforeAll(async () => {
  mkdirSync(work);
  await withStores(data, leaveDeadLetters);
  bento = await startProcess(data);
});
afterAll(async () => {
  await bento?.stop();
  folder.remove();
});

/** Requests that imports of this project have noted as acknowledged. */
function acknowledged(): number {
  const ledgers = join(context.state, "bento/imports");
  const files = existsSync(ledgers) ? readdirSync(ledgers).filter((name) => name.endsWith(".ndjson")) : [];
  return files.reduce(
    (sum, name) =>
      sum +
      readFileSync(join(ledgers, name), "utf8")
        .split("\n")
        .filter((each) => each !== "").length,
    0,
  );
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const minutes = (n: number): string => new Date(Date.UTC(2026, 2, 1) + n * 60_000).toISOString();
const nativeRun = (n: number) => ({
  id: `old-${n}`,
  agent: "old-bot",
  started_at: minutes(n),
  steps: [{ type: "tool", name: "look", ms: 5 }],
});
const line = (n: number): string => JSON.stringify(nativeRun(n));

/** A request of one trace with one agent span, as the Collector's file exporter writes it. */
const otlpLine = (n: number): string => {
  const ns = (ms: number): string => `${BigInt(Date.parse(minutes(n)) + ms) * 1_000_000n}`;
  const attributes = [
    { key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } },
    { key: "gen_ai.agent.name", value: { stringValue: "traced-bot" } },
  ];
  const span = { traceId: `${"ab".repeat(15)}${String(n).padStart(2, "0")}`, spanId: "00000000000000a1", name: "invoke_agent", startTimeUnixNano: ns(0), endTimeUnixNano: ns(900), attributes }; // prettier-ignore
  return JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "t" }, spans: [span] }] }] });
};

describe("bento import", () => {
  test("takes a folder with files of every kind, says what it took them for, and the same again stores nothing twice", async () => {
    await use("every kind");
    cpSync(join(fixtures, "claude-code"), join(work, "history/projects"), { recursive: true });
    write(
      "history/runs.jsonl",
      [line(1), "", "not json", line(2), '{"id":"x"}', JSON.stringify({ agent: "old-bot", started_at: minutes(3) })].join("\n"),
    );
    write("history/traces.jsonl.gz", gzipSync(`${otlpLine(1)}\n${otlpLine(2)}\n`));
    write("history/one.pb", readFileSync(join(fixtures, "wire/traceloop-research-01.pb")));
    write("history/package.json", '{"name":"not a trace"}');
    const first = await runCommand(["import", "history", "--json"], context, { launcher: true });
    expect(first).toMatchObject({ code: 1, stderr: expect.not.stringContaining("at file:") });
    const report = json(first);
    expect(
      Object.fromEntries(report.files.map((file: any) => [file.file.split("/").at(-1), [file.format, file.shape, file.packed]])),
    ).toEqual({
      "0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11.jsonl": ["claude-code", null, null],
      "agent-a1b2c3d4.jsonl": ["claude-code", null, null],
      "one.pb": ["otlp", "protobuf", null],
      "package.json": [null, null, null],
      "runs.jsonl": ["jsonl", "lines", null],
      "traces.jsonl.gz": ["otlp", "lines", "gzip"],
    });
    expect(report).toMatchObject({ accepted: { runs: 8, spans: 3 }, duplicates: { runs: 0, spans: 0 }, refused_count: 2, processed: true });
    expect(report.refused.map((one: any) => [one.file, one.line])).toEqual([["history/runs.jsonl", 3], ["history/runs.jsonl", 5]]); // prettier-ignore

    const coding = await readRun(bento.url, project, "claude-code-00000013-0000-4000-8000-000000000000");
    expect(coding).toMatchObject({ agent: "claude-code", status: "ok", session_id: "0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11" });
    expect(stepsOf(coding, "tool").map(({ name }) => name)).toEqual(["Task", "Task", "Grep"]);
    expect((await readRun(bento.url, project, `${"ab".repeat(15)}01`)).agent).toBe("traced-bot");
    const started = await all<{ started_at: string }>(bento.url, "/v1/runs?agent=old-bot", project.key);
    expect(started.map(({ started_at }) => started_at)).toEqual([minutes(3), minutes(2), minutes(1)]);

    const stored = (await all(bento.url, "/v1/runs", project.key)).length;
    const again = json(await command("import", "history", "--json"));
    expect(again).toMatchObject({ accepted: { runs: 0, spans: 0 }, duplicates: { runs: 8, spans: 3 }, refused_count: 2 });
    const forced = json(await command("import", "history", "--again", "--json"));
    expect(forced).toMatchObject({ accepted: { runs: 8, spans: 3 }, processed: true });
    expect((await all(bento.url, "/v1/runs", project.key)).length).toBe(stored);
  });

  test("killed in the middle goes on where it was, and everything is there once", async () => {
    await use("killed");
    const count = 2_000;
    write("many.jsonl", Array.from({ length: count }, (_, n) => line(n)).join("\n"));
    // Through the launcher: the signal must reach the command itself, not a shell before it.
    const child = startCommand(["import", "many.jsonl", "--no-wait"], context, true);
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (acknowledged() === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill("SIGKILL");
    await ended;
    const resumed = json(await command("import", "--resume", "--json"));
    expect(resumed.accepted.runs + resumed.duplicates.runs).toBe(count);
    expect(resumed.duplicates.runs).toBeGreaterThan(0);
    expect(resumed.accepted.runs).toBeGreaterThan(0);
    expect(json(await command("status", "--wait", "--json"))).toMatchObject({ stored: count, pending: 0, rejected: 0 });
    expect(await command("import", "--resume")).toMatchObject({ code: 3, stderr: expect.stringContaining("No import") });
  });

  test("only looks with --dry-run, and needs no Bento for it", async () => {
    const said = await runCommand(["import", "many.jsonl", "--dry-run"], { ...context, url: "http://127.0.0.1:9" });
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("would send    2,000 runs") });
  });

  test("sends everything again to a Bento that was emptied since", async () => {
    await use("emptied");
    write("few.jsonl", [line(1), line(2)].join("\n"));
    await command("import", "few.jsonl");
    for (const { id } of await all<{ id: string }>(bento.url, "/v1/runs", project.key))
      await call(bento.url, "DELETE", `/v1/runs/${id}`, undefined, project.key);
    write("few.jsonl", [line(3), line(2)].join("\n"));
    const said = await command("import", "few.jsonl", "--json");
    expect(said.stderr).toContain("everything is sent again");
    expect(json(said)).toMatchObject({ accepted: { runs: 2 }, duplicates: { runs: 0 } });
  });
});

test("what is at hand goes in through a pipe, and comes out as table and JSON", async () => {
  await use("pipe");
  const run = { ...nativeRun(7), input: "\u001b[31mred\u001b[0m", status: "error", error: "no luck" };
  expect(await runCommand(["ingest"], context, { input: JSON.stringify(run) })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("accepted      1 run"),
  });
  await settle(bento.url, project.key);
  const [list, shown, listed, agents] = await Promise.all([
    command("runs"),
    command("runs", "show", "old-7"),
    command("runs", "list", "--json"),
    command("agents"),
  ]);
  expect(list.stdout).toContain("run_old-7");
  expect(list.stdout + shown.stdout).not.toContain("\u001b");
  expect(shown.stdout).toMatch(/status\s+error: no luck/);
  expect(json(listed)).toMatchObject({ data: [{ source_id: "old-7" }], next_cursor: null });
  expect(agents.stdout).toContain("old-bot");
  const flushed = await command("flush", "old-bot", "--json");
  expect(json(flushed)).toMatchObject([{ agent: "old-bot" }]);
  const declared = await command("changes", "declare", "--agent", "old-bot", "--kind", "prompt", "--ref", "v2", "--at", minutes(9));
  expect(declared).toMatchObject({ code: 0, stdout: expect.stringContaining("prompt v2 of old-bot") });
  const [verified, exported] = await Promise.all([command("audit", "verify"), command("audit", "export")]);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("The log is whole") });
  const lines = exported.stdout.trim().split("\n").map((each) => JSON.parse(each)); // prettier-ignore
  expect(lines.at(-1)).toEqual({ count: lines.length - 1 });
  expect(lines.map(({ action }) => action)).toContain("change.declared");
});

test.each([
  [["runs", "show", "never-was"], "There is no such run"],
  [["nonsense"], "unknown command"],
  [["import", "nowhere.jsonl"], "There is no file or folder"],
] as const)("bento %j ends with 3 and says why", async (args, reason) => {
  const said = await command(...args);
  expect(said).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining(reason) });
});

test("dead letters are listed with their reasons, driven again, and thrown away", async () => {
  context = { ...context, key: adminKey };
  const list = await command("dead-letters");
  const listed = await command("dead-letters", "list", "--json");
  const shown = await command("dead-letters", "show", good.receipt);
  for (const { receipt } of [good, bad, old]) expect(list.stdout).toContain(receipt);
  expect(list.stdout).toContain("the index failed (SQLITE_BUSY)");
  expect(Object.fromEntries(json(listed).data.map(({ id, status }: any) => [id, status]))).toEqual({ [old.receipt]: "expired", [good.receipt]: "waiting", [bad.receipt]: "waiting" }); // prettier-ignore
  expect(shown.stdout).toContain(`bento dead-letters redrive ${good.receipt}`);
  expect(await command("dead-letters", "delete", "--all")).toMatchObject({ code: 3, stderr: expect.stringContaining("Say --yes") });

  const driven = await command("dead-letters", "redrive", good.receipt, old.receipt, "--json");
  expect(driven.code).toBe(1);
  expect(json(driven)).toMatchObject({ redriven: [good.receipt], refused: [{ id: old.receipt, status: 409 }] });
  expect(await readRun(bento.url, { id: defaultProjectId, key: adminKey }, `dead-${good.receipt}`)).toMatchObject({ agent: "late-bot" });

  const removed = await command("dead-letters", "delete", "--all", "--yes", "--json");
  expect(new Set(json(removed).deleted)).toEqual(new Set([bad.receipt, old.receipt]));
  expect(await command("dead-letters")).toMatchObject({ code: 0, stdout: expect.stringContaining("No dead letters") });
  expect(json(await command("status", "--json"))).toMatchObject({ dead_letters: 0, discarded: 2, processed: 1 });
});
