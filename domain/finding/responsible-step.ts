// Which step most probably made a failed run fail, judged by the trace's form and without a model: every sign of trouble counts the same,
// and the step with most signs is named, the earliest of several. It is a suspicion: on labelled runs it is right less often than not.
import type { Run, Step } from "../run/run.ts";
import { callEffect } from "./call-effect.ts";
import { failedCalls, isCall, isFailedCall } from "./failed-calls.ts";
import { callsOf, cyclesOf } from "./repeats.ts";
import { type Statement, statementsOf } from "./statements.ts";

export type Suspicion =
  | "unrecovered_action"
  | "unanswered_call"
  | "failed_action"
  | "first_action"
  | "last_change"
  | "ungrounded_number"
  | "assumption"
  | "loop"
  | "first_contribution"
  | "last_step";

export interface Responsible {
  stepId: string;
  /** Name of the nearest agent step, or of the speaker where several speak, or of the run's agent. */
  agent: string;
  /** The weightiest sign: fit to make a class. */
  kind: Suspicion;
  /** All signs in a sentence. */
  reason: string;
}

interface Sign {
  step: Step;
  index: number;
  kind: Suspicion;
}

/** null for a run without steps. */
export function responsibleStep(run: Run): Responsible | null {
  const signs = signsOf(run);
  const byStep = Map.groupBy(signs, ({ index }) => index);
  const [worst] = [...byStep.values()].sort((a, b) => weightOf(b) - weightOf(a) || (a[0]?.index ?? 0) - (b[0]?.index ?? 0));
  const step = worst?.[0]?.step ?? run.steps.at(-1);
  if (step === undefined) return null;
  const kinds = [...new Set(worst?.map(({ kind }) => kind) ?? [])].sort((a, b) => weights[b] - weights[a]);
  const shown: Suspicion[] = kinds.length > 0 ? kinds : ["last_step"];
  return {
    stepId: step.id,
    agent: agentOf(run, step),
    kind: shown[0] ?? "last_step",
    reason: `${shown.map((kind) => suspicionWords[kind]).join("; ")}.`,
  };
}

/** A failed action that nothing made good is evidence and counts 2; hints count 1 each, no weight being fitted; where one merely looks, less. */
const weights: Readonly<Record<Suspicion, number>> = {
  unrecovered_action: 2,
  unanswered_call: 0.5,
  failed_action: 1,
  first_action: 1,
  last_change: 1,
  ungrounded_number: 1,
  assumption: 1,
  loop: 1,
  first_contribution: 0.5,
  last_step: 0,
};

/** Each sign in words, as a class of failures is told by it. */
export const suspicionWords: Readonly<Record<Suspicion, string>> = {
  unrecovered_action: "it failed, and its tool did not answer well again",
  unanswered_call: "it got no answer, and its tool did not answer well again",
  failed_action: "what it had run failed",
  first_action: "it is the first that acted",
  last_change: "it is the last that changed something",
  ungrounded_number: "it tells a number that stood nowhere before",
  assumption: "it goes on by an assumption",
  loop: "a loop begins here",
  first_contribution: "it is the first contribution after the task was given",
  last_step: "it is the last step, and nothing points to another",
};

const weightOf = (signs: readonly Sign[]): number =>
  [...new Set(signs.map(({ kind }) => kind))].reduce((sum, kind) => sum + weights[kind], 0);

function signsOf(run: Run): Sign[] {
  const statements = statementsOf(run);
  const isTeam = new Set(run.steps.flatMap(({ type, name }) => (type === "llm" ? [name] : []))).size > 1;
  return [
    ...(isTeam ? signsOfTeam(run, statements) : signsOfCalls(run)),
    ...signsOfStatements(statements),
    ...cyclesOf(callsOf(run)).flatMap(({ round: [first] }) => (first === undefined ? [] : [{ ...first, kind: "loop" as const }])),
  ];
}

/** Where several speak, who wrote what was run answers for it. Reading is work on the task, and no act. */
function signsOfTeam(run: Run, statements: readonly Statement[]): Sign[] {
  const signs: Sign[] = [];
  let author: Statement | null = null;
  let hasActed = false;
  let next = 0;
  for (const [index, step] of run.steps.entries()) {
    if (statements[next]?.index === index) author = statements[next++] ?? null;
    if (author === null || !isCall(step) || callEffect(step) === "reads") continue;
    if (!hasActed) signs.push(signAt(author, "first_action"));
    if (isFailedCall(step)) signs.push(signAt(author, "failed_action"));
    hasActed = true;
  }
  const first = statements.find(({ text, index }) => index > 0 && text.length >= contributionChars && !closing.test(text));
  return first === undefined ? signs : [...signs, signAt(first, "first_contribution")];
}

/** UTF-16 units of a message that adds something; shorter ones agree, hand over or end. */
const contributionChars = 300;
const closing = /\bTERMINATE\b/;

function signsOfCalls(run: Run): Sign[] {
  const signs: Sign[] = [];
  const failing = new Set<string>();
  for (const { step, index, recovered } of failedCalls(run)) {
    if (recovered || failing.has(step.name)) continue;
    failing.add(step.name);
    signs.push({ step, index, kind: callEffect(step) === "reads" ? "unanswered_call" : "unrecovered_action" });
  }
  const acts = run.steps.flatMap((step, index) =>
    isCall(step) && !isFailedCall(step) && callEffect(step) !== "reads" ? [{ step, index }] : [],
  );
  const last = acts.findLast(({ step }) => !handover.test(step.name)) ?? acts.at(-1);
  return last === undefined ? signs : [...signs, { ...last, kind: "last_change" }];
}

/** Giving the case to a person ends most runs, whatever went wrong before. */
const handover = /human|hand[-_]?(?:off|over)|escalat/i;

function signsOfStatements(statements: readonly Statement[]): Sign[] {
  const ungrounded = statements.find((one) => one.ungrounded);
  const assuming = statements.find((one) => one.assuming);
  return [
    ...(ungrounded === undefined ? [] : [signAt(ungrounded, "ungrounded_number")]),
    ...(assuming === undefined ? [] : [signAt(assuming, "assumption")]),
  ];
}

const signAt = ({ step, index }: Statement, kind: Suspicion): Sign => ({ step, index, kind });

function agentOf(run: Run, step: Step): string {
  const byId = new Map(run.steps.map((one) => [one.id, one]));
  for (let at: Step | undefined = step, level = 0; at !== undefined && level < mostLevels; level += 1) {
    if (at.type === "agent") return at.name;
    at = at.parent_id === null ? undefined : byId.get(at.parent_id);
  }
  const speakers = run.steps.filter(({ type }) => type === "llm");
  if (new Set(speakers.map(({ name }) => name)).size < 2) return run.agent;
  if (step.type === "llm") return step.name;
  const index = run.steps.indexOf(step);
  return run.steps.slice(0, index).findLast(({ type }) => type === "llm")?.name ?? run.agent;
}

/** Levels that are followed upwards to an agent. */
const mostLevels = 64;
