// OpenLLMetry (Traceloop): traceloop.span.kind for the app's own functions; its model calls carry GenAI names, older versions
// llm.request.type. Input is JSON of {args, kwargs}; keys set by the app ride on every span as association properties.
import { flatList } from "./flat-list.ts";
import { firstOf, labelOf, listOf, objectOf, opened, shown, textOf, unquoted } from "./json-value.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import { genAiKind, readOtelGenAi } from "./otel-genai.ts";
import type { JsonObject, JsonValue, SpanRecord } from "./record.ts";
import { labelsOf } from "./span-observation.ts";
import { toolDefinitionOf } from "./tool-definitions.ts";
import type { ToolDefinition } from "../run/run.ts";

const ownKinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["workflow", "agent"],
  ["agent", "agent"],
  ["tool", "tool"],
  ["task", "helper"],
]);

/** A span with traceloop.span.kind or llm.request.type, or a GenAI span that carries association properties. */
export function readOpenLlmetry(span: SpanRecord): Observation {
  const { attributes } = span;
  const kind = kindOf(attributes);
  const base = readOtelGenAi(span, kind);
  const labels = labelsOf(attributes, ["traceloop.association.properties"]);
  const entity = textOf(attributes["traceloop.entity.name"]);
  const isFunction = attributes["traceloop.span.kind"] !== undefined;
  return {
    ...base,
    canLead: kind === "helper",
    // On children of an agent the workflow's name is the agent's, and a workflow's own name is no agent's.
    agentName: attributes["traceloop.span.kind"] === "agent" ? (entity ?? base.agentName) : base.agentName,
    rootName: firstOf(textOf(attributes["traceloop.workflow.name"]), entity),
    prompt: promptOf(attributes, labels),
    labels: { ...base.labels, ...labels },
    tools: base.tools.length > 0 ? base.tools : functionsOf(attributes),
    finishReasons:
      base.finishReasons.length > 0
        ? base.finishReasons
        : flatList(attributes, "gen_ai.completion").flatMap((entry) => textOf(entry["finish_reason"]) ?? []),
    ...(isFunction ? functionOf(attributes, kind, entity ?? base.name) : {}),
  };
}

function kindOf(attributes: JsonObject): ObservationKind {
  const own = ownKinds.get(shown(attributes["traceloop.span.kind"] ?? null));
  if (own !== undefined) return own;
  const request = attributes["llm.request.type"];
  if (request === "chat" || request === "completion") return "llm";
  return request === undefined ? genAiKind(shown(attributes["gen_ai.operation.name"])) : "other";
}

function functionOf(attributes: JsonObject, kind: ObservationKind, name: string): Partial<Observation> {
  const given = argumentsOf(attributes["traceloop.entity.input"]);
  const output = unquoted(attributes["traceloop.entity.output"]);
  if (kind === "tool") return { name, arguments: typeof given === "object" ? given : { input: given }, result: output };
  return { name, input: given, output };
}

/** `{args: [x], kwargs: {}}` is x, `{args: [], kwargs}` the named arguments; both kinds together stay as they are. */
function argumentsOf(value: unknown): JsonValue {
  const found = unquoted(value);
  const { args, kwargs } = objectOf(found);
  if (args === undefined && kwargs === undefined) return found;
  const [positional, named] = [listOf(args), objectOf(kwargs)];
  if (positional.length === 0) return Object.keys(named).length === 0 ? null : opened(named);
  if (Object.keys(named).length > 0) return found;
  return positional.length === 1 ? unquoted(positional[0]) : opened(positional);
}

function promptOf(attributes: JsonObject, labels: JsonObject): Observation["prompt"] {
  return {
    name: firstOf(textOf(attributes["traceloop.prompt.key"]), labelOf(labels["prompt_name"])),
    version: firstOf(
      labelOf(attributes["traceloop.prompt.version_name"]),
      labelOf(attributes["traceloop.prompt.version"]),
      labelOf(labels["prompt_version"]),
    ),
    text: textOf(attributes["traceloop.prompt.template"]),
  };
}

/** `llm.request.functions.N.name|description|arguments`, where arguments is the schema. */
function functionsOf(attributes: JsonObject): ToolDefinition[] {
  return flatList(attributes, "llm.request.functions").flatMap(
    ({ name, description, arguments: schema, input_schema: other }) =>
      toolDefinitionOf({ name, description, parameters: opened(schema ?? other ?? null) }) ?? [],
  );
}
