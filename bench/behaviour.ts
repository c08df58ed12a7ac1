// Microbenchmarks of behaviour: observations folded a second and core, and the time to judge an agent from its facts.
import { analyse } from "../domain/drift/analyse.ts";
import { noFeedback } from "../domain/drift/analysis.ts";
import { factsOf } from "../domain/drift/facts-of.ts";
import type { RunFacts } from "../domain/drift/facts.ts";
import { finishRun } from "../domain/run/finish.ts";
import { listedPrices } from "../domain/run/price.ts";
import type { Run } from "../domain/run/run.ts";
import { readNativeRuns } from "../domain/wire/native.ts";
import { sampleRuns } from "../cli/sample/sample-runs.ts";
import { sampleScenario } from "../cli/sample/scenario.ts";
import { median, told, type Row } from "./rows.ts";

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
  const untilMs = Math.max(...facts.map(({ atMs }) => atMs));
  const analyseMs = timed(() =>
    analyse({
      agent: "support-bot",
      facts,
      declared: [],
      untilMs,
      closeAll: true,
      settings: { falseAlarmBudgetDays: 30 },
      feedback: noFeedback,
    }),
  );
  const bytes = JSON.stringify(facts).length;
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
    told("facts kept for a run", bytes / facts.length, "bytes"),
  ];
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
