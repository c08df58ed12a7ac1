// Something took too long: a model call, a sub-agent, another step, or the run. A tool that timed out is a failed tool call.
import { type Detector, isUnrecovered } from "./detector.ts";
import { saysTimeout } from "./error-kinds.ts";
import { bounded } from "./failed-calls.ts";
import { failedStepFinding } from "./failed-step-finding.ts";
import { failedSteps } from "./failed-steps.ts";
import { cite, failureText } from "./field-text.ts";
import { inSentence, newFinding } from "./new-finding.ts";

export const timeout: Detector = {
  name: "timeout",
  version: "1",
  definition: "A model call, a sub-agent or the run as a whole was given up because it took too long.",
  detect: (run, seen) => {
    const failed = failedSteps(run).filter(({ step, text }) => step.type !== "guardrail" && saysTimeout(text));
    const found = bounded(failed).flatMap((one) => failedStepFinding(run, one, timeout, "It took too long"));
    const text = failureText(run.error);
    if (run.status === "ok" || run.status === "cancelled" || !saysTimeout(text) || [...seen, ...found].some(isUnrecovered)) return found;
    return [
      ...found,
      ...newFinding(run, timeout, {
        step: null,
        what: `The run took too long: ${inSentence(text ?? "")}`,
        why: "No step of the run shows a failure that it did not get over.",
        expected: "The run ends in time.",
        recovered: false,
        evidence: [cite(run, null, "error")],
        subject: null,
        text,
      }),
    ];
  },
};
