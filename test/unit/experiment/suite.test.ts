// Which inputs are one case, which are sealed, and what an evaluation's numbers say of its items.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { evaluatorSummary, summaryOf } from "../../../domain/experiment/evaluation-summary.ts";
import type { EvaluationItem } from "../../../domain/experiment/evaluation.ts";
import { duplicateOf, inputFingerprint, isHeldOut, isNearDuplicate } from "../../../domain/experiment/suite.ts";

const long = "please tell me when the parcel that I ordered last week for my mother will arrive at her new house in town";

describe("two inputs", () => {
  test.each<[string, unknown, unknown, boolean]>([
    ["are one case where only numbers differ", "Where is order 1234?", "Where is order 98765?", true],
    ["are one case where only letter case differs", "Where is it?", "where IS it?", true],
    ["are one case with a tenth of the words changed", long, `${long} today`, true],
    ["are two cases where a word of few differs", "cancel the order", "return the order", false],
    ["are one case as data with other ids", { q: "help", id: 1 }, { q: "help", id: 2 }, true],
    ["are two cases as different data", { q: "help me" }, { topic: "refund now" }, false],
  ])("%s", (_, a, b, expected) => {
    expect(isNearDuplicate(inputFingerprint(a), inputFingerprint(b))).toBe(expected);
  });

  const given = (input: unknown, expected: unknown) => ({ input, expected, fingerprint: inputFingerprint(input) });

  it("are two cases where a person expects different things of them", () => {
    expect(duplicateOf(given("2 + 2", "4"), [given("3 + 5", "8")])).toBeNull();
    expect(duplicateOf(given("2 + 2", null), [given("3 + 5", "8")])).not.toBeNull();
    expect(duplicateOf(given("2 + 2", "5"), [given("2 + 2", "4")])).not.toBeNull();
  });

  it("are alike in both directions, and like themselves", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const [one, other] = [inputFingerprint(a), inputFingerprint(b)];
        expect(isNearDuplicate(one, one)).toBe(true);
        expect(isNearDuplicate(one, other)).toBe(isNearDuplicate(other, one));
      }),
    );
  });
});

it("seals about a fifth of the cases, and the same ones again", () => {
  const words =
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango".split(
      " ",
    );
  const prints = words.flatMap((a) => words.map((b) => inputFingerprint(`${a} asks ${b}`)));
  const sealed = prints.filter(isHeldOut).length;
  expect(sealed / prints.length).toBeGreaterThan(0.15);
  expect(sealed / prints.length).toBeLessThan(0.25);
  expect(prints.filter(isHeldOut)).toHaveLength(sealed);
});

const item = (n: number, status: EvaluationItem["status"], more: Partial<EvaluationItem> = {}): EvaluationItem => ({
  n,
  evaluatorId: "evr_1",
  runId: null,
  caseId: null,
  status,
  score: null,
  reason: null,
  attempts: 0,
  costUsd: 0,
  isSealed: false,
  ...more,
});

describe("the numbers of an evaluation", () => {
  it("keep what could not be judged out of the rate and in the coverage", () => {
    const words = ["passed", "errored", "passed", "errored", "passed", "failed", "errored", "passed", "passed", "passed"] as const;
    const found = summaryOf(words.map((status, n) => item(n, status)));
    expect(found.counts).toEqual({ passed: 6, failed: 1, errored: 3, skipped: 0, pending: 0 });
    expect(found.passRate).toBeCloseTo(6 / 7);
    expect(found.coverage).toBeCloseTo(0.7);
  });

  it("are null where nothing was judged, never 0", () => {
    expect(summaryOf([item(0, "errored"), item(1, "skipped")])).toMatchObject({ passRate: null, coverage: 0 });
    expect(summaryOf([])).toMatchObject({ passRate: null, coverage: null });
    expect(evaluatorSummary("evr_1", [item(0, "errored")], 1)).toMatchObject({ low: null, high: null, meanScore: null });
  });

  it("give pass^k over cases, and an interval that does not take repeats for cases", () => {
    // Case 0 passes 2 of 2, case 1 passes 1 of 2.
    const items = [item(0, "passed"), item(1, "passed"), item(2, "passed"), item(3, "failed")];
    const found = evaluatorSummary("evr_1", items, 2);
    expect(found.passHatK.map(({ k, value, cases }) => [k, value, cases])).toEqual([
      [1, 0.75, 2],
      [2, 0.5, 2],
    ]);
    const plain = evaluatorSummary("evr_1", items, 1);
    expect((found.high ?? 0) - (found.low ?? 0)).toBeGreaterThan((plain.high ?? 0) - (plain.low ?? 0));
  });

  it("are one evaluator's own", () => {
    const items = [item(0, "passed"), item(0, "failed", { evaluatorId: "evr_2" })];
    expect(evaluatorSummary("evr_1", items, 1).passRate).toBe(1);
    expect(evaluatorSummary("evr_2", items, 1).passRate).toBe(0);
  });
});
