// OpenInference (Arize, Phoenix and its many instrumentations): openinference.span.kind, lists flattened with zero-based
// indexes, input.value and output.value beside them, metadata as JSON text.
import type { ToolDefinition } from "../run/run.ts";
import { flatList } from "./flat-list.ts";
import { firstOf, isObject, labelOf, numberOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { lastText, messagesOf, readArguments, systemMessageText, type Message } from "./messages.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import { genAiUsage } from "./otel-genai.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";
import { labelsOf, spanObservation, tagsOf } from "./span-observation.ts";
import { toolDefinitionOf } from "./tool-definitions.ts";
import { inclusiveUsage } from "./usage.ts";

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["LLM", "llm"],
  ["TOOL", "tool"],
  ["RETRIEVER", "retrieval"],
  ["AGENT", "agent"],
  ["GUARDRAIL", "guardrail"],
  ["EMBEDDING", "other"],
  ["RERANKER", "other"],
  ["EVALUATOR", "other"],
  ["CHAIN", "helper"],
  ["PROMPT", "helper"],
]);

/** A span with openinference.span.kind. */
export function readOpenInference(span: SpanRecord): Observation {
  const { attributes } = span;
  const kind = kinds.get(shown(attributes["openinference.span.kind"]).toUpperCase()) ?? "other";
  const base = spanObservation(span);
  const labels = labelsOf(attributes, [], [attributes["metadata"]]);
  const shared: Observation = {
    ...base,
    kind,
    canLead: kind === "helper",
    agentName: firstOf(textOf(attributes["agent.name"]), base.agentName, kind === "agent" ? textOf(span.name) : null),
    rootName: kind === "helper" ? textOf(span.name) : null,
    prompt: promptOf(attributes, labels),
    labels: withoutFramework(labels),
    tags: tagsOf(attributes["tag.tags"] ?? null),
  };
  if (kind === "tool" || kind === "retrieval") return { ...shared, ...toolOf(span, kind) };
  const inputMessages = flattened(attributes, "llm.input_messages") ?? messagesOf(attributes["input.value"]);
  const outputMessages = flattened(attributes, "llm.output_messages") ?? messagesOf(attributes["output.value"], "assistant");
  const settings = objectOf(opened(attributes["llm.invocation_parameters"]));
  return {
    ...shared,
    requestModel: firstOf(
      textOf(attributes["llm.request.model_name"]),
      kind === "llm" ? textOf(settings["model"]) : null,
      textOf(attributes["llm.model_name"]),
    ),
    responseModel: firstOf(textOf(attributes["llm.response.model_name"]), textOf(attributes["llm.model_name"])),
    finishReasons: [textOf(attributes["llm.finish_reason"]) ?? []].flat(),
    usage: kind === "llm" || kind === "other" ? usageOf(span) : null,
    costUsd: kind === "llm" ? numberOf(attributes["llm.cost.total"]) : null,
    tools: toolsOf(attributes),
    params: paramsOf(settings),
    inputMessages,
    outputMessages,
    input: inputMessages === null ? valueOf(attributes, "input") : null,
    output: outputMessages === null ? valueOf(attributes, "output") : null,
    systemText: systemMessageText(inputMessages),
  };
}

function promptOf(attributes: JsonObject, labels: JsonObject): Observation["prompt"] {
  return {
    name: firstOf(textOf(attributes["llm.prompt_template.name"]), labelOf(labels["prompt_name"])),
    version: firstOf(labelOf(attributes["llm.prompt_template.version"]), labelOf(labels["prompt_version"])),
    text: textOf(attributes["llm.prompt_template.template"]),
  };
}

/** LangGraph's bookkeeping changes with every node and says nothing about the run. */
const withoutFramework = (labels: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !/^(ls_|langgraph_|checkpoint_ns$|__)/.test(name)));

function toolOf({ attributes, name }: SpanRecord, kind: ObservationKind): Partial<Observation> {
  const given = readArguments(firstOf(attributes["input.value"], attributes["tool.parameters"]));
  const answer = messagesOf(attributes["output.value"]) ?? messagesOf(objectOf(opened(attributes["output.value"]))["output"]);
  const documents = flatList(attributes, "retrieval.documents");
  return {
    name: textOf(attributes["tool.name"]) ?? name,
    callId: firstOf(labelOf(attributes["tool.id"]), labelOf(attributes["tool_call.id"]), answer?.[0]?.tool_call_id),
    arguments: given.arguments,
    argumentsRaw: given.arguments_raw,
    result: firstOf<JsonValue>(
      answer === null ? null : lastAnswer(answer),
      valueOf(attributes, "output"),
      kind === "retrieval" && documents.length > 0 ? documents : null,
    ),
    ...(answer?.some((message) => message.is_error === true) === true
      ? { failure: { type: null, message: textOf(lastAnswer(answer)) } }
      : {}),
  };
}

const lastAnswer = (messages: Message[]): JsonValue => firstOf<JsonValue>(messages.at(-1)?.content, lastText(messages));

function valueOf(attributes: JsonObject, side: "input" | "output"): JsonValue {
  return opened(attributes[`${side}.value`]);
}

/** `prefix.N.message.role|content|contents.M.…|tool_calls.M.tool_call.…|tool_call_id`. */
function flattened(attributes: JsonObject, prefix: string): Message[] | null {
  const entries = flatList(attributes, prefix);
  if (entries.length === 0) return null;
  const messages = entries.flatMap((entry) => {
    const calls = flatList(entry, "message.tool_calls").map((call) => ({
      id: call["tool_call.id"] ?? null,
      name: call["tool_call.function.name"] ?? null,
      arguments: call["tool_call.function.arguments"] ?? null,
    }));
    const parts = flatList(entry, "message.contents").flatMap((part) => {
      const text = part["message_content.text"];
      if (typeof text === "string") return [{ type: "text", text }];
      return part["message_content.type"] === "tool_use" ? [] : [part];
    });
    const content = parts.length > 0 ? parts : (entry["message.content"] ?? null);
    const answersCall = entry["message.tool_call_id"] ?? null;
    return (
      messagesOf([
        {
          role: entry["message.role"] ?? "user",
          content,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
          ...(answersCall === null ? {} : { tool_call_id: answersCall }),
        },
      ]) ?? []
    );
  });
  return messages.length > 0 ? messages : null;
}

function toolsOf(attributes: JsonObject): ToolDefinition[] {
  return flatList(attributes, "llm.tools").flatMap((entry) => toolDefinitionOf(entry["tool.json_schema"]) ?? []);
}

const settingNames = [
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "frequency_penalty",
  "presence_penalty",
  "seed",
  "stop",
  "stop_sequences",
  "reasoning",
  "reasoning_effort",
  "thinking",
  "tool_choice",
];

function paramsOf(settings: Record<string, unknown>): JsonObject {
  return Object.fromEntries(
    settingNames.flatMap((name) => (settings[name] === undefined || settings[name] === null ? [] : [[name, opened(settings[name])]])),
  );
}

function usageOf(span: SpanRecord) {
  const { attributes } = span;
  const own = inclusiveUsage({
    input: attributes["llm.token_count.prompt"],
    output: attributes["llm.token_count.completion"],
    total: attributes["llm.token_count.total"],
    cacheRead: attributes["llm.token_count.prompt_details.cache_read"],
    cacheWrite: attributes["llm.token_count.prompt_details.cache_write"],
  });
  return own ?? usageInOutput(attributes) ?? genAiUsage(span);
}

/** LangChain's instrumentation leaves the cache detail in the raw output only. */
function usageInOutput(attributes: JsonObject) {
  const output = opened(attributes["output.value"]);
  const usage = isObject(output) ? objectOf(output["usage"]) : {};
  return inclusiveUsage({
    input: firstOf(usage["prompt_tokens"], usage["input_tokens"]),
    output: firstOf(usage["completion_tokens"], usage["output_tokens"]),
    total: usage["total_tokens"],
  });
}
