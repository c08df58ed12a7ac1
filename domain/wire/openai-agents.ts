// The OpenAI Agents SDK's exporter: `{data: [trace | trace.span]}`. Response spans carry an id only; their tokens stand on the
// turn around them and once more, summed, on the task, so the turn's are given to its one call and the sums to nobody.
import { answerMessagesOf } from "./completion.ts";
import { dialectRecord, idOf, objectOfBody } from "./dialect-record.ts";
import { failureOfText } from "./failure-text.ts";
import { firstOf, isObject, labelOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { messagesOf, readArguments, systemMessageText } from "./messages.ts";
import { nanosecondsOfTime } from "./nanoseconds.ts";
import { newObservation, type Observation, type ObservationKind } from "./observation.ts";
import type { DialectRecord, DoorReading, JsonObject, Malformed } from "./record.ts";
import { labelsOf } from "./span-observation.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";
import { inclusiveUsage } from "./usage.ts";
import type { Usage } from "../run/run.ts";

/** POST /v1/traces/ingest. */
export function readOpenAiAgents(body: Uint8Array): DoorReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  const { data } = request.value;
  if (!Array.isArray(data)) return { ok: false, message: "data must be a list of traces and spans" };
  const records: DialectRecord[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, item] of data.entries()) {
    const isTrace = isObject(item) && item["object"] === "trace";
    const id = isObject(item) ? idOf(item["id"]) : null;
    const traceId = isObject(item) ? idOf(isTrace ? item["id"] : item["trace_id"]) : null;
    if (!isObject(item) || id === null || traceId === null || (!isTrace && item["object"] !== "trace.span"))
      rejected.push({ index, reason: "an item must be a trace with an id or a trace.span with id and trace_id" });
    else records.push(dialectRecord("openai-agents", traceId, id, item));
  }
  return { ok: true, records, scores: [], rejected, total: data.length };
}

/** The root span has come and has ended. */
export function isOpenAiAgentsOver(records: readonly DialectRecord[]): boolean {
  return records.some(
    ({ value }) =>
      value["object"] === "trace.span" && (value["parent_id"] ?? null) === null && nanosecondsOfTime(value["ended_at"]) !== null,
  );
}

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["agent", "agent"],
  ["generation", "llm"],
  ["response", "llm"],
  ["function", "tool"],
  ["guardrail", "guardrail"],
  ["mcp_tools", "helper"],
  ["custom", "helper"],
]);

/** The trace's spans, and the trace itself as a helper that says whom it was for. */
export function readOpenAiAgentsTrace(records: readonly DialectRecord[]): Observation[] {
  const byId = new Map<string, DialectRecord>();
  for (const record of records.toSorted((a, b) => size(a) - size(b) || (a.key < b.key ? -1 : 1)))
    byId.set(shown(record.value["id"]), record);
  const spans = [...byId.values()];
  const turnUsage = usageByTurn(spans);
  return spans.map((record) => (record.value["object"] === "trace" ? traceOf(record.value) : spanOf(record, turnUsage)));
}

/** A span that came twice is told by the fuller copy. */
const size = (record: DialectRecord): number => JSON.stringify(record.value).length;

function traceOf(trace: JsonObject): Observation {
  const labels = labelsOf({}, [], [trace["metadata"] ?? null]);
  return {
    ...newObservation(shown(trace["id"]), textOf(trace["workflow_name"]) ?? "trace"),
    kind: "helper",
    rootName: textOf(trace["workflow_name"]),
    sessionId: labelOf(trace["group_id"]),
    prompt: { name: labelOf(labels["prompt_name"]), version: labelOf(labels["prompt_version"]), text: null },
    agentVersion: labelOf(labels["agent_version"]),
    labels,
  };
}

function spanOf({ value, truncated }: DialectRecord, turnUsage: ReadonlyMap<string, Usage>): Observation {
  const data = objectOf(value["span_data"]);
  const type = shown(data["type"]);
  const kind = kinds.get(type) ?? "other";
  const parentId = labelOf(value["parent_id"]);
  const name = textOf(data["name"]) ?? (type === "handoff" ? `handoff to ${shown(data["to_agent"])}` : type || "unnamed");
  return {
    ...newObservation(shown(value["id"]), name),
    parentId,
    kind,
    canLead: data["name"] === "task" && kind === "helper",
    startNs: nanosecondsOfTime(value["started_at"]),
    endNs: nanosecondsOfTime(value["ended_at"]),
    failure: failureOf(value["error"]),
    runUsage: data["name"] === "task" ? usageOf(objectOf(data["data"])["usage"]) : null,
    agentName: kind === "agent" ? textOf(data["name"]) : null,
    instrumentation: { name: "openai-agents", version: null },
    tools: kind === "agent" ? toolDefinitionsOf(data["tools"]) : [],
    attributes: {
      type,
      ...(data["response_id"] === undefined ? {} : { response_id: opened(data["response_id"]) }),
      ...(data["triggered"] === undefined ? {} : { triggered: opened(data["triggered"]) }),
    },
    truncated,
    ...(kind === "llm" ? modelOf(data, parentId === null ? null : (turnUsage.get(parentId) ?? null)) : {}),
    ...(kind === "tool" ? toolOf(data) : {}),
  };
}

function failureOf(error: unknown): Observation["failure"] {
  if (!isObject(error)) return failureOfText(error);
  const detail = objectOf(error["data"]);
  const cause = textOf(detail["error"]);
  const message = textOf(error["message"]) ?? "";
  return { type: null, message: textOf([message, cause !== null && !message.includes(cause) ? cause : null].filter(Boolean).join(": ")) };
}

function modelOf(data: Record<string, unknown>, ofTurn: Usage | null): Partial<Observation> {
  const inputMessages = messagesOf(data["input"]);
  const outputMessages = answerMessagesOf(
    Array.isArray(data["output"]) && data["output"].length === 1 && isObject(data["output"][0]) && "choices" in data["output"][0]
      ? data["output"][0]
      : data["output"],
  );
  return {
    requestModel: textOf(data["model"]),
    params: Object.fromEntries(
      Object.entries(objectOf(data["model_config"])).flatMap(([name, value]) => (value === null ? [] : [[name, opened(value)]])),
    ),
    usage: usageOf(data["usage"]) ?? ofTurn,
    inputMessages,
    outputMessages,
    input: inputMessages === null ? opened(data["input"]) : null,
    output: outputMessages === null ? opened(data["output"]) : null,
    systemText: systemMessageText(inputMessages),
  };
}

function toolOf(data: Record<string, unknown>): Partial<Observation> {
  const call = readArguments(data["input"]);
  return { arguments: call.arguments, argumentsRaw: call.arguments_raw, result: opened(data["output"]) };
}

function usageOf(usage: unknown): Usage | null {
  const counts = objectOf(usage);
  const details = objectOf(
    counts["input_tokens_details"] ??
      objectOf(counts["details"])["input_tokens_details"] ??
      counts["prompt_tokens_details"] ??
      objectOf(counts["details"])["prompt_tokens_details"],
  );
  return inclusiveUsage({
    input: firstOf(counts["input_tokens"], counts["prompt_tokens"]),
    output: firstOf(counts["output_tokens"], counts["completion_tokens"]),
    total: counts["total_tokens"],
    cacheRead: firstOf(counts["cached_input_tokens"], details["cached_tokens"]),
    cacheWrite: counts["cache_write_input_tokens"],
  });
}

/** Usage of the turns that hold exactly one response: with more it cannot be told whose it is. */
function usageByTurn(spans: readonly DialectRecord[]): ReadonlyMap<string, Usage> {
  const calls = Map.groupBy(
    spans.filter(({ value }) => ["response", "generation"].includes(shown(objectOf(value["span_data"])["type"]))),
    ({ value }) => shown(value["parent_id"]),
  );
  const turns = new Map<string, Usage>();
  for (const { value } of spans) {
    const data = objectOf(value["span_data"]);
    const usage = data["name"] === "turn" ? usageOf(objectOf(data["data"])["usage"]) : null;
    if (usage !== null && calls.get(shown(value["id"]))?.length === 1) turns.set(shown(value["id"]), usage);
  }
  return turns;
}
