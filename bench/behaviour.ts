// Microbenchmarks of behaviour: observations folded a second and core, the time to judge an agent from its facts (also one with as many
// dimensions as are watched), and what is kept for each run and observation.
import { analyse } from "../domain/drift/analyse.ts";
import { noFeedback } from "../domain/drift/analysis.ts";
import { factsOf } from "../domain/drift/facts-of.ts";
import type { Observation, RunFacts } from "../domain/drift/facts.ts";
import { packFacts, unpackFacts } from "../domain/drift/packed-facts.ts";
import { mostDimensions } from "../domain/drift/watched.ts";
import { seededRandom } from "../domain/statistics/seeded-random.ts";
import { finishRun } from "../domain/run/finish.ts";
import { listedPrices } from "../domain/run/price.ts";
import type { Run } from "../domain/run/run.ts";
import { readNativeRuns } from "../domain/wire/native.ts";
import { sampleRuns } from "../cli/sample/sample-runs.ts";
import { sampleScenario } from "../cli/sample/scenario.ts";
import { median, told, type Row } from "./rows.ts";
import { sketchRows } from "./sketches.ts";

const endMs = Date.UTC(2026, 10, 20);
const rounds = 5;

export function behaviourRows(): Row[] {
  const body = new TextEncoder().encode(JSON.stringify({ runs: [...sampleRuns(sampleScenario(endMs))].slice(0, 1_000) }));
  const readMs = timed(() => readAll(body));
  const runs = readAll(body);
  const foldMs = timed(() => factsOfAll(runs));
  const facts = factsOfAll(runs);
  const observations = facts.reduce((sum, one) => sum + one.observations.length, 0);
  const dimensions = new Set(facts.flatMap((one) => one.observations.map((o) => o.dimension))).size;
  const analyseMs = timed(() => judged(facts));
  const packed = facts.map((one) => packFacts(one).text);
  const bytes = packed.reduce((sum, text) => sum + text.length, 0);
  const wide = wideAgent(facts);
  const wideMs = timed(() => judged(wide));
  return [
    told(
      "runs read from the webhook's bytes",
      (runs.length / readMs) * 1_000,
      "runs/s a core",
      `${runs.length} runs of ${Math.round(body.length / runs.length)} bytes`,
    ),
    told(
      "observations folded",
      (observations / foldMs) * 1_000,
      "observations/s a core",
      `${Math.round(observations / runs.length)} a run`,
    ),
    told("an agent judged from its facts", analyseMs, "ms", `${facts.length} runs, ${dimensions} dimensions`),
    told(`an agent of ${mostDimensions} dimensions judged from its facts`, wideMs, "ms", `${wide.length} runs over four weeks`),
    told("facts kept for a run", bytes / facts.length, "bytes"),
    told("facts kept for an observation", bytes / observations, "bytes", "as they lie in the object"),
    told("facts packed and unpacked", (facts.length / timed(() => packed.map(unpackFacts).map(packFacts))) * 1_000, "runs/s a core"),
    ...sketchRows(),
  ];
}

function judged(facts: RunFacts[]): unknown {
  const untilMs = facts.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  const settings = { falseAlarmBudgetDays: 30 };
  return analyse({ agent: "support-bot", facts, declared: [], untilMs, closeAll: true, settings, feedback: noFeedback });
}

const weeksMs = 28 * 24 * 3_600_000;

/** The same runs spread over four weeks, each with further scores up to the number of dimensions that are watched. */
function wideAgent(facts: readonly RunFacts[]): RunFacts[] {
  const random = seededRandom("wide");
  const known = new Set(facts.flatMap((one) => one.observations.map(({ dimension }) => dimension))).size;
  return facts.map((one, i) => {
    const scores = Array.from({ length: Math.max(0, mostDimensions - known) }, (_, k): Observation => {
      const dimension = `score.s${k}`;
      return k % 2 === 0
        ? { dimension, kind: "proportion", value: random() < 0.1 ? 1 : 0, trials: 1 }
        : { dimension, kind: "count", value: Math.floor(random() * 1_000) };
    });
    return { ...one, atMs: endMs - weeksMs + (i / facts.length) * weeksMs, observations: [...one.observations, ...scores] };
  });
}

function readAll(body: Uint8Array): Run[] {
  const reading = readNativeRuns(body, "json", { receipt: "01JD0000000000000000000000", receivedMs: endMs });
  if (!reading.ok) throw new Error(reading.message);
  return reading.runs.map(({ id, draft }) => finishRun(draft, { id, prices: listedPrices, nowMs: endMs }));
}

const factsOfAll = (runs: readonly Run[]): RunFacts[] => runs.map((run) => factsOf(run, "1"));

/** Milliseconds, the median of some rounds after a first one that warms up. */
function timed(work: () => unknown): number {
  work();
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return median(times);
}
