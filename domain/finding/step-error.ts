// A sub-agent or another step that failed although nothing inside it did. Where it is the outermost step and says what the run says,
// the run's own error is the finding.
import type { Detector } from "./detector.ts";
import { saysContextOverflow, saysTimeout } from "./error-kinds.ts";
import { bounded } from "./failed-calls.ts";
import { failedStepFinding } from "./failed-step-finding.ts";
import { failedSteps } from "./failed-steps.ts";
import { failureText } from "./field-text.ts";
import { shortName } from "./where.ts";

export const stepError: Detector = {
  name: "step_error",
  version: "1",
  definition: "A sub-agent or another step ended in an error that nothing inside it explains.",
  detect: (run) => {
    const ofRun = failureText(run.error);
    const failed = failedSteps(run).filter(
      ({ step, text }) =>
        (step.type === "agent" || step.type === "other") &&
        !(step.parent_id === null && run.status === "error" && text === ofRun) &&
        !saysTimeout(text) &&
        !saysContextOverflow(text),
    );
    return bounded(failed).flatMap((one) => failedStepFinding(run, one, stepError, `${shortName(one.step.name)} failed`));
  },
};
