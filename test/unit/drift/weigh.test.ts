import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logBayesFactor } from "../../../domain/statistics/approximate-bayes-factor.ts";
import { cmhScore } from "../../../domain/statistics/cmh-score.ts";
import { kitagawa } from "../../../domain/statistics/kitagawa.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { areConfounded } from "../../../domain/drift/confounded.ts";
import { beganTogether, groupsByOnset, partition } from "../../../domain/drift/group-detections.ts";
import { localise } from "../../../domain/drift/slice.ts";
import { symptomsOf, toolPart } from "../../../domain/drift/symptom.ts";
import type { Detection } from "../../../domain/drift/detection.ts";
import { namedId, timedId } from "../../../domain/drift/stable-id.ts";
import { dayMs, hourMs, startMs } from "./synthetic.ts";

describe("the stratified score", () => {
  const stratum = fc
    .record({
      n: fc.integer({ min: 1, max: 60 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
      of: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ n, share, rate, of }) => {
      const sum = Math.round(n * rate);
      const exposed = Math.round(n * share);
      const least = Math.max(0, sum + exposed - n);
      const exposedSum = Math.round(least + of * (Math.min(sum, exposed) - least));
      return { n, exposed, sum, exposedSum, sumSquares: sum };
    });

  test("has no negative variance, and swapping the arms turns the sign", () => {
    fc.assert(
      fc.property(fc.array(stratum, { maxLength: 6 }), (strata) => {
        const { u, v } = cmhScore(strata);
        const swapped = cmhScore(strata.map((s) => ({ ...s, exposed: s.n - s.exposed, exposedSum: s.sum - s.exposedSum })));
        expect(v).toBeGreaterThanOrEqual(0);
        expect(swapped.u).toBeCloseTo(-u, 9);
        expect(swapped.v).toBeCloseTo(v, 9);
        expect(Number.isFinite(logBayesFactor({ u, v }))).toBe(true);
      }),
    );
  });

  test("speaks against an effect when exposure makes no difference, the more runs the clearer", () => {
    const even = (n: number) => logBayesFactor(cmhScore([{ n, exposed: n / 2, sum: n / 5, exposedSum: n / 10, sumSquares: n / 5 }]));
    expect(even(1000)).toBeLessThan(even(100));
    expect(even(100)).toBeLessThan(0);
  });

  test("no comparison is no evidence", () => {
    expect(logBayesFactor(cmhScore([]))).toBe(0);
    expect(logBayesFactor(cmhScore([{ n: 50, exposed: 50, sum: 20, exposedSum: 20, sumSquares: 20 }]))).toBe(0);
  });
});

describe("the split into mix and within", () => {
  const group = fc
    .record({
      n0: fc.nat({ max: 80 }),
      n1: fc.nat({ max: 80 }),
      a: fc.double({ min: 0, max: 1, noNaN: true }),
      b: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ n0, n1, a, b }) => ({ n0, y0: n0 * a, n1, y1: n1 * b }));

  test("always adds up to the change, and is null without runs on a side", () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 10), (groups, shrink) => {
        const split = kitagawa(groups, shrink);
        const isEmpty = groups.every(({ n0 }) => n0 === 0) || groups.every(({ n1 }) => n1 === 0);
        expect(split === null).toBe(isEmpty);
        if (split !== null) expect(split.mix + split.within).toBeCloseTo(split.total, 12);
      }),
    );
  });

  test("calls a pure change of shares mix", () => {
    const split = kitagawa(
      [
        { n0: 800, y0: 720, n1: 400, y1: 360 },
        { n0: 200, y0: 100, n1: 600, y1: 300 },
      ],
      10,
    );
    expect((split?.mix ?? 0) / (split?.total ?? NaN)).toBeGreaterThan(0.97);
  });
});

describe("confounded exposures", () => {
  const exposure = (n: number, from: number) => Uint8Array.from({ length: n }, (_, i) => (i >= from ? 1 : 0));

  test.each([
    ["two runs apart, however the evidence differs", 1000, 2, 40, true],
    ["ten runs of a thousand apart with like evidence", 1000, 10, 1.5, true],
    ["ten runs of a thousand apart with clear evidence", 1000, 10, 2.5, false],
    ["forty runs of a thousand apart with like evidence", 1000, 40, 0, false],
  ])("%s", (_, n, apart, difference, expected) => {
    expect(areConfounded(exposure(n, 500), 20, exposure(n, 500 + apart), 20 - difference)).toBe(expected);
  });
});

describe("symptoms", () => {
  const detection = (dimension: string): Detection => ({
    dimension,
    kind: "duration",
    direction: "up",
    lane: "slow",
    detectedAtMs: startMs + dayMs,
    onset: { atMs: startMs, fromMs: startMs, toMs: startMs },
    cells: [],
    recoveredAtMs: null,
    baseline: { n: 1, value: 1 },
    current: { n: 1, value: 2 },
    effect: { measure: "x", value: 1, low: 0, high: 2 },
    evidence: { method: "x", value: 1, threshold: 1 },
  });
  const seen = (...dimensions: string[]) =>
    symptomsOf(dimensions.map(detection), [], startMs, startMs + dayMs).map(({ tool, sign, isMere }) => [tool, sign, isMere]);

  test.each([
    ["latency.tool.search_ms", { tool: "search", sign: "latency" }],
    ["tool.a.b.error_rate", { tool: "a.b", sign: "error_rate" }],
    ["tool.search.error_code", { tool: "search", sign: "error_rate" }],
    ["tool.search.args_shape", { tool: "search", sign: "arguments" }],
    ["tool.search.arg.city", { tool: "search", sign: "arguments" }],
    ["latency.run_ms", null],
    ["tools.mix", null],
  ])("%s speaks of %j", (dimension, expected) => {
    expect(toolPart(dimension)).toEqual(expected);
  });

  test("one slow tool is a symptom, two are not", () => {
    expect(seen("latency.tool.search_ms", "latency.run_ms")).toEqual([["search", "latency", false]]);
    expect(seen("latency.tool.search_ms", "latency.tool.buy_ms")).toEqual([]);
  });

  test("a slow tool of an agent that acts differently is a mere sign", () => {
    expect(seen("latency.tool.search_ms", "volume.steps")).toEqual([["search", "latency", true]]);
  });
});

describe("the slice scan", () => {
  const leaves = ["a", "b"].flatMap((x) =>
    ["1", "2", "3"].map((y) => ({ values: [x, y], n0: 500, bad0: 50, n1: 100, bad1: x === "b" && y === "2" ? 60 : 10 })),
  );

  test("finds the one combination that got worse", () => {
    const [first] = localise(["letter", "digit"], leaves).causes;
    expect(first).toMatchObject({
      where: [
        { attribute: "letter", value: "b" },
        { attribute: "digit", value: "2" },
      ],
      observed: 60,
      runs: 100,
    });
  });

  test("finds nothing when all parts got worse alike", () => {
    expect(
      localise(
        ["letter", "digit"],
        leaves.map((leaf) => ({ ...leaf, bad1: 40 })),
      ),
    ).toEqual({ rivals: [], causes: [] });
  });
});

describe("groups", () => {
  test("partition is the finest one that keeps linked items together", () => {
    fc.assert(
      fc.property(fc.nat({ max: 12 }), fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 15 }), (count, links) => {
        const classes = partition(count, (i, j) => links.some(([a, b]) => (a === i && b === j) || (a === j && b === i)));
        expect(classes.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        for (const [a, b] of links)
          if (a < count && b < count) expect(classes.findIndex((c) => c.includes(a))).toBe(classes.findIndex((c) => c.includes(b)));
      }),
    );
  });

  test("a drift of hardly known time follows the nearest one, and ties no two events together", () => {
    const at = (dimension: string, days: number, widthDays: number): Detection => ({
      dimension,
      kind: "proportion",
      direction: "up",
      lane: "slow",
      detectedAtMs: startMs + (days + 1) * dayMs,
      onset: { atMs: startMs + days * dayMs, fromMs: startMs + (days - widthDays) * dayMs, toMs: startMs + (days + 0.1) * dayMs },
      cells: [],
      recoveredAtMs: null,
      baseline: { n: 1, value: 1 },
      current: { n: 1, value: 2 },
      effect: { measure: "x", value: 1, low: 0, high: 2 },
      evidence: { method: "x", value: 1, threshold: 1 },
    });
    const first = [at("a", 2, 0.2), at("b", 2.3, 0.5)];
    const second = [at("c", 7, 0.2)];
    const vague = at("d", 6.8, 5);
    const members = (list: Detection[]): string[] =>
      groupsByOnset(list)
        .map((group) => group.map((i) => list[i]?.dimension).join(""))
        .sort();
    expect(members([...first, ...second])).toEqual(["ab", "c"]);
    expect(members([...first, ...second, vague])).toEqual(["ab", "cd"]);
    expect(members([vague, ...second, ...first])).toEqual(["ab", "dc"]);
    expect(members([vague, at("e", 5, 5)])).toEqual(["de"]);
  });

  test("what was over before another began is not one with it", () => {
    const at = (ms: number, recoveredAtMs: number | null): Detection => ({
      dimension: "x",
      kind: "proportion",
      direction: "up",
      lane: "slow",
      detectedAtMs: ms,
      onset: { atMs: ms, fromMs: ms - hourMs, toMs: ms + hourMs },
      cells: [],
      recoveredAtMs,
      baseline: { n: 1, value: 1 },
      current: { n: 1, value: 2 },
      effect: { measure: "x", value: 1, low: 0, high: 2 },
      evidence: { method: "x", value: 1, threshold: 1 },
    });
    expect(beganTogether(at(startMs, null), at(startMs + 20 * hourMs, null))).toBe(true);
    expect(beganTogether(at(startMs, startMs + 5 * hourMs), at(startMs + 20 * hourMs, null))).toBe(false);
  });
});

describe("stable ids", () => {
  test("sort by time, tell parts apart, and never change", () => {
    expect(timedId("drf_", startMs, ["a"]) < timedId("drf_", startMs + 1, ["a"])).toBe(true);
    expect(timedId("drf_", startMs, ["a"])).toMatch(/^drf_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(namedId("chg_", ["a", "bc"])).not.toBe(namedId("chg_", ["ab", "c"]));
    expect(namedId("chg_", ["bot", "model", "m-2", "m-2"])).toBe(namedId("chg_", ["bot", "model", "m-2", "m-2"]));
  });

  test("a seed gives one sequence, spread evenly", () => {
    const [a, b] = [seededRandom("x"), seededRandom("x")];
    const draws = Array.from({ length: 2000 }, () => a());
    expect(draws).toEqual(Array.from({ length: 2000 }, () => b()));
    expect(draws.reduce((sum, x) => sum + x, 0) / 2000).toBeCloseTo(0.5, 1);
  });
});
