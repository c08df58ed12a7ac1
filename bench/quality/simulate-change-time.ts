// Is the time of a change told right, with an honest set? Success falls at a known hour; the drift's onset and its 90 % set are held
// against it: `node bench/quality/simulate-change-time.ts`. Beside it the bare posterior with a known baseline, as the anchors have it.
import { detect } from "../../domain/drift/detect.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { changePointLog, credibleSet, normaliseLogs } from "../../domain/statistics/change-point.ts";
import type { Row } from "../rows.ts";
import { dayMs, hourMs, simulatedAgent, startMs } from "./simulate-agents.ts";
import { drawsFrom } from "./simulate-draws.ts";
import { medianRow, shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

const kappa = 200;
const coverage = { least: 0.85, most: 0.97 };
/** The anchors of "change_time_posterior": 120 buckets, the last `after` of them changed. */
const known = [
  { to: 0.8, perHour: 20, after: 24, cover: 0.905, error: 1 },
  { to: 0.85, perHour: 20, after: 72, cover: 0.93, error: 4 },
  { to: 0.7, perHour: 20, after: 10, cover: 0.96, error: 0 },
  { to: 0.8, perHour: 5, after: 96, cover: 0.9, error: 3 },
] as const;
const buckets = 120;
const learningDays = 14;

export const changeTime: Simulation = {
  title: "Time of a change",
  repetitions: { few: 100, full: 400 },
  rows: (repetitions, seed, onStep) => [...knownRows(400, seed), ...learntRows(repetitions, seed, onStep)],
};

function knownRows(repetitions: number, seed: string): Row[] {
  return known.flatMap(({ to, perHour, after, cover, error }) => {
    const draws = drawsFrom(`${seed}/time/${to}/${perHour}`);
    const true0 = buckets - after;
    let covered = 0;
    const errors: number[] = [];
    for (let i = 0; i < repetitions; i++) {
      const n = Array.from({ length: buckets }, () => draws.poisson(perHour));
      const y = n.map((size, hour) => {
        const rate = hour >= true0 ? to : 0.9;
        return draws.binomial(size, draws.beta(kappa * rate, kappa * (1 - rate)));
      });
      const deflation = 1 + (perHour - 1) / (kappa + 1);
      // index 0 is "the second bucket is the first changed one"
      const set = credibleSet(normaliseLogs(changePointLog(y, n, { a: 1800, b: 200 }, { a: 1, b: 1 }, deflation)));
      if (set.first + 1 <= true0 && set.last + 1 >= true0) covered++;
      errors.push(Math.abs(set.best + 1 - true0));
    }
    const name = `.9 → ${to} at ${perHour} an hour, known baseline`;
    return [
      shareRow(`true hour inside the 90 % set, ${name}`, covered, repetitions, coverage, `anchor ${cover}`),
      medianRow(`error of the hour, ${name}`, errors, "h", to === 0.8 && perHour === 20 ? { most: 2 } : null, `anchor ${error}`),
    ];
  });
}

/** End to end with one dimension: what matters here is the drift's own report. */
function learntRows(repetitions: number, seed: string, onStep: () => void): Row[] {
  const changeMs = startMs + learningDays * dayMs + 9 * hourMs;
  const untilMs = changeMs + 6 * dayMs;
  let covered = 0;
  const errors: number[] = [];
  const widths: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const success = (atMs: number): number => (atMs >= changeMs ? 0.8 : 0.9);
    const facts = simulatedAgent({ days: learningDays + 7, perHour: 20, dimensions: 0, success }, `${seed}/time/${i}`);
    const options = { agent: "a", untilMs, closeAll: true, falseAlarmBudgetDays: 30, feedback: noFeedback };
    const drift = detect(facts, options).detections.find(({ detectedAtMs }) => detectedAtMs > changeMs);
    onStep();
    if (drift === undefined) continue;
    const { atMs, fromMs, toMs } = drift.onset;
    if (Math.floor(fromMs / hourMs) * hourMs <= changeMs && toMs >= changeMs) covered++;
    errors.push(Math.abs(Math.floor(atMs / hourMs) * hourMs - changeMs) / hourMs);
    widths.push((toMs - fromMs) / hourMs);
  }
  const name = "success .9 → .8 at 20 an hour, learnt from two weeks";
  return [
    shareRow(`true hour inside the 90 % set, ${name}`, covered, errors.length, coverage),
    medianRow(`error of the hour, ${name}`, errors, "h", { most: 2 }),
    medianRow(`width of the set, ${name}`, widths, "h", null),
  ];
}

runSimulation(changeTime, import.meta.url);
