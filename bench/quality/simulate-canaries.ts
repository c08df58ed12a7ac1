// Does a canary, read by the product itself, keep its promises? Readings as the machine makes them, over units that arrive one by one: false
// alarms, power beside the anchors of "ab_sequential", harm and how soon it is stopped, a split that went wrong, and a ramp while everything
// drifts: `node bench/quality/simulate-canaries.ts`.
import { armOf, unitKey, type ArmName } from "../../domain/experiment/assignment.ts";
import { canaryPlan, type CanaryPlan } from "../../domain/experiment/canary-plan.ts";
import { readCanary, type CanaryFacts, type CanaryReading } from "../../domain/experiment/canary-reading.ts";
import type { RampStep } from "../../domain/experiment/canary-ramp.ts";
import type { UnitExposure, UnitOutcome } from "../../domain/experiment/canary-units.ts";
import type { TakenLook } from "../../domain/experiment/canary-looks.ts";
import type { Row } from "../rows.ts";
import { drawsFrom, type Draws } from "./simulate-draws.ts";
import { type Bar, medianRow, shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

const planned = 1000;
const anchorTrials = 4000;
const metric = "outcome.success";

export const canaries: Simulation = {
  title: "Canaries",
  repetitions: { few: 1000, full: anchorTrials },
  rows: (repetitions, seed, onStep) => [
    ...decisionRows(repetitions, seed, onStep),
    ...intervalRows(Math.ceil(repetitions / 4), seed, onStep),
    ...guardRows(repetitions, seed, onStep),
    ...abortRows(repetitions, seed, onStep),
    ...splitRows(repetitions, seed, onStep),
    ...rampRows(Math.ceil(repetitions / 2), seed, onStep),
  ],
};

interface Unit {
  key: string;
  arm: ArmName;
}

/** Units of both arms by turns, as the anchors have them. */
const byTurns: readonly Unit[] = Array.from({ length: 2 * planned }, (_, i) => ({
  key: unitKey("turns", String(i)) ?? "",
  arm: i % 2 === 0 ? "baseline" : "candidate",
}));

function planOf(more: object): CanaryPlan {
  return canaryPlan.parse({ share: 0.5, unit: "user_id", metrics: [{ name: metric, goal: "increase" }], max_n: planned, ...more });
}

type Value = (unit: Unit, i: number) => number;

function outcomeOf({ key: unit, arm }: Unit, atMs: number, value: number): UnitOutcome {
  return { unit, atMs, first: value, mean: value, runs: 1, candidateRuns: arm === "candidate" ? 1 : 0, cohort: "{}" };
}

/** Reads after every `every` units, as long as `isOn` says. The reading's own looks are handed on. */
function readAlong(
  plan: CanaryPlan,
  units: readonly Unit[],
  every: number,
  value: Value,
  isOn: (reading: CanaryReading) => boolean,
): CanaryReading | null {
  const exposures = new Map<string, UnitExposure>();
  const outcomes: UnitOutcome[] = [];
  const facts: CanaryFacts = { exposures, outcomes: new Map([[plan.metrics[0]?.name ?? metric, outcomes]]) };
  let looks: readonly TakenLook[] = [];
  let reading: CanaryReading | null = null;
  for (const [i, unit] of units.entries()) {
    exposures.set(unit.key, { arm: unit.arm, atMs: i, isBoth: false });
    outcomes.push(outcomeOf(unit, i, value(unit, i)));
    if ((i + 1) % every !== 0) continue;
    reading = readCanary(plan, facts, { ramp: [], looks }, i);
    ({ looks } = reading.canary);
    if (!isOn(reading)) break;
  }
  return reading;
}

const yesNo =
  (draws: Draws, baseline: number, candidate: number): Value =>
  ({ arm }) =>
    draws.uniform() < (arm === "candidate" ? candidate : baseline) ? 1 : 0;

const isDecided = ({ verdict }: CanaryReading): boolean => verdict === "candidate_better" || verdict === "candidate_worse";

/** Read at each planned look: between two of them no reading decides, which the tests hold. */
function decisionRows(trials: number, seed: string, onStep: () => void): Row[] {
  const perLook = (2 * planned) / 5;
  const cases = [
    { from: 0.8, to: 0.8, goal: "increase", bar: { most: 0.055 }, reference: "anchor 0.0462" },
    { from: 0.8, to: 0.75, goal: "decrease", bar: around(0.7622, trials), reference: "anchor 0.7622" },
    { from: 0.8, to: 0.85, goal: "increase", bar: around(0.8345, trials), reference: "anchor 0.8345" },
  ];
  return cases.map(({ from, to, goal, bar, reference }) => {
    const draws = drawsFrom(`${seed}/canary/${from}/${to}`);
    const plan = planOf({ metrics: [{ name: metric, goal }] });
    const decided = count(trials, onStep, () => {
      const reading = readAlong(plan, byTurns, perLook, yesNo(draws, from, to), (one) => !isDecided(one));
      return reading !== null && isDecided(reading);
    });
    return shareRow(`${from === to ? "false decisions" : "power"}, ${from} → ${to}, five looks`, decided, trials, bar, reference);
  });
}

/** The interval as it is shown, at every fiftieth unit from the first that has one. */
function intervalRows(trials: number, seed: string, onStep: () => void): Row[] {
  return [
    { from: 0.8, to: 0.8 },
    { from: 0.8, to: 0.72 },
  ].map(({ from, to }) => {
    const draws = drawsFrom(`${seed}/interval/${from}/${to}`);
    const plan = planOf({ metrics: [{ name: metric, goal: "increase", margin: 1 }] });
    const missed = count(trials, onStep, () => {
      let isMissed = false;
      readAlong(plan, byTurns, 50, yesNo(draws, from, to), ({ metrics: [one] }) => {
        if (one !== undefined && one.low !== null && one.high !== null) isMissed ||= one.low > to - from || one.high < to - from;
        return true;
      });
      return isMissed;
    });
    return shareRow(`shown intervals that ever miss the truth, ${from} → ${to}`, missed, trials, { most: 0.05 });
  });
}

/** At the margin exactly, and twice as far as planned: a bet once won stays won, so one reading at the end is a look after every unit. */
function guardRows(trials: number, seed: string, onStep: () => void): Row[] {
  const tenth = "latency.run_ms";
  const long =
    (draws: Draws): Value =>
    ({ arm }) =>
      800 * Math.exp(0.7 * draws.normal()) * (arm === "candidate" ? 1.1 : 1);
  const cases: { name: string; plan: CanaryPlan; value: (draws: Draws) => Value }[] = [
    {
      name: "a rate, .8 → .75",
      plan: planOf({ metrics: [{ name: metric, goal: "increase", margin: 0.05 }] }),
      value: (draws) => yesNo(draws, 0.8, 0.75),
    },
    { name: "a latency, a tenth longer", plan: planOf({ metrics: [{ name: tenth, goal: "decrease", margin: 0.1 }] }), value: long },
  ];
  return cases.map(({ name, plan, value }) => {
    const draws = drawsFrom(`${seed}/guard/${name}`);
    const aborted = count(trials, onStep, () => harmful(readAlong(plan, byTurns, byTurns.length, value(draws), () => true)));
    return shareRow(`false aborts at the margin, ${name}, a look after each of ${byTurns.length} units`, aborted, trials, { most: 0.05 });
  });
}

const harmful = (reading: CanaryReading | null): boolean => (reading?.canary.harmful.length ?? 0) > 0;

/** A fifth of all successes lost: units of both arms until the machine stops it, read after every tenth. */
function abortRows(trials: number, seed: string, onStep: () => void): Row[] {
  const few = Math.ceil(trials / 4);
  return [0.5, 0.1].flatMap((share) => {
    const draws = drawsFrom(`${seed}/abort/${share}`);
    const plan = planOf({ share });
    const ends = Array.from({ length: few }, (_, trial) => {
      onStep();
      const units = split(`abort/${trial}`, planned / share, share);
      const reading = readAlong(plan, units, 10, yesNo(draws, 0.9, 0.72), ({ action }) => action !== "abort");
      if (reading === null || reading.action !== "abort") return Infinity;
      return reading.canary.units.baseline + reading.canary.units.candidate;
    });
    const name = `success .9 → .72, share ${share}`;
    const stopped = ends.filter((end) => end < Infinity).length;
    return [
      shareRow(`aborted within ${planned / share} units, ${name}`, stopped, few, { least: 0.95 }),
      medianRow(`units until aborted, ${name}`, ends, "units", { most: share === 0.5 ? 400 : 1500 }),
    ];
  });
}

function split(salt: string, n: number, share: number): Unit[] {
  return Array.from({ length: n }, (_, i) => {
    const key = unitKey(salt, String(i)) ?? "";
    return { key, arm: armOf(key, share * 10_000) };
  });
}

/** Of a thousand units each. */
function splitRows(trials: number, seed: string, onStep: () => void): Row[] {
  const plan = planOf({});
  const mismatches = (name: string, toCandidate: number): number => {
    const draws = drawsFrom(`${seed}/split/${name}`);
    return count(trials, onStep, () => {
      const units = byTurns
        .slice(0, planned)
        .map(({ key }): Unit => ({ key, arm: draws.uniform() < toCandidate ? "candidate" : "baseline" }));
      return (
        readAlong(
          plan,
          units,
          planned,
          () => 1,
          () => true,
        )?.srm?.srm === true
      );
    });
  };
  return [
    shareRow("splits of one half called a mismatch", mismatches("fair", 0.5), trials, { most: 0.004 }),
    shareRow("a tenth of the candidate's units lost, called a mismatch", mismatches("lossy", 0.45 / 0.95), trials, null),
    shareRow("a third of the candidate's units lost, called a mismatch", mismatches("broken", 0.4), trials, { least: 0.99 }),
    shareRow("an empty arm called a mismatch", mismatches("empty", 0), trials, { least: 1 }),
  ];
}

/** From a tenth to a half, while success falls from .9 to .7 for everybody: arms that differ in when their units came, and in nothing else. */
function rampRows(trials: number, seed: string, onStep: () => void): Row[] {
  const draws = drawsFrom(`${seed}/ramp`);
  const plan = planOf({ share: 0.1, max_n: undefined, metrics: [{ name: metric, goal: "increase", margin: 0.05 }] });
  const ramp: RampStep[] = [{ share: 0.5, at: new Date(1000).toISOString() }];
  let [decided, mismatched, naive] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const exposures = new Map<string, UnitExposure>();
    const outcomes: UnitOutcome[] = [];
    for (let i = 0; i < 2 * planned; i++) {
      const key = unitKey(`ramp/${trial}`, String(i)) ?? "";
      const arm = armOf(key, i < 1000 ? 1000 : 5000);
      exposures.set(key, { arm, atMs: i, isBoth: false });
      outcomes.push(outcomeOf({ key, arm }, i, draws.uniform() < (i < 1000 ? 0.9 : 0.7) ? 1 : 0));
    }
    const reading = readCanary(plan, { exposures, outcomes: new Map([[metric, outcomes]]) }, { ramp, looks: [] }, 3000);
    if (isDecided(reading)) decided++;
    if (reading.srm?.srm === true) mismatched++;
    const rate = (arm: ArmName): number => mean(outcomes.filter(({ unit }) => exposures.get(unit)?.arm === arm).map((one) => one.mean));
    if (Math.abs(rate("candidate") - rate("baseline")) > 0.05) naive++;
    onStep();
  }
  return [
    shareRow("false decisions over a ramp while everybody gets worse", decided, trials, { most: 0.05 }),
    shareRow("the same by raw rates more than five points apart", naive, trials, null),
    shareRow("mismatches over a ramp that went well", mismatched, trials, { most: 0.006 }),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function count(trials: number, onStep: () => void, holds: () => boolean): number {
  let n = 0;
  for (let i = 0; i < trials; i++) {
    if (holds()) n++;
    onStep();
  }
  return n;
}

/** Three Monte Carlo errors of both simulations around the anchor. */
function around(share: number, trials: number): Bar {
  const error = 3 * Math.sqrt(share * (1 - share) * (1 / trials + 1 / anchorTrials));
  return { least: share - error, most: share + error };
}

runSimulation(canaries, import.meta.url);
