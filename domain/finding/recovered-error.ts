// A win: a tool failed, the agent tried again or otherwise, the tool answered well and the run did not fail. What agents get over, and
// how often, says how sturdy they are.
import type { Run } from "../run/run.ts";
import { type Detector, mostFindings } from "./detector.ts";
import { failedCalls, isCall, isFailedCall, type Placed } from "./failed-calls.ts";
import { cite } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { newFinding } from "./new-finding.ts";
import { hasFailed } from "./outcome.ts";
import { shortName } from "./where.ts";

export const recoveredError: Detector = {
  name: "recovered_error",
  version: "1",
  definition: "A tool failed, answered well later in the run, and the run did not fail.",
  detect: (run) => {
    if (hasFailed(run) || run.status !== "ok") return [];
    const first = new Map<string, Placed>();
    for (const call of failedCalls(run)) if (call.recovered && !first.has(call.step.name)) first.set(call.step.name, call);
    return [...first.values()].slice(0, mostFindings).flatMap((call) => winOf(run, call));
  },
};

function winOf(run: Run, { step: failed, index: failedAt }: Placed): Detected[] {
  const index = run.steps.findIndex((step, at) => at > failedAt && step.name === failed.name && isCall(step) && !isFailedCall(step));
  const step = run.steps[index];
  if (step === undefined) return [];
  const name = shortName(step.name);
  return newFinding(run, recoveredError, {
    step,
    index,
    what: `The agent got over a failure of ${name}`,
    why: `${name} failed at step ${failedAt + 1} and answered well at step ${index + 1}.`,
    expected: null,
    recovered: false,
    evidence: [cite(run, failed.id, "error") ?? cite(run, failed.id, "result"), cite(run, step.id, "result") ?? cite(run, step.id, "name")],
    subject: step.name,
    text: null,
    polarity: "win",
    severity: "low",
  });
}
