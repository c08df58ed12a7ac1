// A tool call that ended in an error by its own record.
import type { Run, Step } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import { errorPart } from "./error-part.ts";
import { bounded, failedCalls, type Placed } from "./failed-calls.ts";
import { failedCallFinding } from "./failed-call-finding.ts";
import { repeatsInside } from "./failed-steps.ts";
import { failureText } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { isStop } from "./outcome.ts";

export const toolError: Detector = {
  name: "tool_error",
  version: "1",
  definition: "A tool was called and the call ended in an error.",
  detect: (run, seen) => {
    // A call of a tool that does not exist has its own finding.
    const explained = new Set(seen.map(({ step_id: id }) => id));
    const isRepeat = repeatsInside(run);
    const wasStopped = (step: Step): boolean => run.status === "cancelled" && isStop(step.error);
    const failed = failedCalls(run).filter(
      ({ step }) => step.status === "error" && !explained.has(step.id) && !isRepeat(step) && !wasStopped(step),
    );
    return bounded(failed).flatMap((call) => findingOf(run, call));
  },
};

function findingOf(run: Run, call: Placed): Detected[] {
  const { step } = call;
  const said = failureText(step.error);
  const text = said ?? errorPart(step.result);
  return failedCallFinding(run, call, { detector: toolError, field: said !== null ? "error" : text !== null ? "result" : "status", text });
}
