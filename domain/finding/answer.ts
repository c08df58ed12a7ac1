// What a run or a model call answered, as text: the answer itself, the last message of a conversation, the text of its parts. What is
// data rather than an answer has no text.
import { isRecord } from "../run/rebuild-json.ts";
import type { Run, Step } from "../run/run.ts";

/** Messages are lists of records of lists; anything deeper is data, or an attack. */
const deepest = 4;
const answerKeys = ["content", "text", "answer", "output", "message", "response"];
/** Finish reasons are named so in every dialect, or stand on the message. */
const reasonName = /(?:finish|stop)_?reasons?$/i;

/** The answer of `output` as text; null where there is none. An empty answer is "". */
export function answerOf(output: unknown, depth = 0): string | null {
  if (typeof output === "string") return output;
  if (depth > deepest) return null;
  if (Array.isArray(output)) {
    const parts = output.flatMap((part) =>
      isRecord(part) && part["type"] === "text" && typeof part["text"] === "string" ? [part["text"]] : [],
    );
    return parts.length > 0 ? parts.join("\n") : answerOf(output.at(-1), depth + 1);
  }
  if (!isRecord(output)) return null;
  const key = answerKeys.find((name) => typeof output[name] === "string" || Array.isArray(output[name]));
  return key === undefined ? null : answerOf(output[key], depth + 1);
}

/** Whether the model asked for tools in `output`. */
export function asksForTools(output: unknown): boolean {
  const messages: unknown[] = Array.isArray(output) ? output : [output];
  return messages.some((message) => isRecord(message) && Array.isArray(message["tool_calls"]) && message["tool_calls"].length > 0);
}

/** The step that gave the run's answer: the last model call that is not followed by a call of a tool; null where a tool came last. */
export function answeringStep(run: Run): Step | null {
  const last = run.steps.findLast(({ type }) => type === "llm" || type === "tool" || type === "retrieval");
  return last?.type === "llm" ? last : null;
}

/** What the run said at its end. */
export function finalAnswer(run: Run): string | null {
  const own = answerOf(run.output);
  if (own !== null) return own;
  const step = answeringStep(run);
  return step === null ? null : answerOf(step.output);
}

/** Why the model stopped, in the sender's words, in lower case. */
export function finishReasons({ attributes, output }: Step): string[] {
  const named = Object.entries(attributes).flatMap(([name, value]) => (reasonName.test(name) ? [value].flat() : []));
  const messages: unknown[] = Array.isArray(output) ? output : [output];
  const said = messages.flatMap((message) => (isRecord(message) ? [message["finish_reason"], message["stop_reason"]] : []));
  return [...named, ...said].flatMap((reason) => (typeof reason === "string" ? [reason.toLowerCase()] : []));
}
