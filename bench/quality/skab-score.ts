// The two measures of the Skoltech Anomaly Benchmark: F1, false and missed alarms of rows, and a NAB-like score of change points whose
// window opens at the change and closes a minute later. Katser & Kozitsin 2020; the scoring function is that of its `metrics.py`.

/** Time in which a change point must be told. */
const windowMs = 60_000;
const falseAlarm = -0.11;
const missed = -1;
const steepness = Math.PI / 2;

export interface RowScore {
  f1: number;
  /** Shares of normal rows that alarmed, and of anomalous ones that did not, in percent. */
  farPercent: number;
  marPercent: number;
}

export function rowScore(truth: readonly boolean[], alarms: readonly boolean[]): RowScore {
  let hits = 0;
  let falseOnes = 0;
  let missedOnes = 0;
  let quiet = 0;
  for (const [i, isAnomaly] of truth.entries()) {
    const isAlarm = alarms[i] === true;
    if (isAnomaly && isAlarm) hits++;
    else if (isAnomaly) missedOnes++;
    else if (isAlarm) falseOnes++;
    else quiet++;
  }
  return {
    f1: (2 * hits) / (2 * hits + falseOnes + missedOnes),
    farPercent: (100 * falseOnes) / (falseOnes + quiet),
    marPercent: (100 * missedOnes) / (missedOnes + hits),
  };
}

/** Times of change points and of told changes in one experiment; the raw score and the number of windows. */
export function changePointScore(changesMs: readonly number[], toldMs: readonly number[]): { raw: number; windows: number } {
  const inWindow = (told: number): boolean => changesMs.some((at) => told >= at && told <= at + windowMs);
  let raw = falseAlarm * toldMs.filter((told) => !inWindow(told)).length;
  for (const at of changesMs) {
    const first = toldMs.find((told) => told >= at && told <= at + windowMs);
    raw += first === undefined ? missed : worth((first - at) / windowMs);
  }
  return { raw, windows: changesMs.length };
}

/** From 1 at the change to the cost of a false alarm a minute later. */
function worth(position: number): number {
  const falling = -Math.tanh(steepness * (2 * position - 1)) / Math.tanh(steepness);
  return ((1 - falseAlarm) / 2) * falling + (1 + falseAlarm) / 2;
}
