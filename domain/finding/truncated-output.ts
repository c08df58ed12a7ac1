// An answer that was cut off because the model reached its limit of output tokens. What Bento itself cut for storage is no such thing.
import { finishReasons } from "./answer.ts";
import type { Detector } from "./detector.ts";
import { bounded } from "./failed-calls.ts";
import { cite, fieldText, quoteChars } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";

const cuttingReasons: ReadonlySet<string> = new Set(["length", "max_tokens", "max_output_tokens", "max_length", "token_limit"]);

export const truncatedOutput: Detector = {
  name: "truncated_output",
  version: "1",
  definition: "A model's answer was cut off at its limit of output tokens.",
  detect: (run) => {
    const last = run.steps.findLastIndex(({ type }) => type === "llm");
    const cut = run.steps.flatMap((step, index) =>
      step.type === "llm" && finishReasons(step).some((reason) => cuttingReasons.has(reason))
        ? [{ step, index, recovered: index < last }]
        : [],
    );
    return bounded(cut).flatMap(({ step, index, recovered }) => {
      const length = fieldText(run, step.id, "output")?.length ?? 0;
      return newFinding(run, truncatedOutput, {
        step,
        index,
        what: "The model's answer was cut off",
        why: recovered ? "Another model call followed." : "It was the last model call of the run, so the answer is incomplete.",
        expected: "The model finishes its answer within its limit.",
        recovered,
        evidence: [cite(run, step.id, "output", length - quoteChars) ?? cite(run, step.id, "name")],
        subject: step.name,
        text: null,
      });
    });
  },
};
