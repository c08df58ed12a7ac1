// An agent that declined; domain/run/refusal.ts is the judge of that. A refusal in a run that was scored a success was right.
import { hasSucceeded } from "../run/dimensions.ts";
import { isRefusal } from "../run/refusal.ts";
import { answerOf, finishReasons } from "./answer.ts";
import type { Detector } from "./detector.ts";
import { cite, citeMatch } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";

const refusingReasons: ReadonlySet<string> = new Set(["refusal", "content_filter", "safety"]);

export const refusal: Detector = {
  name: "refusal",
  version: "1",
  definition:
    "The agent declined to do what it was asked: the model's finish reason says so, or its answer opens with a phrase of refusal.",
  detect: (run) => {
    if (isRefusal(run) !== true || hasSucceeded(run) === true) return [];
    const stopped = run.steps.find((step) => step.type === "llm" && finishReasons(step).some((reason) => refusingReasons.has(reason)));
    const reason = stopped === undefined ? undefined : finishReasons(stopped).find((word) => refusingReasons.has(word));
    const step = stopped ?? run.steps.findLast(({ type }) => type === "llm") ?? null;
    const answer = answerOf(run.output);
    return newFinding(run, refusal, {
      step,
      what: reason === undefined ? "The agent declined to help" : `The model stopped with "${reason}"`,
      why: reason === undefined ? "The answer opens with a phrase of refusal." : "The model's finish reason says that it declined.",
      expected: "The agent does what it was asked, or says what it can do instead.",
      recovered: false,
      evidence: [
        answer === null ? cite(run, null, "output") : citeMatch(run, null, "output", answer.slice(0, 200)),
        stopped === undefined ? null : (cite(run, stopped.id, "output") ?? cite(run, stopped.id, "name")),
      ],
      subject: null,
      text: reason ?? null,
    });
  },
};
