// A run that was scored a failure though no step of it shows one that it did not get over: the finding names the step that looks most
// responsible, and says what made it look so. It is a suspicion from the trace's form, and says so.
import { hasSucceeded } from "../run/dimensions.ts";
import { isUnrecovered, type Detector } from "./detector.ts";
import { cite, citeMatch } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";
import { responsibleStep, suspicionWords } from "./responsible-step.ts";

export const outcomeFailed: Detector = {
  name: "outcome_failed",
  version: "1",
  definition: "The run was scored a failure although no step of it shows one; the step that looks most responsible is named.",
  detect: (run, seen) => {
    if (hasSucceeded(run) !== false || seen.some(isUnrecovered)) return [];
    const suspect = responsibleStep(run);
    const step = suspect === null ? null : (run.steps.find(({ id }) => id === suspect.stepId) ?? null);
    return newFinding(run, outcomeFailed, {
      step,
      what: "The run was scored a failure",
      why: suspect === null ? null : `Most suspect is this step: ${suspect.reason}`,
      expected: "The run reaches what it was asked for.",
      recovered: false,
      evidence: [
        citeMatch(run, null, "score", "success: "),
        step === null ? null : (cite(run, step.id, "arguments") ?? cite(run, step.id, "output") ?? cite(run, step.id, "name")),
      ],
      subject: step?.name ?? null,
      text: suspect === null ? null : suspicionWords[suspect.kind],
    });
  },
};
