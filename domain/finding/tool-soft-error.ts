// A tool call whose record says ok while its result says that it failed (`{"ok": false}`); domain/run/soft-error.ts is the judge of that.
import type { Detector } from "./detector.ts";
import { errorPart } from "./error-part.ts";
import { failedCallFinding } from "./failed-call-finding.ts";
import { bounded, failedCalls } from "./failed-calls.ts";

export const toolSoftError: Detector = {
  name: "tool_soft_error",
  version: "1",
  definition: "A tool answered without raising an error, but its answer says that it failed.",
  detect: (run, seen) => {
    const explained = new Set(seen.map(({ step_id: id }) => id));
    const failed = failedCalls(run).filter(({ step }) => step.status !== "error" && !explained.has(step.id));
    return bounded(failed).flatMap((call) =>
      failedCallFinding(run, call, { detector: toolSoftError, field: "result", text: errorPart(call.step.result) }),
    );
  },
};
