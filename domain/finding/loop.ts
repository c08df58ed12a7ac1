// An agent that goes round in circles: the same calls with the same answers, or the same words again and again.
import type { Run, Step } from "../run/run.ts";
import { answeringStep, answerOf } from "./answer.ts";
import { type Detector, mostFindings } from "./detector.ts";
import { cite } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { newFinding } from "./new-finding.ts";
import { hasFailed } from "./outcome.ts";
import { callsOf, type Cycle, cyclesOf } from "./repeats.ts";
import { shortName } from "./where.ts";

/** The same words of a model, one call after the other with no tool between: three times is no coincidence. */
const leastWords = 3;

export const loop: Detector = {
  name: "loop",
  version: "1",
  definition:
    "The agent made the same call at least four times in a row, or the same round of two or three calls three times, and always got the same answer; or it said the same three times in a row.",
  detect: (run) => {
    const calls = callsOf(run);
    const cycles = cyclesOf(calls).slice(0, mostFindings);
    return [...cycles.flatMap((cycle) => callLoop(run, cycle, cycle.end < calls.length)), ...wordLoops(run).slice(0, mostFindings)];
  },
};

function callLoop(run: Run, { round, times }: Cycle, wentOn: boolean): Detected[] {
  const [first] = round;
  if (first === undefined) return [];
  const names = round.map(({ step }) => shortName(step.name)).join(", ");
  return newFinding(run, loop, {
    step: first.step,
    index: first.index,
    what: round.length === 1 ? `${names} was called ${times} times in a row` : `The calls ${names} were made ${times} times in a row`,
    why: "Each time with the same arguments, and each time with the same answer.",
    expected: "The agent uses the answer that it has, or tries something else.",
    recovered: wentOn || (answeringStep(run) !== null && !hasFailed(run)),
    evidence: round.map(({ step }) => cite(run, step.id, "arguments") ?? cite(run, step.id, "name")),
    subject: first.step.name,
    text: round.length === 1 ? null : names,
  });
}

function wordLoops(run: Run): Detected[] {
  const found: Detected[] = [];
  let same: Step[] = [];
  const close = (wentOn: boolean): void => {
    if (same.length >= leastWords) found.push(...wordLoop(run, same, wentOn));
    same = [];
  };
  for (const step of run.steps) {
    if (step.type !== "llm") {
      if (step.type === "tool" || step.type === "retrieval") close(true);
      continue;
    }
    const words = answerOf(step.output)?.trim() ?? "";
    if (same[0] !== undefined && answerOf(same[0].output)?.trim() !== words) close(true);
    if (words !== "") same.push(step);
  }
  close(false);
  return found;
}

function wordLoop(run: Run, same: readonly Step[], wentOn: boolean): Detected[] {
  const [first] = same;
  if (first === undefined) return [];
  return newFinding(run, loop, {
    step: first,
    what: `The model said the same ${same.length} times in a row`,
    why: "No call of a tool lies between.",
    expected: "The agent goes on, or ends.",
    recovered: wentOn,
    evidence: [cite(run, first.id, "output")],
    subject: first.name,
    text: "the same words",
  });
}
