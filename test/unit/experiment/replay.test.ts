import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { comparePairs } from "../../../domain/experiment/compare-means.ts";
import {
  experimentActions,
  experimentStatuses,
  experimentStep,
  type ExperimentAction,
  type ExperimentStatus,
} from "../../../domain/experiment/experiment.ts";
import type { CheckResult } from "../../../domain/experiment/check-result.ts";
import { candidateRun, judgeReplay, type Grounds } from "../../../domain/experiment/replay-judge.ts";
import { readReplay } from "../../../domain/experiment/replay-reading.ts";
import { replayCases, resultOf, type ReplayItem, type ReplayOutcome, type ReplayResult } from "../../../domain/experiment/replay.ts";
import { tangoInterval } from "../../../domain/statistics/tango-interval.ts";
import { aRun, aStep } from "./a-step.ts";

const outcome = (given: Partial<ReplayOutcome>): ReplayOutcome => ({
  baselinePassed: true,
  passed: true,
  reason: null,
  output: "x",
  diverged: false,
  toolCalls: 0,
  missingCalls: 0,
  missing: [],
  unexpected: [],
  unused: 0,
  usage: null,
  costUsd: null,
  baselineCostUsd: null,
  tookMs: 1,
  cluster: null,
  ...given,
});
const item = (runId: string, given: Partial<ReplayOutcome>, more: Partial<ReplayItem> = {}): ReplayItem => ({
  runId,
  nth: 0,
  status: "done",
  outcome: outcome(given),
  ...more,
});
/** One run for each pair [recorded, candidate]. */
const items = (pairs: readonly (readonly [boolean, boolean])[], more: Partial<ReplayOutcome> = {}) =>
  pairs.map(([baselinePassed, passed], i) => item(`run_${String(i).padStart(4, "0")}`, { baselinePassed, passed, ...more }));
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe("where an experiment may be moved", () => {
  const allowed: Record<ExperimentAction, Partial<Record<ExperimentStatus, ExperimentStatus | "same">>> = {
    start: { draft: "running", running: "same", done: "same" },
    stop: { draft: "stopped", running: "stopped", stopped: "same" },
    abort: { draft: "aborted", running: "aborted", aborted: "same" },
    promote: { done: "promoted", stopped: "promoted", promoted: "same" },
    finish: { running: "done", done: "same" },
    fail: { running: "failed", failed: "same" },
  };
  test.each(experimentActions.flatMap((action) => experimentStatuses.map((status) => [action, status] as const)))(
    "%s of one that is %s",
    (action, status) => {
      const step = experimentStep("replay", status, action);
      const told = step.kind === "to" ? step.status : step.kind === "same" ? "same" : undefined;
      expect(told).toBe(allowed[action][status]);
      if (step.kind === "refused") expect(step.reason).toMatch(/\w+ \w+/);
    },
  );
});

test("a canary is promoted while it runs", () => {
  expect(experimentStep("canary", "running", "promote")).toEqual({ kind: "to", status: "promoted" });
});

describe("the result of a case", () => {
  test.each<[string, boolean | null, boolean[], ReplayResult]>([
    ["a failure that passes", false, [true], "fixed"],
    ["a pass that fails", true, [false], "broken"],
    ["a pass that passes", true, [true], "same_pass"],
    ["a failure that fails", false, [false], "same_fail"],
    ["repeats that all fail", true, [false, false, false], "broken"],
    ["repeats that disagree", true, [true, false], "unstable"],
    ["repeats that disagree on what failed before", false, [true, false], "unstable"],
    ["a pass rate that has clearly dropped", true, [...times(19, false), true], "broken"],
    ["a pass rate that has clearly risen", false, [...times(19, true), false], "fixed"],
    ["nobody knows of the recorded run", null, [true], "incomparable"],
    ["nobody knows of the candidate", true, [], "incomparable"],
  ])("%s", (_, baseline, judged, expected) => {
    expect(resultOf(baseline, judged)).toBe(expected);
  });

  it("is not known while a repeat is pending, and what could not be run is no failure", () => {
    const [pending, errored] = replayCases([
      item("a", {}),
      item("a", {}, { nth: 1, status: "pending", outcome: null }),
      item("b", { passed: null, diverged: null, reason: "Claude answered 529" }, { status: "errored" }),
    ]);
    expect(pending).toMatchObject({ run_id: "a", result: null, reason: null });
    expect(errored).toMatchObject({ run_id: "b", result: "incomparable", reason: "Claude answered 529", diverged: null, tool_calls: null });
  });

  it("is by the repeats that could be judged where others could not", () => {
    const [one] = replayCases([
      item("a", { passed: false }),
      item("a", { passed: null, reason: "no money" }, { nth: 1, status: "errored" }),
    ]);
    expect(one).toMatchObject({ result: "broken", passed: { baseline: true, candidate: 0, judged: 1, repeats: 2 } });
  });
});

describe("the reading of a replay", () => {
  it("counts every run in one result, whatever comes", () => {
    const status = fc.constantFrom("done" as const, "errored" as const, "incomparable" as const);
    const any = fc.record({ status, was: fc.option(fc.boolean()), is: fc.option(fc.boolean()) });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (given) => {
        const { cases, results, coverage, progress } = readReplay(
          given.map(({ status: now, was, is }, i) => item(`run_${i}`, { baselinePassed: was, passed: is }, { status: now })),
          true,
        );
        expect(Object.values(cases ?? {}).reduce((a, b) => a + b, 0)).toBe(given.length);
        expect(results).toHaveLength(given.length);
        const compared = given.length - (cases?.incomparable ?? 0);
        expect(coverage).toBe(given.length === 0 ? null : compared / given.length);
        expect(progress.done).toBe(given.length);
      }),
    );
  });

  it("decides as /v1/compare decides on the same pairs", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 }), (pairs) => {
        const { verdict, metrics } = readReplay(items(pairs), true);
        const direct = comparePairs(
          pairs.map(([was, is]): [number, number] => [was ? 1 : 0, is ? 1 : 0]),
          "increase",
        );
        expect([verdict, metrics[0]?.p_or_e, metrics[0]?.required_n]).toEqual([direct.verdict, direct.p_or_e, direct.required_n]);
      }),
    );
  });

  it("tells the difference with Tango's interval, which holds it", () => {
    const { metrics, verdict, decisive_sentence } = readReplay(
      items([...times(8, [false, true] as const), [true, false], ...times(21, [true, true] as const)]),
      true,
    );
    const [metric] = metrics;
    const tango = tangoInterval({ worse: 1, better: 8, pairs: 30 });
    expect(metric).toMatchObject({ name: "outcome.success", role: "primary", n: 30, method: "mcnemar_mid_p" });
    expect(metric?.difference).toBeCloseTo(7 / 30, 12);
    expect([metric?.low, metric?.high]).toEqual([tango?.low, tango?.high]);
    expect(metric?.low).toBeGreaterThan(0);
    expect(verdict).toBe("candidate_better");
    expect(decisive_sentence).toContain("8 fixed, 1 broken");
  });

  it("decides nothing where more than a fifth of the tool calls had no record, and says so", () => {
    const better = times(12, [false, true] as const);
    expect(readReplay(items(better, { toolCalls: 10, missingCalls: 2 }), true).verdict).toBe("candidate_better");
    const { verdict, decisive_sentence } = readReplay(items(better, { toolCalls: 10, missingCalls: 3 }), true);
    expect(verdict).toBe("inconclusive");
    expect(decisive_sentence).toMatch(/^Indicative only: 30 %/);
    expect(decisive_sentence).not.toContain("This is decisive");
  });

  it("takes runs of one session for less than as many sessions", () => {
    const better = times(12, [false, true] as const);
    const apart = readReplay(items([...better, [true, true], [true, true]]), true);
    const together = readReplay(
      items([...better, [true, true], [true, true]]).map((one, i) => ({
        ...one,
        outcome: outcome({ ...one.outcome, cluster: i < 12 ? "s1" : `s${i}` }),
      })),
      true,
    );
    expect(apart.verdict).toBe("candidate_better");
    expect(together.verdict).toBe("insufficient_data");
    expect(together.metrics[0]?.method).toBe("paired_t_clustered");
  });

  it("has nothing to say before anything came, and says at the end that nothing could be compared", () => {
    const pending = readReplay([item("a", {}, { status: "pending", outcome: null })], false);
    expect(pending).toMatchObject({ verdict: "insufficient_data", coverage: 0, progress: { done: 0, total: 1 } });
    const errored = readReplay([item("a", { passed: null, diverged: null }, { status: "errored" })], true);
    expect(errored.verdict).toBe("insufficient_data");
    expect(errored.decisive_sentence).toBe("Nothing could be compared: none of 1 run could be judged on both sides.");
  });
});

describe("whether both sides passed", () => {
  const recorded = aRun({ scores: [{ name: "success", value: 1, source: "check", comment: null }] });
  const none: Grounds = { verdicts: null, expected: undefined, success: null };
  const judge = (output: unknown, grounds: Partial<Grounds>, run = recorded) => {
    const made = candidateRun(run, run.config, [], { output, usage: null, costUsd: null, calls: [], tookMs: 1 });
    const { baselinePassed, passed } = judgeReplay(run, made, { ...none, ...grounds });
    return [baselinePassed, passed];
  };
  const unscored = aRun();
  const says = (status: CheckResult["status"], reason: string | null = null) => ({ name: "polite", status, score: null, reason });
  const verdicts = (baseline: CheckResult["status"][], candidate: CheckResult["status"][]) => ({
    verdicts: { baseline: baseline.map((one) => says(one)), candidate: candidate.map((one) => says(one)) },
  });

  test.each([
    ["by evaluators, whatever the scores say", judge("x", { ...verdicts(["passed"], ["failed"]), success: true }), [true, false]],
    ["by evaluators, without any score", judge("x", verdicts(["failed"], ["passed"]), unscored), [false, true]],
    ["by all evaluators", judge("x", verdicts(["passed", "passed"], ["passed", "failed"])), [true, false]],
    [
      "one that fails decides beside one that says nothing",
      judge("x", verdicts(["passed", "errored"], ["failed", "errored"])),
      [null, false],
    ],
    ["one that says nothing leaves the run unjudged", judge("x", verdicts(["passed"], ["skipped"])), [true, null]],
    ["by what is expected, of both", judge("42", { expected: "42" }), [false, true]],
    ["by the agent's own score beside the recorded one", judge("lost", { success: false }), [true, false]],
    ["an equal answer is worth the same", judge("It was shipped.", {}), [true, true]],
    ["another answer is worth nobody knows what", judge("Shipped!", {}), [true, null]],
    ["a run without a score is worth nobody knows what", judge("It was shipped.", {}, unscored), [null, null]],
  ])("%s", (_, judged, expected) => {
    expect(judged).toEqual(expected);
  });

  it("an evaluator sees the calls that the candidate made, and what they got", () => {
    const records = [{ name: "look", arguments: { id: 1 }, result: "open", error: null, isRetrieval: false }];
    const calls = [
      { name: "look", arguments: { id: 1 }, record: 0 },
      { name: "refund", arguments: {}, record: null },
    ];
    const made = candidateRun(aRun({ steps: [aStep({})] }), recorded.config, records, {
      output: "x",
      usage: null,
      costUsd: null,
      calls,
      tookMs: 1,
    });
    expect(made.steps.map(({ name, result, status }) => [name, result, status])).toEqual([
      ["look", "open", "ok"],
      ["refund", null, "error"],
    ]);
  });
});
