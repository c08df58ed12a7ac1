// What detectors say of a run, made fit to keep: an id that comes out the same when the run is read again, and the class it falls into.
import { timedId } from "../drift/stable-id.ts";
import type { Run } from "../run/run.ts";
import { classOf } from "../signal/class.ts";
import type { FindingClass } from "../signal/signal.ts";
import type { Detected, Finding, FindingSource } from "./finding.ts";

export interface KeptFinding {
  finding: Finding;
  class: FindingClass;
}

/** In the order of `detected`. A detector that names one step twice gets two ids by their order. */
export function keptFindings(run: Run, detected: readonly Detected[], source: FindingSource): KeptFinding[] {
  const times = new Map<string, number>();
  return detected.map(({ about, ...said }) => {
    const place = JSON.stringify([source, said.detector, said.step_id]);
    const nth = times.get(place) ?? 0;
    times.set(place, nth + 1);
    const id = timedId("fnd_", Date.parse(run.started_at), [run.id, place, String(nth)]);
    return { finding: { id, run_id: run.id, source, ...said }, class: classOf(run.agent, { ...said, about }) };
  });
}
