// What the model was sent no longer fits its context: its provider refused the call, or the model stopped for that reason.
import type { Run } from "../run/run.ts";
import { finishReasons } from "./answer.ts";
import { type Detector, isUnrecovered } from "./detector.ts";
import { saysContextOverflow, saysTimeout } from "./error-kinds.ts";
import { bounded, type Placed } from "./failed-calls.ts";
import { failedStepFinding } from "./failed-step-finding.ts";
import { failedSteps } from "./failed-steps.ts";
import { cite, failureText } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { inSentence, newFinding } from "./new-finding.ts";

const overflowReasons: ReadonlySet<string> = new Set(["model_context_window_exceeded", "context_length_exceeded"]);

export const contextOverflow: Detector = {
  name: "context_overflow",
  version: "1",
  definition: "The conversation no longer fitted the model's context.",
  detect: (run, seen) => {
    const failed = failedSteps(run).filter(
      ({ step, text }) => step.type !== "guardrail" && saysContextOverflow(text) && !saysTimeout(text),
    );
    const found = [
      ...bounded(failed).flatMap((one) => failedStepFinding(run, one, contextOverflow, "The model's context was too short")),
      ...bounded(stopped(run)).flatMap((one) => stoppedFinding(run, one)),
    ];
    const text = failureText(run.error);
    if (run.status !== "error" || !saysContextOverflow(text) || [...seen, ...found].some(isUnrecovered)) return found;
    return [
      ...found,
      ...newFinding(run, contextOverflow, {
        step: null,
        what: `The model's context was too short: ${inSentence(text ?? "")}`,
        why: "No step of the run shows a failure that it did not get over.",
        expected,
        recovered: false,
        evidence: [cite(run, null, "error")],
        subject: null,
        text,
      }),
    ];
  },
};

const expected = "The conversation is shortened before it grows longer than the context.";

/** Model calls that ended well by their record, and only for want of room. */
function stopped(run: Run): Placed[] {
  const last = run.steps.findLastIndex(({ type }) => type === "llm");
  return run.steps.flatMap((step, index) =>
    step.type === "llm" && step.status === "ok" && finishReasons(step).some((reason) => overflowReasons.has(reason))
      ? [{ step, index, recovered: index < last }]
      : [],
  );
}

function stoppedFinding(run: Run, { step, index, recovered }: Placed): Detected[] {
  return newFinding(run, contextOverflow, {
    step,
    index,
    what: "The model stopped because its context was full",
    why: recovered ? "Another model call followed." : "It was the last model call of the run.",
    expected,
    recovered,
    evidence: [cite(run, step.id, "output") ?? cite(run, step.id, "name")],
    subject: step.name,
    text: null,
  });
}
