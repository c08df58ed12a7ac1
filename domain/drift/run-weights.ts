// What each run counts for within its bucket: runs of one session are not independent evidence, and a run that stands for a thousand
// unsent ones is still one observation. Rates are right for the traffic, sizes are those of the evidence.
import type { Bucket } from "./buckets.ts";
import type { Timeline } from "./timeline.ts";

/** Share of a bucket above which a session counts as one run. */
const largestSession = 0.2;

/** Effective weight by run; null when every run counts once. Runs outside all buckets have weight 1. */
export function runWeights(timeline: Timeline, buckets: readonly Bucket[]): Float64Array | null {
  const weights = new Float64Array(timeline.runs.length).fill(1);
  let plain = true;
  for (const { firstRun, endRun } of buckets) {
    let sum = 0;
    let squares = 0;
    const sessions = new Map<string, number>();
    for (let i = firstRun; i < endRun; i++) {
      const run = timeline.runs[i];
      if (run === undefined) continue;
      sum += run.weight;
      squares += run.weight * run.weight;
      if (run.session !== null) sessions.set(run.session, (sessions.get(run.session) ?? 0) + 1);
    }
    const crowded = sessions.size < endRun - firstRun;
    if (timeline.unweighted && !crowded) continue;
    for (let i = firstRun; i < endRun; i++) {
      const run = timeline.runs[i];
      if (run === undefined) continue;
      const together = run.session === null ? 1 : (sessions.get(run.session) ?? 1);
      const share = together > 1 && together > largestSession * (endRun - firstRun) ? 1 / together : 1;
      const weight = timeline.unweighted ? share : ((run.weight * sum) / squares) * share;
      if (weight !== 1) plain = false;
      weights[i] = weight;
    }
  }
  return plain ? null : weights;
}
