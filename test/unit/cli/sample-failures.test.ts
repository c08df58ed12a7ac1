import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import { describe, expect, it } from "vitest";
import { prompts, toolDefinitions, type ModelName } from "../../../cli/sample/agent-version.ts";
import { failureModes, type FailureModeId } from "../../../cli/sample/failure-modes.ts";
import { drawRequest } from "../../../cli/sample/request.ts";
import { sampleRecords, type SampleRecord } from "../../../cli/sample/sample-runs.ts";
import { sampleScenario } from "../../../cli/sample/scenario.ts";
import { simulate } from "../../../cli/sample/simulate.ts";

const endMs = Date.parse("2026-11-25T09:30:00Z");
const records = ["a", "b", "c"].flatMap((seed) => [...sampleRecords(sampleScenario(endMs, seed))]);

/** Whether `hits` of `trials` is no rarer under `p` than once in 20,000 such looks: with 15 modes a fixed seed passes or the table is wrong. */
function isLikely(hits: number, trials: number, p: number): boolean {
  const tail = 5e-5;
  return binomialCdf(hits, trials, p) > tail && 1 - binomialCdf(hits - 1, trials, p) > tail;
}

const tools = (record: SampleRecord) => record.run.steps.filter((step) => step.type === "tool");
const toolNames = (record: SampleRecord) => tools(record).map((step) => step.name);
const errorsOf = (record: SampleRecord, tool: string) =>
  tools(record).flatMap((step) => (step.name === tool && step.error !== undefined ? [step.error.type] : []));
const isWhole = (record: SampleRecord) => record.run.status === "ok";
const outputText = (record: SampleRecord) => JSON.stringify(record.run.output);

describe("the failure modes", () => {
  it.each(failureModes)("$id happens only where its cause holds, as often as the table says", (mode) => {
    const exposed = records.filter(({ circumstance }) => mode.when(circumstance));
    const hits = records.filter(({ failures }) => failures.has(mode.id));
    expect(exposed.length).toBeGreaterThan(50);
    expect(hits.every(({ circumstance }) => mode.when(circumstance))).toBe(true);
    expect(isLikely(hits.length, exposed.length, mode.probability)).toBe(true);
  });

  it.each(failureModes)("$id costs success as often as the table says where nothing else fails", (mode) => {
    const alone = records.filter(({ failures }) => failures.size === 1 && failures.has(mode.id));
    expect(alone.length).toBeGreaterThan(0);
    expect(isLikely(alone.filter(({ success }) => !success).length, alone.length, mode.costsSuccess)).toBe(true);
  });

  it("are the only way to fail", () => {
    expect(records.filter(({ failures, success }) => failures.size === 0 && !success)).toEqual([]);
  });

  const looks: Record<FailureModeId, (record: SampleRecord) => boolean> = {
    refund_policy_misread: (r) => !toolNames(r).includes("get_refund_policy"),
    order_number_refused: (r) =>
      errorsOf(r, "lookup_order").includes("HTTP_422") &&
      tools(r).every((step) => step.name !== "lookup_order" || step.error !== undefined),
    verification_skipped: (r) => !toolNames(r).includes("verify_customer"),
    terse_answer: (r) => outputText(r).length < 240,
    lookup_timeout: (r) => errorsOf(r, "lookup_order").some((type) => type === "TIMEOUT" || type === "HTTP_422"),
    order_not_found: (r) => errorsOf(r, "lookup_order").includes("NOT_FOUND") && /number|Nummer|numéro/.test(outputText(r)),
    no_article: (r) =>
      !toolNames(r).includes("search_docs") || tools(r).some((step) => JSON.stringify(step.result ?? null).includes("no_results")),
    no_german_article: (r) =>
      !toolNames(r).includes("search_docs") || tools(r).some((step) => JSON.stringify(step.result ?? null).includes("no_results")),
    search_loop: (r) => [0, 3].includes(toolNames(r).filter((name) => name === "search_docs").length),
    answered_in_english: (r) => /\b(I|your|the|order)\b/i.test(outputText(r)),
    wrong_queue: (r) => tools(r).every((step) => step.name !== "escalate" || /general/.test(JSON.stringify(step.arguments))),
    general_terms_applied: (r) =>
      /general terms|Geschäftsbedingungen|conditions générales/.test(outputText(r)) || r.failures.has("answer_cut_off"),
    refused_privacy_request: (r) => tools(r).length === 0 && /help|helfen|aider/.test(outputText(r)),
    answer_cut_off: (r) => JSON.stringify(r.run.steps.at(-1)?.result).includes('"finish_reason":"length"'),
    model_overloaded: (r) => r.run.status === "error" && r.run.output === undefined,
    missed_the_point: () => true,
  };
  it.each(failureModes)("$id looks in the trace as the table says", ({ id }) => {
    const shown = records.filter((record) => record.failures.has(id) && (isWhole(record) || id === "model_overloaded"));
    expect(shown.filter((record) => !looks[id](record)).map(({ run }) => run.id)).toEqual([]);
  });

  it("leave no HTTP_422 and no unread refund policy in runs that they did not touch", () => {
    const untouched = records.filter((record) => isWhole(record) && record.failures.size === 0);
    expect(untouched.filter((record) => errorsOf(record, "lookup_order").length > 0)).toEqual([]);
    const refunds = untouched.filter(({ run }) => run.cohort["intent"] === "refund");
    expect(refunds.length).toBeGreaterThan(100);
    expect(
      refunds.filter((record) => !toolNames(record).includes("get_refund_policy") || !toolNames(record).includes("verify_customer")),
    ).toEqual([]);
  });
});

describe("one request put to another agent or world", () => {
  const run = (key: string, model: ModelName, prompt: string, orderService: "lenient" | "strict") =>
    simulate(
      "run_x",
      drawRequest(key, "usual", null),
      { name: "support-bot", version: "1", model, prompt: { version: "x", text: prompt }, tools: toolDefinitions(false) },
      orderService,
      "s",
      endMs,
    );
  const keys = Array.from({ length: 400 }, (_, i) => `paired/${i}`);

  it("falls out the same way wherever the difference does not act", () => {
    for (const key of keys) {
      const before = run(key, "orion-2", prompts.v6, "lenient");
      const after = run(key, "orion-2", prompts.v7, "lenient");
      if (before.run.cohort["intent"] === "refund") continue;
      expect([after.success, after.ending, after.run.output]).toEqual([before.success, before.ending, before.run.output]);
    }
  });

  it("is served better by a prompt that says what the failing one leaves out", () => {
    const rate = (prompt: string, model: ModelName, orderService: "lenient" | "strict") =>
      keys.filter((key) => run(key, model, prompt, orderService).success).length / keys.length;
    const mended = `${prompts.v6} Pass the whole order number to tools. Always call verify_customer before you change anything.`;
    expect(rate(mended, "orion-2", "strict")).toBeGreaterThan(rate(prompts.v6, "orion-2", "strict") + 0.08);
    expect(rate(mended, "orion-3", "lenient")).toBeGreaterThan(rate(prompts.v6, "orion-3", "lenient") + 0.08);
    expect(rate(prompts.v6, "orion-2", "lenient")).toBeGreaterThan(rate(prompts.v7, "orion-2", "lenient") + 0.08);
  });
});
