// What the estimators of experiments promise about error and coverage, by enumeration where that is possible and else by simulation from fixed
// seeds. Limits are the stated level and four Monte Carlo errors; the bench holds the same promises over many more repetitions.
import gammaln from "@stdlib/math-base-special-gammaln";
import { describe, expect, test } from "vitest";
import { drawsFrom, type Draws } from "../../../bench/quality/simulate-draws.ts";
import { benjaminiYekutieli } from "../../../domain/statistics/benjamini-yekutieli.ts";
import { betOnHarm, betOnNoHarm, isWon, openWager, type Wager } from "../../../domain/statistics/betting-e-process.ts";
import { bootstrapInterval } from "../../../domain/statistics/bootstrap-interval.ts";
import { clopperPearson } from "../../../domain/statistics/clopper-pearson.ts";
import { cochranArmitage } from "../../../domain/statistics/cochran-armitage.ts";
import { differenceSequence } from "../../../domain/statistics/confidence-sequence.ts";
import { judgeCase } from "../../../domain/statistics/flaky-case.ts";
import { pocockSpending, sequentialBounds } from "../../../domain/statistics/group-sequential.ts";
import { holm } from "../../../domain/statistics/holm.ts";
import { jeffreysInterval } from "../../../domain/statistics/jeffreys-interval.ts";
import { mcNemarOneSided } from "../../../domain/statistics/mcnemar-one-sided.ts";
import { neverSeenBound } from "../../../domain/statistics/never-seen.ts";
import { pearsonChiSquare } from "../../../domain/statistics/pearson-chi-square.ts";
import { pairsForNonInferiority, unitsForNonInferiority } from "../../../domain/statistics/sample-size-non-inferiority.ts";
import { newcombeDifference } from "../../../domain/statistics/newcombe-difference.ts";
import { type PairedChanges, tangoInterval, tangoLowerBound } from "../../../domain/statistics/tango-interval.ts";

const repetitions = 2000;
const error = (rate: number, n = repetitions): number => 4 * Math.sqrt((rate * (1 - rate)) / n);
const share = (seed: string, hit: (draws: Draws) => boolean, n = repetitions): number => {
  const draws = drawsFrom(seed);
  let hits = 0;
  for (let i = 0; i < n; i++) if (hit(draws)) hits++;
  return hits / n;
};
const binomial = (k: number, n: number, p: number): number =>
  Math.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));

describe("intervals of one rate, enumerated over all counts", () => {
  const rates = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const coverage = (interval: typeof clopperPearson, n: number, p: number): number =>
    Array.from({ length: n + 1 }, (_, k) => {
      const found = interval(k, n);
      return found !== null && found.low <= p && found.high >= p ? binomial(k, n, p) : 0;
    }).reduce((a, b) => a + b, 0);
  test.each([10, 25, 60])("the exact one holds every rate in at least 95 of 100, n = %d", (n) => {
    for (const p of rates) expect(coverage(clopperPearson, n, p), `at ${p}`).toBeGreaterThanOrEqual(0.95 - 1e-9);
  });
  test.each([10, 25, 60])("Jeffreys' holds rates in 95 of 100 on average, n = %d", (n) => {
    const mean = rates.reduce((sum, p) => sum + coverage(jeffreysInterval, n, p) / rates.length, 0);
    expect(mean).toBeGreaterThan(0.94);
    expect(mean).toBeLessThan(0.96);
  });
  test("a rate at the bound of what was never seen shows nothing once in twenty times", () => {
    for (const n of [5, 80, 1000]) expect((1 - neverSeenBound(n)) ** n).toBeCloseTo(0.05, 9);
  });
});

describe("bets", () => {
  /** Expected wealth over all courses of `left` pairs with independent results. */
  const expected = (bet: typeof betOnHarm, from: number, to: number, margin: number, left: number, wager: Wager = openWager): number => {
    if (left === 0) return Math.exp(wager.logWealth);
    let sum = 0;
    for (const baseline of [0, 1])
      for (const candidate of [0, 1]) {
        const p = (baseline === 1 ? from : 1 - from) * (candidate === 1 ? to : 1 - to);
        sum += p * expected(bet, from, to, margin, left - 1, bet(wager, { baseline, candidate }, margin));
      }
    return sum;
  };
  test.each([
    [0.8, 0.75, 0.05],
    [0.5, 0.5, 0],
    [0.3, 0.1, 0.2],
  ])("neither gain nor lose on average at the edge of what they deny: %d → %d, margin %d", (from, to, margin) => {
    for (const pairs of [1, 3, 6]) {
      expect(expected(betOnHarm, from, to, margin, pairs)).toBeCloseTo(1, 9);
      expect(expected(betOnNoHarm, from, to, margin, pairs)).toBeCloseTo(1, 9);
    }
  });
  test("lose on average inside it, and gain outside", () => {
    expect(expected(betOnHarm, 0.8, 0.85, 0.05, 6)).toBeLessThan(1);
    expect(expected(betOnNoHarm, 0.8, 0.6, 0.05, 6)).toBeLessThan(1);
    expect(expected(betOnHarm, 0.9, 0.3, 0.05, 6)).toBeGreaterThan(1.1);
    expect(expected(betOnNoHarm, 0.3, 0.9, 0.05, 6)).toBeGreaterThan(1.1);
  });

  const wins = (bet: typeof betOnHarm, from: number, to: number): number =>
    share(
      `bets ${from} ${to}`,
      (draws) => {
        let wager = openWager;
        for (let i = 0; i < 800 && !isWon(wager); i++)
          wager = bet(wager, { baseline: draws.uniform() < from ? 1 : 0, candidate: draws.uniform() < to ? 1 : 0 }, 0.05);
        return isWon(wager);
      },
      600,
    );
  test("abort or declare by chance in at most 5 of 100 experiments that are watched all the time", () => {
    for (const [from, to] of [
      [0.8, 0.75],
      [0.95, 0.9],
    ] as const) {
      expect(wins(betOnHarm, from, to)).toBeLessThan(0.05);
      expect(wins(betOnNoHarm, from, to)).toBeLessThan(0.05);
    }
  });
  test("abort where a fifth of all successes is lost, and declare where nothing is", () => {
    expect(wins(betOnHarm, 0.9, 0.72)).toBeGreaterThan(0.98);
    expect(wins(betOnNoHarm, 0.95, 0.95)).toBeGreaterThan(0.93);
  });
});

describe("looking often", () => {
  test("the sequence misses the truth at any of 1,500 looks in fewer than 5 of 100 experiments", () => {
    for (const [p, q] of [
      [0.8, 0.8],
      [0.6, 0.7],
    ] as const) {
      const missed = share(
        `sequence ${p} ${q}`,
        (draws) => {
          let [b, c] = [0, 0];
          for (let n = 1; n <= 1500; n++) {
            if (draws.uniform() < p) b++;
            if (draws.uniform() < q) c++;
            const found = differenceSequence([b, n], [c, n], 1000);
            if (found !== null && (found.low > q - p || found.high < q - p)) return true;
          }
          return false;
        },
        600,
      );
      expect(missed).toBeLessThan(0.05);
      expect(missed).toBeGreaterThan(0.005);
    }
  });
  test("Pocock's bounds are crossed by chance in about 5 of 100 trials", () => {
    const fractions = [0.2, 0.4, 0.6, 0.8, 1];
    const bounds = sequentialBounds(fractions, 0.05, pocockSpending);
    const crossed = share(
      "pocock",
      (draws) => {
        let sum = 0;
        return fractions.some((fraction, i) => {
          sum += Math.sqrt(0.2) * draws.normal();
          return Math.abs(sum / Math.sqrt(fraction)) >= (bounds[i] ?? Infinity);
        });
      },
      8000,
    );
    expect(Math.abs(crossed - 0.05)).toBeLessThan(error(0.05, 8000));
  });
});

describe("gates", () => {
  const pairsOf = (draws: Draws, pairs: number, discordant: number, difference: number): PairedChanges => {
    const counts = [0, 0, 0];
    for (let i = 0; i < pairs; i++) {
      const kind = draws.pick([(discordant - difference) / 2, (discordant + difference) / 2, 1 - discordant]);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return { worse: counts[0] ?? 0, better: counts[1] ?? 0, pairs };
  };
  test("Tango's interval holds the difference in 95 of 100", () => {
    const held = share("tango", (draws) => {
      const found = tangoInterval(pairsOf(draws, 80, 0.3, 0.1));
      return found !== null && found.low <= 0.1 && found.high >= 0.1;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(error(0.95) + 0.005);
  });
  test("pairs planned for the margin let a candidate pass that is as good, and rarely one worse by the margin", () => {
    const pairs = pairsForNonInferiority(0.15, 0.05) ?? 0;
    const passes = (difference: number): number =>
      share(`gate ${difference}`, (draws) => (tangoLowerBound(pairsOf(draws, pairs, 0.15, difference)) ?? -1) > -0.05);
    expect(passes(-0.05)).toBeLessThan(0.05 + error(0.05));
    expect(Math.abs(passes(0) - 0.8)).toBeLessThan(error(0.8) + 0.02);
  });
  test("so do arms planned for it, by Newcombe's one-sided bound", () => {
    const n = unitsForNonInferiority(0.85, 0.08) ?? 0;
    const passes = (rate: number): number =>
      share(
        `arms ${rate}`,
        (draws) => (newcombeDifference(draws.binomial(n, rate), n, draws.binomial(n, 0.85), n, 1.6448536269514722)?.low ?? -1) > -0.08,
      );
    expect(passes(0.77)).toBeLessThan(0.05 + error(0.05));
    expect(Math.abs(passes(0.85) - 0.8)).toBeLessThan(error(0.8) + 0.02);
  });
  test("McNemar's one-sided p is never small more often than it says", () => {
    for (const n of [5, 20, 61])
      for (const level of [0.01, 0.05, 0.2]) {
        let below = 0;
        for (let worse = 0; worse <= n; worse++) if (mcNemarOneSided(worse, n - worse) <= level) below += binomial(worse, n, 0.5);
        expect(below).toBeLessThanOrEqual(level + 1e-9);
      }
  });
  test("a steady case is seldom called regressed, whatever its rate", () => {
    for (const rate of [0.1, 0.5, 0.9, 0.99]) {
      const called = share(
        `steady ${rate}`,
        (draws) =>
          judgeCase({ tries: 8, successes: draws.binomial(8, rate) }, { tries: 8, successes: draws.binomial(8, rate) }) === "regressed",
      );
      expect(called, `at ${rate}`).toBeLessThan(0.02);
    }
  });
});

describe("p-values where nothing is", () => {
  const sizes = [80, 120, 60, 150, 90, 110];
  test("of a trend are uniform; restless weeks make many of them small unless their noise is counted", () => {
    const small = (seed: string, spread: number, allows: boolean): number =>
      share(seed, (draws) => {
        const y = sizes.map((n) => draws.binomial(n, spread === 0 ? 0.2 : draws.beta(0.2 * spread, 0.8 * spread)));
        return (cochranArmitage(y, sizes, undefined, allows)?.p ?? 1) <= 0.05;
      });
    expect(Math.abs(small("trend", 0, false) - 0.05)).toBeLessThan(error(0.05) + 0.005);
    expect(small("restless", 40, false)).toBeGreaterThan(0.15);
    // φ from four degrees of freedom is itself uncertain, so the level is not met to the digit
    expect(small("restless", 40, true)).toBeLessThan(0.15);
  });
  test("of a table are uniform", () => {
    const small = share("table", (draws) => {
      const rows = [150, 200, 120].map((n) => {
        const counts = [0, 0, 0];
        for (let i = 0; i < n; i++) {
          const kind = draws.pick([0.5, 0.3, 0.2]);
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
        return counts;
      });
      return (pearsonChiSquare(rows)?.p ?? 1) <= 0.05;
    });
    expect(Math.abs(small - 0.05)).toBeLessThan(error(0.05) + 0.005);
  });
  test("adjusted by Holm or Yekutieli, ten of them together call anything in at most 5 of 100 families, also when they hang together", () => {
    for (const adjust of [holm, benjaminiYekutieli])
      for (const common of [false, true]) {
        const called = share(`family ${common}`, (draws) => {
          const one = draws.uniform();
          return adjust(Array.from({ length: 10 }, () => (common && draws.uniform() < 0.5 ? one : draws.uniform()))).some(
            (value) => value <= 0.05,
          );
        });
        expect(called).toBeLessThanOrEqual(0.05 + error(0.05));
      }
  });
});

test("drawing items again covers a mean in about 95 of 100 samples", () => {
  const held = share(
    "bootstrap",
    (draws) => {
      const sample = Array.from({ length: 50 }, () => -Math.log(1 - draws.uniform()));
      const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
      const found = bootstrapInterval(sample, mean, draws.uniform, { draws: 400 });
      return found !== null && found.low <= 1 && found.high >= 1;
    },
    600,
  );
  expect(held).toBeGreaterThan(0.95 - error(0.95, 600) - 0.015);
  expect(held).toBeLessThan(0.98);
});
