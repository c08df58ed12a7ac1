// Arguments that were meant to be JSON and are none: a model that lost its way while it wrote them. Plain text and Python's spelling of
// a record are how some senders write arguments, and a tool that refused them has its own finding.
import type { Step } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import { bounded, failedCalls, isFailedCall } from "./failed-calls.ts";
import { cite } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export const invalidArguments: Detector = {
  name: "invalid_arguments",
  version: "1",
  definition: "A tool was called with arguments that begin as JSON and cannot be read, and the call did not fail for it.",
  detect: (run) => {
    const failing = new Set(failedCalls(run).map(({ step }) => step.name));
    const broken = run.steps.flatMap((step, index) =>
      step.type === "tool" && !isFailedCall(step) && isBroken(step)
        ? [{ step, index, recovered: step.result !== null && !failing.has(step.name) }]
        : [],
    );
    return bounded(broken).flatMap(({ step, index, recovered }) =>
      newFinding(run, invalidArguments, {
        step,
        index,
        what: `${shortName(step.name)} was called with arguments that are no JSON`,
        why: recovered ? "The tool answered all the same." : "The tool gave no answer that shows how it took them.",
        expected: "The arguments are one JSON object.",
        recovered,
        evidence: [cite(run, step.id, "arguments")],
        subject: step.name,
        text: null,
      }),
    );
  },
};

/** Longer arguments are not parsed once more: they are documents. */
const maxParsedChars = 65_536;

function isBroken({ arguments_raw: raw, arguments: read, truncated }: Step): boolean {
  if (raw === null || truncated || raw.length > maxParsedChars) return false;
  if (typeof read === "object" && read !== null) return false;
  if (!/^\s*\{\s*(?:"|$)/.test(raw)) return false;
  try {
    JSON.parse(raw);
    return false;
  } catch {
    return true;
  }
}
