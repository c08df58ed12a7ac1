// An answer that claims success though the last thing the run did had failed. Only a plain claim counts ("has been cancelled"), only in
// an answer without any word of trouble, and only when the failed call was the run's last.
import { answeringStep, finalAnswer } from "./answer.ts";
import type { Detector } from "./detector.ts";
import { isCall, isFailedCall } from "./failed-calls.ts";
import { cite, citeMatch } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export const ignoredResult: Detector = {
  name: "ignored_result",
  version: "1",
  definition: "The answer claims that something was done although the run's last call of a tool had failed.",
  detect: (run) => {
    const lastCall = run.steps.findLastIndex(isCall);
    const failed = run.steps[lastCall];
    if (failed === undefined || !isFailedCall(failed) || run.status !== "ok") return [];
    const answer = finalAnswer(run)?.slice(0, readChars) ?? "";
    const claimed = claim.exec(answer)?.[0];
    if (claimed === undefined || trouble.test(answer)) return [];
    const step = answeringStep(run);
    const field = step === null || run.output !== null ? null : step.id;
    return newFinding(run, ignoredResult, {
      step,
      what: `The answer claims success though ${shortName(failed.name)} had failed`,
      why: "The failed call was the last that the run made, and the answer has no word of it.",
      expected: "The answer says that it did not work, or the agent tries again.",
      recovered: false,
      evidence: [
        citeMatch(run, field, "output", claimed),
        cite(run, failed.id, failed.error === null ? "result" : "error") ?? cite(run, failed.id, "status"),
      ],
      subject: failed.name,
      text: null,
    });
  },
};

/** UTF-16 units of an answer that are read. */
const readChars = 4_000;
const done =
  "booked|cancell?ed|updated|changed|modified|processed|completed|sent|created|deleted|removed|placed|refunded|exchanged|returned|submitted|scheduled|rescheduled|confirmed|added|saved|posted|paid|resolved|fixed|transferred|issued|deployed|merged";
const claim = new RegExp(
  `\\b(?:has|have) (?:now |just )?been (?:successfully )?(?:${done})\\b|\\b(?:is|are|was|were) successfully (?:${done})\\b|\\bI(?:['’]ve| have)? (?:successfully |now |just )?(?:${done})\\b|\\bsuccessfully (?:${done})\\b`,
  "i",
);
const trouble =
  /\b(?:errors?|fail(?:ed|ure|s|ing)?|unable|unsuccessful|unfortunately|sorry|apologi[sz]e|problems?|issues?|trouble|cannot|not|retry|try again|later)\b|n['’]t\b/i;
