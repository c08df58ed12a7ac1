// Two runs of one input beside each other, and what many of them say.
import { describe, expect, it } from "vitest";
import { compareRuns, pairMetrics } from "../../../domain/experiment/shadow-pair.ts";
import { readShadow, type ShadowPair } from "../../../domain/experiment/shadow-reading.ts";
import { aRun, aStep } from "./a-step.ts";

describe("a pair", () => {
  const tools = (...names: string[]) => names.map((name) => aStep({ type: "tool", name }));
  it.each([
    ["the same text", "yes", "yes", true, true],
    ["other spacing", "yes,\n  of course ", "yes, of course", true, true],
    ["other keys' order", { a: 1, b: 2 }, { b: 2, a: 1 }, true, true],
    ["JSON as text", '{"a": 1}', { a: 1 }, true, false],
    ["another value", { a: 1 }, { a: 2 }, false, true],
    ["another shape", { a: 1 }, { c: "x" }, false, false],
    ["nothing on both sides", null, undefined, true, true],
  ])("%s", (_name, live, candidate, sameOutput, sameShape) => {
    const found = compareRuns(aRun({ output: live }), aRun({ output: candidate }));
    expect(found.sameOutput).toBe(sameOutput);
    if (typeof live === typeof candidate) expect(found.sameShape).toBe(sameShape);
  });

  it.each([
    [[], [], 0],
    [["a", "b"], ["a", "b"], 0],
    [["a", "b"], ["a"], 0.5],
    [["a", "b", "c"], ["a", "x", "c"], 1 / 3],
    [["a"], ["b"], 1],
    [[], ["a", "b"], 1],
  ])("calls %j against %j are %d apart", (a, b, distance) => {
    expect(compareRuns(aRun({ steps: tools(...a) }), aRun({ steps: tools(...b) })).toolDistance).toBeCloseTo(distance, 12);
    expect(compareRuns(aRun({ steps: tools(...b) }), aRun({ steps: tools(...a) })).toolDistance).toBeCloseTo(distance, 12);
  });
});

describe("a shadow", () => {
  const pair = (live: number | null, candidate: number | null, same = true): Map<string, ShadowPair> =>
    new Map([
      [pairMetrics.seen, { live: null, candidate: 1 }],
      [pairMetrics.sameOutput, { live: null, candidate: same ? 1 : 0 }],
      [pairMetrics.sameShape, { live: null, candidate: 1 }],
      [pairMetrics.toolDistance, { live: null, candidate: same ? 0 : 0.5 }],
      ["outcome.success", { live, candidate }],
      ["cost.usd", { live: 0.02, candidate: 0.01 }],
    ]);
  const waiting = new Map([[pairMetrics.seen, { live: null, candidate: 1 }]]);

  it("decides nothing before ground truth, however much it agrees", () => {
    const reading = readShadow({}, { pairs: [...Array.from({ length: 50 }, () => pair(null, null)), waiting] });
    expect(reading).toMatchObject({
      verdict: "insufficient_data",
      shadow: { pairs: 50, waiting: 1, judged: 0, same_output: { value: 1 } },
    });
    expect(reading.coverage).toBeCloseTo(50 / 51);
    expect(reading.shadow.cost_ratio).toBeCloseTo(0.5);
  });

  it("compares pairs once both sides are judged, and no half pair", () => {
    const pairs = [
      ...Array.from({ length: 20 }, () => pair(0, 1, false)),
      ...Array.from({ length: 30 }, () => pair(1, 1)),
      ...Array.from({ length: 40 }, () => pair(1, null)),
    ];
    const reading = readShadow({}, { pairs });
    expect(reading).toMatchObject({ verdict: "candidate_better", action: "promote", shadow: { judged: 50, half_judged: 40 } });
    expect(reading.metrics[0]).toMatchObject({ method: "mcnemar_mid_p", n: 50, difference: expect.closeTo(0.4, 10) });
  });

  it("raises p of what is only explored, and lets it decide nothing", () => {
    const plan = {
      metrics: [
        { name: "outcome.success", goal: "increase" as const },
        { name: "cost.usd", goal: "decrease" as const },
      ],
    };
    const pairs = Array.from({ length: 40 }, (_, i) => pair(1, 1).set("cost.usd", { live: 2 + (i % 3), candidate: 1 + (i % 5) / 10 }));
    const reading = readShadow(plan, { pairs });
    expect(reading.metrics[1]).toMatchObject({ role: "exploratory", method: "paired_t_holm" });
    expect(reading.verdict).toBe("no_difference");
  });

  it("says what there is when there is nothing", () => {
    expect(readShadow({}, { pairs: [] }).decisive_sentence).toMatch(/No candidate/);
    expect(readShadow({}, { pairs: [waiting] }).decisive_sentence).toMatch(/wait/);
    expect(readShadow({ max_n: 2 }, { pairs: [pair(1, 1), pair(1, 0)] }).shadow.is_over).toBe(true);
  });
});
