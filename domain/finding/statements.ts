// What the models of a run said, and two things about it that need no understanding: numbers that stood nowhere before, and words of
// assuming. Both are how an agent sounds that goes on without knowing; neither is a proof.
import type { Run, Step } from "../run/run.ts";
import { answerOf } from "./answer.ts";
import { fieldText } from "./field-text.ts";

export interface Statement {
  step: Step;
  index: number;
  text: string;
  /** It tells a number that stood neither in the input nor in anything before it. */
  ungrounded: boolean;
  assuming: boolean;
}

/** UTF-16 units of one text that are read. */
const readChars = 16_384;
/** Numbers of a run that are remembered. */
const mostNumbers = 50_000;
const assumption =
  /\b(?:assum(?:e|es|ed|ing|ption|ptions)|hypothetical(?:ly)?|simulat(?:e|ed|ing)|suppos(?:e|ing)|placeholders?|mock(?:ed)?|dummy|pretend|for the sake of|made[- ]up|fictional)\b/i;

/** Statements of models in order. The first restates the task, so its numbers are given and not told. */
export function statementsOf(run: Run): Statement[] {
  const known = new Set<string>();
  const remember = (text: string | null): void => {
    for (const number of numbersOf(text ?? "")) if (known.size < mostNumbers) known.add(number);
  };
  remember(fieldText(run, null, "input"));
  const statements: Statement[] = [];
  for (const [index, step] of run.steps.entries()) {
    if (step.type !== "llm") {
      remember(textOf(step));
      continue;
    }
    remember(fieldText(run, step.id, "input"));
    const text = answerOf(step.output)?.slice(0, readChars) ?? "";
    if (text.trim() === "") continue;
    const isFirst = statements.length === 0;
    const ungrounded = !isFirst && numbersOf(text).some((number) => !known.has(number));
    statements.push({ step, index, text, ungrounded, assuming: !isFirst && assumption.test(text) });
    remember(text);
  }
  return statements;
}

function textOf({ result, arguments: given, arguments_raw: raw, output, error }: Step): string {
  return [result, raw ?? given, output, error?.message]
    .map((part) => (typeof part === "string" ? part : (safeJson(part) ?? "")).slice(0, readChars))
    .join("\n");
}

function safeJson(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

/** Whole numbers of two digits and more. Amounts with a fraction are mostly worked out, and what begins with 0 is a label. */
function numbersOf(text: string): string[] {
  const tokens = text.slice(0, readChars).match(/[\w.,]+/g) ?? [];
  return tokens.map((token) => token.replace(/[.,]$/, "").replaceAll(",", "")).filter((number) => /^[1-9]\d+$/.test(number));
}
