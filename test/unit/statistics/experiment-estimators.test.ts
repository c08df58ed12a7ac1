// What the estimators of experiments, gates and trends hold for any counts: order, symmetry, bounds, and what they refuse.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../../domain/statistics/benjamini-hochberg.ts";
import { benjaminiYekutieli } from "../../../domain/statistics/benjamini-yekutieli.ts";
import { betOnHarm, betOnNoHarm, isWon, openWager } from "../../../domain/statistics/betting-e-process.ts";
import { bootstrapInterval } from "../../../domain/statistics/bootstrap-interval.ts";
import { chaoRichness } from "../../../domain/statistics/chao-richness.ts";
import { clopperPearson } from "../../../domain/statistics/clopper-pearson.ts";
import { cochranArmitage } from "../../../domain/statistics/cochran-armitage.ts";
import { differenceSequence, sequenceHalfWidth } from "../../../domain/statistics/confidence-sequence.ts";
import { designEffect, inflatedUnits } from "../../../domain/statistics/design-effect.ts";
import { dropProbability, judgeCase } from "../../../domain/statistics/flaky-case.ts";
import { sequentialBounds, pocockSpending } from "../../../domain/statistics/group-sequential.ts";
import { holm } from "../../../domain/statistics/holm.ts";
import { jeffreysInterval } from "../../../domain/statistics/jeffreys-interval.ts";
import { mcNemarOneSided } from "../../../domain/statistics/mcnemar-one-sided.ts";
import { mcNemar } from "../../../domain/statistics/mcnemar.ts";
import { neverSeenBound } from "../../../domain/statistics/never-seen.ts";
import { newcombeDifference } from "../../../domain/statistics/newcombe-difference.ts";
import { passAcrossTasks, passAtK, passHatK } from "../../../domain/statistics/pass-at-k.ts";
import { pearsonChiSquare } from "../../../domain/statistics/pearson-chi-square.ts";
import { pairsForNonInferiority, unitsForNonInferiority } from "../../../domain/statistics/sample-size-non-inferiority.ts";
import { proportionScore } from "../../../domain/statistics/score-test.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { tangoInterval, tangoLowerBound } from "../../../domain/statistics/tango-interval.ts";

const p = fc.double({ min: 0, max: 1, noNaN: true });
const pValues = fc.array(p, { maxLength: 12 });
const changes = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(200))
  .map(([worse, better, rest]) => ({ worse, better, pairs: worse + better + rest }));
const tries = fc.tuple(fc.nat(12), fc.nat(12)).map(([successes, rest]) => ({ successes, tries: successes + rest }));

describe("intervals of one rate", () => {
  test("hold the rate, turn over with the counts, and know nothing of no runs", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (k, rest) => {
        const n = k + rest;
        for (const interval of [clopperPearson, jeffreysInterval]) {
          const [found, turned] = [interval(k, n), interval(rest, n)];
          if (n === 0) {
            expect(found).toBeNull();
            return;
          }
          expect(found?.low).toBeLessThanOrEqual(k / n);
          expect(found?.high).toBeGreaterThanOrEqual(k / n);
          expect(found?.low).toBeCloseTo(1 - (turned?.high ?? Number.NaN), 8);
        }
      }),
    );
  });
  test("the exact one holds Jeffreys', and both grow with the level", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (k, rest) => {
        const n = k + rest;
        expect(clopperPearson(k, n)?.low).toBeLessThan(jeffreysInterval(k, n)?.low ?? 0);
        expect(clopperPearson(k, n)?.high).toBeGreaterThan(jeffreysInterval(k, n)?.high ?? 1);
        expect(clopperPearson(k, n, 0.99)?.low).toBeLessThan(clopperPearson(k, n, 0.9)?.low ?? 0);
        expect(jeffreysInterval(k, n, 0.99)?.high).toBeGreaterThan(jeffreysInterval(k, n, 0.9)?.high ?? 1);
      }),
    );
  });
  test("what was never seen is bounded by the exact one-sided interval, which is about three in n", () => {
    for (const n of [1, 20, 300, 5000]) expect(neverSeenBound(n)).toBeCloseTo(clopperPearson(0, n, 0.9)?.high ?? Number.NaN, 9);
    expect(neverSeenBound(3000) * 3000).toBeCloseTo(3, 1);
    expect(neverSeenBound(0)).toBe(1);
  });
});

describe("many p-values", () => {
  test("adjusted ones are never smaller, at most 1, in the same order; Yekutieli asks for no less than Hochberg", () => {
    fc.assert(
      fc.property(pValues, (list) => {
        const ways = [holm(list), benjaminiYekutieli(list)];
        for (const adjusted of ways) {
          expect(adjusted.length).toBe(list.length);
          for (const [i, value] of adjusted.entries()) {
            expect(value).toBeGreaterThanOrEqual((list[i] ?? 0) - 1e-12);
            expect(value).toBeLessThanOrEqual(1);
            for (const [j, other] of adjusted.entries()) if ((list[i] ?? 0) < (list[j] ?? 0)) expect(value).toBeLessThanOrEqual(other);
          }
        }
        for (const [i, value] of benjaminiHochberg(list).entries()) expect(ways[1]?.[i]).toBeGreaterThanOrEqual(value - 1e-12);
      }),
    );
  });
  test("one alone stays what it is", () => {
    expect(holm([0.03])).toEqual([0.03]);
    expect(benjaminiYekutieli([0.03])).toEqual([0.03]);
  });
});

describe("pairs of yes and no", () => {
  test("one side and its twin share the changed pairs and count an even split twice", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), (worse, better) => {
        const [one, twin] = [mcNemarOneSided(worse, better), mcNemarOneSided(better, worse)];
        if (worse + better === 0) {
          expect(one).toBe(1);
          return;
        }
        expect(one + twin).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(mcNemar(worse, better).exact).toBeCloseTo(Math.min(1, 2 * Math.min(one, twin)), 9);
      }),
    );
  });
  test("Tango's interval holds the difference, lies in [−1, 1], turns over with the sides, and its ends solve the score", () => {
    fc.assert(
      fc.property(changes, (counts) => {
        const found = tangoInterval(counts);
        if (counts.pairs === 0) {
          expect(found).toBeNull();
          return;
        }
        const { difference, low, high } = found ?? { difference: Number.NaN, low: Number.NaN, high: Number.NaN };
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        const turned = tangoInterval({ ...counts, worse: counts.better, better: counts.worse });
        expect(turned?.low).toBeCloseTo(-high, 9);
        expect(tangoLowerBound(counts, 0.975)).toBeCloseTo(low, 9);
        expect(tangoLowerBound(counts) ?? -2).toBeGreaterThanOrEqual(low);
      }),
    );
  });
  test("more pairs of the same kind narrow it", () => {
    const width = (times: number): number => {
      const found = tangoInterval({ worse: 3 * times, better: 5 * times, pairs: 40 * times });
      return (found?.high ?? 1) - (found?.low ?? -1);
    };
    expect(width(1)).toBeGreaterThan(width(4));
    expect(width(4)).toBeGreaterThan(width(50));
  });
  test("all pairs worse is the least there is", () => {
    const found = tangoInterval({ worse: 20, better: 0, pairs: 20 });
    expect(found?.difference).toBe(-1);
    expect(found?.low).toBeCloseTo(-1, 9);
    expect(found?.high).toBeLessThan(-0.5);
  });
});

test("Newcombe's interval at a smaller z lies inside the usual one, and at 1.96 is the usual one", () => {
  const [usual, narrow] = [newcombeDifference(30, 40, 25, 50), newcombeDifference(30, 40, 25, 50, 1.6448536269514722)];
  expect(narrow?.low).toBeGreaterThan(usual?.low ?? 1);
  expect(narrow?.high).toBeLessThan(usual?.high ?? -1);
  expect(newcombeDifference(30, 40, 25, 50, 1.959963984540054)).toEqual(usual);
});

describe("the trend of a rate", () => {
  const counts = fc.array(
    fc.tuple(fc.nat(50), fc.nat(50)).map(([y, rest]) => ({ y, n: y + rest })),
    { minLength: 2, maxLength: 9 },
  );
  const trendOf = (weeks: readonly { y: number; n: number }[], allows = false): ReturnType<typeof cochranArmitage> =>
    cochranArmitage(
      weeks.map(({ y }) => y),
      weeks.map(({ n }) => n),
      undefined,
      allows,
    );
  test("turns over with time, is not moved by where time begins or its unit, and noise beside it only weakens it", () => {
    fc.assert(
      fc.property(counts, (weeks) => {
        const found = trendOf(weeks);
        if (found === null) return;
        const [y, n] = [weeks.map((week) => week.y), weeks.map((week) => week.n)];
        expect(trendOf(weeks.toReversed())?.z).toBeCloseTo(-found.z, 6);
        expect(
          cochranArmitage(
            y,
            n,
            y.map((_, i) => 100 + 7 * i),
          )?.z,
        ).toBeCloseTo(found.z, 6);
        const cautious = trendOf(weeks, true);
        expect(cautious?.phi).toBeGreaterThanOrEqual(1);
        expect(Math.abs(cautious?.z ?? Infinity)).toBeLessThanOrEqual(Math.abs(found.z) + 1e-12);
        expect(Math.sign(found.slope)).toBe(Math.sign(found.z));
      }),
    );
  });
  test("of two periods is the score of two proportions", () =>
    expect(cochranArmitage([12, 30], [50, 70])?.z).toBeCloseTo(proportionScore(12, 50, 30, 70), 12));
  test("refuses one period, no runs, and rates that never vary", () => {
    expect(cochranArmitage([5], [10])).toBeNull();
    expect(cochranArmitage([], [])).toBeNull();
    expect(cochranArmitage([5, 0, 0], [10, 0, 0])).toBeNull();
    expect(cochranArmitage([0, 0], [10, 20])).toBeNull();
    expect(cochranArmitage([10, 20], [10, 20])).toBeNull();
  });
});

describe("looking at any time", () => {
  test("the sequence is wider than one look, least so around what was planned, and narrows as runs come", () => {
    const inflation = (n: number): number => sequenceHalfWidth(1, n, 1000) / 1.959963984540054;
    expect(inflation(1000)).toBeCloseTo(1.5486, 3);
    expect(inflation(50)).toBeGreaterThan(inflation(1000));
    expect(inflation(100_000)).toBeGreaterThan(inflation(1000));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 10, max: 1e5 }), (n, planned) => {
        expect(sequenceHalfWidth(0.5 / Math.sqrt(n), n, planned)).toBeGreaterThan((1.96 * 0.5) / Math.sqrt(n));
        expect(sequenceHalfWidth(0.5 / Math.sqrt(2 * n), 2 * n, planned)).toBeLessThan(sequenceHalfWidth(0.5 / Math.sqrt(n), n, planned));
      }),
    );
  });
  test("says nothing below fifty runs of an arm, and is not certain of an arm without failures", () => {
    expect(differenceSequence([40, 49], [40, 500], 1000)).toBeNull();
    const sure = differenceSequence([50, 50], [50, 50], 1000);
    expect(sure?.difference).toBe(0);
    expect(sure?.low).toBeLessThan(-0.05);
    expect(sure?.high).toBeGreaterThan(0.05);
  });
  test("Pocock's bounds are nearly equal, spend all at the end, and a look without news asks for the unreachable", () => {
    const bounds = sequentialBounds([0.25, 0.5, 0.5, 1], 0.05, pocockSpending);
    expect(bounds[2]).toBe(12);
    expect(Math.abs((bounds[0] ?? 0) - (bounds[3] ?? 9))).toBeLessThan(0.2);
    expect(sequentialBounds([1], 0.05, pocockSpending)[0]).toBeCloseTo(1.96, 2);
  });
});

describe("bets", () => {
  const results = fc.array(fc.record({ baseline: p, candidate: p }), { maxLength: 60 });
  test("on harm and on no harm are mirrored, never lose everything, and stay won", () => {
    fc.assert(
      fc.property(results, fc.double({ min: 0, max: 0.5, noNaN: true }), (list, margin) => {
        let [harm, mirrored, most] = [openWager, openWager, 0];
        for (const { baseline, candidate } of list) {
          harm = betOnHarm(harm, { baseline, candidate }, margin);
          mirrored = betOnNoHarm(mirrored, { baseline: candidate, candidate: baseline }, -margin);
          expect(Number.isFinite(harm.logWealth)).toBe(true);
          most = Math.max(most, harm.logWealth);
          expect(harm.mostLogWealth).toBe(most);
        }
        expect(mirrored.logWealth).toBeCloseTo(harm.logWealth, 9);
        expect(harm.n).toBe(list.length);
      }),
    );
  });
  test("stake nothing before anything is known, and win against a candidate that always fails", () => {
    let wager = betOnHarm(openWager, { baseline: 1, candidate: 0 }, 0);
    expect(wager.logWealth).toBe(0);
    while (!isWon(wager)) wager = betOnHarm(wager, { baseline: 1, candidate: 0 }, 0.05);
    expect(wager.n).toBeLessThan(20);
    for (let i = 0; i < 500; i++) wager = betOnHarm(wager, { baseline: 0, candidate: 1 }, 0.05);
    expect(isWon(wager)).toBe(true);
  });
});

describe("repeated tries", () => {
  test("all of k is no likelier than one of k, both are the rate at k = 1, and harder as k grows", () => {
    fc.assert(
      fc.property(tries, fc.integer({ min: 1, max: 12 }), (task, k) => {
        const [all, one] = [passHatK(task, k), passAtK(task, k)];
        if (task.tries < k) {
          expect([all, one]).toEqual([null, null]);
          return;
        }
        expect(all ?? 2).toBeLessThanOrEqual((one ?? -1) + 1e-12);
        expect(passHatK(task, 1)).toBeCloseTo(task.successes / task.tries, 12);
        expect(passAtK(task, 1)).toBeCloseTo(task.successes / task.tries, 12);
        if (k > 1) expect(all ?? 2).toBeLessThanOrEqual((passHatK(task, k - 1) ?? -1) + 1e-12);
      }),
    );
  });
  test("tasks tried too rarely are left out and counted; the interval is the same for the same seed", () => {
    const tasks = [
      { tries: 4, successes: 4 },
      { tries: 4, successes: 2 },
      { tries: 4, successes: 0 },
      { tries: 2, successes: 2 },
    ];
    const found = passAcrossTasks(tasks, 3, "all_of_k", seededRandom("a"));
    expect(found).toEqual(passAcrossTasks(tasks, 3, "all_of_k", seededRandom("a")));
    expect(found?.value).toBeCloseTo(1 / 3, 12);
    expect([found?.tasks, found?.leftOut]).toEqual([3, 1]);
    expect(found?.interval?.low).toBe(0);
    expect(passAcrossTasks(tasks, 3, "one_of_k", seededRandom("a"))?.value).toBeCloseTo(2 / 3, 12);
    expect(passAcrossTasks(tasks.slice(3), 3, "all_of_k", seededRandom("a"))).toBeNull();
    expect(passAcrossTasks(tasks.slice(0, 1), 3, "all_of_k", seededRandom("a"))).toEqual({
      value: 1,
      interval: null,
      tasks: 1,
      leftOut: 0,
    });
    expect(passHatK({ tries: 4, successes: 4 }, 0)).toBeNull();
  });
  test("a drop of a case is a probability, surer the more it drops; untried cases have none", () => {
    fc.assert(
      fc.property(tries, tries, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (was, is, drop) => {
        const found = dropProbability(was, is, drop);
        if (was.tries === 0 || is.tries === 0) {
          expect([found, judgeCase(was, is)]).toEqual([null, "insufficient_data"]);
          return;
        }
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1);
        expect(dropProbability(was, is, drop / 2)).toBeGreaterThanOrEqual((found ?? 2) - 1e-9);
        if (is.successes > 0)
          expect(dropProbability(was, { ...is, successes: is.successes - 1 }, drop)).toBeGreaterThanOrEqual((found ?? 2) - 1e-9);
      }),
    );
  });
  test.each([
    [{ tries: 10, successes: 10 }, { tries: 10, successes: 2 }, "regressed"],
    [{ tries: 1, successes: 1 }, { tries: 1, successes: 0 }, "not_regressed"],
    [{ tries: 10, successes: 5 }, { tries: 10, successes: 0 }, "quarantined"],
    [{ tries: 10, successes: 2 }, { tries: 10, successes: 10 }, "not_regressed"],
    [{ tries: 10, successes: 10 }, { tries: 0, successes: 0 }, "insufficient_data"],
  ])("a case that went from %o to %o is %s", (was, is, change) => expect(judgeCase(was, is)).toBe(change));
});

describe("drawing items again", () => {
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  test("an interval of equal items has no width, lies within the items, and needs two", () => {
    expect(bootstrapInterval([3, 3, 3], mean, seededRandom("x"))).toEqual({ value: 3, low: 3, high: 3 });
    const found = bootstrapInterval([1, 2, 3, 10], mean, seededRandom("x"));
    expect(found?.low).toBeGreaterThanOrEqual(1);
    expect(found?.high).toBeLessThanOrEqual(10);
    expect(bootstrapInterval([1], mean, seededRandom("x"))).toBeNull();
  });
  test("draws without an answer are left out, and too many of them are a refusal", () => {
    const ratio = (list: readonly { cost: number; solved: number }[]): number | null => {
      const solved = list.reduce((sum, one) => sum + one.solved, 0);
      return solved === 0 ? null : list.reduce((sum, one) => sum + one.cost, 0) / solved;
    };
    const often = Array.from({ length: 10 }, (_, i) => ({ cost: 1 + i, solved: i % 2 }));
    expect(bootstrapInterval(often, ratio, seededRandom("x"))?.value).toBe(11);
    const rarely = Array.from({ length: 3 }, (_, i) => ({ cost: 1, solved: i === 0 ? 1 : 0 }));
    expect(bootstrapInterval(rarely, (list) => (ratio(list) === 3 ? 3 : null), seededRandom("x"))).toBeNull();
  });
});

test("tables of any size: proportional rows say nothing, order does not matter, and half-empty tables are refused", () => {
  expect(
    pearsonChiSquare([
      [10, 20, 30],
      [20, 40, 60],
    ])?.statistic,
  ).toBeCloseTo(0, 12);
  const rows = [
    [30, 20, 10],
    [25, 25, 5],
    [40, 10, 9],
  ];
  expect(pearsonChiSquare(rows.toReversed())?.statistic).toBeCloseTo(pearsonChiSquare(rows)?.statistic ?? Number.NaN, 9);
  expect(pearsonChiSquare([...rows.map((row) => [...row, 0]), [0, 0, 0, 0]])).toEqual(pearsonChiSquare(rows));
  expect(pearsonChiSquare([[5, 7]])).toBeNull();
  expect(
    pearsonChiSquare([
      [5, 0],
      [7, 0],
    ]),
  ).toBeNull();
  expect(pearsonChiSquare([])).toBeNull();
});

test("kinds in all are at least those seen, also where none was met twice", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 20 }), (counts) => {
      const seen = counts.filter((count) => count > 0).length;
      const found = chaoRichness(counts);
      if (seen === 0) {
        expect(found).toBeNull();
        return;
      }
      expect(found).toBeGreaterThanOrEqual(seen);
    }),
  );
  expect(chaoRichness([1, 1, 1])).toBe(6);
});

describe("how much is needed", () => {
  test("gates need more for a smaller margin, for more power, and pairs as many as differ", () => {
    expect(unitsForNonInferiority(0.9, 0.02) ?? 0).toBeGreaterThan(unitsForNonInferiority(0.9, 0.05) ?? Infinity);
    expect(unitsForNonInferiority(0.9, 0.05, { power: 0.9 }) ?? 0).toBeGreaterThan(unitsForNonInferiority(0.9, 0.05) ?? Infinity);
    // pairs that differ as two independent arms would need as many pairs as an arm has units
    expect(pairsForNonInferiority(0.18, 0.05)).toBe(unitsForNonInferiority(0.9, 0.05));
    expect([unitsForNonInferiority(0.9, 0), pairsForNonInferiority(0.1, 0)]).toEqual([null, null]);
  });
  test("runs that resemble each other count for less, and never for more", () => {
    expect(designEffect(5, 0.25)).toBe(2);
    expect(designEffect(1, 0.9)).toBe(1);
    expect(designEffect(4, -0.5)).toBe(1);
    expect(inflatedUnits(683, 5, 0.1)).toBe(957);
  });
});
