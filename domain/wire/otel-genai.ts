// OpenTelemetry's GenAI conventions, current and older names side by side (instrumentations keep the old set for years):
// operation, model, messages in attributes or events, tool calls, tokens. Other dialects ride on it and start from here.
import { flatList } from "./flat-list.ts";
import { firstOf, isObject, labelOf, opened, shown, textOf } from "./json-value.ts";
import { messagesOf, readArguments, systemMessageText, systemTextOf, type Message } from "./messages.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";
import { labelsOf, spanObservation } from "./span-observation.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";
import { exclusiveUsage, inclusiveUsage } from "./usage.ts";
import type { Usage } from "../run/run.ts";

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["chat", "llm"],
  ["text_completion", "llm"],
  ["completion", "llm"],
  ["generate_content", "llm"],
  ["execute_tool", "tool"],
  ["retrieval", "retrieval"],
  ["search_memory", "retrieval"],
  ["embeddings", "other"],
  ["invoke_agent", "agent"],
  ["invoke_workflow", "agent"],
  ["create_agent", "other"],
]);

/** Operations that wrap other steps (agent_step, model_generation, plan, rerank…) are helpers: their parts are the steps. */
export const genAiKind = (operation: string): ObservationKind => kinds.get(operation) ?? "helper";

/** A span with gen_ai.operation.name. `kind` is for dialects that know better. */
export function readOtelGenAi(
  span: SpanRecord,
  kind: ObservationKind = genAiKind(shown(span.attributes["gen_ai.operation.name"])),
): Observation {
  const { attributes } = span;
  const base = spanObservation(span);
  const isAgent = kind === "agent";
  const observation: Observation = {
    ...base,
    kind,
    canLead: kind === "helper",
    failure:
      base.failure ??
      (kind !== "helper" && textOf(attributes["error.type"]) !== null
        ? { type: textOf(attributes["error.type"]), message: textOf(attributes["error.message"]) }
        : null),
    requestModel: textOf(attributes["gen_ai.request.model"]),
    responseModel: textOf(attributes["gen_ai.response.model"]),
    finishReasons: finishReasonsOf(attributes["gen_ai.response.finish_reasons"]),
    usage: isAgent || kind === "helper" ? null : genAiUsage(span),
    // An agent's tokens are the sum of its calls', told once more.
    runUsage: isAgent ? genAiUsage(span) : null,
    tools: toolDefinitionsOf(attributes["gen_ai.tool.definitions"]),
    params: genAiParams(attributes),
    prompt: { name: textOf(attributes["gen_ai.prompt.name"]), version: labelOf(attributes["gen_ai.prompt.version"]), text: null },
    labels: labelsOf(
      attributes,
      ["ai.settings.context", "ai.telemetry.metadata", "gen_ai.request.metadata", "metadata"],
      [attributes["metadata"]],
    ),
    ...contentOf(span),
  };
  if (kind === "tool" || kind === "retrieval") return { ...observation, ...toolOf(span, kind) };
  return isAgent ? { ...observation, rootName: agentSpanName(span.name) } : observation;
}

/** `invoke_agent support-bot` names its agent when no attribute does. */
function agentSpanName(name: string): string | null {
  return textOf(/^(?:invoke_agent|invoke_workflow|create_agent)\s+(.+)$/.exec(name)?.[1]?.trim());
}

function toolOf({ attributes, name }: SpanRecord, kind: ObservationKind): Partial<Observation> {
  const callArguments = readArguments(
    firstOf(
      attributes["gen_ai.tool.call.arguments"],
      attributes["gen_ai.retrieval.query.text"] === undefined ? null : { query: attributes["gen_ai.retrieval.query.text"] },
    ),
  );
  return {
    name:
      firstOf(
        textOf(attributes["gen_ai.tool.name"]),
        kind === "retrieval" ? textOf(attributes["gen_ai.data_source.id"]) : null,
        textOf(/^execute_tool\s+(.+)$/.exec(name)?.[1]?.trim()),
      ) ?? name,
    callId: labelOf(attributes["gen_ai.tool.call.id"]),
    arguments: callArguments.arguments,
    argumentsRaw: callArguments.arguments_raw,
    result: opened(firstOf(attributes["gen_ai.tool.call.result"], attributes["gen_ai.retrieval.documents"])),
  };
}

/** Messages from attributes, else from the older attributes, else from span events. */
function contentOf(span: SpanRecord): Partial<Observation> {
  const { attributes } = span;
  const fromEvents = eventMessages(span.events.map(({ name, attributes: body }) => ({ name, body })));
  const inputMessages =
    messagesOf(attributes["gen_ai.input.messages"]) ??
    flattenedMessages(attributes, "gen_ai.prompt") ??
    messagesOf(attributes["gen_ai.prompt"]) ??
    fromEvents.input;
  const outputMessages =
    messagesOf(attributes["gen_ai.output.messages"], "assistant") ??
    flattenedMessages(attributes, "gen_ai.completion") ??
    messagesOf(attributes["gen_ai.completion"], "assistant") ??
    fromEvents.output;
  return {
    inputMessages,
    outputMessages,
    input: inputMessages === null ? opened(firstOf(attributes["gen_ai.input.messages"], attributes["gen_ai.prompt"])) : null,
    output: outputMessages === null ? opened(firstOf(attributes["gen_ai.output.messages"], attributes["gen_ai.completion"])) : null,
    systemText: systemTextOf(attributes["gen_ai.system_instructions"]) ?? systemMessageText(inputMessages),
  };
}

/** OpenLLMetry up to 0.2x: `gen_ai.prompt.N.role|content`, `gen_ai.completion.N.tool_calls.M.name|arguments`. */
export function flattenedMessages(attributes: JsonObject, prefix: string): Message[] | null {
  const entries = flatList(attributes, prefix);
  if (entries.length === 0) return null;
  const messages = entries.flatMap((entry) => {
    const calls = flatList(entry, "tool_calls");
    return (
      messagesOf([
        {
          role: textOf(entry["role"]) ?? (prefix.endsWith("completion") ? "assistant" : "user"),
          ...entry,
          content: opened(entry["content"] ?? null),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
      ]) ?? []
    );
  });
  return messages.length > 0 ? messages : null;
}

/** Span events or log records `gen_ai.*.message` and `gen_ai.choice`, in the order given. */
export function eventMessages(events: readonly { name: string; body: unknown }[]): { input: Message[] | null; output: Message[] | null } {
  const input: Message[] = [];
  const output: Message[] = [];
  for (const { name, body } of events) {
    const fields = isObject(body) ? body : { content: body };
    const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name)?.[1];
    if (role !== undefined)
      input.push(
        ...(messagesOf([{ ...fields, role, content: role === "tool" ? (fields["content"] ?? null) : opened(fields["content"] ?? null) }]) ??
          []),
      );
    if (name === "gen_ai.choice") {
      const message = opened(fields["message"] ?? null);
      const whole = isObject(message) ? { role: "assistant", ...message } : { role: "assistant", content: message };
      output.push(...(messagesOf([{ ...whole, finish_reason: fields["finish_reason"] ?? null }], "assistant") ?? []));
    }
  }
  return { input: input.length > 0 ? input : null, output: output.length > 0 ? output : null };
}

/** OpenLLMetry's Anthropic counts leave the cached tokens out; everyone else's include them. */
export function genAiUsage({ attributes, scope }: SpanRecord): Usage | null {
  const counts = {
    input: firstOf(attributes["gen_ai.usage.input_tokens"], attributes["gen_ai.usage.prompt_tokens"]),
    output: firstOf(attributes["gen_ai.usage.output_tokens"], attributes["gen_ai.usage.completion_tokens"]),
    total: firstOf(attributes["gen_ai.usage.total_tokens"], attributes["llm.usage.total_tokens"]),
    cacheRead: firstOf(
      attributes["gen_ai.usage.cache_read.input_tokens"],
      attributes["gen_ai.usage.cache_read_input_tokens"],
      attributes["gen_ai.usage.cached_input_tokens"],
    ),
    cacheWrite: firstOf(
      attributes["gen_ai.usage.cache_write.input_tokens"],
      attributes["gen_ai.usage.cache_creation.input_tokens"],
      attributes["gen_ai.usage.cache_creation_input_tokens"],
    ),
  };
  return /(traceloop|opentelemetry)[./].*anthropic/i.test(scope.name) && attributes["gen_ai.usage.cache_write.input_tokens"] === undefined
    ? exclusiveUsage(counts)
    : inclusiveUsage(counts);
}

export function finishReasonsOf(value: unknown): string[] {
  const found = opened(value);
  return (Array.isArray(found) ? found : [found]).flatMap((reason) => textOf(reason) ?? []);
}

/** What was set for the call, by the names the model APIs use. */
function genAiParams(attributes: JsonObject): JsonObject {
  const params: [string, JsonValue][] = [];
  for (const name of [
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "frequency_penalty",
    "presence_penalty",
    "stop_sequences",
    "seed",
    "reasoning.level",
    "reasoning_effort",
  ]) {
    const value = attributes[`gen_ai.request.${name}`];
    if (value !== undefined && value !== null) params.push([name, value]);
  }
  return Object.fromEntries(params);
}

/** Spans that no dialect claims: only their name speaks. HTTP, database and messaging spans keep the tree together. */
export function readUnclassified(span: SpanRecord): Observation {
  if (isPlumbing(span)) return { ...spanObservation(span), kind: "helper" };
  if (/^execute_tool\b/.test(span.name)) return readOtelGenAi(span, "tool");
  if (/^(invoke_agent|invoke_workflow)\b/.test(span.name)) return readOtelGenAi(span, "agent");
  return { ...readOtelGenAi(span, "other"), rootName: null };
}

const plumbingAttributes = [
  "http.request.method",
  "http.method",
  "url.full",
  "http.url",
  "db.system",
  "db.system.name",
  "rpc.system",
  "rpc.system.name",
  "messaging.system",
  "next.span_type",
  "graphql.operation.type",
  "faas.trigger",
];
const plumbingScope =
  /^(@opentelemetry\/instrumentation-|opentelemetry\.instrumentation\.|io\.opentelemetry\.)(?!openai|anthropic|bedrock|langchain|vertexai|google)/;

const isPlumbing = ({ attributes, scope }: SpanRecord): boolean =>
  plumbingScope.test(scope.name) || plumbingAttributes.some((name) => attributes[name] !== undefined);
