// What experiments did in 4,000 simulated trials each, made once with numpy: the anchors "ab_sequential" and "non_inferiority_betting_margin_05",
// and the rows that hold a simulation of ours against them.
import { type Row, shown, told } from "../rows.ts";
import type { Bar } from "./simulate-row.ts";

export const anchorTrials = 4000;

export type Method = "fixed n" | "O'Brien-Fleming, 5 looks" | "Pocock, 5 looks" | "confidence sequence, 20 looks";

/** Share that rejects and mean runs of an arm at the end, of 4,000 trials each. */
export const anchors: { from: number; to: number; by: Record<Method, Outcome> }[] = [
  anchor(0.8, 0.8, [0.0448, 1000], [0.0462, 992], [0.0475, 977], [0.0138, 992]),
  anchor(0.8, 0.75, [0.7692, 1000], [0.7622, 818], [0.6805, 727], [0.4425, 825]),
  anchor(0.8, 0.7, [0.9995, 1000], [0.9992, 509], [0.9988, 349], [0.9885, 380]),
  anchor(0.8, 0.85, [0.8462, 1000], [0.8345, 775], [0.7695, 674], [0.559, 766]),
  anchor(0.95, 0.95, [0.0518, 1000], [0.0512, 992], [0.049, 975], [0.0145, 992]),
  anchor(0.95, 0.9, [0.9912, 1000], [0.9892, 598], [0.9748, 454], [0.928, 524]),
];

type Outcome = readonly [rejected: number, runs: number];

function anchor(from: number, to: number, fixed: Outcome, obf: Outcome, pocock: Outcome, sequence: Outcome): (typeof anchors)[number] {
  return {
    from,
    to,
    by: {
      "fixed n": fixed,
      "O'Brien-Fleming, 5 looks": obf,
      "Pocock, 5 looks": pocock,
      "confidence sequence, 20 looks": sequence,
    },
  };
}

/** The anchors of "non_inferiority_betting_margin_05". */
export const noHarm = [
  { from: 0.8, to: 0.75, declared: 0.0213, n: 983 },
  { from: 0.95, to: 0.9, declared: 0.027, n: 978 },
  { from: 0.8, to: 0.78, declared: 0.1858, n: 893 },
  { from: 0.8, to: 0.8, declared: 0.526, n: 733 },
  { from: 0.8, to: 0.85, declared: 0.999, n: 236 },
  { from: 0.95, to: 0.95, declared: 0.984, n: 316 },
] as const;

/** Three Monte Carlo errors of both simulations around the anchor. */
export function around(share: number, trials: number): Bar {
  const rate = (share * anchorTrials + 0.5) / (anchorTrials + 1);
  const error = 3 * Math.sqrt(rate * (1 - rate) * (1 / trials + 1 / anchorTrials));
  return { least: share - error, most: Math.min(1, share + error) };
}

/** Mean runs at the end beside the anchor, three errors of both apart at most. */
export function runsRow(name: string, mean: number, spread: number, trials: number, reference: number): Row {
  const error = 3 * spread * Math.sqrt(1 / trials + 1 / anchorTrials);
  const half = (1.96 * spread) / Math.sqrt(trials);
  const row = told(name, mean, "runs", `95 % ${shown(mean - half)} to ${shown(mean + half)}; anchor ${reference}`);
  // anchors are told as whole runs
  return { ...row, target: `${reference} ± ${shown(error)}`, pass: Math.abs(mean - reference) <= error + 0.5 };
}
