// The finding that a failed model call, sub-agent or other step makes.
import type { Run } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import type { FailedStep } from "./failed-steps.ts";
import { cite } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { inSentence, newFinding } from "./new-finding.ts";

/** @param what in words, what happened to it: "The model call failed" */
export function failedStepFinding(run: Run, { step, index, recovered, text }: FailedStep, detector: Detector, what: string): Detected[] {
  return newFinding(run, detector, {
    step,
    index,
    what: text === null ? `${what} without saying why` : `${what}: ${inSentence(text)}`,
    why: recovered ? "A later step of its kind went well." : "No later step of its kind went well.",
    expected: "The step ends without an error.",
    recovered,
    evidence: [cite(run, step.id, text === null ? "status" : "error")],
    subject: step.name,
    text,
  });
}
