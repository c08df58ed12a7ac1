// The guardrail of a canary's metric: bets, pair by pair as units arrive, that the candidate does harm beyond the margin. It may be looked at
// after every unit, needs no planned end, and a false abort comes in at most 1 of 20 canaries for each guarded metric. A unit bets once, with
// its first run: later runs and late corrections cannot change a bet that was won.
import { betOnHarm, betOnNoHarm, isWon, openWager, type PairedResult, type Wager } from "../statistics/betting-e-process.ts";
import { quantileAt } from "../statistics/order-statistic-interval.ts";
import type { ArmName } from "./assignment.ts";
import type { Goal } from "./comparison.ts";
import { goodness, type MetricKind } from "./metric.ts";

export interface Guard {
  margin: number;
  pairs: number;
  /** The most that betting on harm has multiplied a stake by; an e-value. */
  harm_e: number;
  /** The same for betting that there is none. */
  no_harm_e: number;
  is_harmful: boolean;
  /** Shown to be not worse by the margin. */
  is_harmless: boolean;
}

/** First value of a unit, in the order of arrival. */
export interface Arrival {
  arm: ArmName;
  value: number;
  /** Units are paired with units of the same one. */
  stratum: string;
}

/** First values of the baseline that say where its middle and its end lie, and are not bet on. */
const calibrating = 50;
/** Share of an amount whose loss a margin may accept: all of it would accept anything. */
const mostLoss = 0.99;
/** Baseline units that one candidate unit is paired with at most. */
const mostPartners = 4;

/** @param partners baseline units to a candidate unit, where there are that many: of an uneven split */
export function watchHarm(arrivals: Iterable<Arrival>, metric: { kind: MetricKind; goal: Goal; margin: number }, partners: number): Guard {
  // An amount's margin is in its values already, so the bet asks for no more.
  const betMargin = metric.kind === "rate" ? metric.margin : 0;
  const results = metric.kind === "rate" ? rateResults(arrivals, metric.goal) : amountResults(arrivals, metric.goal, metric.margin);
  let [harm, noHarm]: [Wager, Wager] = [openWager, openWager];
  for (const pair of pairsOf(results, Math.min(mostPartners, Math.max(1, Math.floor(partners))))) {
    harm = betOnHarm(harm, pair, betMargin);
    noHarm = betOnNoHarm(noHarm, pair, betMargin);
  }
  return {
    margin: metric.margin,
    pairs: harm.n,
    harm_e: Math.exp(harm.mostLogWealth),
    no_harm_e: Math.exp(noHarm.mostLogWealth),
    is_harmful: isWon(harm),
    is_harmless: isWon(noHarm),
  };
}

/**
 * Each candidate unit with the latest units of the baseline that wait, or the other way round, within a stratum, so that who came cannot pass
 * for harm; by order of arrival alone.
 */
function* pairsOf(results: Iterable<Arrival>, partners: number): Generator<PairedResult> {
  const strata = new Map<string, { waiting: number[]; early: number[] }>();
  for (const { arm, value, stratum } of results) {
    const { waiting, early } = strata.get(stratum) ?? { waiting: [], early: [] };
    strata.set(stratum, { waiting, early });
    if (arm === "candidate") {
      if (waiting.length === 0) early.push(value);
      else yield { baseline: meanOf(waiting.splice(-partners)), candidate: value };
      continue;
    }
    const candidate = early.pop();
    if (candidate === undefined) waiting.push(value);
    else yield { baseline: value, candidate };
  }
}

function* rateResults(arrivals: Iterable<Arrival>, goal: Goal): Generator<Arrival> {
  for (const { arm, value, stratum } of arrivals) yield { arm, stratum, value: goodness(value, goal) };
}

/**
 * How many of two marks an amount keeps: the baseline's middle and its worst tenth, as its first values show them. The candidate is measured
 * as if it were better by the margin, so that at the margin both arms do equally well.
 */
function* amountResults(arrivals: Iterable<Arrival>, goal: Goal, margin: number): Generator<Arrival> {
  const first: number[] = [];
  let marks: readonly [number, number] | null = null;
  for (const { arm, value, stratum } of arrivals) {
    if (marks === null) {
      if (arm === "baseline") first.push(value);
      if (first.length === calibrating) {
        const ascending = Float64Array.from(first).sort();
        marks = [quantileAt(ascending, 0.5), quantileAt(ascending, goal === "decrease" ? 0.9 : 0.1)];
      }
      continue;
    }
    const measured = arm === "baseline" ? value : goal === "decrease" ? value / (1 + margin) : value / (1 - Math.min(margin, mostLoss));
    const kept = marks.filter((mark) => (goal === "decrease" ? measured <= mark : measured >= mark)).length;
    yield { arm, stratum, value: kept / marks.length };
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b / values.length, 0);
}
