// Mastra on OpenTelemetry: GenAI names plus mastra.span.type. The model call is model_inference; the steps and generations
// around it hold the conversation that the call itself leaves out.
import { firstOf, labelOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { callOf, messagesOf, systemMessageText, type Message } from "./messages.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import { readOtelGenAi } from "./otel-genai.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";
import { labelsOf, tagsOf } from "./span-observation.ts";

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["agent_run", "agent"],
  ["model_inference", "llm"],
  ["llm_generation", "llm"],
  ["tool_call", "tool"],
  ["mcp_tool_call", "tool"],
  ["workflow_run", "agent"],
  ["processor_run", "helper"],
  ["generic", "other"],
]);

/** A span with mastra.span.type. */
export function readMastra(span: SpanRecord): Observation {
  const { attributes } = span;
  const type = shown(attributes["mastra.span.type"]);
  const kind = kinds.get(type) ?? "helper";
  const base = readOtelGenAi(span, kind);
  const { body: _body, headers: _headers, modelMetadata: _model, ...labels } = labelsOf(attributes, ["mastra.metadata"]);
  return {
    ...base,
    canLead: kind === "helper" && type.startsWith("workflow"),
    prompt: {
      name: labelOf(firstOf(labels["promptName"], labels["prompt_name"])),
      version: labelOf(firstOf(labels["promptVersion"], labels["prompt_version"])),
      text: null,
    },
    labels,
    tags: tagsOf(attributes["mastra.tags"] ?? null),
    ...(kind === "agent" || kind === "helper" ? contentOf(attributes, type, base) : {}),
  };
}

function contentOf(attributes: JsonObject, type: string, base: Observation): Partial<Observation> {
  const [given, answer] = [attributes[`mastra.${type}.input`] ?? null, opened(attributes[`mastra.${type}.output`] ?? null)];
  const inputMessages = messagesOf(given) ?? base.inputMessages;
  const outputMessages = messagesOf(answer, "assistant") ?? answerMessages(answer) ?? base.outputMessages;
  return {
    inputMessages,
    outputMessages,
    input: inputMessages === null ? opened(given) : null,
    output: outputMessages === null ? answer : null,
    systemText: base.systemText ?? systemMessageText(inputMessages),
  };
}

/** `{text, toolCalls: [{toolCallId, toolName, args}]}`. */
function answerMessages(answer: JsonValue): Message[] | null {
  const { text, toolCalls } = objectOf(answer);
  const calls = (Array.isArray(toolCalls) ? toolCalls : []).flatMap((call) => callOf(call) ?? []);
  if (textOf(text) === null && calls.length === 0) return null;
  return [{ role: "assistant", content: textOf(text), ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
}
