import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { allocate, chooseRuns, type HistoryItem } from "../../../domain/experiment/sampling.ts";
import { replayPlan } from "../../../domain/experiment/replay-plan.ts";
import { clusteredMean } from "../../../domain/statistics/clustered-mean.ts";
import { meanOfDifferences } from "../../../domain/statistics/student-t.ts";

const history = (n: number, of: (i: number) => Partial<HistoryItem> = () => ({})): HistoryItem[] =>
  Array.from({ length: n }, (_, i) => ({ id: `run_${i}`, cohort: null, signals: [], ...of(i) }));

describe("the runs of a sample", () => {
  test.each<[number | "all", number]>([
    ["all", 200],
    [50, 50],
    [500, 200],
    [0.1, 20],
    [0.001, 1],
    [1, 200],
  ])("%s of 200 runs are %s", (n, expected) => {
    const { ids, plan } = chooseRuns(history(200), n, null);
    expect(new Set(ids).size).toBe(expected);
    expect(plan).toMatchObject({ inRange: 200, runs: expected, coverage: expected / 200 });
  });

  it("are the same again, whatever the order, and a smaller sample lies within a larger one", () => {
    const all = history(300);
    const few = chooseRuns(all, 30, null).ids;
    expect(chooseRuns(all.toReversed(), 30, null).ids.toSorted()).toEqual(few.toSorted());
    expect(chooseRuns(all, 60, null).ids).toEqual(expect.arrayContaining(few));
  });

  it("have each cohort and signal by its share, none left out, and say how far they reach", () => {
    const all = history(1_000, (i) => ({
      cohort: i % 10 === 0 ? "pro" : "free",
      signals: i === 7 ? ["rare", "common"] : i % 2 === 0 ? ["common"] : [],
    }));
    const { ids, plan } = chooseRuns(all, 100, { attribute: "plan", signals: true });
    expect(ids).toHaveLength(100);
    expect(ids).toContain("run_7");
    expect(plan.strata.reduce((sum, { inRange }) => sum + inRange, 0)).toBe(1_000);
    for (const { inRange, runs } of plan.strata) expect(Math.abs(runs - inRange / 10)).toBeLessThanOrEqual(1);
    expect(plan.text).toContain("100 runs of 1,000 (10 %)");
  });

  it("say which strata a sample has no room for", () => {
    const { plan } = chooseRuns(
      history(10, (i) => ({ cohort: String(i) })),
      4,
      { attribute: "plan", signals: false },
    );
    expect(plan.strata.filter(({ runs }) => runs === 0)).toHaveLength(6);
    expect(plan.text).toContain("6 strata have no run in it");
  });
});

describe("shares of strata", () => {
  it("add up, fit, and leave none out that there is room for", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 600 }),
        (sizes, wanted) => {
          const given = allocate(sizes, wanted);
          const total = sizes.reduce((a, b) => a + b, 0);
          expect(given.reduce((a, b) => a + b, 0)).toBe(Math.min(total, wanted));
          given.forEach((one, i) => expect(one).toBeLessThanOrEqual(sizes[i] ?? 0));
          if (wanted >= sizes.length) expect(Math.min(...given)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

describe("the plan of a replay", () => {
  test.each<[string, object, boolean]>([
    ["runs", { runs: ["a"] }, true],
    ["a sample", { sample: "all" }, true],
    ["a stratified sample", { sample: { n: 50, by: { attribute: "plan" } } }, true],
    ["both", { runs: ["a"], sample: 10 }, false],
    ["neither", { matching: "fifo" }, false],
    ["one run and a half", { sample: 1.5 }, false],
    ["a matching that is none", { runs: ["a"], matching: "fuzzy" }, false],
  ])("with %s is taken or refused", (_, plan, isTaken) => {
    expect(replayPlan.safeParse(plan).success).toBe(isTaken);
  });
});

describe("the mean of clusters", () => {
  it("is the plain t interval where every value is alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 30 }), (values) => {
        const [alone, plain] = [clusteredMean(values.map((value) => [value])), meanOfDifferences(values)];
        for (const key of ["difference", "low", "high", "standardError"] as const)
          expect(alone?.[key]).toBeCloseTo(plain?.[key] ?? Number.NaN, 9);
      }),
    );
  });

  it("knows as little of a cluster repeated as of one value", () => {
    // By hand: the clusters' sums about the mean of 1/4 are 3/2, −1/2, 3/2, −5/2; √(4/3 · 11 / 8²).
    const pairs = clusteredMean([
      [1, 1],
      [0, 0],
      [1, 1],
      [-1, -1],
    ]);
    expect(pairs?.standardError).toBeCloseTo(clusteredMean([[1], [0], [1], [-1]])?.standardError ?? 0, 12);
    expect(pairs?.standardError).toBeCloseTo(Math.sqrt((4 / 3) * (11 / 64)), 12);
  });
});
