// What tells runs that show a signal from like runs that do not: argument names that failing calls of a tool leave out or add, and what runs did
// next that got over the same failure. Shares are of runs, never of calls.
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import type { ExpectedEffect } from "./artifact.ts";
import type { RunSketch, SketchedCall } from "./run-sketch.ts";

/** Runs of a side below which nothing is told from them. */
const fewestRuns = 3;
/** A name is given by most of the runs that went well, and by few of those that did not. */
const mostly = 0.8;
const seldom = 0.5;
const mostNamed = 5;
/** Steps of a way out that is worth writing down. */
const fewestSteps = 2;
const mostSteps = 6;
/** Runs that took the same way out. */
const fewestAlike = 2;

export interface ArgumentDifference {
  /** Names that good calls give and failing ones leave out. */
  missing: string[];
  /** Names that failing calls give and good ones do not. */
  extra: string[];
}

/** null where calls of the tool do not differ, or too few are known. */
export function argumentDifference(tool: string, failing: readonly RunSketch[], good: readonly RunSketch[]): ArgumentDifference | null {
  const bad = failing.flatMap((run) => callsOf(run, tool).find(({ failed }) => failed) ?? []);
  const well = good.flatMap((run) => callsOf(run, tool).find(({ failed }) => !failed) ?? []);
  if (bad.length < fewestRuns || well.length < fewestRuns) return null;
  const names = [...new Set([...bad, ...well].flatMap(({ keys }) => keys))].toSorted();
  const missing = names.filter((name) => shareOf(well, name) >= mostly && shareOf(bad, name) <= seldom).slice(0, mostNamed);
  const extra = names.filter((name) => shareOf(bad, name) >= mostly && shareOf(well, name) <= 1 - mostly).slice(0, mostNamed);
  return missing.length + extra.length === 0 ? null : { missing, extra };
}

export const callsOf = ({ calls }: RunSketch, tool: string): SketchedCall[] => calls.filter((call) => call.tool === tool);

const shareOf = (calls: readonly SketchedCall[], name: string): number =>
  calls.filter(({ keys }) => keys.includes(name)).length / calls.length;

export interface WayOut {
  /** Tools in the order of their calls, from the one after the failure to the tool's good answer. */
  steps: SketchedCall[];
  runs: string[];
}

/** What most of the runs did that got over a failure of the tool; null where each did something else, or nothing but try again. */
export function wayOut(tool: string, recovered: readonly RunSketch[]): WayOut | null {
  const ways = Map.groupBy(
    recovered.flatMap((run) => {
      const failed = run.calls.findIndex((call) => call.tool === tool && call.failed);
      const good = failed === -1 ? -1 : run.calls.findIndex((call, i) => i > failed && call.tool === tool && !call.failed);
      const steps = good === -1 ? [] : run.calls.slice(failed + 1, good + 1).filter((call) => !call.failed);
      return steps.length < fewestSteps || steps.length > mostSteps ? [] : [{ run: run.id, steps }];
    }),
    ({ steps }) => steps.map((step) => step.tool).join(" → "),
  );
  const [best] = [...ways.entries()].toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1));
  const first = best?.[1][0];
  if (best === undefined || first === undefined || best[1].length < fewestAlike) return null;
  return { steps: first.steps, runs: best[1].map(({ run }) => run) };
}

/**
 * What the rate of the signal is expected to be where all runs do what is proposed. By Bayes from how many of the runs with the signal (`a` of
 * `nA`) and of those without it (`b` of `nB`) did so already: the two are sampled apart, so their own ratio says nothing. null without a rate.
 */
export function expectedRate(
  signal: string,
  rate: number | null,
  did: { a: number; nA: number; b: number; nB: number } | null,
): ExpectedEffect | null {
  if (rate === null || rate <= 0) return null;
  const half: ExpectedEffect = {
    signal,
    from: rate,
    to: rate / 2,
    to_low: 0,
    to_high: rate,
    basis: "No run is known that does so already, so half of it is expected, and nothing is ruled out.",
  };
  if (did === null) return half;
  const [failing, good] = [wilsonInterval(did.a, did.nA), wilsonInterval(did.b, did.nB)];
  if (failing === null || good === null || did.a + did.b < fewestRuns || did.b === 0) return half;
  const at = (a: number, b: number): number => (a * rate === 0 ? 0 : (a * rate) / (a * rate + b * (1 - rate)));
  const to = Math.min(rate, at(did.a / did.nA, did.b / did.nB));
  const [low, high] = [at(failing.low, good.high), at(failing.high, good.low)];
  return {
    signal,
    from: rate,
    to,
    to_low: Math.min(low, to),
    to_high: Math.min(1, Math.max(high, to)),
    basis: `Of the runs that were looked at, ${did.b} of ${did.nB} without the signal did so already, and ${did.a} of ${did.nA} with it.`,
  };
}
