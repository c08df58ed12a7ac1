// Braintrust's /logs3: rows that replace or deep-merge into the row of their id. A span comes in two to four rows; feedback
// comes later and knows only a row's id, so its scores go by that id and the trace tells which row ids it goes by.
import { answerMessagesOf } from "./completion.ts";
import { dialectRecord, idOf, objectOfBody, scoreOf } from "./dialect-record.ts";
import { failureOfText } from "./failure-text.ts";
import { firstOf, isObject, labelOf, listOf, numberOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { lastAnswerOf, messagesOf, readArguments, systemMessageText } from "./messages.ts";
import { mergeParts } from "./merge-parts.ts";
import { nanosecondsOfMs } from "./nanoseconds.ts";
import { newObservation, type Observation, type ObservationKind } from "./observation.ts";
import type { DoorReading, DialectRecord, JsonObject, Malformed } from "./record.ts";
import { labelsOf, tagsOf } from "./span-observation.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";
import { inclusiveUsage } from "./usage.ts";
import type { Score } from "../run/run.ts";

export interface BraintrustReading extends DoorReading {
  /** The body of the 200: the id of every row that was taken. */
  reply: { ids: string[] };
}

/** POST /logs3: `{rows: […], api_version: 2}`. */
export function readBraintrust(body: Uint8Array): BraintrustReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  const { rows } = request.value;
  if (!Array.isArray(rows)) return { ok: false, message: "rows must be a list" };
  const reading: BraintrustReading = { ok: true, records: [], scores: [], rejected: [], total: rows.length, reply: { ids: [] } };
  // A merge row may leave out the trace that an earlier row of its request named.
  const traceOfRow = new Map(
    rows.filter(isObject).flatMap((row) => {
      const [rowId, traceId] = [idOf(row["id"]), idOf(row["root_span_id"])];
      return rowId !== null && traceId !== null ? [[rowId, traceId] as const] : [];
    }),
  );
  for (const [index, row] of rows.entries()) {
    const id = isObject(row) ? idOf(row["id"]) : null;
    if (!isObject(row) || id === null) {
      reading.rejected.push({ index, reason: "a row must be an object with an id" });
      continue;
    }
    reading.reply.ids.push(id);
    const traceId = idOf(row["root_span_id"]) ?? traceOfRow.get(id) ?? null;
    if (traceId !== null) reading.records.push(dialectRecord("braintrust", traceId, id, row));
    else reading.scores.push(...feedbackOf(id, row));
  }
  return reading;
}

function feedbackOf(rowId: string, row: Record<string, unknown>) {
  return Object.entries(objectOf(row["scores"])).flatMap(([name, value]) => {
    const score = scoreOf({ run_id: rowId, name, value, source: row["_audit_source"] === "external" ? "user" : null });
    return typeof score === "string" ? [] : [score];
  });
}

/** The row ids by which feedback may name the run: those of its roots. */
export function braintrustRowIds(records: readonly DialectRecord[]): string[] {
  return [...new Set(mergedRows(records).flatMap(({ row }) => (isRoot(row) ? (textOf(row["id"]) ?? []) : [])))];
}

/** The root has come and has ended. */
export function isBraintrustOver(records: readonly DialectRecord[]): boolean {
  return mergedRows(records).some(({ row }) => isRoot(row) && numberOf(objectOf(row["metrics"])["end"]) !== null);
}

const isRoot = (row: JsonObject): boolean => listOf(row["span_parents"]).length === 0 && row["span_attributes"] !== undefined;

/** One row for each id: what replaces first, then what merges. Two replacements of one id merge too, as order is not known. */
function mergedRows(records: readonly DialectRecord[]): { row: JsonObject; truncated: boolean }[] {
  const inOrder = records.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
  return [...Map.groupBy(inOrder, ({ value }) => shown(value["id"])).values()].map((parts) => ({
    row: mergeParts(parts.map((part) => part.value)),
    truncated: parts.some((part) => part.truncated),
  }));
}

const rank = (record: DialectRecord): number => (record.value["_is_merge"] === true ? 1 : 0);

const kinds: ReadonlyMap<unknown, ObservationKind> = new Map<unknown, ObservationKind>([
  ["llm", "llm"],
  ["tool", "tool"],
  ["score", "other"],
  ["task", "helper"],
  ["function", "helper"],
  ["eval", "helper"],
]);

/** The trace's spans, each merged from its rows. */
export function readBraintrustTrace(records: readonly DialectRecord[]): Observation[] {
  const rows = mergedRows(records).filter(({ row }) => idOf(row["span_id"]) !== null);
  return rows.map(({ row, truncated }) => observationOf(row, truncated));
}

function observationOf(row: JsonObject, truncated: boolean): Observation {
  const about = objectOf(row["span_attributes"]);
  const metrics = objectOf(row["metrics"]);
  const metadata = objectOf(row["metadata"]);
  const kind = kinds.get(about["type"]) ?? (about["type"] === undefined ? "helper" : "other");
  const parentId = labelOf(listOf(row["span_parents"])[0]);
  const name = textOf(about["name"]) ?? "unnamed";
  const origin = objectOf(objectOf(row["context"])["span_origin"]);
  return {
    ...newObservation(shown(row["span_id"]), name),
    parentId,
    kind,
    canLead: kind === "helper",
    startNs: secondsNs(metrics["start"]),
    endNs: secondsNs(metrics["end"]),
    failure: failureOfText(row["error"]),
    rootName: parentId === null ? name : null,
    agentVersion: firstOf(labelOf(metadata["agent_version"]), labelOf(metadata["agentVersion"])),
    prompt: { name: labelOf(metadata["prompt_name"]), version: labelOf(metadata["prompt_version"]), text: null },
    labels: kind === "llm" || kind === "tool" ? {} : labelsOf({}, [], [row["metadata"] ?? null]),
    tags: tagsOf(row["tags"] ?? null),
    scores: scoresOf(row["scores"]),
    instrumentation: textOf(origin["name"]) === null ? null : { name: shown(origin["name"]), version: textOf(origin["version"]) },
    attributes: {
      ...Object.fromEntries(
        Object.entries(metadata)
          .filter(([key]) => key !== "tools")
          .map(([key, value]) => [key, opened(value)]),
      ),
      ...(about["type"] === undefined ? {} : { type: opened(about["type"]) }),
    },
    truncated,
    ...(kind === "tool" ? toolOf(row, metadata) : conversationOf(row, kind, metadata, metrics)),
  };
}

const secondsNs = (value: unknown): string | null => {
  const seconds = numberOf(value);
  return seconds === null ? null : nanosecondsOfMs(seconds * 1000);
};

function scoresOf(scores: unknown): Score[] {
  return Object.entries(objectOf(scores)).flatMap(([name, value]) =>
    typeof value === "number" && Number.isFinite(value) ? [{ name, value, source: null, comment: null }] : [],
  );
}

function toolOf(row: JsonObject, metadata: Record<string, unknown>): Partial<Observation> {
  const call = readArguments(row["input"] ?? null);
  return {
    callId: firstOf(labelOf(metadata["tool_call_id"]), labelOf(metadata["toolCallId"])),
    arguments: call.arguments,
    argumentsRaw: call.arguments_raw,
    result: lastAnswerOf(row["output"] ?? null),
  };
}

function conversationOf(
  row: JsonObject,
  kind: ObservationKind,
  metadata: Record<string, unknown>,
  metrics: Record<string, unknown>,
): Partial<Observation> {
  const [input, output] = [row["input"] ?? null, row["output"] ?? null];
  const inputMessages = messagesOf(input);
  const outputMessages = kind === "llm" ? answerMessagesOf(output) : messagesOf(output, "assistant");
  const values = Object.values(objectOf(input));
  return {
    requestModel: kind === "llm" ? textOf(metadata["model"]) : null,
    usage:
      kind === "llm"
        ? inclusiveUsage({
            input: metrics["prompt_tokens"],
            output: metrics["completion_tokens"],
            total: metrics["tokens"],
            cacheRead: metrics["prompt_cached_tokens"],
            cacheWrite: metrics["prompt_cache_creation_tokens"],
          })
        : null,
    costUsd: kind === "llm" ? numberOf(metrics["estimated_cost"]) : null,
    tools: toolDefinitionsOf(metadata["tools"]),
    params:
      kind === "llm"
        ? Object.fromEntries(
            ["temperature", "top_p", "max_tokens", "seed"].flatMap((name) =>
              metadata[name] === undefined ? [] : [[name, opened(metadata[name])]],
            ),
          )
        : {},
    inputMessages,
    outputMessages,
    input: inputMessages === null ? (values.length === 1 && typeof values[0] === "string" ? values[0] : input) : null,
    output: outputMessages === null ? output : null,
    systemText: systemMessageText(inputMessages),
  };
}
