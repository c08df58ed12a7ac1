// Bootstrap draws: sessions, since runs of one session stand or fall together, and the time of the change, which is itself only known to
// within its set. Draws are seeded; the same analysis gives the same interval to the last digit.
import { seededRandom } from "../statistics/seeded-random.ts";
import type { Onset } from "./detection.ts";
import type { RunFacts } from "./facts.ts";

/** Draws: the ends of a 95 % interval rest on the five outermost on each side, enough for two digits of a share. */
const draws = 200;

export interface Draw {
  /** How often each run is drawn. */
  weights: Uint8Array;
  /** Drawn evenly from the set of the onset. */
  onsetMs: number;
}

/** A run without a session is a session of its own. */
export function resampled(runs: readonly RunFacts[], { fromMs, toMs }: Onset, seed: string): Draw[] {
  const random = seededRandom(seed);
  const sessions = new Map<string, number>();
  const of = Int32Array.from(runs, (run) => {
    const key = run.session ?? `run:${run.id}`;
    const known = sessions.get(key) ?? sessions.size;
    sessions.set(key, known);
    return known;
  });
  const times = new Uint8Array(sessions.size);
  return Array.from({ length: draws }, () => {
    times.fill(0);
    for (let i = 0; i < times.length; i++) {
      const drawn = Math.floor(random() * times.length);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    const weights = new Uint8Array(of.length);
    for (let i = 0; i < weights.length; i++) weights[i] = times[of[i] ?? 0] ?? 0;
    return { weights, onsetMs: fromMs + random() * (toMs - fromMs) };
  });
}
