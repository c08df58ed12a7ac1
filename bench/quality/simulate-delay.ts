// How long until a change is found? The table of statistics.md 2.5 with known rates, a fall of success among 150 cells with everything
// learnt from two weeks, and an outage: `node bench/quality/simulate-delay.ts`.
import { detect } from "../../domain/drift/detect.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { advance, cellModel, newCell, statistic } from "../../domain/statistics/e-detector.ts";
import type { Row } from "../rows.ts";
import { dayMs, hourMs, simulatedAgent, startMs } from "./simulate-agents.ts";
import { drawsFrom } from "./simulate-draws.ts";
import { type Bar, medianRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

/** Budget of a month of hours, whole and split over 150 cells. */
const whole = 720;
const split = 720 * 150;
/** Medians in hours: the anchors of "e_detector_delay". */
const table = [
  { from: 0.9, to: 0.7, perHour: 2, split: 40, alone: 18 },
  { from: 0.9, to: 0.7, perHour: 20, split: 6, alone: 4 },
  { from: 0.9, to: 0.7, perHour: 200, split: 2, alone: 1 },
  { from: 0.9, to: 0.8, perHour: 2, split: 142.5, alone: 57 },
  { from: 0.9, to: 0.8, perHour: 20, split: 21, alone: 11 },
  { from: 0.9, to: 0.8, perHour: 200, split: 5, alone: 3 },
  { from: 0.9, to: 0.85, perHour: 2, split: 607.5, alone: 159.5 },
  { from: 0.9, to: 0.85, perHour: 20, split: 86, alone: 39 },
  { from: 0.9, to: 0.85, perHour: 200, split: 21, alone: 11 },
  { from: 0.9, to: 0.95, perHour: 20, split: 53, alone: 26 },
  { from: 0.02, to: 0.1, perHour: 20, split: 10, alone: 6 },
  { from: 0.02, to: 0.05, perHour: 20, split: 47, alone: 22 },
  { from: 0.5, to: 0.4, perHour: 20, split: 67.5, alone: 34 },
] as const;
const kappa = 200;
const epsilon = 0.15;
const within = 0.25;
const longestHours = 5000;
const learningDays = 14;

export const delay: Simulation = {
  title: "Delay until a change is found",
  repetitions: { few: 12, full: 200 },
  rows: (repetitions, seed, onStep) => [
    ...tableRows(150, seed),
    learntRow({ to: 0.8, perHour: 20, days: 6 }, { most: 36 }, "anchor 33.5", repetitions, seed, onStep),
    learntRow({ to: 0.1, perHour: 60, days: 1 }, { most: 1 }, "an outage", repetitions, seed, onStep),
    learntRow({ to: 0.1, perHour: 20, days: 1 }, null, "an outage of thin traffic", repetitions, seed, onStep),
  ],
};

function tableRows(repetitions: number, seed: string): Row[] {
  return table.flatMap((row) => {
    const { from, to, perHour } = row;
    const hours = delaysOf(from, to, perHour, repetitions, seed);
    const bar = (anchor: number) => ({ least: Math.floor(anchor * (1 - within)), most: Math.ceil(anchor * (1 + within)) });
    const name = `${from} → ${to} at ${perHour} an hour`;
    return [
      medianRow(`${name}, one of 150 cells`, hours.split, "h", bar(row.split), `anchor ${row.split}`),
      medianRow(`${name}, alone`, hours.alone, "h", bar(row.alone), `anchor ${row.alone}`),
    ];
  });
}

/** Hours until one cell with known mean and concentration crosses either threshold; no cap, as in the anchors. */
function delaysOf(from: number, to: number, perHour: number, repetitions: number, seed: string): { split: number[]; alone: number[] } {
  const draws = drawsFrom(`${seed}/delay/${from}/${to}/${perHour}`);
  const model = cellModel(from, kappa, epsilon);
  const found: { split: number[]; alone: number[] } = { split: [], alone: [] };
  for (let i = 0; i < repetitions; i++) {
    const cell = newCell();
    let alone = Infinity;
    let hour = 0;
    while (hour < longestHours && statistic(cell) < split) {
      const n = draws.poisson(perHour);
      advance(cell, draws.binomial(n, draws.beta(kappa * to, kappa * (1 - to))), n, model, hour++, Infinity);
      if (alone === Infinity && statistic(cell) >= whole) alone = hour;
    }
    found.split.push(statistic(cell) >= split ? hour : Infinity);
    found.alone.push(alone);
  }
  return found;
}

/** End to end: facts of an agent with 150 cells in, the first drift of success out. */
function learntRow(
  { to, perHour, days }: { to: number; perHour: number; days: number },
  bar: Bar | null,
  reference: string,
  repetitions: number,
  seed: string,
  onStep: () => void,
): Row {
  const changeMs = startMs + learningDays * dayMs + 9 * hourMs;
  const untilMs = changeMs + days * dayMs;
  const hours: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const success = (atMs: number): number => (atMs >= changeMs ? to : 0.9);
    const facts = simulatedAgent({ days: learningDays + days + 1, perHour, dimensions: 30, success }, `${seed}/${to}/${perHour}/${i}`);
    const options = { agent: "a", untilMs, closeAll: true, falseAlarmBudgetDays: 30, feedback: noFeedback };
    const found = detect(facts, options).detections.filter(
      ({ dimension, detectedAtMs }) => dimension === "outcome.success" && detectedAtMs > changeMs,
    );
    hours.push(Math.min(Infinity, ...found.map(({ detectedAtMs }) => (detectedAtMs - changeMs) / hourMs)));
    onStep();
  }
  return medianRow(`success .9 → ${to} at ${perHour} an hour, 150 cells, learnt from two weeks`, hours, "h", bar, reference);
}

runSimulation(delay, import.meta.url);
