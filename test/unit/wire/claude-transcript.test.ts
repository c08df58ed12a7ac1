// A transcript read as runs: one for each prompt, with the steps and tokens that it really had.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isConversation, isPrompt, runOfTurn, subAgentsOf, type TranscriptRun } from "../../../domain/wire/claude-transcript.ts";
import type { TranscriptLine } from "../../../domain/wire/claude-transcript-steps.ts";
import { checkNativeRun } from "../../../domain/wire/native-check.ts";

const folder = join(import.meta.dirname, "../../fixtures/claude-code/-srv-shop");
const captured = join(import.meta.dirname, "../../../../shared/data/wire/claude-agent-sdk/transcript.jsonl");

const linesOf = (path: string): TranscriptLine[] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TranscriptLine)
    .filter(isConversation);

const session = linesOf(join(folder, "0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11.jsonl"));
const subAgents = new Map([["a1b2c3d4", linesOf(join(folder, "agent-a1b2c3d4.jsonl"))]]);

function turnsOf(lines: readonly TranscriptLine[]): TranscriptLine[][] {
  const turns: TranscriptLine[][] = [];
  for (const line of lines) {
    if (isPrompt(line)) turns.push([]);
    turns.at(-1)?.push(line);
  }
  return turns;
}

const runs = turnsOf(session).flatMap((turn) => runOfTurn(turn, "claude-code", subAgents) ?? []);
const runAt = (index: number): TranscriptRun => runs[index] ?? expect.fail(`there is no run ${index}`);
const shape = (run: TranscriptRun) => run.steps.map(({ type, name, status }) => `${type} ${name} ${status}`);

describe("a transcript", () => {
  test("is one run for each prompt that the model answered", () => {
    expect(runs.map(({ input, status, output, error }) => ({ input, status, output, error: error?.type ?? null }))).toEqual([
      { input: "Why does checkout fail?", status: "ok", output: "missing.ts is gone; I opened T-1.", error: null },
      { input: "Find all callers.\nUse two agents.", status: "ok", output: "Only src/refund.ts calls refund().", error: null },
      { input: "Rewrite everything.", status: "cancelled", output: null, error: null },
      { input: "And now?", status: "error", output: null, error: "overloaded_error" },
      { input: "Add a test.", status: "incomplete", output: null, error: null },
    ]);
  });

  test("gives runs that the native door takes, named by the prompts' own ids", () => {
    for (const run of runs) expect(checkNativeRun(JSON.parse(JSON.stringify(run)))).toMatchObject({ ok: true });
    expect(new Set(runs.map(({ id }) => id)).size).toBe(5);
    expect(runAt(0)).toMatchObject({
      id: "claude-code-00000003-0000-4000-8000-000000000000",
      agent_version: "2.1.331",
      session_id: "0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11",
      cohort: { project: "shop", entrypoint: "cli" },
      config: { model: "claude-sonnet-4-5-20250929" },
      metadata: { cwd: "/srv/shop", git_branch: "main" },
    });
  });

  test("counts an answer that was written over several lines once, cache included, by its last usage", () => {
    const calls = runAt(0).steps.filter(({ type }) => type === "llm");
    expect(calls.map(({ usage }) => usage)).toEqual([
      { input_tokens: 2_400, output_tokens: 40, cache_read_tokens: 2_000, cache_write_tokens: 300 },
      { input_tokens: 2_520, output_tokens: 30, cache_read_tokens: 2_400, cache_write_tokens: 0 },
      { input_tokens: 2_690, output_tokens: 20, cache_read_tokens: 2_600, cache_write_tokens: 0 },
    ]);
  });

  test("joins results to their calls, failures and images named", () => {
    const tools = runAt(0).steps.filter(({ type }) => type === "tool");
    expect(tools).toMatchObject([
      { name: "Bash", status: "ok", arguments: { command: "npm test" }, result: "1 failing" },
      { name: "Read", status: "error", error: { message: "File does not exist." } },
      { name: "mcp__tickets__create", status: "ok", result: '{"id":"T-1"}\n[image]' },
    ]);
    expect(tools.map(({ started_at, ended_at }) => Date.parse(ended_at ?? "") - Date.parse(started_at ?? ""))).toEqual([
      1_000, 2_000, 2_000,
    ]);
  });

  test("puts a sub-agent's steps below the call that started it, whichever file they are in", () => {
    expect(subAgentsOf(turnsOf(session)[2] ?? [])).toEqual(["a1b2c3d4"]);
    const run = runAt(1);
    expect(shape(run)).toEqual([
      "llm chat ok",
      "tool Task ok",
      "llm chat ok",
      "tool Task ok",
      "llm chat ok",
      "tool Grep ok",
      "llm chat ok",
      "llm chat ok",
    ]);
    expect(run.steps.map(({ parent_id }) => parent_id)).toEqual([null, null, "toolu_4", null, "toolu_5", "toolu_5", "toolu_5", null]);
  });

  test("whose sub-agent calls itself comes to an end", () => {
    const call = (id: string, message: string): TranscriptLine[] => [
      { type: "assistant", uuid: id, timestamp: "2026-01-01T00:00:00Z", message: { id: message, content: [{ type: "tool_use", id: `t-${message}`, name: "Task", input: {} }] } },
      { type: "user", uuid: `${id}r`, message: { content: [{ type: "tool_result", tool_use_id: `t-${message}`, content: "x" }] }, toolUseResult: { agentId: "again" } },
    ]; // prettier-ignore
    const run = runOfTurn(call("u", "m"), "a", new Map([["again", call("v", "n")]]));
    expect(run?.steps.map(({ type }) => type)).toEqual(["llm", "tool", "llm", "tool"]);
  });

  test.each([
    ["a tool's result", { content: [{ type: "tool_result", tool_use_id: "t", content: "x" }] }, {}],
    ["the output of a local command", { content: "<local-command-stdout>ok</local-command-stdout>" }, {}],
    ["an interruption", { content: [{ type: "text", text: "[Request interrupted by user]" }] }, {}],
    ["a note of the client", { content: "Caveat: …" }, { isMeta: true }],
    ["the summary that a compacted session goes on with", { content: "This session continues…" }, { isCompactSummary: true }],
    ["a sub-agent's task", { content: "find it" }, { isSidechain: true }],
    ["nothing", { content: "  " }, {}],
  ])("does not take %s for a prompt", (_, message, more) => {
    expect(isPrompt({ type: "user", uuid: "u", message, ...more })).toBe(false);
    expect(isPrompt({ type: "user", uuid: "u", message: { content: "find it" } })).toBe(true);
  });

  test("with lines of any shape gives a run or none, and never throws", () => {
    const odd: unknown[] = [
      null,
      1,
      "x",
      [],
      {},
      [null],
      { content: null },
      { content: 3 },
      { content: [null, 1, { type: "tool_use" }, { type: "tool_result", tool_use_id: 4 }] },
    ];
    for (const message of odd)
      for (const type of ["user", "assistant"]) {
        const lines = [
          { type: "user", uuid: "p", message: { content: "hi" } },
          { type, uuid: "u", message, timestamp: 7, toolUseResult: message },
        ];
        expect(() => runOfTurn(lines.filter(isConversation), "a")).not.toThrow();
      }
  });
});

if (!existsSync(captured)) console.warn(`claude-transcript.test.ts: the captured transcript is not there (${captured}), so it is not read`);

test.skipIf(!existsSync(captured))("the captured transcript is read as its sidecar says", () => {
  const [turn = [], ...others] = turnsOf(linesOf(captured));
  const run = runOfTurn(turn, "claude-code") ?? expect.fail("there is no run");
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    status: "ok",
    session_id: "475b721f-d26b-43cd-a4a0-220ea1dcd909",
    config: { model: "claude-sonnet-4-5-20250929" },
  });
  expect(run.output).toContain("src/missing.ts does not exist");
  expect(run.steps.filter(({ type }) => type === "tool").map(({ name, status }) => [name, status])).toEqual([
    ["Bash", "ok"],
    ["Read", "error"],
    ["Read", "ok"],
    ["mcp__tickets__create_ticket", "ok"],
  ]);
  const sum = (field: string) => run.steps.reduce((total, { usage }) => total + (usage?.[field] ?? 0), 0);
  expect([sum("input_tokens"), sum("output_tokens"), sum("cache_read_tokens")]).toEqual([63_482, 299, 58_700]);
});
