// Langfuse's SDKs on OpenTelemetry (JS 4 and 5, Python 3): langfuse.observation.* for the span, langfuse.trace.* repeated on
// every span. A failure is only level ERROR; the OpenTelemetry status stays unset.
import { firstOf, labelOf, numberOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { langfuseUsage } from "./langfuse-usage.ts";
import { lastAnswerOf, messagesOf, readArguments, systemMessageText } from "./messages.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import type { JsonObject, SpanRecord } from "./record.ts";
import { labelsOf, spanObservation, tagsOf } from "./span-observation.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["generation", "llm"],
  ["tool", "tool"],
  ["retriever", "retrieval"],
  ["agent", "agent"],
  ["guardrail", "guardrail"],
  ["chain", "helper"],
]);

/** What a Langfuse type means; spans, events, evaluators and embeddings are steps of no special kind. */
export const langfuseKind = (type: string): ObservationKind => kinds.get(type.toLowerCase()) ?? "other";

/** A span with langfuse.observation.type. */
export function readLangfuseOtel(span: SpanRecord): Observation {
  const { attributes } = span;
  const kind = langfuseKind(shown(attributes["langfuse.observation.type"]));
  const base = spanObservation(span);
  const level = attributes["langfuse.observation.level"];
  const traceInput = span.parentId === null || attributes["langfuse.internal.is_app_root"] === true;
  const input = attributes["langfuse.observation.input"] ?? (traceInput ? attributes["langfuse.trace.input"] : undefined) ?? null;
  const output = attributes["langfuse.observation.output"] ?? (traceInput ? attributes["langfuse.trace.output"] : undefined) ?? null;
  return {
    ...base,
    kind,
    canLead: kind === "helper" || kind === "other",
    failure:
      level === "ERROR"
        ? {
            type: base.failure?.type ?? null,
            message: firstOf(textOf(attributes["langfuse.observation.status_message"]), base.failure?.message),
          }
        : base.failure,
    responseModel: textOf(attributes["langfuse.observation.model.name"]),
    usage: kind === "llm" || kind === "other" ? langfuseUsage(opened(attributes["langfuse.observation.usage_details"])) : null,
    costUsd: kind === "llm" ? numberOf(objectOf(opened(attributes["langfuse.observation.cost_details"]))["total"]) : null,
    params: Object.fromEntries(
      Object.entries(objectOf(opened(attributes["langfuse.observation.model.parameters"]))).map(([name, value]) => [name, opened(value)]),
    ),
    prompt: {
      name: textOf(attributes["langfuse.observation.prompt.name"]),
      version: labelOf(attributes["langfuse.observation.prompt.version"]),
      text: null,
    },
    agentName: firstOf(base.agentName, kind === "agent" ? textOf(span.name) : null),
    rootName: firstOf(textOf(attributes["langfuse.trace.name"]), kind === "agent" ? null : textOf(span.name)),
    agentVersion: firstOf(labelOf(attributes["langfuse.version"]), labelOf(attributes["langfuse.release"]), base.agentVersion),
    labels: labelsOf(attributes, ["langfuse.trace.metadata", "langfuse.observation.metadata"], [attributes["langfuse.trace.metadata"]]),
    tags: tagsOf(attributes["langfuse.trace.tags"] ?? null),
    ...langfuseContent(kind, input, output),
  };
}

/** Input and output of a Langfuse observation by what it is: a conversation, a call with its answer, or values. */
export function langfuseContent(kind: ObservationKind, input: unknown, output: unknown): Partial<Observation> {
  if (kind === "tool" || kind === "retrieval") {
    const call = readArguments(input);
    return { arguments: call.arguments, argumentsRaw: call.arguments_raw, result: lastAnswerOf(output) };
  }
  const inputMessages = messagesOf(input);
  const outputMessages = messagesOf(output, "assistant");
  const holder: JsonObject = Object.fromEntries(Object.entries(objectOf(opened(input))).map(([name, value]) => [name, opened(value)]));
  return {
    inputMessages,
    outputMessages,
    input: inputMessages === null ? opened(input) : null,
    output: outputMessages === null ? opened(output) : null,
    systemText: systemMessageText(inputMessages),
    tools: kind === "llm" ? toolDefinitionsOf(holder["tools"] ?? null) : [],
  };
}
