// Everything that detectors and declared rules find in one run. Pure and deterministic: the same run gives the same findings in the same
// order, whenever and however often it is read.
import { hasSucceeded } from "../run/dimensions.ts";
import type { Run } from "../run/run.ts";
import { declaredSignals } from "./declared-signal.ts";
import { detectors } from "./detectors.ts";
import type { Expectation } from "./expectation.ts";
import type { Detected } from "./finding.ts";

/**
 * Findings in order of the steps that they name, those of the run as a whole last; at most one of each detector for a step.
 * @param expectations signals that people declared for the run's agent
 */
export function detectFindings(run: Run, expectations: readonly Expectation[] = []): Detected[] {
  const seen: Detected[] = [];
  const succeeded = hasSucceeded(run) === true;
  for (const detector of detectors) seen.push(...detector.detect(run, seen).map((one) => (succeeded ? overcome(one) : one)));
  seen.push(...declaredSignals(run, expectations));
  const places = new Map(run.steps.map(({ id }, index) => [id, index]));
  const placeOf = ({ step_id: id }: Detected): number => (id === null ? run.steps.length : (places.get(id) ?? run.steps.length));
  return withoutDoubles(seen).sort((a, b) => placeOf(a) - placeOf(b));
}

/** A run that was scored a success got over whatever failed on its way, whichever tool helped it. */
function overcome(one: Detected): Detected {
  return one.polarity === "win" || one.recovered ? one : { ...one, recovered: true, severity: "low" };
}

function withoutDoubles(found: readonly Detected[]): Detected[] {
  const first = new Map<string, Detected>();
  for (const one of found) {
    const key = JSON.stringify([one.detector, one.step_id]);
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}
