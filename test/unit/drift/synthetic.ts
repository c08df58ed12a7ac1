// Made-up agents for tests of detection: runs at a steady pace whose observations a test decides, from one seed.
import type { DetectOptions } from "../../../domain/drift/detect.ts";
import { noFeedback } from "../../../domain/drift/analysis.ts";
import type { Observation, RunFacts } from "../../../domain/drift/facts.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday. */
export const startMs = Date.parse("2026-10-05T00:00:00Z");

export interface Pace {
  days: number;
  perHour: number;
  seed?: string;
  /** Factor of the pace at a time; 1 by default. */
  traffic?: (atMs: number) => number;
}

/** Observations of the run at `atMs`; `random` is the agent's own. */
export type Behaviour = (atMs: number, random: () => number) => Observation[];

export function aRunAt(id: string, atMs: number, observations: Observation[]): RunFacts {
  return {
    id,
    version: "1",
    atMs,
    weight: 1,
    status: "ok",
    session: null,
    cohort: {},
    versions: {
      agentVersion: null,
      models: [],
      prompt: null,
      promptName: null,
      tools: {},
      artifacts: [],
      params: null,
      instrumentation: null,
    },
    toolsUsed: [],
    observations,
  };
}

/** Arrivals with exponential gaps. */
export function anAgent({ days, perHour, seed = "agent", traffic = () => 1 }: Pace, behaviour: Behaviour): RunFacts[] {
  const random = seededRandom(seed);
  const runs: RunFacts[] = [];
  for (let hour = 0; hour < days * 24; hour++) {
    const from = startMs + hour * hourMs;
    const limit = Math.exp(-perHour * traffic(from));
    const times: number[] = [];
    for (let product = random(); product > limit; product *= random()) times.push(Math.floor(from + random() * hourMs));
    for (const atMs of times.sort((a, b) => a - b)) runs.push(aRunAt(`r${runs.length}`, atMs, behaviour(atMs, random)));
  }
  return runs;
}

export const yes = (dimension: string, probability: number, random: () => number): Observation => ({
  dimension,
  kind: "proportion",
  value: random() < probability ? 1 : 0,
  trials: 1,
});
export const amount = (dimension: string, median: number, random: () => number): Observation => ({
  dimension,
  kind: "duration",
  value: median * Math.exp(0.6 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
});
export const oneOf = (dimension: string, shares: Record<string, number>, random: () => number): Observation => {
  let left = random() * Object.values(shares).reduce((a, b) => a + b, 0);
  for (const [name, share] of Object.entries(shares)) if ((left -= share) <= 0) return { dimension, kind: "categorical", value: name };
  return { dimension, kind: "categorical", value: Object.keys(shares)[0] ?? "" };
};

export const optionsUntil = (untilMs: number, more: Partial<DetectOptions> = {}): DetectOptions => ({
  agent: "a",
  untilMs,
  closeAll: false,
  falseAlarmBudgetDays: 30,
  feedback: noFeedback,
  ...more,
});
