import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { finishRun } from "../../../domain/run/finish.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import type { RunDraft } from "../../../domain/run/run.ts";
import { maxRuns, type NativeReading, readNativeRuns } from "../../../domain/wire/native.ts";
import { nativeRunSchema, readTime } from "../../../domain/wire/native-schema.ts";

const receivedMs = Date.parse("2026-11-24T12:00:00Z");
const readText = (text: string, format: "json" | "ndjson" = "json"): NativeReading =>
  readNativeRuns(new TextEncoder().encode(text), format, { receipt: "01M86PTPG00000000000000000", receivedMs });
const read = (value: unknown): NativeReading => readText(JSON.stringify(value));

function draftOf(run: Record<string, unknown>): RunDraft {
  const reading = read({ agent: "a", ...run });
  if (!reading.ok) throw new Error(reading.message);
  const [first] = reading.runs;
  if (first === undefined) throw new Error("nothing read");
  return first.draft;
}

const stepOf = (step: Record<string, unknown>) => {
  const [first] = draftOf({ steps: [step] }).steps;
  if (first === undefined) throw new Error("no step");
  return first;
};

describe("the body", () => {
  it.each<[string, string, "json" | "ndjson", number]>([
    ["one run", '{"agent":"a"}', "json", 1],
    ["runs in a list", '{"runs":[{"agent":"a"},{"agent":"b"}]}', "json", 2],
    ["a bare list", '[{"agent":"a"},{"agent":"b"}]', "json", 2],
    ["a line each", '{"agent":"a"}\n\n{"agent":"b"}\r\n', "ndjson", 2],
    ["lines under the name of JSON", '{"agent":"a"}\n{"agent":"b"}', "json", 2],
    ["a byte order mark", '\ufeff{"agent":"a"}', "json", 1],
  ])("may be %s", (_, text, format, count) => {
    const reading = readText(text, format);
    expect(reading).toMatchObject({ ok: true, count, rejected: [] });
    expect(reading.ok && reading.runs.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_run, index) => index));
  });

  it.each<[string, string, number, string]>([
    ["no JSON", "{", 400, "invalid_json"],
    ["an empty body", "", 400, "invalid_json"],
    ["an empty list", "[]", 400, "invalid_request"],
    ["no runs", '{"runs":[]}', 400, "invalid_request"],
    ["runs that are no list", '{"runs":{}}', 400, "invalid_request"],
    ["a number", "5", 400, "invalid_request"],
    ["null", "null", 400, "invalid_request"],
    ["a run without an agent", '{"id":"x"}', 400, "invalid_request"],
    ["too many runs", JSON.stringify(Array.from({ length: maxRuns + 1 }, () => ({ agent: "a" }))), 413, "too_many_runs"],
  ])("is refused when it is %s", (_, text, status, code) => expect(readText(text)).toMatchObject({ ok: false, status, code }));

  it("never quotes what it could not parse", () => {
    const reading = readText('{"password": "hunter2" oops}');
    expect(JSON.stringify(reading)).not.toContain("hunter2");
  });

  it("loses only the bad run, and says where and how to mend it", () => {
    const bad = { id: "x", agent: "b", started_at: "yesterday", steps: [{ type: "banana" }, { usage: { input_tokens: -1 } }] };
    const reading = read({ runs: [{ agent: "a" }, bad, { run: "z" }, 5, { agent: "c" }] });
    if (!reading.ok) throw new Error(reading.message);
    expect(reading.runs.map(({ index }) => index)).toEqual([0, 4]);
    expect(reading.rejected.map(({ index, id, code }) => [index, id, code])).toEqual([[1, "x", "invalid_run"], [2, "z", "invalid_run"], [3, null, "invalid_run"]]); // prettier-ignore
    const [first] = reading.rejected;
    expect(first?.message).toContain("`runs[1].started_at` must be a time in ISO 8601 with its zone");
    expect(first?.message).toContain('`runs[1].steps[0].type` must be "llm"');
    expect(first?.message).toContain("`runs[1].steps[1].usage.input_tokens` must be 0 or more; leave it out when unknown");
  });

  it("loses only the bad line", () => {
    expect(readText('{"agent":"a"}\n{oops\n{"agent":"b"}', "ndjson")).toMatchObject({
      ok: true,
      count: 3,
      rejected: [{ index: 1, code: "invalid_json", message: expect.stringContaining("line 2") }],
    });
  });

  it("is read the same each time, ids included", () => {
    expect(read([{ agent: "a" }, { agent: "a" }])).toEqual(read([{ agent: "a" }, { agent: "a" }]));
    const reading = read([{ agent: "a" }, { agent: "a" }]);
    expect(reading.ok && new Set(reading.runs.map(({ id }) => id)).size).toBe(2);
  });
});

describe("a run", () => {
  it("needs an agent only", () => {
    expect(draftOf({})).toMatchObject({
      source_id: null,
      agent: "a",
      started_at: "2026-11-24T12:00:00.000Z",
      ended_at: null,
      status: "ok",
      steps: [],
      scores: [],
      sample_rate: 1,
      flags: [],
    });
  });

  it("may be told in short forms", () => {
    expect(draftOf({ run: "r", model: "gpt-4o", version: 3 })).toMatchObject({
      source_id: "r",
      agent_version: "3",
      config: { model: "gpt-4o" },
    });
    expect(draftOf({ run: "r", id: "i", model: "m", config: { model: "c" }, version: "1", agent_version: "2" })).toMatchObject({
      source_id: "i",
      agent_version: "2",
      config: { model: "c" },
    });
  });

  it("may have numbers for ids, and unknown fields", () => {
    expect(draftOf({ id: 17, user_id: 42, session_id: 7, whatever: { x: 1 } })).toMatchObject({
      source_id: "17",
      user_id: "42",
      session_id: "7",
    });
  });

  it.each([
    ["agent", { agent: "" }],
    ["agent", { agent: 5 }],
    ["id", { id: "" }],
    ["id", { id: "x".repeat(257) }],
    ["ended_at", { ended_at: 1795514400000 }],
    ["status", { status: "great" }],
    ["sample_rate", { sample_rate: 0 }],
    ["sample_rate", { sample_rate: 1.5 }],
    ["sample_rate", { sample_rate: "1" }],
    ["steps", { steps: {} }],
    ["steps[0].ms", { steps: [{ ms: "120" }] }],
    ["steps[0].usage.output_tokens", { steps: [{ usage: { output_tokens: "5" } }] }],
    ["cohort.plan", { cohort: { plan: { name: "pro" } } }],
    ["scores", { scores: 5 }],
    ["experiment.id", { experiment: { arm: "candidate" } }],
    ["error", { error: true }],
    ["config.tools[0]", { config: { tools: [5] } }],
  ])("is refused with the path %s", (path, run) => {
    const reading = read({ agent: "a", ...run });
    expect(reading.ok ? [] : reading.details.map((detail) => detail.path)).toContain(path);
  });

  it("takes null for absent everywhere", () => {
    const keys = Object.keys(nativeRunSchema.shape).filter((key) => key !== "agent");
    const nothing = Object.fromEntries(keys.map((key) => [key, null]));
    expect(draftOf(nothing)).toEqual(draftOf({}));
  });

  it.each([
    ["failed", "error"],
    ["Success", "ok"],
    ["canceled", "cancelled"],
  ])("understands the status %s", (status, expected) => expect(draftOf({ status }).status).toBe(expected));

  it("went wrong when it names an error or ends in a failed model call, and not when a tool failed", () => {
    expect(draftOf({ error: "boom" })).toMatchObject({ status: "error", error: { type: null, message: "boom" } });
    expect(draftOf({ error: { type: "Timeout", message: 5 } }).error).toEqual({ type: "Timeout", message: "5" });
    expect(draftOf({ error: {} }).status).toBe("ok");
    expect(draftOf({ steps: [{ type: "llm", error: "overloaded" }] }).status).toBe("error");
    expect(draftOf({ steps: [{ type: "tool", error: "HTTP 503" }, { type: "llm" }] }).status).toBe("ok");
    expect(draftOf({ steps: [{ type: "tool", error: "HTTP 503" }] }).status).toBe("ok");
    expect(draftOf({ status: "ok", error: "recovered" }).status).toBe("ok");
  });

  it("takes scores as a map or a list", () => {
    expect(draftOf({ scores: { success: 1, good: true, label: "a", none: null } }).scores).toEqual([
      { name: "success", value: 1, source: null, comment: null },
      { name: "good", value: true, source: null, comment: null },
      { name: "label", value: "a", source: null, comment: null },
    ]);
    expect(draftOf({ scores: [{ name: "success", value: 0, source: "check", comment: "no" }] }).scores).toEqual([
      { name: "success", value: 0, source: "check", comment: "no" },
    ]);
    expect(draftOf({ scores: { success: { value: 1, source: "human" } } }).scores).toEqual([
      { name: "success", value: 1, source: "human", comment: null },
    ]);
  });

  it("takes a config in the shapes that providers use", () => {
    const { config } = draftOf({
      config: {
        prompt: "Be kind.",
        tools: [
          "bare",
          { name: "a", description: "d", parameters: { type: "object" } },
          { type: "function", function: { name: "b", parameters: {} } },
          { name: "c", input_schema: { x: 1 } },
        ],
        params: { temperature: 0.2 },
        artifacts: ["returns@3", { name: "tone", version: 1 }],
      },
    });
    expect(config.prompt).toMatchObject({ text: "Be kind.", hash: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(config.tools).toEqual([
      { name: "bare", description: null, parameters: null },
      { name: "a", description: "d", parameters: { type: "object" } },
      { name: "b", description: null, parameters: {} },
      { name: "c", description: null, parameters: { x: 1 } },
    ]);
    expect(config.artifacts).toEqual([{ name: "returns", version: "3" }, { name: "tone", version: "1" }]); // prettier-ignore
    expect(draftOf({ config: { prompt: { name: "p", version: 3, hash: "abc" } } }).config.prompt).toEqual({
      name: "p",
      version: "3",
      text: null,
      hash: "abc",
    });
  });

  it("writes cohort values as text and leaves out the missing", () => {
    expect(draftOf({ cohort: { plan: "pro", seats: 5, trial: false, gone: null } }).cohort).toEqual({
      plan: "pro",
      seats: "5",
      trial: "false",
    });
  });
});

describe("a step", () => {
  it("keeps what was sent", () => {
    expect(stepOf({ id: "s", parent_id: "p", type: "tool", name: "lookup", call_id: "c", ms: 120, arguments: { order: 12 }, result: { state: "shipped" } })).toMatchObject({
      id: "s", parent_id: "p", type: "tool", name: "lookup", call_id: "c", duration_ms: 120, arguments: { order: 12 }, arguments_raw: null, result: { state: "shipped" }, status: "ok", soft_error: false, truncated: false,
    }); // prettier-ignore
  });

  it("gets an id of its own where it has none or another's", () => {
    expect(draftOf({ steps: [{ type: "tool" }, { id: "a" }, { id: "a" }] }).steps.map(({ id }) => id)).toEqual(["step_1", "a", "a~2"]);
  });

  it.each([
    [{ usage: { input_tokens: 1 } }, "llm"],
    [{ model: "m" }, "llm"],
    [{ arguments: {} }, "tool"],
    [{ name: "x" }, "other"],
    [{ type: "generation" }, "llm"],
    [{ type: "retriever" }, "retrieval"],
    [{ type: "function" }, "tool"],
  ])("%o is a step of type %s", (step, type) => expect(stepOf(step).type).toBe(type));

  it("gives a model call its messages as input and output", () => {
    expect(stepOf({ type: "llm", result: "It has shipped." })).toMatchObject({ output: "It has shipped.", result: "It has shipped." });
    expect(stepOf({ type: "llm", input: ["hi"], output: "ho" })).toMatchObject({
      input: ["hi"],
      output: "ho",
      arguments: null,
      result: null,
    });
  });

  it.each([
    ['"SELECT 1"', '"SELECT 1"'],
    ['{"city": "Par', '{"city": "Par'],
    ['{"a":1}{"b":2}', '{"a":1}{"b":2}'],
    ["", ""],
    ['{"city":"Oslo"}', { city: "Oslo" }],
  ])("keeps arguments that came as the text %s exactly, parsed only when a JSON object", (sent, parsed) => {
    expect(stepOf({ type: "tool", arguments: sent })).toMatchObject({ arguments: parsed, arguments_raw: sent });
  });

  it("fails softly only where its record says ok", () => {
    expect(stepOf({ type: "tool", result: { ok: false } })).toMatchObject({ soft_error: true, status: "ok" });
    expect(stepOf({ type: "tool", result: { ok: false }, error: "x" })).toMatchObject({ soft_error: false, status: "error" });
    expect(stepOf({ type: "llm", result: "Error: I cannot" }).soft_error).toBe(false);
  });

  it("ends after its duration", () => {
    expect(stepOf({ started_at: "2026-11-24T10:00:00Z", ms: 120 })).toMatchObject({
      ended_at: "2026-11-24T10:00:00.120Z",
      duration_ms: 120,
    });
  });

  it("takes a negative cost as unknown", () => expect(stepOf({ cost_usd: -1 }).cost_usd).toBeNull());
});

describe("limits", () => {
  it("cuts a long text with a mark, and flags the step and the run", () => {
    const draft = draftOf({
      steps: [
        { type: "tool", result: `HEAD-${"x".repeat(2_600_000)}` },
        { type: "tool", result: "short" },
      ],
    });
    expect(draft.flags).toEqual(["truncated"]);
    expect(draft.steps.map(({ truncated }) => truncated)).toEqual([true, false]);
    expect(draft.steps[0]?.result).toMatch(/^HEAD-x+…\[truncated \d+ characters\]$/);
  });

  it("survives nesting that JSON.stringify cannot", () => {
    const reading = readText(
      `{"agent":"a","output":${"[".repeat(100_000)}${"]".repeat(100_000)},"metadata":{"m":${'{"x":'.repeat(5_000)}1${"}".repeat(5_000)}}}`,
    );
    if (!reading.ok) throw new Error(reading.message);
    expect(JSON.stringify(reading.runs[0]?.draft)).toContain("truncated below");
    expect(reading.runs[0]?.draft.flags).toEqual(["truncated"]);
  });

  it("keeps the words around a NUL and half a character", () => {
    const draft = draftOf({
      input: "head\u0000tail",
      output: JSON.parse('"status ok \\ud83e"'),
      id: "a\u0000b",
      cohort: { "p\u0000": "\ud800" },
    });
    expect(draft).toMatchObject({
      input: "head\ufffdtail",
      output: "status ok \ufffd",
      source_id: "a\ufffdb",
      cohort: { "p\ufffd": "\ufffd" },
    });
  });

  it("stops at the first few broken steps", () => {
    const reading = read({ agent: "a", steps: Array.from({ length: 9_000 }, () => 5) });
    expect(reading.ok ? [] : reading.details.map(({ path }) => path)).toEqual(["steps[0]", "steps[1]", "steps[2]", "steps[3]", "steps[4]"]);
  });

  it.each([["scores"], ["cohort"], ["tags"]])("refuses %s without end", (name) => {
    expect(read({ agent: "a", [name]: Array.from({ length: 1_001 }, () => 1) })).toMatchObject({ ok: false, details: [{ path: name }] });
  });

  it("refuses more than 10,000 steps", () => {
    expect(read({ agent: "a", steps: Array.from({ length: 10_001 }, () => ({})) })).toMatchObject({
      ok: false,
      details: [{ path: "steps" }],
    });
  });

  it("never makes __proto__ the prototype of anything", () => {
    const reading = readText('{"agent":"a","cohort":{"__proto__":"x"},"metadata":{"__proto__":{"polluted":1}}}');
    if (!reading.ok) throw new Error(reading.message);
    const draft = reading.runs[0]?.draft;
    expect(Object.getPrototypeOf(draft?.metadata)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(draft?.cohort)).toBe(Object.prototype);
    expect(Object.keys({}).concat(Object.keys(Object.prototype))).toEqual([]);
  });
});

describe("times", () => {
  it.each([
    ["2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00.123456789Z", "2026-11-24T10:00:00.123Z"],
    ["2026-11-24T12:00:00+02:00", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T12:00:00+0200", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24 10:00:00z", "2026-11-24T10:00:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2099-12-31T23:59:59Z", "2099-12-31T23:59:59.000Z"],
    ["2026-11-24T10:00:00", null],
    ["2026-11-24", null],
    ["2026-02-30T00:00:00Z", null],
    ["2026-13-01T00:00:00Z", null],
    ["2026-11-24T25:00:00Z", null],
    ["24 Nov 2026 10:00 UTC", null],
    ["", null],
  ])("reads %s as %s", (text, expected) => expect(readTime(text)).toBe(expected));
});

describe("any input", () => {
  const fields = fc.constantFrom(
    "agent",
    "id",
    "steps",
    "usage",
    "error",
    "config",
    "tools",
    "scores",
    "cohort",
    "metadata",
    "started_at",
    "arguments",
    "result",
    "type",
    "prompt",
  );
  const small = { maxDepth: 2 };
  const shaped = fc
    .dictionary(
      fields,
      fc.oneof(fc.jsonValue(small), fc.array(fc.dictionary(fields, fc.jsonValue(small), { maxKeys: 4 }), { maxLength: 4 })),
      { maxKeys: 6 },
    )
    .chain((run) => fc.constantFrom(run, { ...run, agent: "a", steps: [run] }, { agent: "a", input: run, metadata: run, output: [run] }));

  it("never makes the reading throw, and what it reads can be finished and written as JSON", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shaped, fc.array(shaped, { maxLength: 3 })), (value) => {
        const reading = read(value);
        const runs = reading.ok ? reading.runs : [];
        const told = reading.ok ? reading.rejected.map(({ message }) => message) : [reading.message];
        expect(runs.length + told.length).toBe(reading.ok ? reading.count : 1);
        expect(told.filter((message) => !/\w+ \w+/.test(message))).toEqual([]);
        for (const { id, draft } of runs)
          expect(JSON.stringify(finishRun(draft, { id, prices: listedPrices, nowMs: receivedMs })).isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("never makes the reading throw on bytes that are no text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom("json" as const, "ndjson" as const), (bytes, format) => {
        expect(readNativeRuns(bytes, format, { receipt: "r", receivedMs })).toHaveProperty("ok");
      }),
    );
  });
});

describe("the published contract", () => {
  it("can be written as JSON schema, with only the agent required", () => {
    expect(z.toJSONSchema(nativeRunSchema, { io: "input", unrepresentable: "any" })).toMatchObject({ type: "object", required: ["agent"] });
  });
});

const cases = join(import.meta.dirname, "../../../../shared/data/cases");
describe.skipIf(!existsSync(cases))("kept cases", () => {
  it("reads a run recovered after a failed tool, and five soft failures", () => {
    const input = z
      .object({ runs: z.array(z.record(z.string(), z.unknown())) })
      .parse(JSON.parse(readFileSync(join(cases, "fail-recovered-vs-soft/input.json"), "utf8")));
    const reading = read(input);
    if (!reading.ok) throw new Error(reading.message);
    const runs = reading.runs.map(({ id, draft }) => finishRun(draft, { id, prices: listedPrices, nowMs: receivedMs }));
    expect(runs.map(({ status, counts, flags }) => [status, counts.tool_errors, counts.retries, flags])).toEqual([
      ["ok", 1, 1, []],
      ["ok", 5, 4, ["soft_failure"]],
      ["ok", 0, 0, []],
    ]);
  });
});
