import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finishRun } from "../../../domain/run/finish.ts";
import { priceBookOf } from "../../../domain/run/price.ts";
import type { Run, RunDraft, Step } from "../../../domain/run/run.ts";
import { aDraft, aStep, tokens } from "./a-run.ts";

const nowMs = Date.parse("2026-11-24T12:00:00Z");
const prices = priceBookOf({ "acme-large-5": { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 } });
const finish = (draft: RunDraft): Run => finishRun(draft, { id: "run_r1", prices, nowMs });
const ofSteps = (steps: Step[], more: Partial<RunDraft> = {}): Run => finish(aDraft({ steps, ...more }));
const llm = (id: string, more: Partial<Step> = {}): Step => aStep(id, "llm", { model: "acme-large-5", ...more });
const tool = (id: string, more: Partial<Step> = {}): Step => aStep(id, "tool", { name: "lookup", ...more });

describe("durations", () => {
  it("lasts from start to end", () => expect(finish(aDraft()).duration_ms).toBe(2_000));
  it("is unknown without an end", () => expect(finish(aDraft({ ended_at: null })).duration_ms).toBeNull());
  it("is unknown, not negative, when the end comes first", () => {
    expect(finish(aDraft({ ended_at: "2026-11-24T09:00:00.000Z" })).duration_ms).toBeNull();
    expect(
      ofSteps([tool("a", { started_at: "2026-11-24T10:00:01.000Z", ended_at: "2026-11-24T10:00:00.000Z" })]).steps[0]?.duration_ms,
    ).toBeNull();
  });
  it("keeps a step's own duration", () => expect(ofSteps([tool("a", { duration_ms: 120 })]).steps[0]?.duration_ms).toBe(120));
});

describe("tokens", () => {
  it("sums over model calls, field by field", () => {
    const run = ofSteps([llm("a", { usage: tokens(300, 20, { cache_read_tokens: 100 }) }), llm("b", { usage: tokens(600, 40) })]);
    expect(run.usage).toEqual({
      input_tokens: 900,
      output_tokens: 60,
      cache_read_tokens: 100,
      cache_write_tokens: null,
      total_tokens: 960,
    });
  });
  it("does not count an agent's sum beside its parts", () => {
    const agent = aStep("root", "agent", { usage: tokens(900, 60), model: "acme-large-5" });
    const run = ofSteps([
      agent,
      llm("a", { parent_id: "root", usage: tokens(300, 20) }),
      llm("b", { parent_id: "root", usage: tokens(600, 40) }),
    ]);
    expect(run.usage.input_tokens).toBe(900);
    expect(run.cost_usd).toBe(0.0036);
  });
  it("counts a call seen at two levels once: the inner if it knows its tokens, else the outer", () => {
    const outer = llm("outer", { usage: tokens(300, 20) });
    expect(ofSteps([outer, llm("inner", { parent_id: "outer", usage: tokens(310, 20) })]).usage.input_tokens).toBe(310);
    const run = ofSteps([outer, llm("inner", { parent_id: "outer" })]);
    expect(run.usage.input_tokens).toBe(300);
    expect(run.flags).toEqual([]);
    expect(run.counts.llm_calls).toBe(1);
  });
  it("counts the call of a sub-agent below a tool that hangs below a model call", () => {
    const run = ofSteps([
      llm("a", { usage: tokens(10, 1) }),
      tool("t", { parent_id: "a" }),
      llm("b", { parent_id: "t", usage: tokens(20, 2) }),
    ]);
    expect(run.usage.input_tokens).toBe(30);
    expect(run.counts.llm_calls).toBe(2);
  });
  it("is unknown, not 0, without any count", () => {
    const run = ofSteps([llm("a", { output: "The first half of" })]);
    expect(run.usage.input_tokens).toBeNull();
    expect(run.usage.total_tokens).toBeNull();
    expect(run.cost_usd).toBeNull();
    expect(run.flags).toEqual([]);
  });
  it("takes what the sender declared for the run only where no call knows", () => {
    const declared_usage = tokens(1_000, 40);
    expect(ofSteps([llm("a")], { declared_usage }).usage.total_tokens).toBe(1_040);
    expect(ofSteps([llm("a")], { declared_usage }).cost_usd).toBe(0.0036);
    expect(ofSteps([llm("a", { usage: tokens(5, 5) })], { declared_usage }).usage.total_tokens).toBe(10);
  });
  it("takes impossible counts as unknown", () => {
    expect(ofSteps([llm("a", { usage: tokens(-5, Number.NaN) })]).usage).toMatchObject({ input_tokens: null, output_tokens: null });
  });
});

describe("cost", () => {
  it("prices each call and sums", () => {
    const run = ofSteps([llm("a", { usage: tokens(1_000, 40) }), llm("b", { usage: tokens(1_000, 40) })]);
    expect(run.steps.map((step) => step.cost_usd)).toEqual([0.0036, 0.0036]);
    expect(run.cost_usd).toBe(0.0072);
  });
  it("keeps the known part and marks it where a call has no price", () => {
    const run = ofSteps([llm("a", { usage: tokens(1_000, 40) }), llm("b", { model: "zeta-9", usage: tokens(1_000, 40) })]);
    expect(run.cost_usd).toBe(0.0036);
    expect(run.flags).toEqual(["cost_incomplete"]);
  });
  it("is unknown and marked where no call has a price", () => {
    const run = ofSteps([llm("a", { model: "zeta-9", usage: tokens(1_000, 40) })]);
    expect(run.cost_usd).toBeNull();
    expect(run.flags).toEqual(["cost_incomplete"]);
  });
  it("takes a call that failed before it used a token as no gap", () => {
    const run = ofSteps([llm("a", { status: "error" }), llm("b", { usage: tokens(1_000, 40) })]);
    expect(run.cost_usd).toBe(0.0036);
    expect(run.flags).toEqual([]);
  });
  it("prefers what the sender says a call cost, and a declared total over an incomplete sum", () => {
    expect(ofSteps([llm("a", { usage: tokens(1_000, 40), cost_usd: 0.5 })]).cost_usd).toBe(0.5);
    const run = ofSteps([llm("a", { model: "zeta-9", usage: tokens(1_000, 40) })], { declared_cost_usd: 0.7 });
    expect(run.cost_usd).toBe(0.7);
    expect(run.flags).toEqual([]);
  });
  it("adds what a tool without steps of its own cost, and not a tool's sum beside its parts", () => {
    expect(ofSteps([llm("a", { usage: tokens(1_000, 40) }), tool("t", { cost_usd: 0.01 })]).cost_usd).toBe(0.0136);
    expect(ofSteps([tool("t", { cost_usd: 0.0036 }), llm("a", { parent_id: "t", usage: tokens(1_000, 40) })]).cost_usd).toBe(0.0036);
  });
});

describe("counts", () => {
  it("counts soft tool errors with the hard ones", () => {
    const run = ofSteps([
      tool("a", { status: "error" }),
      tool("b", { name: "other", soft_error: true }),
      tool("c", { name: "third" }),
      llm("d", { status: "error" }),
    ]);
    expect(run.counts).toEqual({ steps: 4, llm_calls: 1, tool_calls: 3, tool_errors: 2, retries: 0 });
  });
  it("counts the same call again as a retry, whatever the order of its keys", () => {
    const run = ofSteps([
      tool("a", { arguments: { order: 12, day: "x" }, status: "error" }),
      tool("b", { arguments: { day: "x", order: 12 } }),
    ]);
    expect(run.counts.retries).toBe(1);
  });
  it("counts five equal calls as four retries", () => {
    expect(ofSteps(["a", "b", "c", "d", "e"].map((id) => tool(id, { arguments: { text: "hi" }, soft_error: true }))).counts.retries).toBe(
      4,
    );
  });
  it("does not take other arguments, another tool or unknown arguments for a retry", () => {
    expect(
      ofSteps([
        tool("a", { arguments: { order: 1 } }),
        tool("b", { arguments: { order: 2 } }),
        tool("c", { name: "other", arguments: { order: 1 } }),
      ]).counts.retries,
    ).toBe(0);
    expect(ofSteps([tool("a"), tool("b")]).counts.retries).toBe(0);
    expect(ofSteps([tool("a", { status: "error" }), tool("b")]).counts.retries).toBe(1);
  });
  it("compares arguments that are no JSON by their text", () => {
    const raw = (id: string, text: string): Step => tool(id, { arguments: text, arguments_raw: text });
    expect(ofSteps([raw("a", '{"city": "Par'), raw("b", '{"city": "Par'), raw("c", "SELECT 1")]).counts.retries).toBe(1);
  });
});

describe("flags", () => {
  it("marks a run whose soft failure nobody mended", () => {
    expect(ofSteps([tool("a", { soft_error: true }), llm("b")]).flags).toEqual(["soft_failure"]);
    expect(ofSteps([tool("a", { soft_error: true }), tool("b")]).flags).toEqual([]);
    expect(ofSteps([tool("a", { soft_error: true }), tool("b", { name: "other" })]).flags).toEqual(["soft_failure"]);
    expect(ofSteps([tool("a", { soft_error: true })], { status: "error" }).flags).toEqual([]);
  });
  it("marks a run from the future", () => {
    expect(finish(aDraft({ started_at: "2026-11-24T12:04:00.000Z" })).flags).toEqual([]);
    expect(finish(aDraft({ started_at: "2099-01-01T00:00:00.000Z", ended_at: null })).flags).toEqual(["clock_skew"]);
  });
  it("marks a run with a cut step, and keeps what the reader marked", () => {
    expect(ofSteps([tool("a", { truncated: true })]).flags).toEqual(["truncated"]);
    expect(ofSteps([tool("a", { soft_error: true })], { flags: ["truncated"] }).flags).toEqual(["soft_failure", "truncated"]);
  });
});

describe("config", () => {
  it("takes the model of the first model call where the config names none", () => {
    expect(ofSteps([tool("t"), llm("a"), llm("b", { model: "small" })]).config.model).toBe("acme-large-5");
  });
  it("hashes the prompt's text", () => {
    const prompt = { name: null, version: null, text: "Be kind.", hash: null };
    expect(finish(aDraft({ config: { ...aDraft().config, prompt } })).config.prompt?.hash).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe("the tree", () => {
  it("makes the first step of a circle a root", () => {
    const run = ofSteps([
      tool("a", { parent_id: "b" }),
      tool("b", { parent_id: "c" }),
      tool("c", { parent_id: "a" }),
      tool("d", { parent_id: "d" }),
    ]);
    const parents = new Map(run.steps.map((step) => [step.id, step.parent_id]));
    for (const { id } of run.steps) {
      let at: string | null | undefined = id;
      for (let i = 0; i < 5 && at !== null && at !== undefined; i += 1) at = parents.get(at);
      expect(at ?? null).toBeNull();
    }
    expect(run.steps.filter((step) => step.parent_id === null)).toHaveLength(2);
  });
  it("finishes any tree, with totals that are null or not negative, the same each time", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const step = fc.record({
      id,
      parent: fc.option(id, { nil: null }),
      type: fc.constantFrom("llm" as const, "tool" as const, "agent" as const, "other" as const),
      usage: fc.option(
        fc.record({ input: fc.option(fc.integer({ min: -5, max: 1_000 }), { nil: null }), output: fc.option(fc.nat(100), { nil: null }) }),
        { nil: null },
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(step, { selector: (one) => one.id, maxLength: 6 }), (steps) => {
        const draft = aDraft({
          steps: steps.map(({ id: own, parent, type, usage }) =>
            aStep(own, type, {
              parent_id: parent,
              model: "acme-large-5",
              usage: usage === null ? null : tokens(usage.input, usage.output),
            }),
          ),
        });
        const run = finish(draft);
        const most = steps.reduce((sum, { usage }) => sum + Math.max(0, usage?.input ?? 0), 0);
        expect(run.usage.input_tokens ?? 0).toBeGreaterThanOrEqual(0);
        expect(run.usage.input_tokens ?? 0).toBeLessThanOrEqual(most);
        expect(run.cost_usd ?? 0).toBeGreaterThanOrEqual(0);
        expect(finish(draft)).toEqual(run);
      }),
    );
  });
});
