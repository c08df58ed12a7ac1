// A Langfuse trace from its events: all bodies of one id merge, the later event wins, what an update leaves out stays. The trace
// itself is the agent's run; it has no status of its own.
import { firstOf, labelOf, numberOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { langfuseContent, langfuseKind } from "./langfuse-otel.ts";
import { langfuseUsage } from "./langfuse-usage.ts";
import { lastAnswerOf, readArguments } from "./messages.ts";
import { mergeParts } from "./merge-parts.ts";
import { compareNs, nanosecondsOfTime } from "./nanoseconds.ts";
import { newObservation, type Observation, type ObservationKind } from "./observation.ts";
import type { DialectRecord, JsonObject } from "./record.ts";
import { labelsOf, tagsOf } from "./span-observation.ts";

interface LangfuseEvent {
  /** What the record is: `trace`, `span`, `generation`… */
  what: string;
  timestamp: string;
  key: string;
  body: JsonObject;
  truncated: boolean;
}

/** The trace and its observations. */
export function readLangfuseTrace(records: readonly DialectRecord[]): Observation[] {
  const events = eventsOf(records);
  const traceId = records[0]?.traceId ?? "";
  const bodies = Map.groupBy(
    events.filter((event) => event.what !== "trace"),
    (event) => shown(event.body["id"]),
  );
  const observations = [...bodies].map(([id, parts]) => observationOf(id, parts, traceId));
  return [
    traceOf(
      traceId,
      events.filter((event) => event.what === "trace"),
      observations,
    ),
    ...observations,
  ];
}

/** The trace has come, and everything in it has ended. */
export function isLangfuseOver(records: readonly DialectRecord[]): boolean {
  if (!records.some(({ value }) => value["type"] === "trace-create")) return false;
  const [trace, ...observations] = readLangfuseTrace(records);
  return observations.length > 0 ? observations.every((observation) => observation.endNs !== null) : trace?.output !== null;
}

function eventsOf(records: readonly DialectRecord[]): LangfuseEvent[] {
  return records
    .map(({ value, key, truncated }): LangfuseEvent => {
      const what = shown(value["type"]).replace(/-(create|update)$/, "");
      const body = value["body"];
      return {
        what,
        timestamp: nanosecondsOfTime(value["timestamp"]) ?? "",
        key,
        body: mergeParts([opened(body ?? null)].flatMap((item) => (isJsonObject(item) ? [item] : []))),
        truncated,
      };
    })
    .toSorted((a, b) => compareNs(a.timestamp, b.timestamp) || (a.key < b.key ? -1 : 1));
}

const isJsonObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

function traceOf(traceId: string, events: readonly LangfuseEvent[], observations: readonly Observation[]): Observation {
  const body = mergeParts(events.map((event) => event.body));
  const name = textOf(body["name"]);
  const starts = [
    ...events.map((event) => nanosecondsOfTime(event.body["timestamp"])),
    ...observations.map((observation) => observation.startNs),
  ].toSorted(compareNs);
  const ends = observations.flatMap((observation) => observation.endNs ?? []).toSorted(compareNs);
  return {
    ...newObservation(traceId, name ?? "trace"),
    kind: "agent",
    startNs: starts[0] ?? null,
    endNs: ends.at(-1) ?? null,
    agentName: name,
    agentVersion: firstOf(labelOf(body["version"]), labelOf(body["release"])),
    userId: labelOf(body["userId"]),
    sessionId: labelOf(body["sessionId"]),
    labels: labelsOf({}, [], [body["metadata"] ?? null]),
    tags: tagsOf(body["tags"] ?? null),
    attributes: environmentOf(body),
    truncated: events.some((event) => event.truncated),
    ...langfuseContent("agent", body["input"] ?? null, body["output"] ?? null),
  };
}

const environmentOf = (body: JsonObject): JsonObject =>
  textOf(body["environment"]) === null ? {} : { "langfuse.environment": body["environment"] ?? null };

function observationOf(id: string, events: readonly LangfuseEvent[], traceId: string): Observation {
  const body = mergeParts(events.map((event) => event.body));
  const metadata = objectOf(opened(body["metadata"] ?? null));
  const kind = kindOf(events, body, metadata);
  const [startNs, endNs] = [nanosecondsOfTime(body["startTime"]), nanosecondsOfTime(body["endTime"])];
  const isEvent = events.every((event) => event.what === "event");
  return {
    ...newObservation(id, textOf(body["name"]) ?? "unnamed"),
    parentId: labelOf(body["parentObservationId"]) ?? traceId,
    kind,
    startNs: startNs ?? endNs,
    endNs: endNs ?? (isEvent ? startNs : null),
    failure: body["level"] === "ERROR" ? { type: null, message: textOf(body["statusMessage"]) } : null,
    responseModel: textOf(body["model"]),
    callId: firstOf(labelOf(metadata["tool_call_id"]), labelOf(metadata["toolCallId"])),
    usage: kind === "llm" || kind === "other" ? (langfuseUsage(body["usageDetails"]) ?? langfuseUsage(body["usage"])) : null,
    costUsd: firstOf(numberOf(objectOf(body["costDetails"])["total"]), numberOf(objectOf(body["usage"])["totalCost"])),
    params: Object.fromEntries(Object.entries(objectOf(body["modelParameters"])).map(([name, value]) => [name, opened(value)])),
    prompt: { name: textOf(body["promptName"]), version: labelOf(body["promptVersion"]), text: null },
    agentName: kind === "agent" ? textOf(body["name"]) : null,
    labels: labelsOf({}, [], [body["metadata"] ?? null]),
    instrumentation: { name: "langfuse", version: null },
    attributes: attributesOf(body),
    truncated: events.some((event) => event.truncated),
    ...langfuseContent(kind, body["input"] ?? null, body["output"] ?? null),
    ...(kind === "tool" ? toolOf(body) : {}),
  };
}

function toolOf(body: JsonObject): Partial<Observation> {
  const call = readArguments(body["input"] ?? null);
  return { arguments: call.arguments, argumentsRaw: call.arguments_raw, result: lastAnswerOf(body["output"] ?? null) };
}

/** The older SDKs have no type for tools: a span that names its tool call is one. */
function kindOf(events: readonly LangfuseEvent[], body: JsonObject, metadata: Record<string, unknown>): ObservationKind {
  const what = events.find((event) => event.what !== "observation")?.what ?? shown(body["type"] ?? "span");
  if (what === "span" && (metadata["tool_call_id"] !== undefined || metadata["toolCallId"] !== undefined)) return "tool";
  return langfuseKind(what);
}

/** What the sender said of it that has no place of its own in a step. */
function attributesOf(body: JsonObject): JsonObject {
  const shownElsewhere = new Set([
    "id",
    "traceId",
    "parentObservationId",
    "name",
    "startTime",
    "endTime",
    "input",
    "output",
    "usage",
    "usageDetails",
    "costDetails",
    "modelParameters",
    "type",
  ]);
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => !shownElsewhere.has(name) && value !== null));
}
