// The many spellings of a conversation (OpenTelemetry parts, OpenAI chat and responses, Anthropic blocks, AI SDK parts,
// LangChain constructors), read into one: a list of {role, content} with tool calls and tool answers apart. What is not a
// conversation is no list; content that is no text (images, files) is kept as the sender's own parts.
import { isObject, labelOf, listOf, opened, shown, textOf } from "./json-value.ts";
import type { JsonValue } from "./record.ts";

/** A call of a tool that a model asked for. `arguments` is null where the text is no JSON object. */
export interface ToolCall {
  id: string | null;
  name: string;
  arguments: JsonValue;
  /** The exact text, where the arguments came as text. */
  arguments_raw: string | null;
}

export interface Message {
  role: string;
  /** Text, or the parts that are none, or null. */
  content: JsonValue;
  reasoning?: string;
  tool_calls?: ToolCall[];
  /** On a tool's answer: the call that it answers, null where the sender lost it. */
  tool_call_id?: string | null;
  /** On a tool's answer: it is marked as a failure. */
  is_error?: true;
  finish_reason?: string;
}

/** The conversation in `value` (a list, an object that holds one, a single message, or JSON text of these); null when it is none. */
export function messagesOf(value: unknown, defaultRole: string = "user"): Message[] | null {
  const found = opened(value);
  if (isObject(found)) {
    if (!isMessage(found)) return messagesInside(found, defaultRole);
    return messagesOfItem(found, defaultRole);
  }
  if (!Array.isArray(found) || found.length === 0) return null;
  // LangChain wraps the one conversation of a batch in a second list.
  const items = found.every(Array.isArray) ? found.flat() : found;
  if (!items.every((item) => isObject(item) && isMessage(item))) return null;
  return items.flatMap((item) => (isObject(item) ? messagesOfItem(item, defaultRole) : []));
}

/** `{system, messages}`, `{messages}`, `{instructions, input}` and the like. */
function messagesInside(holder: Record<string, unknown>, defaultRole: string): Message[] | null {
  const list =
    holder["messages"] ??
    (isObject(holder["message"]) || Array.isArray(holder["input"]) ? (holder["message"] ?? holder["input"]) : undefined);
  const messages = list === undefined ? null : messagesOf(list, defaultRole);
  if (messages === null) return null;
  const system = systemTextOf(holder["system"] ?? holder["instructions"]);
  return system === null ? messages : [{ role: "system", content: system }, ...messages];
}

/** System text as text, a part, or a list of parts. */
export function systemTextOf(value: unknown): string | null {
  const found = opened(value);
  if (typeof found === "string") return textOf(found);
  const texts = (Array.isArray(found) ? found : [found]).flatMap((part) =>
    typeof part === "string" ? [part] : isObject(part) ? [partText(part) ?? ""] : [],
  );
  return textOf(texts.filter((text) => text !== "").join("\n\n"));
}

const itemTypes: ReadonlySet<unknown> = new Set(["function_call", "function_call_output", "reasoning", "human", "ai", "system", "tool"]);

function isMessage(item: Record<string, unknown>): boolean {
  return typeof item["role"] === "string" || (item["lc"] !== undefined && isObject(item["kwargs"])) || itemTypes.has(item["type"]);
}

function messagesOfItem(item: Record<string, unknown>, defaultRole: string): Message[] {
  if (item["lc"] !== undefined && isObject(item["kwargs"])) {
    const className = shown(listOf(item["id"]).at(-1));
    return messagesOfItem(
      { ...item["kwargs"], role: langChainRole(className.replace(/Message(Chunk)?$/, "")) ?? defaultRole, type: undefined },
      defaultRole,
    );
  }
  if (item["type"] === "function_call")
    return [{ role: "assistant", content: null, tool_calls: [toolCallOf(item["call_id"] ?? item["id"], item["name"], item["arguments"])] }];
  if (item["type"] === "function_call_output")
    return [{ role: "tool", content: answerOf(item["output"]), tool_call_id: labelOf(item["call_id"]) }];
  if (item["type"] === "reasoning" && item["role"] === undefined) return [];
  const role = langChainRole(item["role"]) ?? langChainRole(item["type"]) ?? defaultRole;
  return messagesOfParts(item, role);
}

const roles: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["developer", "system"],
  ["model", "assistant"],
  ["function", "tool"],
]);

function langChainRole(name: unknown): string | null {
  if (typeof name !== "string" || name === "") return null;
  const lower = name.toLowerCase();
  return roles.get(lower) ?? lower;
}

/** A message with its parts: texts join, calls and answers are taken out, answers become messages of their own. */
function messagesOfParts(item: Record<string, unknown>, role: string): Message[] {
  const parts = Array.isArray(item["parts"]) ? item["parts"] : Array.isArray(item["content"]) ? item["content"] : null;
  const texts: string[] = [];
  const reasoning: string[] = [];
  const others: JsonValue[] = [];
  const calls: ToolCall[] = [];
  const answers: Message[] = [];
  for (const part of parts ?? []) {
    if (typeof part === "string") texts.push(part);
    else if (isObject(part)) readPart(part, { texts, reasoning, others, calls, answers });
  }
  for (const call of [
    ...listOf(opened(item["tool_calls"])),
    ...listOf(opened(item["toolCalls"])),
    ...(isObject(item["function_call"]) ? [item["function_call"]] : []),
  ]) {
    const read = callOf(call);
    // Anthropic content through LangChain and OpenInference lists a call twice, as a part and beside the parts.
    if (read !== null && !(read.id !== null && calls.some((known) => known.id === read.id))) calls.push(read);
  }
  const text = parts === null ? plainContent(item["content"] ?? item["text"]) : textOf(texts.join("\n"));
  if (role === "tool" || (item["tool_call_id"] !== undefined && item["tool_call_id"] !== null && calls.length === 0)) {
    if (answers.length > 0) return answers;
    const failed = item["status"] === "error" || item["is_error"] === true;
    const content = others.length > 0 ? others : text;
    return [
      {
        role: "tool",
        content,
        tool_call_id: labelOf(item["tool_call_id"] ?? item["toolCallId"] ?? item["id"]),
        ...(failed ? { is_error: true } : {}),
      },
    ];
  }
  const content = others.length > 0 ? [...(typeof text === "string" ? [{ type: "text", text }] : []), ...others] : text;
  const finish = textOf(item["finish_reason"]);
  const own: Message = {
    role,
    content,
    ...(reasoning.length > 0 ? { reasoning: reasoning.join("\n") } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(finish !== null ? { finish_reason: finish } : {}),
  };
  const isOnlyAnswers = answers.length > 0 && content === null && calls.length === 0;
  return isOnlyAnswers ? answers : [...answers, own];
}

interface Taken {
  texts: string[];
  reasoning: string[];
  others: JsonValue[];
  calls: ToolCall[];
  answers: Message[];
}

function readPart(part: Record<string, unknown>, into: Taken): void {
  const type = part["type"];
  const call =
    type === "tool_call" || type === "tool_use" || type === "tool-call" || type === "function_call" || type === "server_tool_use"
      ? callOf(part)
      : null;
  if (call !== null) {
    into.calls.push(call);
    return;
  }
  if (type === "tool_call_response" || type === "tool_result" || type === "tool-result") {
    const id = labelOf(part["tool_use_id"] ?? part["toolCallId"] ?? part["tool_call_id"] ?? part["id"]);
    const raw = part["response"] ?? part["output"] ?? part["result"] ?? part["content"];
    const failed = part["is_error"] === true || part["isError"] === true || (isObject(raw) && shown(raw["type"]).startsWith("error-"));
    into.answers.push({ role: "tool", content: answerOf(raw), tool_call_id: id, ...(failed ? { is_error: true } : {}) });
    return;
  }
  if (type === "reasoning" || type === "thinking") {
    const text = textOf(part["content"] ?? part["text"] ?? part["thinking"]);
    if (text !== null) into.reasoning.push(text);
    return;
  }
  const text = partText(part);
  if (text !== null) into.texts.push(text);
  else if (type !== "text") into.others.push(opened(part));
}

function partText(part: Record<string, unknown>): string | null {
  if (part["type"] !== undefined && !["text", "input_text", "output_text", "refusal"].includes(shown(part["type"]))) return null;
  return textOf(part["text"] ?? part["content"] ?? part["refusal"]);
}

/** A tool's answer: AI SDK wraps it as {type, value}; lists of text blocks are their text. */
function answerOf(raw: unknown): JsonValue {
  if (isObject(raw) && "value" in raw && /^(text|json|error-text|error-json|content)$/.test(shown(raw["type"])))
    return opened(raw["value"]);
  if (Array.isArray(raw) && raw.length > 0 && raw.every((part) => isObject(part) && partText(part) !== null))
    return raw.map((part) => (isObject(part) ? (partText(part) ?? "") : "")).join("\n");
  return plainContent(raw);
}

const plainContent = (value: unknown): JsonValue =>
  typeof value === "string" ? value : value === undefined || value === null ? null : opened(value);

/** A tool call in any spelling; null when it has no name. */
export function callOf(call: unknown): ToolCall | null {
  if (!isObject(call)) return null;
  const inner = isObject(call["function"]) ? call["function"] : call;
  const name = inner["name"] ?? call["toolName"] ?? call["tool_name"];
  if (textOf(name) === null) return null;
  const given = [inner["arguments"], inner["input"], call["args"], call["input"], call["arguments"], call["parameters"]].find(
    (value) => value !== undefined,
  );
  return toolCallOf(call["id"] ?? call["toolCallId"] ?? call["call_id"] ?? call["tool_call_id"], name, given);
}

function toolCallOf(id: unknown, name: unknown, given: unknown): ToolCall {
  return { id: labelOf(id), name: shown(name), ...readArguments(given) };
}

/** Arguments as a value and, where they came as text, that exact text. Text that is no JSON object or list has no value. */
export function readArguments(given: unknown): { arguments: JsonValue; arguments_raw: string | null } {
  if (typeof given !== "string") return { arguments: opened(given), arguments_raw: null };
  const value = opened(given);
  return { arguments: typeof value === "string" ? null : value, arguments_raw: given };
}

/** The text of a message, parts that are none left out; null when it has none. */
export function messageText(message: Message | undefined): string | null {
  if (message === undefined) return null;
  if (typeof message.content === "string") return textOf(message.content);
  const texts = listOf(message.content).flatMap((part) => (isObject(part) ? [partText(part) ?? ""] : []));
  return textOf(texts.filter((text) => text !== "").join("\n"));
}

export const systemMessageText = (messages: readonly Message[] | null): string | null =>
  messageText(messages?.find((message) => message.role === "system"));

/** What the user asked last, the conversation before it left out. */
export const lastUserText = (messages: readonly Message[] | null): string | null =>
  messageText(messages?.findLast((message) => message.role === "user" && messageText(message) !== null));

/** The text of the last message that has one. */
export const lastText = (messages: readonly Message[] | null): string | null =>
  messageText(messages?.findLast((message) => message.role !== "tool" && messageText(message) !== null));

/** A tool's result: the answer inside a message that wraps it, else the value as it is. */
export function lastAnswerOf(value: unknown): JsonValue {
  const answer = messagesOf(value)?.at(-1);
  return answer?.role === "tool" ? answer.content : opened(value);
}
