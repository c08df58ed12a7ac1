// The answer of a model as raw API replies and frameworks hold it: choices, generations, a Responses output, an Anthropic message.
import { isObject, listOf, opened, textOf } from "./json-value.ts";
import { messagesOf, type Message } from "./messages.ts";

/** The answering messages; null when `value` holds none. */
export function answerMessagesOf(value: unknown): Message[] | null {
  const found = opened(value);
  if (Array.isArray(found) && found.length > 0 && found.every((item) => isObject(item) && isObject(item["message"])))
    return fromChoices(found);
  if (isObject(found)) {
    if (Array.isArray(found["choices"])) return fromChoices(found["choices"]);
    if (Array.isArray(found["generations"])) return fromGenerations(found["generations"]);
    if (Array.isArray(found["output"])) return messagesOf(found["output"], "assistant");
    if (isObject(found["output"])) return messagesOf(found["output"], "assistant");
  }
  return messagesOf(found, "assistant");
}

function fromChoices(choices: readonly unknown[]): Message[] | null {
  const messages = choices.flatMap((choice) => {
    if (!isObject(choice) || !isObject(choice["message"])) return [];
    return messagesOf([{ role: "assistant", ...choice["message"], finish_reason: choice["finish_reason"] ?? null }], "assistant") ?? [];
  });
  return messages.length > 0 ? messages : null;
}

/** LangChain: a list for each prompt, a list of alternatives in it; the first of each. */
function fromGenerations(generations: readonly unknown[]): Message[] | null {
  const first = listOf(generations[0])[0] ?? generations[0];
  if (!isObject(first)) return null;
  if (isObject(first["message"])) {
    const reason = isObject(first["generationInfo"]) ? textOf(first["generationInfo"]["finish_reason"]) : null;
    const messages = messagesOf(first["message"], "assistant");
    return messages?.map((message) => (reason === null ? message : { ...message, finish_reason: reason })) ?? null;
  }
  const text = textOf(first["text"]);
  return text === null ? null : [{ role: "assistant", content: text }];
}
