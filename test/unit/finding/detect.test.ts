import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { detectFindings } from "../../../domain/finding/detect.ts";
import { detectors } from "../../../domain/finding/detectors.ts";
import { mostFindings } from "../../../domain/finding/detector.ts";
import type { Expectation } from "../../../domain/finding/expectation.ts";
import { fieldText, quoteChars } from "../../../domain/finding/field-text.ts";
import { nested, run as anyRun } from "./arbitrary-run.ts";
import { failedTool, llm, runOf, scored, tool } from "./runs.ts";

const expectation = (rule: string, more: Partial<Expectation> = {}): Expectation => ({
  signalId: "sig_1",
  slug: "no-refund",
  name: "No refund was made",
  version: 3,
  polarity: "failure",
  severity: "high",
  rule,
  ...more,
});

describe("of any run at all", () => {
  const rules = [expectation("size(run.steps) > 1"), expectation("run.cost_usd > 1.0", { slug: "dear" })];
  it("findings cite what stands in the run, character for character", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        for (const { evidence } of detectFindings(run, rules)) {
          expect(evidence.length).toBeGreaterThan(0);
          for (const { step_id: step, field, quote, start, end } of evidence) {
            expect(fieldText(run, step, field)?.slice(start, end)).toBe(quote);
            expect(quote).not.toBe("");
            expect(quote.length).toBeLessThanOrEqual(quoteChars);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
  it("no detector speaks twice of a step, and findings stand in order of their steps", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const found = detectFindings(run, rules);
        const said = found.map(({ detector, step_id: step }) => `${detector} ${step ?? "the run"}`);
        expect(new Set(said).size).toBe(said.length);
        // Of two steps with one id, the last counts.
        const order = new Map(run.steps.map(({ id }, index) => [id, index]));
        const places = found.map(({ step_id: step }) => (step === null ? run.steps.length : (order.get(step) ?? -1)));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
  it("the same run gives the same findings, which survive being written", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const found = detectFindings(run, rules);
        expect(detectFindings(structuredClone(run), rules)).toEqual(found);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
      }),
      { numRuns: 100 },
    );
  });
});

describe("bounds", () => {
  it("nesting without end breaks nothing", () => {
    const abyss = nested(20_000);
    const steps = [
      tool("t1", { result: abyss, arguments: abyss, soft_error: true }),
      llm("l1", { output: abyss }),
      tool("t2", { result: abyss, arguments: abyss }),
    ];
    expect(() => detectFindings(runOf(steps, { output: abyss, input: abyss, scores: scored(0) }))).not.toThrow();
  });
  it("a run of ten thousand failures tells each detector's first and most serious only", () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => failedTool(`s${i}`, "no", { name: i < 9_990 ? "a" : "b", arguments: { i } }));
    const found = detectFindings(runOf([...steps, tool("end", { name: "a", arguments: { i: -1 }, result: "fine" })]));
    expect(found.filter(({ detector }) => detector === "tool_error")).toHaveLength(mostFindings);
    expect(found.filter(({ recovered, detector }) => !recovered && detector === "tool_error")).toHaveLength(10);
  });
  it("names of detectors are unique, and each is defined in a sentence", () => {
    expect(new Set(detectors.map(({ name }) => name)).size).toBe(detectors.length);
    for (const { definition } of detectors) expect(definition).toMatch(/^[A-Z].*\.$/);
  });
});

describe("one root cause is named once", () => {
  const detectorsOf = (...args: Parameters<typeof runOf>): string[] => detectFindings(runOf(...args)).map(({ detector }) => detector);
  const failed = failedTool("t1", "Timeout after 30 ms");
  test.each<[string, Parameters<typeof runOf>, string[]]>([
    ["a tool that timed out is a tool error", [[failed], { status: "error", error: { type: null, message: "timed out" } }], ["tool_error"]],
    ["a low score beside an unrecovered failure adds nothing", [[failed], { scores: scored(0) }], ["tool_error"]],
    [
      "a tool error that repeats what a tool inside it says is none",
      [[failedTool("t0", "no", { name: "outer" }), failedTool("t1", "no", { parent_id: "t0", name: "inner" })]],
      ["tool_error"],
    ],
    [
      "a sub-agent that fails with its tool is not another failure",
      [
        [
          { ...llm("a"), type: "agent", status: "error", error: { type: null, message: "sub-agent failed" } },
          { ...failed, parent_id: "a" },
        ],
      ],
      ["tool_error"],
    ],
    [
      "the run's error is told where the run got over the tool's",
      [[failed, tool("t2", { result: "fine" })], { status: "error", error: { type: null, message: "disk full" } }],
      ["tool_error", "run_error"],
    ],
    [
      "a score of 0 is explained by a suspect where nothing failed for good",
      [[failed, tool("t2", { result: "fine" })], { scores: scored(0) }],
      ["tool_error", "outcome_failed"],
    ],
    [
      "retries of a failing call are no loop",
      [[1, 2, 3, 4, 5].map((i) => failedTool(`t${i}`, "no", { arguments: {} }))],
      Array(5).fill("tool_error"),
    ],
  ])("%s", (_, args, expected) => expect(detectorsOf(...args)).toEqual(expected));
});

describe("declared signals", () => {
  const run = runOf([tool("t1", { name: "refund", result: "ok" }), llm("l1", { output: "Done." })], { output: "Done." });
  it("are found where the rule holds, under the version and severity of their definition", () => {
    expect(detectFindings(run, [expectation('run.output.contains("Done")')])).toMatchObject([
      {
        detector: "signal.no-refund",
        detector_version: "3",
        polarity: "failure",
        severity: "high",
        step_id: null,
        what: "No refund was made",
        evidence: [{ step_id: null, field: "output", quote: "Done." }],
        about: { subject: null, text: null },
      },
    ]);
  });
  it("cite the step whose name the rule spells out", () => {
    const [found] = detectFindings(run, [expectation('run.steps.exists(s, s.name == "refund")', { polarity: "win" })]);
    expect(found).toMatchObject({ polarity: "win", expected: null, evidence: [{ step_id: "t1", field: "name", quote: "refund" }] });
  });
  test.each(["run.output == 'no'", "run.nothing > 1", "run.output", "run.output.matches('a')", "(("])("find nothing by %s", (rule) => {
    expect(detectFindings(run, [expectation(rule)])).toEqual([]);
  });
});

describe("a run that was scored a success", () => {
  const steps = [failedTool("s1", "Timeout"), llm("s2", { output: "Done otherwise." })];
  const unrecovered = (value: number | undefined) =>
    detectFindings(runOf(steps, value === undefined ? {} : { scores: scored(value) }), [expectation("size(run.steps) > 1")]).filter(
      ({ polarity, recovered }) => polarity === "failure" && !recovered,
    );
  it("got over what failed on its way, but not over what a person declared", () => {
    expect(unrecovered(1).map(({ detector }) => detector)).toEqual(["signal.no-refund"]);
  });
  it.each([[0], [undefined]])("which one with the score %s did not", (value) => {
    expect(unrecovered(value).map(({ detector }) => detector)).toEqual(["tool_error", "signal.no-refund"]);
  });
});
