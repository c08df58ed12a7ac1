import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareLooks } from "../../../domain/experiment/compare-looks.ts";
import { comparePairs, compareSamples, compareTotals } from "../../../domain/experiment/compare-means.ts";
import { compareCounts, compareStrata, compareUnits, type Counts, type Exposure } from "../../../domain/experiment/compare-proportion.ts";
import type { Goal } from "../../../domain/experiment/comparison.ts";
import { sampleRatio } from "../../../domain/experiment/sample-ratio.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

describe("two rates", () => {
  test.each<[Counts, Counts, Goal, string, string]>([
    [[30, 30], [30, 30], "increase", "no_difference", "none"],
    [[17, 20], [16, 20], "increase", "no_difference", "none"],
    [[0, 40], [12, 40], "increase", "candidate_better", "promote"],
    [[0, 40], [12, 40], "decrease", "candidate_worse", "abort"],
    [[45, 50], [37, 50], "increase", "inconclusive", "continue"],
    [[1, 1], [0, 1], "increase", "insufficient_data", "continue"],
    [[3, 3], [0, 3], "increase", "insufficient_data", "continue"],
    [[45, 50], [0, 0], "increase", "insufficient_data", "continue"],
    [[0, 0], [0, 0], "decrease", "insufficient_data", "continue"],
    [[40_000, 50_000], [41_000, 50_000], "increase", "candidate_better", "promote"],
  ])("%j against %j, to %s: %s, so %s", (baseline, candidate, goal, verdict, action) => {
    const found = compareCounts(baseline, candidate, goal);
    expect(found).toMatchObject({ verdict, action, alarm: verdict === "candidate_worse" });
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
  });
  test("an empty arm has no rate, never 0", () => {
    expect(compareCounts([45, 50], [0, 0], "increase")).toMatchObject({ candidate: { n: 0, value: null }, difference: null, p_or_e: null });
  });
  test("turning arms and goal over turns nothing but the sign of the difference", () => {
    const arm = fc.integer({ min: 0, max: 60 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(arm, arm, (first, second) => {
        const [there, back] = [compareCounts(first, second, "increase"), compareCounts(second, first, "decrease")];
        expect(back.verdict).toBe(there.verdict);
        expect(back.p_or_e ?? 0).toBeCloseTo(there.p_or_e ?? 0, 9);
      }),
    );
  });
  test("equal rates are called different in at most five of a hundred comparisons", () => {
    const random = seededRandom("type I");
    let wrong = 0;
    const draw = (): Counts => [Array.from({ length: 100 }, random).filter((u) => u < 0.8).length, 100];
    for (let run = 0; run < 1_000; run++) {
      const { verdict } = compareCounts(draw(), draw(), "increase");
      if (verdict === "candidate_better" || verdict === "candidate_worse") wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(60);
  });
});

describe("strata", () => {
  const simpson = compareStrata(
    [
      { baseline: [180, 200], candidate: [48, 50] },
      { baseline: [20, 50], candidate: [92, 200] },
    ],
    "increase",
  );
  test("a candidate that got harder cases is not called worse, and the mix is flagged", () => {
    expect(simpson).toMatchObject({ verdict: "inconclusive", action: "continue", flags: ["segment_mix_differs"] });
    expect(simpson.adjusted?.direction).toBe("candidate_better");
    expect(simpson.adjusted?.odds_ratio).toBeCloseTo(1.476, 3);
    expect(simpson.adjusted?.p_or_e).toBeCloseTo(0.236, 3);
    expect(simpson.candidate.value).toBeCloseTo(0.56, 9);
  });
  test("a difference in every stratum is found, with an even mix unflagged", () => {
    const found = compareStrata(
      [
        { baseline: [150, 200], candidate: [180, 200] },
        { baseline: [80, 200], candidate: [120, 200] },
      ],
      "increase",
    );
    expect(found).toMatchObject({ verdict: "candidate_better", flags: [] });
  });
  test("strata with one arm only say nothing", () => {
    expect(compareStrata([{ baseline: [5, 50], candidate: [0, 0] }], "increase")).toMatchObject({
      verdict: "insufficient_data",
      adjusted: null,
    });
  });
});

describe("looks", () => {
  const looks = (...counts: [Counts, Counts][]) => counts.map(([baseline, candidate]) => ({ baseline, candidate }));
  const planned = { looks: 5, n: 500 };
  test("an early lead that a single test would believe is not decisive yet", () => {
    const lead = looks([
      [80, 100],
      [91, 100],
    ]);
    expect(compareCounts([80, 100], [91, 100], "increase").verdict).toBe("candidate_better");
    expect(compareLooks(lead, planned, "increase")).toMatchObject({ verdict: "inconclusive", action: "continue" });
  });
  test.each<[string, [Counts, Counts][], string, string]>([
    [
      "an overwhelming early loss aborts",
      [
        [
          [90, 100],
          [30, 100],
        ],
      ],
      "candidate_worse",
      "abort",
    ],
    [
      "a steady lead is decisive at the end",
      [1, 2, 3, 4, 5].map((i): [Counts, Counts] => [
        [80 * i, 100 * i],
        [87 * i, 100 * i],
      ]),
      "candidate_better",
      "promote",
    ],
    [
      "no lead is no difference at the end, and not before",
      [1, 2, 3, 4, 5].map((i): [Counts, Counts] => [
        [80 * i, 100 * i],
        [80 * i, 100 * i],
      ]),
      "no_difference",
      "none",
    ],
    [
      "no lead half way leaves looks to come",
      [1, 2].map((i): [Counts, Counts] => [
        [80 * i, 100 * i],
        [80 * i, 100 * i],
      ]),
      "inconclusive",
      "continue",
    ],
    [
      "nobody seen yet is no data",
      [
        [
          [0, 0],
          [0, 0],
        ],
      ],
      "insufficient_data",
      "continue",
    ],
  ])("%s", (_, counts, verdict, action) => {
    const found = compareLooks(looks(...counts), planned, "increase");
    expect(found).toMatchObject({ verdict, action });
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
  });
  test("a look at which nothing new was seen decides nothing", () => {
    const twice: [Counts, Counts] = [
      [80, 100],
      [80, 100],
    ];
    expect(compareLooks(looks(twice, twice), planned, "increase").verdict).toBe("inconclusive");
  });
});

test("a unit counts once, in one arm, and only from its exposure on", () => {
  const exposed = (unit: string, arm: Exposure["arm"], atMs: number): Exposure => ({ unit, arm, atMs });
  const exposures = [
    ...Array.from({ length: 20 }, (_, i) => exposed(`u${i + 1}`, "baseline", i + 1)),
    ...Array.from({ length: 20 }, (_, i) => exposed(`u${i + 21}`, "candidate", i + 21)),
    exposed("u3", "candidate", 50),
    exposed("u7", "baseline", 51),
    exposed("u7", "baseline", 52),
  ];
  const outcomes = [
    ["u1", 100],
    ["u2", 100],
    ["u7", 101],
    ["u7", 102],
    ["u9", 0.5],
    ["u21", 100],
    ["u22", 100],
    ["u99", 100],
  ].map(([unit, atMs]) => ({ unit: String(unit), atMs: Number(atMs) }));
  expect(compareUnits(exposures, outcomes, "increase")).toMatchObject({
    baseline: { n: 19, successes: 3 },
    candidate: { n: 20, successes: 2 },
    mixed_units: 1,
  });
});

describe("numbers", () => {
  const around = (middle: number, seed: string): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 30 }, () => middle + 60 * (random() - random()));
  };
  test.each<[string, number[], number[], Goal, string]>([
    ["lower latency where lower is better", around(1200, "a"), around(880, "b"), "decrease", "candidate_better"],
    ["the same where higher is better", around(1200, "a"), around(880, "b"), "increase", "candidate_worse"],
    ["alike", around(100, "c"), around(100, "c"), "decrease", "no_difference"],
    ["constants that differ", Array(20).fill(5), Array(20).fill(7), "decrease", "no_variance"],
    ["constants that agree", Array(20).fill(5), Array(20).fill(5), "decrease", "no_difference"],
    ["four values", [1, 2, 3, 4], [11, 12, 13, 14], "increase", "insufficient_data"],
    ["nothing", [], [1, 2, 3], "increase", "insufficient_data"],
  ])("%s: %#", (_, baseline, candidate, goal, verdict) => {
    const found = compareSamples(baseline, candidate, goal);
    expect(found.verdict).toBe(verdict);
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
  });
  test("a ratio without a denominator is unknown, and totals alone decide nothing", () => {
    const spent = { numerator: 4.2, denominator: 21 };
    expect(compareTotals(spent, { numerator: 3.9, denominator: 0 }, "decrease")).toMatchObject({
      verdict: "insufficient_data",
      baseline: { value: 0.2 },
      candidate: { value: null },
    });
    expect(compareTotals(spent, { numerator: 2, denominator: 20 }, "decrease")).toMatchObject({ verdict: "inconclusive", p_or_e: null });
  });
  test.each<[string, [number, number][], string]>([
    [
      "eight of nine that changed got better",
      [...Array<[number, number]>(8).fill([0, 1]), [1, 0], ...Array<[number, number]>(20).fill([1, 1])],
      "candidate_better",
    ],
    ["as many better as worse", [[0, 1], [1, 0], ...Array<[number, number]>(20).fill([1, 1])], "no_difference"],
    [
      "four pairs",
      [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      "insufficient_data",
    ],
    ["no pairs", [], "insufficient_data"],
    [
      "scores that all rise a little",
      Array.from({ length: 12 }, (_, i): [number, number] => [0.5 + i / 100, 0.6 + (i % 3) / 50 + i / 100]),
      "candidate_better",
    ],
    ["scores that rise by exactly the same", Array.from({ length: 12 }, (): [number, number] => [2, 3]), "no_variance"],
  ])("pairs: %s", (_, pairs, verdict) => {
    const found = comparePairs(pairs, "increase");
    expect(found.verdict).toBe(verdict);
    expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
  });
});

test.each<[string, number[], number[], string]>([
  ["an empty arm", [1 / 3, 1 / 3, 1 / 3], [0, 5_000, 5_010], "mismatch"],
  ["as designed", [0.95, 0.05], [9_500, 500], "match"],
  ["off the design", [0.95, 0.05], [9_500, 620], "mismatch"],
  ["just started", [0.5, 0.5], [2, 0], "insufficient_data"],
  ["even noise", [0.5, 0.5], [5_050, 4_950], "match"],
  ["an arm of weight zero", [0.5, 0.5, 0], [500, 503, 0], "match"],
  ["units in an arm of weight zero", [0.5, 0.5, 0], [500, 503, 9], "mismatch"],
  ["broken", [1, 1], [5_300, 4_700], "mismatch"],
  ["nobody", [1, 1], [0, 0], "insufficient_data"],
])("a traffic split: %s is a %s", (_, weights, units, verdict) => {
  const found = sampleRatio(weights, units);
  expect([found.verdict, found.srm]).toEqual([verdict, verdict === "mismatch"]);
});
test("the p of a split is that of chi-square", () => {
  expect(sampleRatio([0.5, 0.5], [5_050, 4_950]).p).toBeCloseTo(0.3173105, 6);
  expect(sampleRatio([0.95, 0.05], [9_500, 620]).p).toBeCloseTo(2.0e-7, 8);
});
