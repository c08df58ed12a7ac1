// One evaluator's word on one item, and what it is said about. Passed and failed are judgements; errored and skipped are none: they stay
// out of every rate and lower its coverage, each with the reason.
import { answerOf, finalAnswer } from "../finding/answer.ts";
import { canonicalJson } from "../run/fingerprint.ts";
import type { Run } from "../run/run.ts";

export const resultStatuses = ["passed", "failed", "errored", "skipped"] as const;
export type ResultStatus = (typeof resultStatuses)[number];

export interface CheckResult {
  status: ResultStatus;
  /** 1 or 0 for checks, on its own scale for a judge; null without a judgement. */
  score: number | null;
  reason: string | null;
}

/** What is judged: a run with its output, whether recorded or made by a candidate. */
export interface Subject {
  run: Run;
  /** What the case expects; null where it does not say. */
  expected: unknown;
  /** The run whose answer it is compared with; null without one. */
  baseline: Run | null;
}

/** Characters of a reason; it may quote the run. */
const longestReason = 500;

export const reasonOf = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return (line.length <= longestReason ? line : `${line.slice(0, longestReason - 1)}…`).toWellFormed();
};

export const passed: CheckResult = { status: "passed", score: 1, reason: null };
export const failed = (reason: string): CheckResult => ({ status: "failed", score: 0, reason: reasonOf(reason) });
export const errored = (reason: string): CheckResult => ({ status: "errored", score: null, reason: reasonOf(reason) });
export const skipped = (reason: string): CheckResult => ({ status: "skipped", score: null, reason: reasonOf(reason) });

export const noOutput = "the run has no output";

/** What the run answered, as text: its words, or its output as JSON, or the last words of its steps; null where there is nothing. */
export function answerText(run: Run): string | null {
  const words = ownWords(run);
  if (words !== null) return words;
  return run.output === null || run.output === undefined ? null : canonicalJson(run.output);
}

/** The output as JSON: read from the text that it is, or as it stands; undefined where it is neither. */
export function outputJson(run: Run): unknown {
  const read = jsonIn(ownWords(run) ?? "");
  if (read !== undefined) return read;
  return typeof run.output === "string" ? undefined : (run.output ?? undefined);
}

/** Data is no words, and the words of a step do not stand for it. */
const ownWords = (run: Run): string | null => (run.output === null ? finalAnswer(run) : answerOf(run.output));

/** JSON, also where it stands in a code fence; undefined for anything else. */
export function jsonIn(text: string): unknown {
  const inner = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(inner);
  } catch {
    return undefined;
  }
}
