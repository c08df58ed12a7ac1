// A call of a model that failed for a reason that has no detector of its own: rate limits, overload, refused requests.
import type { Detector } from "./detector.ts";
import { saysContextOverflow, saysTimeout } from "./error-kinds.ts";
import { bounded } from "./failed-calls.ts";
import { failedStepFinding } from "./failed-step-finding.ts";
import { failedSteps } from "./failed-steps.ts";

export const modelError: Detector = {
  name: "model_error",
  version: "1",
  definition: "A call of a model ended in an error that is neither a timeout nor a context that was too long.",
  detect: (run) => {
    const failed = failedSteps(run).filter(({ step, text }) => step.type === "llm" && !saysTimeout(text) && !saysContextOverflow(text));
    return bounded(failed).flatMap((one) => failedStepFinding(run, one, modelError, "The model call failed"));
  },
};
