// The score of the Numenta Anomaly Benchmark: an alarm early in a labelled window is worth most, one outside costs, more the farther it is
// from the last window. Normalised between saying nothing (0) and alarming on each window's first row (100). Lavin & Ahmad 2015, arXiv 1510.03336.

/** What a false alarm costs beside a found window's 1, and what a window that nobody saw costs. */
export const profiles = {
  standard: { falseAlarm: 0.11, missed: 1 },
  rewardLowFp: { falseAlarm: 0.22, missed: 1 },
  rewardLowFn: { falseAlarm: 0.11, missed: 2 },
} as const;
export type Profile = (typeof profiles)[keyof typeof profiles];

/** Share of a file, and most rows of it, that are for learning and not scored. */
const learningShare = 0.15;
const mostLearning = 750;
/** Window widths after which a false alarm costs all it can. */
const farAway = 3;

export interface Labelled {
  rows: number;
  /** First and last row of each window, ascending. */
  windows: readonly (readonly [number, number])[];
}

/** Score of one file before normalising: alarms are row numbers. */
export function rawScore({ rows, windows }: Labelled, alarms: readonly number[], { falseAlarm, missed }: Profile): number {
  const best = new Map<number, number>();
  let cost = 0;
  for (const row of alarms) {
    if (row < Math.min(Math.floor(learningShare * rows), mostLearning)) continue;
    const inside = windows.findIndex(([from, to]) => row >= from && row <= to);
    const window = windows[inside];
    if (window === undefined) {
      cost += falseAlarm * distanceScore(windows, row);
      continue;
    }
    const [from, to] = window;
    const value = sigmoid(-(to - row + 1) / (to - from + 1)) / sigmoid(-1);
    best.set(inside, Math.max(best.get(inside) ?? -Infinity, value));
  }
  return cost + windows.reduce((sum, _, i) => sum + (best.get(i) ?? -missed), 0);
}

/** Of raw scores of files with `windows` windows in all. */
export function normalised(raw: number, windows: number, { missed }: Profile): number {
  return (100 * (raw + missed * windows)) / (windows + missed * windows);
}

/** Between 0 just after a window and −1 far from it or before the first. */
function distanceScore(windows: Labelled["windows"], row: number): number {
  const last = windows.findLast(([, to]) => to < row);
  if (last === undefined) return -1;
  const [from, to] = last;
  const distance = (row - to) / Math.max(1, to - from);
  return distance > farAway ? -1 : sigmoid(distance);
}

function sigmoid(position: number): number {
  return 2 / (1 + Math.exp(5 * position)) - 1;
}
