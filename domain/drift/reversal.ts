// Was the change taken back when behaviour came back? A rollback that flips the effect is the nearest thing to an experiment that
// production offers. Only versions tell: a change known by its time alone cannot be seen to go.
import type { Candidate } from "./candidates.ts";
import type { Detection } from "./detection.ts";
import { exposureTo } from "./exposure.ts";
import type { RunFacts } from "./facts.ts";
import type { VersionHistory } from "./version-history.ts";
import { windowBetween } from "./window.ts";

/** Runs looked at on both sides of the return: a day, in which a rollback is complete. */
const lookMs = 24 * 3_600_000;
const leastRuns = 10;
/** Share of runs that had the change before, and that may still have it after. */
const mostHadIt = 0.5;
const fewHaveIt = 0.1;

/** True when most runs had the change before the drifts recovered, and nearly none after. */
export function isReversed(
  { change, toldBy }: Candidate,
  detections: readonly Detection[],
  facts: readonly RunFacts[],
  history: VersionHistory,
): boolean {
  if (change === null || toldBy !== "version" || detections.some(({ recoveredAtMs }) => recoveredAtMs === null)) return false;
  const backMs = Math.max(...detections.map(({ recoveredAtMs }) => recoveredAtMs ?? 0));
  const share = (fromMs: number, toMs: number): number | null => {
    const window = windowBetween(facts, fromMs, toMs);
    const { exposed } = exposureTo(change, window, history);
    return exposed.length < leastRuns ? null : exposed.reduce((a, b) => a + b, 0) / exposed.length;
  };
  const before = share(backMs - 2 * lookMs, backMs - lookMs / 4);
  const after = share(backMs, backMs + lookMs);
  return before !== null && after !== null && before >= mostHadIt && after <= fewHaveIt;
}
