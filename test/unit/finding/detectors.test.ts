import { describe, expect, it, test } from "vitest";
import { detectFindings } from "../../../domain/finding/detect.ts";
import type { Detected } from "../../../domain/finding/finding.ts";
import type { RunDraft, Step } from "../../../domain/run/run.ts";
import { aStep } from "../run/a-run.ts";
import { failedTool, llm, runOf, scored, softFailedTool, tool } from "./runs.ts";

const good = (id: string, more: Partial<Step> = {}): Step => tool(id, { result: { state: "shipped" }, arguments: { order: id }, ...more });
const failedModel = (id: string, message: string, more: Partial<Step> = {}): Step =>
  llm(id, { status: "error", error: { type: null, message }, ...more });
const stopped = (id: string, reason: string, more: Partial<Step> = {}): Step =>
  llm(id, { output: [{ role: "assistant", content: "The first half", finish_reason: reason }], ...more });
const declares = (parameters: unknown, name = "lookup_order"): RunDraft["config"] => ({
  model: null,
  prompt: null,
  tools: [{ name, description: null, parameters }],
  params: {},
  artifacts: [],
});
const order = { type: "object", properties: { order: { type: "string" }, limit: { type: "integer" } }, required: ["order"] };
const message = (text: string): RunDraft["error"] => ({ type: null, message: text });
const answered = (text: string): Step => llm("end", { output: text });

/** `detector@step`, with `~` where the run got over it. */
const said = (found: readonly Detected[]): string[] =>
  found.map(({ detector, step_id: step, recovered }) => `${detector}@${step ?? "run"}${recovered ? "~" : ""}`);

type Case = [what: string, steps: Step[], more: Partial<RunDraft>, expected: string[]];

const cases: Record<string, Case[]> = {
  tool_error: [
    ["a failed retrieval counts too", [{ ...failedTool("t1", "no"), type: "retrieval" }], {}, ["tool_error@t1"]],
    ["another tool's success recovers nothing", [failedTool("t1", "no"), good("t2", { name: "other" })], {}, ["tool_error@t1"]],
    ["a call that was stopped with the run has not failed", [failedTool("t1", "cancelled")], { status: "cancelled" }, []],
    ["a call that was stopped while the run went on has", [failedTool("t1", "cancelled")], {}, ["tool_error@t1"]],
    ["a failure without words is told by its status", [tool("t1", { status: "error" })], {}, ["tool_error@t1"]],
  ],
  tool_soft_error: [
    ["an answer that says no", [softFailedTool("t1", { ok: false })], {}, ["tool_soft_error@t1"]],
    ["recovered by the same tool", [softFailedTool("t1", { ok: false }), good("t2")], {}, ["tool_soft_error@t1~", "recovered_error@t2"]],
    ["the word error alone is nothing", [good("t1", { result: "no error found" })], {}, []],
  ],
  model_error: [
    ["the last model call failed", [failedModel("l1", "429 rate limit")], {}, ["model_error@l1"]],
    ["a later model call went well", [failedModel("l1", "overloaded"), answered("fine")], {}, ["model_error@l1~"]],
    [
      "a call seen at two levels is one failure",
      [failedModel("l1", "overloaded", { name: "chain" }), failedModel("l2", "overloaded", { parent_id: "l1" })],
      {},
      ["model_error@l2"],
    ],
    ["what a person stopped has not failed", [failedModel("l1", "cancelled by user")], { status: "cancelled" }, []],
  ],
  timeout: [
    ["a model call that took too long", [failedModel("l1", "Request timed out.")], {}, ["timeout@l1"]],
    ["a run that took too long", [good("t1")], { status: "error", error: message("deadline exceeded") }, ["timeout@run"]],
    ["an incomplete run says nothing", [good("t1")], { status: "incomplete" }, []],
  ],
  context_overflow: [
    [
      "refused by the provider",
      [failedModel("l1", "This model's maximum context length is 8192 tokens")],
      { status: "error", error: message("chat failed") },
      ["context_overflow@l1"],
    ],
    ["stopped for want of room", [stopped("l1", "model_context_window_exceeded")], {}, ["context_overflow@l1"]],
    ["told by the run alone", [], { status: "error", error: message("context_length_exceeded") }, ["context_overflow@run"]],
    ["a rate limit on tokens is none", [failedModel("l1", "Rate limit reached: tokens per min exceeded")], {}, ["model_error@l1"]],
  ],
  invented_tool: [
    ["nothing answered", [good("t1"), tool("t2", { name: "teleport" })], { config: declares(order) }, ["invented_tool@t2"]],
    [
      "the answer says that there is none",
      [failedTool("t1", "Unknown tool: teleport", { name: "teleport" })],
      { config: declares(order) },
      ["invented_tool@t1"],
    ],
    ["a tool that answered exists", [good("t1", { name: "teleport" })], { config: declares(order) }, []],
    [
      "a tool that failed otherwise exists",
      [failedTool("t1", "HTTP 503", { name: "teleport" })],
      { config: declares(order) },
      ["tool_error@t1"],
    ],
    ["nothing is declared", [good("t1"), tool("t2", { name: "teleport" })], {}, []],
    [
      "the same tool under the name that MCP gives it",
      [good("t1"), tool("t2")],
      { config: declares(order, "mcp__shop__lookup_order") },
      [],
    ],
  ],
  invalid_arguments: [
    ["cut-off JSON", [tool("t1", { arguments_raw: '{"order": "1' })], {}, ["invalid_arguments@t1"]],
    ["answered all the same", [good("t1", { arguments: null, arguments_raw: '{"order": "1' })], {}, ["invalid_arguments@t1~"]],
    ["refused by the tool", [failedTool("t1", "bad JSON", { arguments_raw: '{"order": "1' })], {}, ["tool_error@t1"]],
    ["plain text is how some senders write them", [good("t1", { arguments: null, arguments_raw: "SELECT 1" })], {}, []],
    ["so is Python", [good("t1", { arguments: null, arguments_raw: "{'order': 1}" })], {}, []],
    ["what Bento cut is not the agent's", [good("t1", { arguments: null, arguments_raw: '{"order": "1…[trunc', truncated: true })], {}, []],
  ],
  schema_violation: [
    ["a key is missing", [good("t1", { arguments: { limit: 1 } })], { config: declares(order) }, ["schema_violation@t1~"]],
    ["without an answer it stands", [tool("t1", { arguments: { limit: 1 } })], { config: declares(order) }, ["schema_violation@t1"]],
    [
      "a key has another type",
      [good("t1", { arguments: { order: "1", limit: "many" } })],
      { config: declares(order) },
      ["schema_violation@t1~"],
    ],
    ["a key that is not forbidden is fine", [good("t1", { arguments: { order: "1", more: 1 } })], { config: declares(order) }, []],
    [
      "a key that is forbidden",
      [good("t1", { arguments: { order: "1", more: 1 } })],
      { config: declares({ ...order, additionalProperties: false }) },
      ["schema_violation@t1~"],
    ],
    ["wrapped arguments are not judged", [good("t1", { arguments: { input: "1" } })], { config: declares(order) }, []],
    [
      "an answer that is no JSON though the config asks for it",
      [answered("Sure!")],
      { output: "Sure!", config: { ...declares(null), params: { response_format: { type: "json_object" } } } },
      ["schema_violation@end"],
    ],
    [
      "an answer that lacks what the config's schema asks for",
      [],
      {
        output: '{"a": 1}',
        config: { ...declares(null), params: { response_format: { type: "json_schema", json_schema: { schema: { required: ["b"] } } } } },
      },
      ["schema_violation@run"],
    ],
  ],
  loop: [
    ["four of one call", [1, 2, 3, 4].map((i) => good(`t${i}`, { arguments: {} })), {}, ["loop@t1"]],
    ["that the run left", [...[1, 2, 3, 4].map((i) => good(`t${i}`, { arguments: {} })), good("t5")], {}, ["loop@t1~"]],
    ["three are repeated calls", [1, 2, 3].map((i) => good(`t${i}`, { arguments: {} })), {}, ["repeated_call@t2~"]],
    [
      "three rounds of two calls",
      [1, 2, 3, 4, 5, 6].map((i) => good(`t${i}`, { name: i % 2 === 0 ? "a" : "b", arguments: {} })),
      {},
      ["loop@t1"],
    ],
    ["polling what changes is none", [1, 2, 3, 4, 5].map((i) => good(`t${i}`, { arguments: {}, result: { done: i } })), {}, []],
    ["calls with unknown arguments may differ", [1, 2, 3, 4].map((i) => good(`t${i}`, { arguments: null })), {}, []],
    ["the same words three times", [1, 2, 3].map((i) => llm(`l${i}`, { output: "One moment." })), {}, ["loop@l1"]],
    ["the same words about different calls", [1, 2, 3].flatMap((i) => [llm(`l${i}`, { output: "One moment." }), good(`t${i}`)]), {}, []],
  ],
  repeated_call: [
    [
      "the second of two",
      [good("t1", { arguments: {} }), good("t2", { name: "other" }), good("t3", { arguments: {} })],
      {},
      ["repeated_call@t3~"],
    ],
    [
      "a retry after a failure is none",
      [failedTool("t1", "no", { arguments: {} }), good("t2", { arguments: {} })],
      {},
      ["tool_error@t1~", "recovered_error@t2"],
    ],
    ["an answer that is not known may differ", [tool("t1", { arguments: {} }), tool("t2", { arguments: {} })], {}, []],
  ],
  truncated_output: [
    ["the answer", [stopped("l1", "length")], {}, ["truncated_output@l1"]],
    ["a call before the answer", [stopped("l1", "max_tokens"), answered("fine")], {}, ["truncated_output@l1~"]],
    [
      "named by an attribute",
      [llm("l1", { output: "half", attributes: { "gen_ai.response.finish_reasons": ["MAX_TOKENS"] } })],
      {},
      ["truncated_output@l1"],
    ],
    ["a plain end is none", [stopped("l1", "stop")], {}, []],
  ],
  empty_output: [
    ["an empty answer", [llm("l1", { output: "" })], { output: " \n" }, ["empty_output@l1"]],
    ["of the model, where the run has none", [llm("l1", { output: [{ role: "assistant", content: "" }] })], {}, ["empty_output@l1"]],
    ["an answer that was not sent is unknown", [llm("l1")], {}, []],
    [
      "a model that asks for tools answers nothing yet",
      [llm("l1", { output: [{ role: "assistant", content: "", tool_calls: [{}] }] })],
      {},
      [],
    ],
    ["a run that failed has its own finding", [], { output: "", status: "error" }, ["run_error@run"]],
  ],
  refusal: [
    ["by its words", [answered("I'm sorry, I can't help with that.")], { output: "I'm sorry, I can't help with that." }, ["refusal@end"]],
    ["by the finish reason", [stopped("l1", "content_filter", { attributes: { finish_reason: "content_filter" } })], {}, ["refusal@l1"]],
    ["that was scored right", [], { output: "I can't help with that.", scores: scored(1) }, []],
  ],
  guardrail: [
    ["that let everything pass", [aStep("g1", "guardrail", { output: { triggered: false, passed: true } })], {}, []],
    ["that tripped", [aStep("g1", "guardrail", { attributes: { triggered: true } })], { status: "error" }, ["guardrail@g1"]],
    ["in a run that ended well all the same", [aStep("g1", "guardrail", { result: { action: "BLOCKED" } })], {}, ["guardrail@g1~"]],
    ["that failed itself", [aStep("g1", "guardrail", { status: "error", error: message("no") })], {}, ["guardrail@g1~"]],
  ],
  step_error: [
    [
      "a sub-agent that failed",
      [aStep("a1", "agent", { status: "error", error: message("gave up"), parent_id: "root" })],
      {},
      ["step_error@a1"],
    ],
    [
      "the outermost agent's error is the run's",
      [aStep("a1", "agent", { status: "error", error: message("gave up") })],
      { status: "error", error: message("gave up") },
      ["run_error@run"],
    ],
  ],
  ignored_result: [
    [
      "a claim after a failure",
      [failedTool("t1", "no", { name: "cancel_order" }), answered("Your order has been cancelled!")],
      { output: "Your order has been cancelled!" },
      ["tool_error@t1", "ignored_result@end"],
    ],
    ["an honest answer", [failedTool("t1", "no"), answered("It has been cancelled, but the refund failed.")], {}, ["tool_error@t1"]],
    ["an answer that claims nothing", [failedTool("t1", "no"), answered("Anything else?")], {}, ["tool_error@t1"]],
    [
      "a call that went well came last",
      [failedTool("t1", "no"), good("t2", { name: "x" }), answered("It has been cancelled.")],
      {},
      ["tool_error@t1"],
    ],
  ],
  run_error: [["without a word", [], { status: "error" }, ["run_error@run"]]],
  outcome_failed: [
    [
      "names the last change",
      [good("t1"), good("t2", { name: "cancel_order" }), answered("Done.")],
      { scores: scored("no") },
      ["outcome_failed@t2"],
    ],
    ["of a run without steps", [], { scores: scored(0.2) }, ["outcome_failed@run"]],
    ["a success is none", [good("t1")], { scores: scored(0.5) }, []],
    ["a score of another name is none", [good("t1")], { scores: [{ name: "help", value: 0, source: null, comment: null }] }, []],
  ],
};

for (const [detector, rows] of Object.entries(cases)) {
  describe(`${detector}`, () => {
    test.each(rows)("%s", (_, steps, more, expected) => expect(said(detectFindings(runOf(steps, more)))).toEqual(expected));
  });
}

describe("what a finding tells", () => {
  const run = runOf(
    [good("t0"), failedTool("t1", "HTTP 503 from orders", { error: { type: "Upstream", message: "HTTP 503 from orders" } })],
    {
      agent_version: "2026.11",
      cohort: { plan: "pro" },
      config: {
        model: "acme-large-5",
        prompt: { name: "system", version: "7", text: null, hash: null },
        tools: [],
        params: {},
        artifacts: [],
      },
      status: "error",
    },
  );
  it("where, in which context, and against what", () => {
    expect(detectFindings(run)).toEqual([
      {
        detector: "tool_error",
        detector_version: "1",
        polarity: "failure",
        severity: "high",
        step_id: "t1",
        what: "lookup_order failed: Upstream: HTTP 503 from orders",
        why: "lookup_order did not answer well again before the run ended.",
        where: "tool lookup_order, step 2 of 2",
        context: { plan: "pro", model: "acme-large-5", prompt: "system@7", agent_version: "2026.11" },
        expected: "lookup_order answers without an error.",
        recovered: false,
        evidence: [{ step_id: "t1", field: "error", quote: "Upstream: HTTP 503 from orders", start: 0, end: 30 }],
        about: { subject: "lookup_order", text: "Upstream: HTTP 503 from orders" },
      },
    ]);
  });
  test.each<[string, unknown, string | null]>([
    ["its error field", { ok: false, error: "channel_not_found", id: 7 }, "channel_not_found"],
    ["an error inside an error, with its code", { error: { code: 404, message: "no such order" } }, "404: no such order"],
    ["its message, where that is all", { status: "error", message: "quota exceeded" }, "quota exceeded"],
    ["JSON in text", '{"success": false, "reason": "locked"}', "locked"],
    ["an MCP answer", { isError: true, content: [{ type: "text", text: "Error: no such file" }] }, "Error: no such file"],
    ["the first of GraphQL's", { errors: [{ message: "denied" }], data: null }, "denied"],
    ["the text itself", "Error: flight is full", "Error: flight is full"],
    ["nothing, where it says nothing", { ok: false }, null],
  ])("the class of a soft error is made by %s", (_, result, text) => {
    const [found] = detectFindings(runOf([softFailedTool("t1", result)]));
    expect(found?.about).toEqual({ subject: "lookup_order", text });
  });
});
