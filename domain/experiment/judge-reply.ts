// What a judge answered, read strictly: the number under its name, within the scale, or an error with its reason. A number is never taken
// from prose, never moved into the scale, never made of a text or a truth value, and a reply without one is never a zero.
import type { ModelReply } from "../finding/rubric-answer.ts";
import { isRecord } from "../run/rebuild-json.ts";
import { jsonIn } from "./check-result.ts";

export type JudgedScore = { kind: "score"; score: number; reason: string | null } | { kind: "unusable"; reason: string };
export type JudgedPair = { kind: "pair"; better: "first" | "second" | "tie"; reason: string | null } | { kind: "unusable"; reason: string };

/** Places at which an object is looked for behind prose. */
const mostStarts = 50;

export function readScore(reply: ModelReply, [low, high]: readonly [number, number]): JudgedScore {
  const answer = answerIn(reply);
  if (typeof answer === "string") return { kind: "unusable", reason: answer };
  const { score } = answer;
  if (score === null) return { kind: "unusable", reason: said(answer) ?? "the judge says that this cannot be judged" };
  if (score === undefined) return { kind: "unusable", reason: "the judge's reply has no score" };
  if (typeof score !== "number" || !Number.isFinite(score)) return { kind: "unusable", reason: "the judge's score is no number" };
  if (score < low || score > high) return { kind: "unusable", reason: `the judge's score is not within ${low} to ${high}` };
  return { kind: "score", score, reason: said(answer) };
}

export function readPair(reply: ModelReply): JudgedPair {
  const answer = answerIn(reply);
  if (typeof answer === "string") return { kind: "unusable", reason: answer };
  const { better } = answer;
  if (better === null) return { kind: "unusable", reason: said(answer) ?? "the judge says that these cannot be compared" };
  if (better === "first" || better === "second" || better === "tie") return { kind: "pair", better, reason: said(answer) };
  return { kind: "unusable", reason: "the judge's reply names no better answer" };
}

type Fields = Readonly<Record<string, unknown>>;

/** The record that was answered, or why there is none. */
function answerIn({ stopReason, text, toolInputs }: ModelReply): Fields | string {
  if (stopReason === "refusal") return "the judge refused";
  if (stopReason === "max_tokens" || stopReason === "model_context_window_exceeded") return "the judge's reply was cut off";
  if (stopReason === null) return "the judge's reply did not come to an end";
  return toolInputs.find(isRecord) ?? recordIn(text) ?? "the judge's reply holds no answer in the form that was asked for";
}

/** The whole text as JSON, in a fence or not; or the object that ends it, on lines of its own behind prose. */
function recordIn(text: string): Fields | null {
  const whole = jsonIn(text);
  if (whole !== undefined) return isRecord(whole) ? whole : null;
  const starts = [...text.matchAll(/^[ \t]*(?=\{)/gm)].slice(0, mostStarts);
  for (const { index } of starts) {
    const ending = jsonIn(text.slice(index));
    if (isRecord(ending)) return ending;
  }
  return null;
}

const said = ({ reason }: Fields): string | null => (typeof reason === "string" && reason.trim() !== "" ? reason : null);
