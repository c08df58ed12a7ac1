// A run that went well by its status and answered with nothing. An output that was never sent is unknown, and no empty one.
import { answeringStep, answerOf, asksForTools } from "./answer.ts";
import type { Detector } from "./detector.ts";
import { cite } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";

export const emptyOutput: Detector = {
  name: "empty_output",
  version: "1",
  definition: "The run ended well and its answer is empty.",
  detect: (run) => {
    if (run.status !== "ok") return [];
    const step = answeringStep(run);
    const own = answerOf(run.output);
    const said = step === null || asksForTools(step.output) ? null : answerOf(step.output);
    const isEmpty = own === null ? said !== null && said.trim() === "" : own.trim() === "" && (said === null || said.trim() === "");
    if (!isEmpty) return [];
    return newFinding(run, emptyOutput, {
      step,
      what: "The run answered with nothing",
      why: "Its status says that it went well, and its output is empty.",
      expected: "The run gives an answer.",
      recovered: false,
      evidence: [cite(run, null, "status"), step === null ? null : cite(run, step.id, "output")],
      subject: null,
      text: null,
    });
  },
};
