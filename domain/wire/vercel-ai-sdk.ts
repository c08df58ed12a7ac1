// The Vercel AI SDK's own span set (v5, v6 and v7's legacy mode; v7's default rides on the GenAI conventions): a root for the
// call of generateText or streamText, one do… span for each model call, ai.toolCall for tools.
import { firstOf, labelOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { callOf, messagesOf, readArguments, systemMessageText, type Message } from "./messages.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import { finishReasonsOf } from "./otel-genai.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";
import { labelsOf, spanObservation, tagsOf } from "./span-observation.ts";
import { under } from "./flat-list.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";
import { inclusiveUsage } from "./usage.ts";

/** A span with ai.operationId. */
export function readVercelAiSdk(span: SpanRecord): Observation {
  const { attributes } = span;
  const kind = kindOf(shown(attributes["ai.operationId"]));
  const labels = labelsOf(attributes, ["ai.telemetry.metadata", "ai.settings.context"]);
  const { tags, ...otherLabels } = labels;
  const shared: Observation = {
    ...spanObservation(span),
    kind,
    agentName: firstOf(
      textOf(attributes["gen_ai.agent.name"]),
      textOf(attributes["ai.telemetry.functionId"]),
      textOf(attributes["resource.name"]),
    ),
    prompt: {
      name: labelOf(firstOf(labels["promptName"], labels["prompt_name"])),
      version: labelOf(firstOf(labels["promptVersion"], labels["prompt_version"])),
      text: null,
    },
    labels: otherLabels,
    tags: tagsOf(tags ?? null),
  };
  if (kind === "tool") return { ...shared, ...toolOf(attributes) };
  const inputMessages = messagesOf(attributes["ai.prompt.messages"]) ?? messagesOf(attributes["ai.prompt"]);
  const outputMessages = answerOf(attributes);
  return {
    ...shared,
    requestModel: firstOf(textOf(attributes["ai.model.id"]), textOf(attributes["gen_ai.request.model"])),
    responseModel: firstOf(textOf(attributes["ai.response.model"]), textOf(attributes["gen_ai.response.model"])),
    finishReasons: finishReasonsOf(firstOf(attributes["ai.response.finishReason"], attributes["gen_ai.response.finish_reasons"])),
    usage: kind === "llm" || kind === "other" ? usageOf(attributes) : null,
    // The root's counts are the sum in v6 and v7, but those of the last step alone in v5, which has other names for them.
    runUsage: kind === "agent" && attributes["ai.usage.promptTokens"] === undefined ? usageOf(attributes) : null,
    tools: toolDefinitionsOf(attributes["ai.prompt.tools"]),
    params: paramsOf(attributes),
    inputMessages,
    outputMessages,
    input: inputMessages === null ? opened(firstOf(attributes["ai.prompt"], attributes["ai.value"], attributes["ai.values"])) : null,
    output: outputMessages === null ? opened(firstOf(attributes["ai.response.object"], attributes["ai.response.text"])) : null,
    systemText: systemMessageText(inputMessages),
  };
}

function kindOf(operation: string): ObservationKind {
  if (operation === "ai.toolCall") return "tool";
  if (/^ai\.(generate|stream)(Text|Object)\.do/.test(operation)) return "llm";
  if (/^ai\.(generate|stream)(Text|Object)$/.test(operation)) return "agent";
  return /\.do\w+$/.test(operation) ? "other" : "helper";
}

function toolOf(attributes: JsonObject): Partial<Observation> {
  const call = readArguments(attributes["ai.toolCall.args"] ?? null);
  return {
    name: textOf(attributes["ai.toolCall.name"]) ?? "unnamed",
    callId: labelOf(attributes["ai.toolCall.id"]),
    arguments: call.arguments,
    argumentsRaw: call.arguments_raw,
    result: opened(attributes["ai.toolCall.result"]),
  };
}

function answerOf(attributes: JsonObject): Message[] | null {
  const text = textOf(attributes["ai.response.text"]) ?? textOf(attributes["ai.response.object"]);
  const list = opened(attributes["ai.response.toolCalls"]);
  const calls = (Array.isArray(list) ? list : []).flatMap((call) => callOf(call) ?? []);
  const reasoning = textOf(attributes["ai.response.reasoning"]);
  const finish = textOf(attributes["ai.response.finishReason"]);
  if (text === null && calls.length === 0) return null;
  return [
    {
      role: "assistant",
      content: text,
      ...(reasoning === null ? {} : { reasoning }),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
      ...(finish === null ? {} : { finish_reason: finish }),
    },
  ];
}

const usageOf = (attributes: JsonObject) =>
  inclusiveUsage({
    input: firstOf(
      attributes["ai.usage.inputTokens"],
      attributes["ai.usage.promptTokens"],
      attributes["gen_ai.usage.input_tokens"],
      attributes["ai.usage.tokens"],
    ),
    output: firstOf(attributes["ai.usage.outputTokens"], attributes["ai.usage.completionTokens"], attributes["gen_ai.usage.output_tokens"]),
    total: attributes["ai.usage.totalTokens"],
    cacheRead: firstOf(
      attributes["ai.usage.cachedInputTokens"],
      attributes["ai.usage.inputTokenDetails.cacheReadTokens"],
      attributes["gen_ai.usage.cache_read.input_tokens"],
    ),
    cacheWrite: firstOf(attributes["ai.usage.inputTokenDetails.cacheWriteTokens"], attributes["gen_ai.usage.cache_creation.input_tokens"]),
  });

function paramsOf(attributes: JsonObject): JsonObject {
  const renamed: Readonly<Record<string, string>> = {
    maxOutputTokens: "max_tokens",
    maxTokens: "max_tokens",
    topP: "top_p",
    topK: "top_k",
    frequencyPenalty: "frequency_penalty",
    presencePenalty: "presence_penalty",
    stopSequences: "stop_sequences",
  };
  const settings = Object.entries(objectOf(under(attributes, "ai.settings"))).flatMap(([name, value]): [string, JsonValue][] =>
    /^(context|headers)\b|^maxRetries$/.test(name) ? [] : [[renamed[name] ?? name, opened(value)]],
  );
  return Object.fromEntries(settings);
}
