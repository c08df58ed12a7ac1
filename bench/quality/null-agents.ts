// Agents in whose months nothing changes, as facts of their runs: busy and quiet ones, with days and weeks, with levels that wander a
// little and come back, with sessions whose runs are alike. Whatever is found in them is a false alarm.
import type { Observation, RunFacts } from "../../domain/drift/facts.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";

export const temperaments = ["steady", "quiet", "busy", "seasonal", "wandering", "bursty"] as const;
export type Temperament = (typeof temperaments)[number];

const hourMs = 3_600_000;
export const startMs = Date.UTC(2026, 9, 5);

interface Manner {
  perDay: number;
  /** Amplitude of the day on the log-odds of every rate, and of the traffic. */
  season: number;
  /** Standard deviation of an hourly AR(0.9) on the same scale. */
  wander: number;
  /** Mean further runs of a session, and the standard deviation of what they share. */
  session: { runs: number; sd: number };
}

const calm: Manner = { perDay: 60, season: 0, wander: 0, session: { runs: 0, sd: 0 } };
const manners: Record<Temperament, Manner> = {
  steady: calm,
  quiet: { ...calm, perDay: 20 },
  busy: { ...calm, perDay: 240 },
  seasonal: { ...calm, perDay: 120, season: 0.5 },
  wandering: { ...calm, perDay: 120, wander: 0.1 },
  bursty: { ...calm, perDay: 120, session: { runs: 4, sd: 0.8 } },
};

const rates = { "outcome.error": 0.04, "outcome.success": 0.82, "outcome.refusal": 0.02, "score.helpful": 0.7 };
const durations = { "latency.run_ms": 4_000, "latency.llm_ms": 900 };
const counts = {
  "tokens.input": 2_400,
  "tokens.output": 320,
  "volume.steps": 6,
  "volume.llm_calls": 3,
  "output.length": 600,
  "cost.usd": 0.01,
};
const tools = ["lookup_order", "search_docs", "refund", "send_mail", "calendar"];
const words: Record<string, readonly string[]> = {
  "output.shape": ["plain", "plain", "plain", "heading+list", "fence+code"],
  "cohort.plan": ["free", "free", "pro", "team"],
  "cohort.locale": ["en", "en", "en", "de", "fr", "pt"],
  "cohort.intent": ["where is my order <n>", "cancel <n>", "refund", "hours", "other"],
};

/** Facts of one agent over `days`. The same seed gives the same facts. */
export function nullAgent(temperament: Temperament, seed: string, days: number): RunFacts[] {
  const manner = manners[temperament];
  const random = seededRandom(`${temperament}/${seed}`);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const facts: RunFacts[] = [];
  let level = 0;
  for (let hour = 0; hour < days * 24; hour++) {
    level = 0.9 * level + Math.sqrt(1 - 0.81) * normal();
    const day = Math.sin((2 * Math.PI * (hour % 24)) / 24);
    const weekend = manner.season > 0 && Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1;
    const expected = (manner.perDay / 24 / (1 + manner.session.runs)) * (1 + manner.season * day) * weekend;
    for (let n = poisson(expected, random); n > 0; n--) {
      const atMs = startMs + (hour + random()) * hourMs;
      const shared = manner.session.sd * normal();
      const runs = 1 + poisson(manner.session.runs, random);
      for (let i = 0; i < runs; i++) {
        const shift = manner.season * day + manner.wander * level + shared;
        facts.push(factsOf(`${facts.length}`, atMs + i * 60_000, shift, runs > 1 ? `s${facts.length - i}` : null, random, normal));
      }
    }
  }
  return facts.toSorted((a, b) => a.atMs - b.atMs);
}

function factsOf(id: string, atMs: number, shift: number, session: string | null, random: () => number, normal: () => number): RunFacts {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? "";
  const yes = (rate: number): number => (random() < 1 / (1 + Math.exp(-(Math.log(rate / (1 - rate)) + shift))) ? 1 : 0);
  const cohort = { plan: pick(words["cohort.plan"] ?? []), locale: pick(words["cohort.locale"] ?? []) };
  const toolsUsed = tools.filter(() => random() < 0.4);
  const error = yes(rates["outcome.error"]);
  const observations: Observation[] = [
    ...Object.entries(rates).map(([dimension, rate]): Observation => {
      return { dimension, kind: "proportion", value: dimension === "outcome.error" ? error : yes(rate), trials: 1 };
    }),
    ...Object.entries(durations).map(([dimension, usual]): Observation => {
      return { dimension, kind: "duration", value: Math.round(usual * Math.exp(0.5 * normal() + 0.3 * shift)) };
    }),
    ...Object.entries(counts).map(([dimension, usual]): Observation => {
      return { dimension, kind: "count", value: Number((usual * Math.exp(0.4 * normal())).toPrecision(3)) };
    }),
    ...Object.entries(words).map(([dimension, list]): Observation => {
      const name = dimension.slice("cohort.".length);
      return { dimension, kind: "categorical", value: name === "plan" ? cohort.plan : name === "locale" ? cohort.locale : pick(list) };
    }),
    { dimension: "tools.mix", kind: "categorical", value: toolsUsed },
    { dimension: "volume.tool_calls", kind: "count", value: toolsUsed.length },
    ...toolsUsed.flatMap((tool) => ofTool(tool, yes, pick, normal)),
  ];
  return {
    id: `run_${id}`,
    version: "1",
    atMs: Math.round(atMs),
    weight: 1,
    status: error === 1 ? "error" : "ok",
    session,
    cohort,
    versions: {
      agentVersion: "1.0.0",
      models: ["model-a"],
      prompt: "aaaaaaaaaaaa",
      promptName: "system",
      tools: Object.fromEntries(tools.map((tool) => [tool, "bbbbbbbbbbbb"])),
      artifacts: [],
      params: null,
      instrumentation: "sdk@1.0.0",
    },
    toolsUsed,
    observations,
  };
}

function ofTool(
  tool: string,
  yes: (rate: number) => number,
  pick: (list: readonly string[]) => string,
  normal: () => number,
): Observation[] {
  const failed = yes(0.05);
  return [
    { dimension: `tool.${tool}.error_rate`, kind: "proportion", value: failed, trials: 1 },
    { dimension: `tool.${tool}.error_code`, kind: "categorical", value: failed === 1 ? [pick(["HTTP_503", "timeout"])] : [] },
    { dimension: `latency.tool.${tool}_ms`, kind: "duration", value: Math.round(300 * Math.exp(0.6 * normal())) },
    { dimension: `tool.${tool}.args_shape`, kind: "categorical", value: [pick(["{id}", "{id}", "{id}", "{id,limit}"])] },
    { dimension: `tool.${tool}.arg.mode`, kind: "categorical", value: [pick(["fast", "fast", "deep"])] },
  ];
}

/** Knuth's; means here are small. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random(); product > limit; product *= random()) n++;
  return n;
}
