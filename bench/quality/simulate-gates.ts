// Do gates let through what they may, and do intervals hold the truth? Candidates just worse by the margin, and as good; intervals of rates,
// of pairs and of repeated tries; traffic splits that are off; cases that pass sometimes: `node bench/quality/simulate-gates.ts`.
import { sampleRatio } from "../../domain/experiment/sample-ratio.ts";
import { clopperPearson } from "../../domain/statistics/clopper-pearson.ts";
import { judgeCase } from "../../domain/statistics/flaky-case.ts";
import { jeffreysInterval } from "../../domain/statistics/jeffreys-interval.ts";
import { newcombeDifference } from "../../domain/statistics/newcombe-difference.ts";
import { passAcrossTasks } from "../../domain/statistics/pass-at-k.ts";
import { pairsForNonInferiority, unitsForNonInferiority } from "../../domain/statistics/sample-size-non-inferiority.ts";
import { type PairedChanges, tangoInterval, tangoLowerBound } from "../../domain/statistics/tango-interval.ts";
import type { Row } from "../rows.ts";
import { type Draws, drawsFrom } from "./simulate-draws.ts";
import { type Bar, shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

/** One-sided 95 %. */
const zOneSided = 1.6448536269514722;
const margin = 0.05;
/** What a bound by normal approximation promises; enumerated, the errors of these gates lie between .046 and .0505. */
const level = 0.05;
/** What a gate's size is planned for is .8; by normal approximation, so that a few hundred pairs miss it by two or three hundredths. */
const leastPower = 0.76;
/** A tenth of the repetitions: each draws its tasks two thousand times. */
const bootstrapShare = 0.1;

export const gates: Simulation = {
  title: "Gates and intervals",
  repetitions: { few: 4000, full: 10_000 },
  rows: (repetitions, seed, onStep) => {
    const mostError = { most: level + 3 * Math.sqrt((level * (1 - level)) / repetitions) };
    const counted = (name: string, bar: Bar | null, hit: (draws: Draws) => boolean, trials = repetitions): Row => {
      const draws = drawsFrom(`${seed}/${name}`);
      let hits = 0;
      for (let i = 0; i < trials; i++) {
        if (hit(draws)) hits++;
        onStep();
      }
      return shareRow(name, hits, trials, bar);
    };
    return [
      ...pairedGates(counted, mostError),
      ...armGates(counted, mostError),
      ...intervals(counted, Math.ceil(repetitions * bootstrapShare)),
      ...splits(counted),
      ...cases(counted),
    ];
  },
};

type Counted = (name: string, bar: Bar | null, hit: (draws: Draws) => boolean, trials?: number) => Row;

/** Replays, of which this share of pairs differs. */
function pairedGates(counted: Counted, mostError: Bar): Row[] {
  return [0.1, 0.2].flatMap((discordant) => {
    const pairs = pairsForNonInferiority(discordant, margin) ?? 0;
    const name = `${pairs} pairs, ${discordant} of them differ, margin ${margin}`;
    const passes = (draws: Draws, difference: number): boolean =>
      (tangoLowerBound(drawnPairs(draws, pairs, discordant, difference)) ?? -1) > -margin;
    return [
      counted(`gates passed by a candidate worse by the margin, ${name}`, mostError, (draws) => passes(draws, -margin)),
      counted(`gates passed by one that is as good, ${name}`, { least: leastPower }, (draws) => passes(draws, 0)),
    ];
  });
}

/** `difference` is that of the rates, candidate − baseline. */
function drawnPairs(draws: Draws, pairs: number, discordant: number, difference: number): PairedChanges {
  const counts = [0, 0, 0];
  const shares = [(discordant - difference) / 2, (discordant + difference) / 2, 1 - discordant];
  for (let i = 0; i < pairs; i++) {
    const kind = draws.pick(shares);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return { worse: counts[0] ?? 0, better: counts[1] ?? 0, pairs };
}

/** Arms of live traffic. */
function armGates(counted: Counted, mostError: Bar): Row[] {
  return [0.8, 0.9].flatMap((rate) => {
    const n = unitsForNonInferiority(rate, margin) ?? 0;
    const name = `${n} runs an arm, rate ${rate}, margin ${margin}`;
    const passes = (draws: Draws, candidate: number): boolean =>
      (newcombeDifference(draws.binomial(n, candidate), n, draws.binomial(n, rate), n, zOneSided)?.low ?? -1) > -margin;
    return [
      counted(`gates passed by a candidate worse by the margin, ${name}`, mostError, (draws) => passes(draws, rate - margin)),
      counted(`gates passed by one that is as good, ${name}`, { least: leastPower }, (draws) => passes(draws, rate)),
    ];
  });
}

function intervals(counted: Counted, bootstraps: number): Row[] {
  const holds = (interval: { low: number; high: number } | null, truth: number): boolean =>
    interval !== null && interval.low <= truth && interval.high >= truth;
  const rate = (draws: Draws): number => 0.02 + 0.96 * draws.uniform();
  return [
    counted("exact intervals that hold the rate, 40 runs", { least: 0.95 }, (draws) => {
      const p = rate(draws);
      return holds(clopperPearson(draws.binomial(40, p), 40), p);
    }),
    counted("Jeffreys intervals that hold the rate, 40 runs", { least: 0.94, most: 0.96 }, (draws) => {
      const p = rate(draws);
      return holds(jeffreysInterval(draws.binomial(40, p), 40), p);
    }),
    counted("Newcombe intervals that hold the difference, 90 runs an arm", { least: 0.94, most: 0.97 }, (draws) => {
      const [p, q] = [rate(draws), rate(draws)];
      return holds(newcombeDifference(draws.binomial(90, p), 90, draws.binomial(90, q), 90), p - q);
    }),
    counted("Tango intervals that hold the difference, 100 pairs", { least: 0.94, most: 0.96 }, (draws) => {
      const discordant = 0.1 + 0.4 * draws.uniform();
      const difference = discordant * (draws.uniform() - 0.5);
      return holds(tangoInterval(drawnPairs(draws, 100, discordant, difference)), difference);
    }),
    counted(
      "intervals of pass^2 that hold it, 60 tasks tried 4 times",
      { least: 0.9 },
      (draws) => {
        // rates of tasks are uniform, so two tries both pass with probability 1/3
        const tasks = Array.from({ length: 60 }, () => ({ tries: 4, successes: draws.binomial(4, draws.uniform()) }));
        return holds(passAcrossTasks(tasks, 2, "all_of_k", draws.uniform)?.interval ?? null, 1 / 3);
      },
      bootstraps,
    ),
  ];
}

function splits(counted: Counted): Row[] {
  const isOff = (draws: Draws, share: number, units: number): boolean => {
    const first = draws.binomial(units, share);
    return sampleRatio([50, 50], [first, units - first]).srm;
  };
  return [
    counted("splits called off that are not, 2,000 units", { most: 0.003 }, (draws) => isOff(draws, 0.5, 2000)),
    counted("splits of 47 : 53 found, 10,000 units", { least: 0.99 }, (draws) => isOff(draws, 0.47, 10_000)),
    counted("splits of 45 : 55 found, 2,000 units", { least: 0.85 }, (draws) => isOff(draws, 0.45, 2000)),
  ];
}

/** Ten tries on either side. */
function cases(counted: Counted): Row[] {
  const change = (draws: Draws, from: number, to: number): string =>
    judgeCase({ tries: 10, successes: draws.binomial(10, from) }, { tries: 10, successes: draws.binomial(10, to) });
  return [
    counted("steady cases called regressed, passing 9 of 10", { most: 0.05 }, (draws) => change(draws, 0.9, 0.9) === "regressed"),
    counted("broken cases called regressed, .95 → .2", { least: 0.9 }, (draws) => change(draws, 0.95, 0.2) === "regressed"),
    counted("coins set aside, passing 5 of 10", { least: 0.85 }, (draws) => change(draws, 0.5, 0.5) === "quarantined"),
  ];
}

runSimulation(gates, import.meta.url);
