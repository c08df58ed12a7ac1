// A guardrail that stopped something. It did its work; that it had to is what the finding is about.
import { isRecord } from "../run/rebuild-json.ts";
import type { Step } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import { bounded } from "./failed-calls.ts";
import { cite, failureText } from "./field-text.ts";
import type { EvidenceField } from "./finding.ts";
import { newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export const guardrail: Detector = {
  name: "guardrail",
  version: "1",
  definition: "A guardrail stopped what the agent or its user was about to do, or failed itself.",
  detect: (run) => {
    const stopped = run.steps.flatMap((step, index) => {
      const field = step.type === "guardrail" ? tripped(step) : null;
      return field === null ? [] : [{ step, index, field, recovered: run.status === "ok" }];
    });
    return bounded(stopped).flatMap(({ step, index, field, recovered }) =>
      newFinding(run, guardrail, {
        step,
        index,
        what: `The guardrail ${shortName(step.name)} ${field === "error" || field === "status" ? "ended in an error" : "stopped the run's way"}`,
        why: recovered ? "The run ended well all the same." : "The run did not end well.",
        expected: "Nothing that a guardrail must stop.",
        recovered,
        evidence: [cite(run, step.id, field) ?? cite(run, step.id, "name")],
        subject: step.name,
        text: field === "error" ? failureText(step.error) : null,
      }),
    );
  },
};

const yesKeys = /(?:^|[._])(?:tripwire_?triggered|triggered|blocked|flagged|intervened)$/i;
const noKeys = /(?:^|[._])(?:passed|allowed|valid|validation_passed|safe)$/i;
const verdictKeys = /(?:^|[._])(?:action|decision|status|verdict|outcome)$/i;
const stopVerdicts: ReadonlySet<unknown> = new Set([
  "block",
  "blocked",
  "deny",
  "denied",
  "reject",
  "rejected",
  "fail",
  "failed",
  "guardrail_intervened",
]);
/** Keys of a guardrail's answer that are read. */
const mostKeys = 100;

/** The field that shows it; null where it let everything pass. */
function tripped(step: Step): EvidenceField | null {
  if (step.status === "error") return failureText(step.error) === null ? "status" : "error";
  if (saysStop(step.result)) return "result";
  if (saysStop(step.output)) return "output";
  return saysStop(step.attributes) ? "name" : null;
}

function saysStop(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const entries = Object.entries(value).slice(0, mostKeys);
  return entries.some(
    ([key, said]) =>
      (said === true && yesKeys.test(key)) ||
      (said === false && noKeys.test(key)) ||
      (typeof said === "string" && verdictKeys.test(key) && stopVerdicts.has(said.toLowerCase())),
  );
}
