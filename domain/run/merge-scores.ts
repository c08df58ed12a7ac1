// One list of a run's scores: those that came with it, and those that came later. Of one name and source the later word stands.
import type { Score } from "./run.ts";

/** The run's own scores, replaced by later ones of the same name and source. */
export function mergeScores(own: readonly Score[], late: readonly Score[]): Score[] {
  const merged = new Map<string, Score>();
  for (const { name, value, source, comment } of [...own, ...late]) {
    const key = JSON.stringify([name, source]);
    // At the end, as what was said last: of one name the last counts.
    merged.delete(key);
    merged.set(key, { name, value, source, comment });
  }
  return [...merged.values()];
}
