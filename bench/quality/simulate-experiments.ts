// Do experiments that are looked at while they run keep their error, and find what they should? Arms of yes and no, at most a thousand runs
// each, beside the anchors of "ab_sequential": `node bench/quality/simulate-experiments.ts`. Also what is watched after every pair.
import { compareLooks, type Look } from "../../domain/experiment/compare-looks.ts";
import { compareCounts } from "../../domain/experiment/compare-proportion.ts";
import { decisive, type Verdict } from "../../domain/experiment/comparison.ts";
import { betOnHarm, betOnNoHarm, isWon, openWager, type Wager } from "../../domain/statistics/betting-e-process.ts";
import { differenceSequence } from "../../domain/statistics/confidence-sequence.ts";
import { obrienFlemingSpending, pocockSpending, sequentialBounds } from "../../domain/statistics/group-sequential.ts";
import { proportionScore, twoSidedP } from "../../domain/statistics/score-test.ts";
import { quantileAt } from "../../domain/statistics/order-statistic-interval.ts";
import { type Row, shown, told } from "../rows.ts";
import { anchors, anchorTrials, around, type Method, noHarm, runsRow } from "./experiment-anchors.ts";
import { drawsFrom } from "./simulate-draws.ts";
import { shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

const planned = 1000;
/** What the sequence is tuned to, in runs of both arms, as the anchors have it. */
const sequencePlan = 1000;
const batch = 50;
/** Every fourth batch: five planned looks. */
const lookEvery = 4;
const fractions = [0.2, 0.4, 0.6, 0.8, 1];
/** Rates at which nothing changes, whose false alarms are counted together. */
const nullRates = [0.5, 0.8, 0.95];
/** Of a planned trial's error; counts that come in steps have half a hundredth. */
const mostPlanned = 0.055;
const mostWatched = 0.05;
/** Experiments that also go through the whole comparison, whose p over all looks is costly. */
const wholeShare = 0.1;

export const experiments: Simulation = {
  title: "Experiments",
  repetitions: { few: anchorTrials, full: 10_000 },
  rows: (repetitions, seed, onStep) => [
    ...anchors.flatMap((row) => plannedRows(row, repetitions, seed, onStep)),
    ...falseAlarmRows(repetitions, seed, onStep),
    ...wholeRows(Math.ceil(repetitions * wholeShare), seed, onStep),
    ...watchedRows(repetitions, seed, onStep),
    ...noHarmRows(repetitions, seed, onStep),
    ...abortRows(repetitions, seed, onStep),
  ],
};

/** Where each method ends and whether it rejects there. */
const methods: Record<Method, (looks: readonly Look[]) => { rejects: boolean; n: number }> = {
  "fixed n": (looks) => {
    const last = looks[looks.length - 1];
    return { rejects: last !== undefined && twoSidedP(proportionScore(...last.baseline, ...last.candidate)) < decisive, n: planned };
  },
  "O'Brien-Fleming, 5 looks": atBounds(sequentialBounds(fractions, 0.05, obrienFlemingSpending)),
  "Pocock, 5 looks": atBounds(sequentialBounds(fractions, 0.05, pocockSpending)),
  "confidence sequence, 20 looks": (looks) =>
    ended(
      looks.findIndex(({ baseline, candidate }) => excludesZero(differenceSequence(baseline, candidate, sequencePlan))),
      batch,
    ),
};

function atBounds(bounds: readonly number[]): (looks: readonly Look[]) => { rejects: boolean; n: number } {
  return (looks) =>
    ended(
      everyFourth(looks).findIndex(
        ({ baseline, candidate }, i) => Math.abs(proportionScore(...baseline, ...candidate)) >= (bounds[i] ?? Infinity),
      ),
      batch * lookEvery,
    );
}

function ended(look: number, perLook: number): { rejects: boolean; n: number } {
  return look === -1 ? { rejects: false, n: planned } : { rejects: true, n: (look + 1) * perLook };
}

function excludesZero(interval: { low: number; high: number } | null): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

function everyFourth(looks: readonly Look[]): Look[] {
  return looks.filter((_, i) => (i + 1) % lookEvery === 0);
}

function plannedRows({ from, to, by }: (typeof anchors)[number], trials: number, seed: string, onStep: () => void): Row[] {
  const draws = drawsFrom(`${seed}/planned/${from}/${to}`);
  const names: Method[] = ["fixed n", "O'Brien-Fleming, 5 looks", "Pocock, 5 looks", "confidence sequence, 20 looks"];
  const found = names.map((name) => ({ name, rejected: 0, n: 0, squares: 0 }));
  for (let i = 0; i < trials; i++) {
    const looks = drawnLooks(draws.binomial, from, to);
    for (const method of found) {
      const { rejects, n } = methods[method.name](looks);
      if (rejects) method.rejected++;
      method.n += n;
      method.squares += n * n;
    }
    onStep();
  }
  return found.flatMap(({ name, rejected, n, squares }) => {
    const [share, mean] = by[name];
    const what = `${from === to ? "false alarms" : "power"}, ${from} → ${to}, ${name}`;
    const rejects = shareRow(what, rejected, trials, around(share, trials), `anchor ${share}`);
    if (name === "fixed n") return [rejects];
    const spread = Math.sqrt(Math.max(0, squares / trials - (n / trials) ** 2));
    const runs = runsRow(`runs of an arm, ${from} → ${to}, ${name}`, n / trials, spread, trials, mean);
    // the anchors' trials ended at O'Brien and Fleming's own constants, which ask for less at the second look
    return [rejects, name === "O'Brien-Fleming, 5 looks" ? { ...runs, target: null, pass: null } : runs];
  });
}

/** Errors of the two plans where nothing is there, over several rates, so that the figure is worth its third digit. */
function falseAlarmRows(trials: number, seed: string, onStep: () => void): Row[] {
  const draws = drawsFrom(`${seed}/null`);
  const plans: Method[] = ["O'Brien-Fleming, 5 looks", "Pocock, 5 looks"];
  const rejected = plans.map(() => 0);
  for (const rate of nullRates)
    for (let i = 0; i < trials; i++) {
      const looks = drawnLooks(draws.binomial, rate, rate);
      for (const [j, plan] of plans.entries()) if (methods[plan](looks).rejects) rejected[j] = (rejected[j] ?? 0) + 1;
      onStep();
    }
  return plans.map((plan, j) =>
    shareRow(`false alarms at rates of ${nullRates.join(", ")}, ${plan}`, rejected[j] ?? 0, trials * nullRates.length, {
      most: mostPlanned,
    }),
  );
}

/** Cumulative looks after every batch of each arm. */
function drawnLooks(binomial: (n: number, p: number) => number, from: number, to: number): Look[] {
  const looks: Look[] = [];
  let [b, c] = [0, 0];
  for (let n = batch; n <= planned; n += batch) {
    b += binomial(batch, from);
    c += binomial(batch, to);
    looks.push({ baseline: [b, n], candidate: [c, n] });
  }
  return looks;
}

/** The whole comparison says what its bounds say, and its interval holds the truth at the look where it is read. */
function wholeRows(trials: number, seed: string, onStep: () => void): Row[] {
  const draws = drawsFrom(`${seed}/whole`);
  const method = methods["O'Brien-Fleming, 5 looks"];
  let [same, held, exact] = [0, 0, 0];
  for (let i = 0; i < trials; i++) {
    const looks = drawnLooks(draws.binomial, 0.8, 0.75);
    const { verdict, low, high } = compareLooks(everyFourth(looks), { looks: 5, n: planned }, "increase");
    if (isDecided(verdict) === method(looks).rejects) same++;
    const last = looks[looks.length - 1];
    if (last !== undefined && isDecided(compareCounts(last.baseline, last.candidate, "increase").verdict)) exact++;
    if ((low ?? Infinity) <= -0.05 && (high ?? -Infinity) >= -0.05) held++;
    onStep();
  }
  return [
    shareRow("verdicts over five looks that are those of their bounds, .8 → .75", same, trials, { least: 1 }),
    shareRow("repeated intervals that hold −.05 at the last look", held, trials, { least: 0.94 }),
    shareRow("power, .8 → .75, fixed n by the exact test that comparisons use", exact, trials, null, "the score test's anchor .7692"),
  ];
}

function isDecided(verdict: Verdict): boolean {
  return verdict === "candidate_better" || verdict === "candidate_worse";
}

/** One trial of pairs in the order they come; `after` is told each and ends the trial by answering true. */
function pairs(
  uniform: () => number,
  from: number,
  to: number,
  most: number,
  after: (baseline: 0 | 1, candidate: 0 | 1, n: number) => boolean,
): number {
  for (let n = 1; n <= most; n++) if (after(uniform() < from ? 1 : 0, uniform() < to ? 1 : 0, n)) return n;
  return Infinity;
}

/** Twice as long as planned, with a look after every pair: nothing is there, or exactly what is allowed. */
function watchedRows(trials: number, seed: string, onStep: () => void): Row[] {
  const cases = [
    { from: 0.5, to: 0.5 },
    { from: 0.8, to: 0.8 },
    { from: 0.95, to: 0.95 },
    { from: 0.8, to: 0.75 },
  ];
  return cases.flatMap(({ from, to }) => {
    const draws = drawsFrom(`${seed}/watched/${from}/${to}`);
    let [missed, aborted] = [0, 0];
    for (let i = 0; i < trials; i++) {
      let [b, c, isOutside] = [0, 0, false];
      let wager = openWager;
      pairs(draws.uniform, from, to, 2 * planned, (baseline, candidate, n) => {
        b += baseline;
        c += candidate;
        wager = betOnHarm(wager, { baseline, candidate }, from - to);
        const interval = differenceSequence([b, n], [c, n], sequencePlan);
        isOutside ||= interval !== null && (interval.low > to - from || interval.high < to - from);
        return false;
      });
      if (isOutside) missed++;
      if (isWon(wager)) aborted++;
      onStep();
    }
    const name = `${from} → ${to}, a look after each of ${2 * planned} pairs`;
    return [
      shareRow(`confidence sequences that ever miss the truth, ${name}`, missed, trials, { most: mostWatched }),
      shareRow(`false aborts at a margin of ${shown(from - to)}, ${name}`, aborted, trials, { most: mostWatched }),
    ];
  });
}

const margin = 0.05;

function noHarmRows(trials: number, seed: string, onStep: () => void): Row[] {
  return noHarm.flatMap(({ from, to, declared, n }) => {
    const ends = wonAt(betOnNoHarm, from, to, trials, `${seed}/no-harm`, onStep);
    const won = ends.filter((end) => end < Infinity).length;
    const isAtMargin = from - to >= margin - 1e-9;
    const runs = ends.map((end) => Math.min(end, planned));
    const mean = runs.reduce((a, b) => a + b, 0) / trials;
    const spread = Math.sqrt(runs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / trials);
    const name = `${from} → ${to}, margin ${margin}`;
    return [
      shareRow(
        `declared not inferior early, ${name}`,
        won,
        trials,
        isAtMargin ? { most: mostWatched } : around(declared, trials),
        `anchor ${declared}`,
      ),
      runsRow(`pairs until declared, ${name}`, mean, spread, trials, n),
    ];
  });
}

/** A fifth of all successes lost: how many pairs until the guardrail aborts. */
function abortRows(trials: number, seed: string, onStep: () => void): Row[] {
  return [0.95, 0.9, 0.8].flatMap((from) => {
    const to = Number((0.8 * from).toFixed(3));
    const ends = wonAt(betOnHarm, from, to, trials, `${seed}/abort`, onStep).toSorted((a, b) => a - b);
    const stopped = ends.filter((end) => end < Infinity).length;
    const name = `success ${from} → ${to}, guardrail ${margin}`;
    const time = told(`pairs until aborted, ${name}`, quantileAt(ends, 0.5), "pairs", `nine of ten within ${shown(quantileAt(ends, 0.9))}`);
    return [shareRow(`aborted within ${planned} pairs, ${name}`, stopped, trials, { least: 0.95 }), time];
  });
}

/** After how many pairs the bet is won; `Infinity` for never. */
function wonAt(bet: typeof betOnHarm, from: number, to: number, trials: number, seed: string, onStep: () => void): number[] {
  const draws = drawsFrom(`${seed}/${from}/${to}`);
  return Array.from({ length: trials }, () => {
    let wager: Wager = openWager;
    onStep();
    return pairs(draws.uniform, from, to, planned, (baseline, candidate) => {
      wager = bet(wager, { baseline, candidate }, margin);
      return isWon(wager);
    });
  });
}

runSimulation(experiments, import.meta.url);
