// Simulated agents of the acceptance bars: many dimensions whose rates stray from hour to hour, with a day's rhythm or a slow wander if
// asked, and at most one change whose time is known. Made as facts, so that everything behind them is the product's own code.
import type { Observation, RunFacts, Versions } from "../../domain/drift/facts.ts";
import { logistic, logit } from "../../domain/statistics/logit.ts";
import { type Draws, drawsFrom } from "./simulate-draws.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday. */
export const startMs = Date.UTC(2026, 9, 5);

/** Shares of the five cells of each dimension in the anchors' set-up. */
const cells = [0.1, 0.4, 0.4, 0.09, 0.01] as const;
/** Concentration of the hourly rates. */
const kappa = 200;

export interface NullWorld {
  days: number;
  perHour: number;
  /** Categorical dimensions of five cells each. */
  dimensions: number;
  /** Amplitude of the day, in log-odds. */
  season?: number;
  /** Standard deviation of an hourly AR(.9), in log-odds. */
  wander?: number;
  /** Success of a run at a time; none is observed without it. */
  success?: (atMs: number) => number;
}

/** Runs in order of time. Every hour has its own rates, spread around the true ones as Dirichlet with concentration 200. */
export function simulatedAgent(world: NullWorld, seed: string): RunFacts[] {
  const draws = drawsFrom(seed);
  const names = Array.from({ length: world.dimensions }, (_, i) => `score.kind_${i}`);
  const levels = names.map(() => 0);
  const facts: RunFacts[] = [];
  for (let hour = 0; hour < world.days * 24; hour++) {
    const fromMs = startMs + hour * hourMs;
    const season = (world.season ?? 0) * Math.sin((2 * Math.PI * (hour % 24)) / 24);
    const shares = names.map((_, i) => {
      const level = (levels[i] = 0.9 * (levels[i] ?? 0) + Math.sqrt(1 - 0.81) * (world.wander ?? 0) * draws.normal());
      return draws.dirichlet(shifted(season + level).map((share) => kappa * share));
    });
    const success = world.success?.(fromMs);
    const rate = success === undefined ? null : draws.beta(kappa * success, kappa * (1 - success));
    const times = Array.from({ length: draws.poisson(world.perHour) }, () => Math.floor(fromMs + draws.uniform() * hourMs)).sort(
      (a, b) => a - b,
    );
    for (const atMs of times) {
      const observations = names.map((dimension, i): Observation => {
        return { dimension, kind: "categorical", value: `c${draws.pick(shares[i] ?? cells)}` };
      });
      if (rate !== null) observations.push(yesNo("outcome.success", rate, draws));
      facts.push(aRun(`r${facts.length}`, atMs, observations));
    }
  }
  return facts;
}

/** The first cell's log-odds moved, the others in proportion. */
function shifted(by: number): number[] {
  if (by === 0) return [...cells];
  const [first, ...others] = cells;
  const moved = logistic(logit(first) + by);
  return [moved, ...others.map((share) => (share * (1 - moved)) / (1 - first))];
}

export function yesNo(dimension: string, rate: number, draws: Draws): Observation {
  return { dimension, kind: "proportion", value: draws.uniform() < rate ? 1 : 0, trials: 1 };
}

const plain: Versions = {
  agentVersion: null,
  models: [],
  prompt: null,
  promptName: null,
  tools: {},
  artifacts: [],
  params: null,
  instrumentation: null,
};

export function aRun(id: string, atMs: number, observations: Observation[], more: Partial<RunFacts> = {}): RunFacts {
  return {
    id,
    version: "1",
    atMs,
    weight: 1,
    status: "ok",
    session: null,
    cohort: {},
    versions: plain,
    toolsUsed: [],
    observations,
    ...more,
  };
}

export { plain as plainVersions };
