import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { EvaluationItem } from "../../../domain/experiment/evaluation.ts";
import { isOpen, setsStandard, waiverProblem, type Gate } from "../../../domain/experiment/gate.ts";
import {
  evidenceOfEvaluation,
  evidenceOfReplay,
  expectedByRun,
  type Background,
  type GatedCase,
} from "../../../domain/experiment/gate-evidence.ts";
import { gatePolicy, type GatePolicy } from "../../../domain/experiment/gate-policy.ts";
import { gateVerdicts, judgeGate, type GateVerdict } from "../../../domain/experiment/gate-verdict.ts";
import { checkRegressions, type CaseEvidence } from "../../../domain/experiment/regression.ts";
import type { ReplayItem, ReplayOutcome, ReplayResult } from "../../../domain/experiment/replay.ts";
import { untried } from "../../../d1/replay-items.ts";

type Tries = [successes: number, tries: number] | null;
let count = 0;
const one = (was: Tries, is: Tries, more: Partial<CaseEvidence> = {}): CaseEvidence => ({
  caseId: `cas_${String(++count).padStart(6, "0")}`,
  baseline: was === null ? null : { successes: was[0], tries: was[1] },
  candidate: is === null ? null : { successes: is[0], tries: is[1] },
  reason: is === null ? "not_tried" : null,
  hasEverPassed: false,
  cohort: {},
  ...more,
});
const times = (n: number, make: () => CaseEvidence): CaseEvidence[] => Array.from({ length: n }, make);
const pass: Tries = [1, 1];
const fail: Tries = [0, 1];
const same = () => one(pass, pass);
const broken = () => one(pass, fail);
const fixed = () => one(fail, pass);
const hopeless = () => one(fail, fail);
const gone = () => one(pass, null);

const policy = (given: Partial<GatePolicy> = {}): GatePolicy => gatePolicy.parse(given);
const judge = (cases: readonly CaseEvidence[], given: Partial<GatePolicy> = {}, ageH: number | null = 1) =>
  judgeGate(checkRegressions(cases), policy(given), ageH);

describe("what became of a case", () => {
  const table: [string, CaseEvidence, ReplayResult][] = [
    ["that passes as before", same(), "same_pass"],
    ["that passed and fails", broken(), "broken"],
    ["that failed and passes", fixed(), "fixed"],
    ["that fails as before", hopeless(), "same_fail"],
    ["that has no record and passes", one(null, pass), "incomparable"],
    ["that could not be tried", gone(), "incomparable"],
    ["that failed on record, passed once in its life, and fails", one(fail, fail, { hasEverPassed: true }), "broken"],
    ["that failed on record, passed once in its life, and passes", one(fail, pass, { hasEverPassed: true }), "same_pass"],
    ["without a record that passed once in its life, and fails", one(null, fail, { hasEverPassed: true }), "broken"],
    ["that passed and passes half of the time", one(pass, [5, 10]), "unstable"],
    ["that failed and passes half of the time", one(fail, [5, 10]), "unstable"],
    ["that passed and passes once in twenty", one([20, 20], [1, 20]), "broken"],
    ["that failed and fails once in twenty", one([0, 20], [19, 20]), "fixed"],
    ["that mostly failed, passed once in its life, and fails", one([1, 5], [0, 5], { hasEverPassed: true }), "broken"],
    ["that was a coin and fails", one([5, 10], [0, 10]), "unstable"],
    ["that was a coin and passes", one([5, 10], [10, 10]), "unstable"],
  ];
  test.each(table)("%s", (_, evidence, result) => {
    expect(checkRegressions([evidence])[0]?.result).toBe(result);
  });

  it("is told with the reason where nothing can be compared", () => {
    const cases = checkRegressions([one(null, pass), gone(), one(pass, null, { reason: "tools_not_recorded" }), same()]);
    expect(cases.map(({ reason }) => reason)).toEqual(["no_baseline", "not_tried", "tools_not_recorded", null]);
  });
});

describe("the verdict", () => {
  const free: Partial<GatePolicy> = { margin: null, min_cases: 1 };
  const table: [string, CaseEvidence[], Partial<GatePolicy>, number | null, GateVerdict, RegExp][] = [
    ["no cases", [], {}, null, "nothing_to_compare", /no cases/],
    [
      "no case can be compared",
      [gone(), one(null, pass)],
      {},
      1,
      "nothing_to_compare",
      /None of 2 cases.*1 could not be run, 1 that never had/,
    ],
    ["all as before, many", times(100, same), {}, 1, "pass", /more than 2\.6 points is ruled out.*margin is 3.*0 worse of 100/],
    ["all as before, few", times(20, same), {}, 1, "insufficient", /up to 11\.9 points cannot be ruled out.*margin is 3.*About 88 cases/],
    ["few and no margin", times(20, same), { margin: null }, 1, "pass", /0 worse of 20 cases/],
    ["too few even without a margin", times(9, same), { margin: null }, 1, "insufficient", /9 cases could be compared, and at least 10/],
    [
      "one broken among many",
      [...times(200, same), broken()],
      {},
      1,
      "regressed",
      /1 case that passed before fails now, and none may: cas_/,
    ],
    ["one broken that may", [...times(200, same), broken()], { allow_broken: 1 }, 1, "pass", /0 better and 1 worse of 201/],
    ["broken among few", [same(), broken()], {}, 1, "regressed", /none may/],
    ["broken in its history only", [...times(200, same), one(fail, fail, { hasEverPassed: true })], {}, 1, "regressed", /passed before/],
    ["fixed", [...times(100, same), ...times(5, fixed)], {}, 1, "pass", /No loss is likely.*5 better/],
    ["never passed and fails", [...times(100, same), ...times(5, hopeless)], {}, 1, "pass", /passes 95\.2 %/],
    [
      "worse for certain, within its allowance",
      [...times(80, same), ...times(20, broken)],
      { allow_broken: 50 },
      1,
      "regressed",
      /at least 1\d.*points/,
    ],
    [
      "unstable too often",
      [...times(8, same), ...times(2, () => one(pass, [1, 2]))],
      free,
      1,
      "unstable",
      /2 of 10 cases \(20 %\).*10 % may/,
    ],
    ["unstable within the share", [...times(19, same), one(pass, [1, 2])], free, 1, "pass", /worse/],
    ["unstable and never right", [...times(8, same), ...times(2, () => one(fail, [1, 2]))], free, 1, "pass", /worse/],
    ["unstable and mostly wrong", [...times(8, same), ...times(2, () => one([1, 5], [1, 2]))], free, 1, "pass", /worse/],
    [
      "too much left out",
      [...times(7, same), ...times(3, gone)],
      free,
      1,
      "incomparable",
      /3 of 10 cases \(30 %\).*20 % may: 3 could not be run/,
    ],
    ["a little left out", [...times(8, same), ...times(2, gone)], free, 1, "pass", /of 8 cases/],
    ["old evidence", times(100, same), {}, 200, "insufficient", /200 h old, and may be 168 h/],
    ["too low a rate", [...times(8, same), ...times(2, hopeless)], { ...free, min_pass_rate: 0.9 }, 1, "regressed", /80 %.*90 % are asked/],
    ["high enough a rate", [...times(9, same), hopeless()], { ...free, min_pass_rate: 0.9 }, 1, "pass", /90 %/],
  ];
  test.each(table)("%s", (_, cases, given, ageH, verdict, reason) => {
    const judged = judge(cases, given, ageH);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reasons[0]).toMatch(reason);
  });

  it("needs every try of a case that must pass, and says when it could not be judged", () => {
    const required = one(fail, [1, 2], { caseId: "cas_must" });
    const given = { ...free, must_pass: ["cas_must"] };
    expect(judge([...times(20, same), required], given)).toMatchObject({
      verdict: "regressed",
      reasons: [expect.stringMatching(/must pass.*cas_must/)],
    });
    expect(judge([...times(20, same), { ...required, candidate: null, reason: "not_tried" }], given).verdict).toBe("incomparable");
    expect(judge([...times(20, same), { ...required, baseline: null, candidate: { tries: 2, successes: 2 } }], given).verdict).toBe("pass");
  });

  it("looks at cohorts of 100 cases and more, each with two margins, and at smaller ones not at all", () => {
    const of = (cohort: Record<string, string>, make: () => CaseEvidence) => () => ({ ...make(), cohort });
    const cases = [
      ...times(900, of({ plan: "free" }, same)),
      ...times(90, of({ plan: "paid" }, same)),
      ...times(20, of({ plan: "paid" }, broken)),
      ...times(20, of({ plan: "free" }, fixed)),
      ...times(40, of({ plan: "trial" }, same)),
    ];
    const judged = judge(cases, { allow_broken: 50 });
    expect(judged.cohorts.map(({ value, pairs }) => [value, pairs])).toEqual([
      ["free", 920],
      ["paid", 110],
    ]);
    expect(judged).toMatchObject({
      verdict: "regressed",
      reasons: [expect.stringContaining("The cohort plan=paid is worse: 0 better and 20 worse of 110")],
    });
    expect(judge(cases, { allow_broken: 50, cohorts: [] }).verdict).toBe("pass");
    expect(judge(cases, { allow_broken: 50, cohorts: ["country"] }).cohorts).toEqual([]);
  });

  it("says all that it objects to, the gravest first", () => {
    const judged = judge([...times(5, same), broken(), ...times(4, gone)], {}, 500);
    expect(judged.verdict).toBe("regressed");
    expect(judged.reasons).toHaveLength(5);
    expect(judged.reasons[0]).toMatch(/passed before/);
  });
});

const tries = fc.option(
  fc.integer({ min: 1, max: 5 }).chain((n) => fc.integer({ min: 0, max: n }).map((k): [number, number] => [k, n])),
  { freq: 8 },
);
const evidence = fc.tuple(tries, tries, fc.boolean()).map(([was, is, hasEverPassed]) => one(was, is, { hasEverPassed }));
const suites = fc
  .array(evidence, { minLength: 1, maxLength: 40 })
  .map((cases) => cases.map((given, i) => ({ ...given, caseId: `cas_${String(i).padStart(3, "0")}` })));
const policies = fc
  .record({
    margin: fc.constantFrom(null, 0.03, 0.2, 0.5),
    allow_broken: fc.integer({ min: 0, max: 4 }),
    min_cases: fc.integer({ min: 1, max: 10 }),
    min_pass_rate: fc.constantFrom(null, 0.5, 0.9),
    max_unstable_share: fc.constantFrom(0, 0.1, 0.5),
    max_incomparable_share: fc.constantFrom(0, 0.3, 1),
    must_pass: fc.constantFrom<string[]>([], ["cas_000"]),
  })
  .map(policy);
const rank = (verdict: GateVerdict): number => gateVerdicts.indexOf(verdict);

describe("whatever the evidence", () => {
  it("a try that turns from passed to failed never improves the verdict", () => {
    fc.assert(
      fc.property(suites, policies, fc.nat(), (cases, given, at) => {
        const passing = cases.flatMap(({ candidate }, i) => (candidate !== null && candidate.successes > 0 ? [i] : []));
        fc.pre(passing.length > 0);
        const chosen = passing[at % passing.length];
        const worse = cases.map((each, i) =>
          i !== chosen || each.candidate === null
            ? each
            : { ...each, candidate: { ...each.candidate, successes: each.candidate.successes - 1 } },
        );
        const before = judgeGate(checkRegressions(cases), given, 1).verdict;
        expect(rank(judgeGate(checkRegressions(worse), given, 1).verdict)).toBeLessThanOrEqual(rank(before));
      }),
      { numRuns: 700 },
    );
  });

  it("the order of the cases changes nothing", () => {
    fc.assert(
      fc.property(
        suites.chain((cases) => fc.tuple(fc.constant(cases), fc.shuffledSubarray(cases, { minLength: cases.length }))),
        policies,
        ([cases, shuffled], given) => {
          expect(checkRegressions(shuffled)).toEqual(checkRegressions(cases));
          expect(judgeGate(checkRegressions(shuffled), given, 1)).toEqual(judgeGate(checkRegressions(cases), given, 1));
        },
      ),
    );
  });

  it("no case that ever passed fails without being broken or unstable in the list", () => {
    fc.assert(
      fc.property(suites, (cases) => {
        const failing = checkRegressions(cases).filter(({ hasEverPassed, candidate }) => hasEverPassed && candidate === "fail");
        expect(failing.filter(({ result }) => result !== "broken" && result !== "unstable")).toEqual([]);
      }),
    );
  });

  it("a candidate that passes everything is never called regressed, and the reasons are never empty", () => {
    fc.assert(
      fc.property(suites, policies, (cases, given) => {
        const best = cases.map((each) =>
          each.candidate === null ? each : { ...each, candidate: { ...each.candidate, successes: each.candidate.tries } },
        );
        expect(judgeGate(checkRegressions(best), given, 1).verdict).not.toBe("regressed");
        expect(judgeGate(checkRegressions(cases), given, 1).reasons.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("an open gate", () => {
  const gate = (given: Partial<Gate>) => ({ status: "done", verdict: "pass", waiver: null, expiresMs: 1_000, ...given }) as const;
  const waiver = { by: "ann", keyId: "key_1", reason: "known", at: "2026-11-24T00:00:00.000Z" };

  it("passed or was waived, and is open until it expires", () => {
    const nowMs = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(fc.constantFrom(...gateVerdicts), nowMs, (verdict, now) => {
        expect(isOpen(gate({ verdict, waiver }), now)).toBe(now < 1_000);
        expect(isOpen(gate({ verdict }), now)).toBe(now < 1_000 && verdict === "pass");
        expect(isOpen(gate({ verdict, waiver, status: "running" }), now)).toBe(false);
      }),
    );
  });

  test.each([
    ["running", gate({ status: "running", verdict: "insufficient" }), 0, /not decided/],
    ["passed", gate({}), 0, /it passed/],
    ["expired", gate({ verdict: "regressed" }), 1_000, /expired/],
  ])("cannot be waived when it is %s", (_, given, now, problem) => {
    expect(waiverProblem(given, now)).toMatch(problem);
    expect(waiverProblem(gate({ verdict: "regressed" }), 999)).toBeNull();
  });

  test.each([
    ["pass", false, true],
    ["nothing_to_compare", false, true],
    ["regressed", false, false],
    ["insufficient", false, false],
    ["regressed", true, true],
  ] as const)("of %s (waived: %s) sets the standard for later ones: %s", (verdict, isWaived, expected) => {
    expect(setsStandard(verdict, isWaived)).toBe(expected);
  });
});

describe("the evidence of a replay", () => {
  const cases: GatedCase[] = [
    { id: "cas_1", runId: "run_1", expected: "yes" },
    { id: "cas_2", runId: "run_2", expected: null },
    { id: "cas_3", runId: null, expected: "by hand" },
    { id: "cas_4", runId: "run_1", expected: "no" },
    { id: "cas_5", runId: "run_5", expected: null },
  ];
  const nothing: Background = { everPassed: new Set(["cas_2"]), cohorts: new Map([["run_1", { plan: "pro" }]]) };
  const item = (runId: string, outcome: Partial<ReplayOutcome> | null, status: ReplayItem["status"] = "done", nth = 0): ReplayItem => ({
    runId,
    nth,
    status,
    outcome: outcome === null ? null : { ...untried(""), diverged: false, ...outcome },
  });
  const read = (...items: ReplayItem[]) => evidenceOfReplay(cases, items, nothing);

  it("expects what the case expects, by its run, or by itself where a person wrote it", () => {
    expect(expectedByRun(cases)).toEqual({ run_1: "yes", cas_3: "by hand" });
  });

  it("counts judged tries, and holds a case of another expectation apart", () => {
    const judged = { baselinePassed: true, passed: true };
    const [first, second, , other, absent] = read(
      item("run_1", judged),
      item("run_1", { ...judged, passed: false }, "done", 1),
      item("run_2", judged),
    );
    expect(first).toMatchObject({
      baseline: { tries: 1, successes: 1 },
      candidate: { tries: 2, successes: 1 },
      cohort: { plan: "pro" },
      reason: null,
    });
    expect(second).toMatchObject({ hasEverPassed: true, cohort: {} });
    expect([other, absent].map((one) => one?.reason)).toEqual(["not_in_evidence", "not_in_evidence"]);
  });

  it("takes no recorded answer from a case that has none, but its own", () => {
    const [, , written] = read(item("cas_3", { baselinePassed: false, passed: true }, "incomparable"));
    expect(written).toMatchObject({ baseline: null, candidate: { tries: 1, successes: 1 }, reason: null });
  });

  test.each([
    ["errors of the machinery", item("run_1", { diverged: null }, "errored"), "not_tried"],
    ["runs that wait", item("run_1", null, "pending"), "not_tried"],
    [
      "answers on calls without a record",
      item("run_1", { passed: false, toolCalls: 4, missingCalls: 1 }, "incomparable"),
      "tools_not_recorded",
    ],
    ["answers that nobody could judge", item("run_1", { passed: null }, "incomparable"), "not_judged"],
  ])("is no verdict for %s", (_, given, reason) => {
    expect(read(given)[0]).toMatchObject({ candidate: null, reason });
  });
});

describe("the evidence of an evaluation", () => {
  const item = (caseId: string, n: number, evaluatorId: string, status: EvaluationItem["status"]): EvaluationItem => ({
    n, evaluatorId, runId: null, caseId, status, score: null, reason: null, attempts: 1, costUsd: 0, isSealed: false,
  }); // prettier-ignore
  const cases: GatedCase[] = ["cas_1", "cas_2", "cas_3"].map((id) => ({ id, runId: null, expected: null }));

  it("is a pass where all evaluators pass, a failure where one fails, and nothing where one says nothing", () => {
    const now = [
      item("cas_1", 0, "a", "passed"), item("cas_1", 0, "b", "passed"), item("cas_1", 1, "a", "passed"), item("cas_1", 1, "b", "failed"),
      item("cas_2", 2, "a", "passed"), item("cas_2", 2, "b", "errored"),
    ]; // prettier-ignore
    const found = evidenceOfEvaluation(cases, now, [item("cas_1", 0, "a", "passed")], { everPassed: new Set(), cohorts: new Map() });
    expect(found).toMatchObject([
      { baseline: { tries: 1, successes: 1 }, candidate: { tries: 2, successes: 1 }, reason: null },
      { baseline: null, candidate: null, reason: "not_judged" },
      { baseline: null, candidate: null, reason: "not_in_evidence" },
    ]);
  });
});
