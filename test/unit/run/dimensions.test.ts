import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "../../../domain/drift/facts.ts";
import { factsOf } from "../../../domain/drift/facts-of.ts";
import { category, longestCategory } from "../../../domain/run/category.ts";
import { observe } from "../../../domain/run/dimensions.ts";
import { finishRun } from "../../../domain/run/finish.ts";
import { outputShape } from "../../../domain/run/output-shape.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import type { Run, RunDraft, Step } from "../../../domain/run/run.ts";
import { aDraft, aStep } from "./a-run.ts";

const aRun = (more: Partial<RunDraft> = {}): Run =>
  finishRun(aDraft(more), { prices: listedPrices, nowMs: Date.parse("2026-11-24T11:00:00Z"), id: "run_1" });
const of = (run: Run, dimension: string): Observation["value"] | undefined =>
  observe(run).find((observation) => observation.dimension === dimension)?.value;
const call = (id: string, name: string, more: Partial<Step> = {}): Step => aStep(id, "tool", { name, ...more });
const success = (value: number | string | boolean): RunDraft["scores"] => [{ name: "success", value, source: "check", comment: null }];

describe("success", () => {
  test.each<[number | string | boolean, number]>([
    [1, 1],
    [0.5, 1],
    [0.49, 0],
    [true, 1],
    [false, 0],
    ["passed", 1],
    ["no", 0],
  ])("is the success score %s as %d", (value, expected) => expect(of(aRun({ scores: success(value) }), "outcome.success")).toBe(expected));
  test("is missing without a score, whatever the status says", () => {
    expect(of(aRun({ status: "ok" }), "outcome.success")).toBeUndefined();
    expect(of(aRun({ status: "error" }), "outcome.success")).toBeUndefined();
    expect(of(aRun({ scores: success("perhaps") }), "outcome.success")).toBeUndefined();
  });
  test("is the last word where a run was scored twice", () =>
    expect(of(aRun({ scores: [...success(0), ...success(1)] }), "outcome.success")).toBe(1));
});

describe("error", () => {
  test("is the status alone", () => {
    expect(of(aRun({ status: "error" }), "outcome.error")).toBe(1);
    expect(of(aRun({ status: "ok", scores: success(0) }), "outcome.error")).toBe(0);
  });
  test.each(["cancelled", "incomplete"] as const)("and success have no %s run in their denominators", (status) => {
    const run = aRun({ status, scores: success(1) });
    expect(of(run, "outcome.error")).toBeUndefined();
    expect(of(run, "outcome.success")).toBeUndefined();
  });
});

describe("refusal", () => {
  test.each([
    ["I'm sorry, but I can't help with that.", 1],
    ["I cannot assist with this request.", 1],
    ["I am unable to provide medical advice.", 1],
    ["Your order cannot be changed any more, it has shipped.", 0],
    ["Sorry for the wait! Your refund is on its way.", 0],
    ["I can help you with that.", 0],
  ])("%s → %d", (output, expected) => expect(of(aRun({ output }), "outcome.refusal")).toBe(expected));
  test("is what the model's finish reason says", () => {
    const steps = [aStep("s", "llm", { attributes: { "gen_ai.response.finish_reasons": ["content_filter"] } })];
    expect(of(aRun({ output: "…", steps }), "outcome.refusal")).toBe(1);
  });
  test("is unknown without an answer", () => expect(of(aRun(), "outcome.refusal")).toBeUndefined());
});

describe("amounts", () => {
  test("that a run does not carry are absent, never zero", () => {
    const run = aRun({ ended_at: null });
    for (const dimension of ["latency.run_ms", "latency.llm_ms", "tokens.input", "tokens.cache_read", "cost.usd", "output.length"])
      expect(of(run, dimension)).toBeUndefined();
  });
  test("are counted once a run", () => {
    const usage = { input_tokens: 100, output_tokens: 20, cache_read_tokens: 40, cache_write_tokens: 0, total_tokens: 120 };
    const run = aRun({
      steps: [aStep("a", "llm", { usage, duration_ms: 100 }), aStep("b", "llm", { usage, duration_ms: 300 }), call("c", "search")],
    });
    expect(of(run, "volume.llm_calls")).toBe(2);
    expect(of(run, "volume.tool_calls")).toBe(1);
    expect(of(run, "tokens.input")).toBe(200);
    expect(of(run, "tokens.cache_read")).toBe(80);
    expect(of(run, "latency.llm_ms")).toBe(200);
    expect(of(run, "latency.run_ms")).toBe(2000);
  });
  test("of repeats are calls said again with the same arguments, in whatever order of keys", () => {
    const steps = [
      call("a", "get", { arguments: { x: 1, y: 2 } }),
      call("b", "get", { arguments: { y: 2, x: 1 } }),
      call("c", "get", { arguments: { x: 2 } }),
      call("d", "put", { arguments: { x: 1, y: 2 } }),
    ];
    expect(of(aRun({ steps }), "volume.repeats")).toBe(1);
  });
});

describe("tools", () => {
  const steps = [
    call("a", "search", { arguments: { q: "shoes", limit: 10 }, duration_ms: 100 }),
    call("b", "buy", { arguments: { sku: "k1" }, status: "error", error: { type: "HTTP_422", message: "no" } }),
    call("c", "search", { arguments: { q: "boots", limit: 10 }, duration_ms: 300, soft_error: true }),
  ];
  test("are a set and a set of neighbours: a run is the unit, never a call", () => {
    expect(of(aRun({ steps }), "tools.mix")).toEqual(["buy", "search"]);
    expect(of(aRun({ steps }), "tools.order")).toEqual(["buy>search", "search>buy"]);
  });
  test("that were not called are an empty set, so that using none is seen", () => expect(of(aRun(), "tools.mix")).toEqual([]));
  test("have error rates over their calls, hard and soft", () => {
    expect(observe(aRun({ steps })).find(({ dimension }) => dimension === "tool.search.error_rate")).toMatchObject({
      value: 0.5,
      trials: 2,
    });
    expect(of(aRun({ steps }), "tool.buy.error_code")).toEqual(["HTTP_422"]);
    expect(of(aRun({ steps }), "tool.search.error_code")).toEqual(["soft_error"]);
  });
  test("have a mean latency, argument keys and settings", () => {
    expect(of(aRun({ steps }), "latency.tool.search_ms")).toBe(200);
    expect(of(aRun({ steps }), "tool.search.args_shape")).toEqual(["{limit,q}"]);
    expect(of(aRun({ steps }), "tool.search.arg.limit")).toEqual(["10"]);
    expect(of(aRun({ steps }), "tool.search.arg.q")).toEqual(["boots", "shoes"]);
  });
  test("take a status code from the message where the error has no type", () => {
    const run = aRun({ steps: [call("a", "get", { status: "error", error: { type: null, message: "request failed: 503 upstream" } })] });
    expect(of(run, "tool.get.error_code")).toEqual(["HTTP_503"]);
  });
  test("do not keep long texts as settings", () => {
    const run = aRun({ steps: [call("a", "run", { arguments: { code: "x".repeat(500), note: "two\nlines", ok: true } })] });
    expect(of(run, "tool.run.arg.code")).toBeUndefined();
    expect(of(run, "tool.run.arg.note")).toBeUndefined();
    expect(of(run, "tool.run.arg.ok")).toEqual(["true"]);
  });
});

describe("output", () => {
  test.each<[unknown, string | null]>([
    [null, null],
    ["", "empty"],
    ["Hello.", "plain"],
    ["# Title\n- one\n- two", "heading+list"],
    ["```js\n1\n```\n", "fence+code"],
    ['{"b":1,"a":[1,2]}', "json {a:[number],b:number}"],
    [{ a: [1, "x"] }, "json {a:[number|string]}"],
    ['{"b":1,', "broken-json"],
  ])("%j has the form %s", (output, expected) => expect(outputShape(output)).toBe(expected));
  test("forms of a map of ids are one form", () => {
    const map = (offset: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`id${i + offset}`, i]));
    expect(outputShape(map(0))).toBe(outputShape(map(1000)));
  });
});

describe("cohort", () => {
  test("carries the sender's attributes and the intent of a short, repeatable request", () => {
    const run = aRun({ cohort: { plan: "pro" }, input: "Cancel order #A1234 please" });
    expect(of(run, "cohort.plan")).toBe("pro");
    expect(of(run, "cohort.intent")).toBe("cancel order <n> please");
  });
  test("prefers the sender's own intent", () =>
    expect(of(aRun({ cohort: { intent: "refund" }, input: "hi" }), "cohort.intent")).toBe("refund"));
  test("has no intent for a long text, which does not repeat", () => {
    expect(
      of(aRun({ input: "please tell me in detail what happened to the parcel that I sent last week to my aunt" }), "cohort.intent"),
    ).toBeUndefined();
  });
  test("finds the first user message of a conversation", () => {
    const input = [
      { role: "system", content: "be brief" },
      { role: "user", content: "Track parcel 77" },
    ];
    expect(of(aRun({ input }), "cohort.intent")).toBe("track parcel <n>");
  });
});

describe("scores", () => {
  const scored = (value: number | string | boolean): Observation | undefined =>
    observe(aRun({ scores: [{ name: "tone", value, source: "judge", comment: null }] })).find(
      ({ dimension }) => dimension === "score.tone",
    );
  test("are proportions, counts or categories by what they hold", () => {
    expect(scored(0.7)).toMatchObject({ kind: "proportion", value: 0.7 });
    expect(scored(true)).toMatchObject({ kind: "proportion", value: 1 });
    expect(scored(4)).toMatchObject({ kind: "count", value: 4 });
    expect(scored("warm")).toMatchObject({ kind: "categorical", value: "warm" });
    expect(scored(-1)).toBeUndefined();
  });
});

describe("hostile runs", () => {
  test("make a bounded number of dimensions and categories", () => {
    const steps = Array.from({ length: 3000 }, (_, i) =>
      call(`s${i}`, `tool-${i}-${"x".repeat(200)}`, {
        arguments: Object.fromEntries(Array.from({ length: 50 }, (__, k) => [`key${k}`, i])),
      }),
    );
    const observed = observe(aRun({ steps, cohort: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`a${i}`, "v"])) }));
    expect(observed.length).toBeLessThan(500);
    for (const { value } of observed) if (Array.isArray(value)) expect(value.length).toBeLessThanOrEqual(48);
  });
  test("names stay printable and within 64 characters, and different names stay different", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(category(text).length).toBeLessThanOrEqual(longestCategory);
        expect(category(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
    expect(category(`${"a".repeat(100)}1`)).not.toBe(category(`${"a".repeat(100)}2`));
    expect(category("a\u0000b\nc")).toBe("a b c");
  });
  test("survive nesting deeper than can be written out", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 50_000; i++) deep = [deep];
    const run = { ...aRun(), output: deep, steps: [call("a", "t", { arguments: deep })] };
    expect(() => observe(run)).not.toThrow();
  });
});

describe("facts", () => {
  const run = aRun({
    session_id: "s-secret",
    sample_rate: 0.25,
    config: {
      model: "m-1",
      prompt: { name: "system", version: "3", text: null, hash: "abcdef" },
      tools: [{ name: "get", description: "d", parameters: { b: 1, a: 2 } }],
      params: { t: 0 },
      artifacts: [{ name: "skill", version: "2" }],
    },
    instrumentation: { name: "otel", version: "1.4" },
    steps: [aStep("l", "llm", { model: "m-2" }), call("t", "get")],
  });
  const facts = factsOf(run, "v1");
  test("name what the agent was", () => {
    expect(facts.versions).toMatchObject({
      models: ["m-1", "m-2"],
      prompt: "abcdef",
      promptName: "system",
      artifacts: ["skill@2"],
      instrumentation: "otel@1.4",
    });
    expect(facts.toolsUsed).toEqual(["get"]);
    expect(facts.weight).toBe(4);
  });
  test("carry no session id as it was sent", () => expect(JSON.stringify(facts)).not.toContain("s-secret"));
  test("survive JSON unchanged", () => expect(JSON.parse(JSON.stringify(facts))).toEqual(facts));
  test("a tool's hash ignores the order of keys and sees a new description", () => {
    const tool = (description: string, parameters: unknown): string | undefined =>
      factsOf(
        aRun({ config: { model: null, prompt: null, tools: [{ name: "get", description, parameters }], params: {}, artifacts: [] } }),
        "1",
      ).versions.tools["get"];
    expect(tool("d", { a: 2, b: 1 })).toBe(facts.versions.tools["get"]);
    expect(tool("e", { a: 2, b: 1 })).not.toBe(facts.versions.tools["get"]);
  });
});
