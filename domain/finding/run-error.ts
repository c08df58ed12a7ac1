// A run that ended in an error which nothing inside it explains. Beside an unrecovered failure it would only say the same again.
import { isUnrecovered, type Detector } from "./detector.ts";
import { cite, failureText } from "./field-text.ts";
import { inSentence, newFinding } from "./new-finding.ts";

export const runError: Detector = {
  name: "run_error",
  version: "1",
  definition: "The run ended in an error that no step in it explains.",
  detect: (run, seen) => {
    if (run.status !== "error" || seen.some(isUnrecovered)) return [];
    const text = failureText(run.error);
    return newFinding(run, runError, {
      step: null,
      what: text === null ? "The run ended in an error without saying why" : `The run ended in an error: ${inSentence(text)}`,
      why: "No step of the run shows a failure that it did not get over.",
      expected: "The run ends without an error.",
      recovered: false,
      evidence: [cite(run, null, text === null ? "status" : "error")],
      subject: null,
      text,
    });
  },
};
