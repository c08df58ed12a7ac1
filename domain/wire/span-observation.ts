// What every span says whatever its dialect: place, times, failure, who it was for. A dialect reader starts from this.
import type { Failure, Score } from "../run/run.ts";
import { under } from "./flat-list.ts";
import { evaluationScores } from "./evaluation-scores.ts";
import { firstOf, isObject, labelOf, listOf, opened, shown, textOf } from "./json-value.ts";
import { newObservation, type Observation } from "./observation.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";

/** Characters of content that an attribute may repeat although the step serves it under a name of its own. */
const repeatedChars = 500;

/** Attributes that hold conversations, arguments, results and definitions, which a step serves parsed. */
const contentAttribute =
  /^(gen_ai\.(input\.messages|output\.messages|system_instructions|tool\.definitions|tool\.call\.arguments|tool\.call\.result|prompt|completion)|ai\.(prompt|prompt\.\w+|response\.text|response\.toolCalls|response\.object|toolCall\.args|toolCall\.result|schema)|(input|output)\.value|llm\.(invocation_parameters|prompt_template\.template)|tool\.parameters|traceloop\.entity\.(input|output)|langfuse\.(observation|trace)\.(input|output)|mastra\.\w+\.(input|output)|mastra\.metadata\.(body|headers)|user_prompt)$/;

/** The same, spread over many names. */
const flattenedContent =
  /^(llm\.(input_messages|output_messages|tools|prompts|choices)|gen_ai\.(prompt|completion)|llm\.request\.functions|retrieval\.documents|reranker\.\w+_documents)\.\d+(\.|$)/;

/** Attributes that only say what the record shows elsewhere or that come with every span of a process. */
export function shownAttributes(attributes: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name, value]) => !flattenedContent.test(name) && !(contentAttribute.test(name) && sizeOf(value) > repeatedChars),
    ),
  );
}

const sizeOf = (value: JsonValue): number =>
  typeof value === "string" ? value.length : typeof value === "object" && value !== null ? JSON.stringify(value).length : 0;

export function spanObservation(span: SpanRecord): Observation {
  const { attributes, resource } = span;
  return {
    ...newObservation(span.spanId, span.name === "" ? "unnamed" : span.name),
    parentId: span.parentId === span.spanId ? null : span.parentId,
    startNs: span.startNs,
    endNs: span.endNs,
    failure: span.status === 2 ? failureOf(span) : null,
    agentName: textOf(attributes["gen_ai.agent.name"]),
    agentVersion: labelOf(attributes["gen_ai.agent.version"]),
    userId: firstOf(labelOf(attributes["user.id"]), labelOf(attributes["enduser.id"]), labelOf(attributes["langfuse.user.id"])),
    sessionId: firstOf(
      labelOf(attributes["session.id"]),
      labelOf(attributes["gen_ai.conversation.id"]),
      labelOf(attributes["langfuse.session.id"]),
    ),
    scores: scoresOf(span),
    instrumentation: instrumentationOf(span),
    attributes: shownAttributes(attributes),
    resource,
    truncated: span.truncated,
  };
}

/** Type and message of a failed span: its attributes, its exception event, its status message. */
export function failureOf(span: SpanRecord): Failure {
  const exception = span.events.findLast((event) => event.name === "exception")?.attributes ?? {};
  const type = textOf(span.attributes["error.type"]);
  return {
    type: firstOf(type === "unknown" || type === "_OTHER" ? null : type, textOf(exception["exception.type"]), type),
    message: firstOf(
      textOf(span.statusMessage),
      textOf(exception["exception.message"]),
      textOf(span.attributes["error.message"]),
      textOf(span.attributes["exception.message"]),
    ),
  };
}

function scoresOf(span: SpanRecord): Score[] {
  return [
    span.attributes,
    ...span.events.filter((event) => event.name === "gen_ai.evaluation.result").map((event) => event.attributes),
  ].flatMap(evaluationScores);
}

/** The scope names the instrumentation; where it has no version, the AI SDK's user agent or the tracing SDK does. */
function instrumentationOf({ scope, attributes, resource }: SpanRecord): Observation["instrumentation"] {
  if (scope.name !== "" && scope.version !== "") return { name: scope.name, version: scope.version };
  const agent = textOf(attributes["ai.request.headers.user-agent"])?.match(/^ai\/(\S+)/)?.[1];
  if (agent !== undefined) return { name: "ai", version: agent };
  if (scope.name !== "") return { name: scope.name, version: null };
  const sdk = textOf(resource["telemetry.sdk.name"]);
  return sdk === null ? null : { name: sdk, version: textOf(resource["telemetry.sdk.version"]) };
}

/** `prefix.key` attributes and JSON text of an object, as labels. */
export function labelsOf(attributes: JsonObject, prefixes: readonly string[], objects: readonly unknown[] = []): JsonObject {
  const labels: JsonObject = {};
  for (const source of [...objects.map((value) => opened(value)), ...prefixes.map((prefix) => under(attributes, prefix))]) {
    if (isObject(source))
      for (const [key, value] of Object.entries(source))
        if (!Object.hasOwn(labels, key) && key !== "__proto__") labels[key] = opened(value);
  }
  return labels;
}

/** Tags as a list, JSON text of one, or one text. */
export function tagsOf(value: unknown): string[] {
  const found = opened(value);
  if (typeof found === "string") return found === "" ? [] : [found];
  return listOf(found).flatMap((tag) => textOf(typeof tag === "object" ? null : shown(tag)) ?? []);
}
