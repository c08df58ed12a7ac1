import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { responsibleStep } from "../../../domain/finding/responsible-step.ts";
import type { Step } from "../../../domain/run/run.ts";
import { aStep } from "../run/a-run.ts";
import { run as anyRun } from "./arbitrary-run.ts";
import { failedTool, llm, runOf, tool } from "./runs.ts";

const read = (id: string, result: unknown = "fine"): Step => tool(id, { name: "get_order", result, arguments: { id } });
const change = (id: string, name = "cancel_order"): Step => tool(id, { name, result: "ok", arguments: { id } });
const says = (id: string, output: string, name = "chat"): Step => llm(id, { output, name });
const ran = (id: string, error: string | null = null): Step =>
  tool(id, {
    name: "terminal",
    result: error ?? "4",
    ...(error === null ? {} : { status: "error", error: { type: null, message: error } }),
  });
const work = "Here is what we know so far and how I would go on from it. ".repeat(8);

describe("the step that made a run fail", () => {
  test.each<[string, Step[], string | null, string | null]>([
    ["is the last that changed something", [read("a"), change("b"), change("c"), read("d"), says("e", "Done.")], "c", "last_change"],
    ["is not the handover to a person", [change("a"), change("b", "transfer_to_human")], "a", "last_change"],
    ["unless nothing else was done", [read("a"), change("b", "transfer_to_human")], "b", "last_change"],
    ["is a failed action that nothing made good", [failedTool("a", "no", { name: "book_flight" }), change("b")], "a", "unrecovered_action"],
    ["is not a failed look-up beside a change", [failedTool("a", "no", { name: "find_user" }), change("b")], "b", "last_change"],
    [
      "is the first of the failures of one tool",
      [failedTool("a", "no", { name: "book" }), failedTool("b", "no", { name: "book" })],
      "a",
      "unrecovered_action",
    ],
    ["is the first of a loop", [read("x"), ...["a", "b", "c", "d"].map((id) => ({ ...read(id), arguments: {} }))], "a", "loop"],
    [
      "tells a number that stood nowhere",
      [says("a", "Hello"), read("b", "10 or 12"), says("c", "There are 12."), says("d", "No, 31.")],
      "d",
      "ungrounded_number",
    ],
    ["is the last where nothing points anywhere", [read("a"), says("b", "Hello")], "b", "last_step"],
    ["is none of a run without steps", [], null, null],
  ])("%s", (_, steps, id, kind) => {
    const found = responsibleStep(runOf(steps));
    expect([found?.stepId ?? null, found?.kind ?? null]).toEqual([id, kind]);
  });
  test.each<[string, Step[], string, string]>([
    [
      "who wrote the first code that was run",
      [says("a", work, "planner"), says("b", work, "coder"), ran("c"), says("d", work, "coder"), ran("e")],
      "b",
      "coder",
    ],
    [
      "who goes on by an assumption and fails",
      [says("a", work, "planner"), ran("b"), says("c", "Let us assume it works.", "coder"), ran("d", "no")],
      "c",
      "coder",
    ],
    ["who first had something to say", [says("a", work, "planner"), says("b", "Yes.", "coder"), says("c", work, "critic")], "c", "critic"],
  ])("among several speakers is %s", (_, steps, id, agent) => {
    expect(responsibleStep(runOf(steps))).toMatchObject({ stepId: id, agent });
  });
  it("belongs to the nearest agent above it", () => {
    const steps = [
      aStep("root", "agent", { name: "desk" }),
      aStep("sub", "agent", { name: "refunds", parent_id: "root" }),
      { ...change("a"), parent_id: "sub" },
    ];
    expect(responsibleStep(runOf(steps))).toMatchObject({ stepId: "a", agent: "refunds" });
  });
  it("is one of the run's steps, with a reason, whatever the run", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const found = responsibleStep(run);
        expect(found === null).toBe(run.steps.length === 0);
        if (found === null) return;
        expect(run.steps.map(({ id }) => id)).toContain(found.stepId);
        expect(found.reason).toMatch(/\.$/);
      }),
    );
  });
});
