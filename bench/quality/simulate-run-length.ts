// How long until a false alarm? Agents in whose month nothing changes, 150 cells each, rates straying from hour to hour, all that is
// known of them learnt from two weeks: `node bench/quality/simulate-run-length.ts`. Also the detector of one cell alone, beside the anchors.
import { detect } from "../../domain/drift/detect.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { advance, cellModel, newCell, statistic } from "../../domain/statistics/e-detector.ts";
import { shown, type Row, told } from "../rows.ts";
import { dayMs, type NullWorld, simulatedAgent, startMs } from "./simulate-agents.ts";
import { drawsFrom } from "./simulate-draws.ts";
import { rateRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

const learningDays = 14;
const watchedDays = 30;
const budgetDays = 30;

const worlds: { name: string; more: Partial<NullWorld> }[] = [
  { name: "steady", more: {} },
  { name: "a day's rhythm of .5", more: { season: 0.5 } },
  { name: "AR(.9) of sd .1", more: { wander: 0.1 } },
];

/** One cell, threshold c, mean and concentration known: rows of the anchors whose run length fits into a simulation. */
const alone = [
  { kappa: Infinity, modelKappa: 1e6, epsilon: 0, c: 100, anchor: 189 },
  { kappa: Infinity, modelKappa: 1e6, epsilon: 0.15, c: 100, anchor: 1094 },
  { kappa: 200, modelKappa: 200, epsilon: 0, c: 100, anchor: 180 },
  { kappa: 200, modelKappa: 200, epsilon: 0.15, c: 100, anchor: 982 },
  { kappa: 200, modelKappa: 200, epsilon: 0, c: 720, anchor: 1302 },
] as const;

export const runLength: Simulation = {
  title: "False alarms where nothing changes",
  repetitions: { few: 20, full: 667 },
  rows: (repetitions, seed, onStep) => [
    ...cellRows(Math.max(100, repetitions), seed),
    ...worlds.map((world) => monthRow(world, repetitions, seed, onStep)),
  ],
};

function monthRow({ name, more }: (typeof worlds)[number], months: number, seed: string, onStep: () => void): Row {
  let incidents = 0;
  for (let i = 0; i < months; i++) {
    const days = learningDays + watchedDays;
    const facts = simulatedAgent({ days, perHour: 20, dimensions: 30, ...more }, `${seed}/${name}/${i}`);
    const options = { agent: "a", untilMs: startMs + days * dayMs, closeAll: true, falseAlarmBudgetDays: budgetDays, feedback: noFeedback };
    incidents += detect(facts, options).detections.length;
    onStep();
  }
  return rateRow(
    `false alarms in an agent-month, 150 cells, ${name}`,
    incidents,
    months,
    1,
    `in ${months} agent-months`,
    { most: 1 },
    `${incidents} alarms`,
  );
}

/** Mean run length by exposure over alarms (a constant hazard, as the anchors assume), never below the threshold that promises it. */
function cellRows(repetitions: number, seed: string): Row[] {
  return alone.map(({ kappa, modelKappa, epsilon, c, anchor }) => {
    const draws = drawsFrom(`${seed}/cell/${kappa}/${epsilon}/${c}`);
    const model = cellModel(0.9, modelKappa, epsilon);
    const longest = 6 * anchor;
    let alarms = 0;
    let buckets = 0;
    for (let i = 0; i < repetitions; i++) {
      const cell = newCell();
      for (let hour = 0; hour < longest; hour++) {
        const rate = kappa === Infinity ? 0.9 : draws.beta(kappa * 0.9, kappa * 0.1);
        const n = draws.poisson(20);
        advance(cell, draws.binomial(n, rate), n, model, hour, Infinity);
        buckets++;
        if (statistic(cell) < c) continue;
        alarms++;
        break;
      }
    }
    const length = buckets / alarms;
    const error = 1.96 / Math.sqrt(alarms);
    const row = told(
      `run length of one cell, c ${c}, ε ${epsilon}, ${kappa === Infinity ? "binomial" : `κ ${kappa}`}`,
      length,
      "hours",
      `95 % ${shown(length * Math.exp(-error))} to ${shown(length * Math.exp(error))}; anchor ${anchor}`,
    );
    return { ...row, target: `≥ ${c}`, pass: length >= c };
  });
}

runSimulation(runLength, import.meta.url);
