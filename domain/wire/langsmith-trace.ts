// A LangSmith trace from the pieces of its runs: posts first, patches over them. Chains are plumbing, the root is the agent's run.
import { answerMessagesOf } from "./completion.ts";
import { failureOfText } from "./failure-text.ts";
import { firstOf, isObject, labelOf, listOf, objectOf, opened, shown, textOf } from "./json-value.ts";
import { lastAnswerOf, messagesOf, readArguments, systemMessageText } from "./messages.ts";
import { mergeParts } from "./merge-parts.ts";
import { nanosecondsOfTime } from "./nanoseconds.ts";
import { newObservation, type Observation, type ObservationKind } from "./observation.ts";
import type { DialectRecord, JsonObject, JsonValue } from "./record.ts";
import { labelsOf, tagsOf } from "./span-observation.ts";
import { toolDefinitionsOf } from "./tool-definitions.ts";
import { inclusiveUsage } from "./usage.ts";
import type { Usage } from "../run/run.ts";

const kinds: ReadonlyMap<unknown, ObservationKind> = new Map<unknown, ObservationKind>([
  ["llm", "llm"],
  ["tool", "tool"],
  ["retriever", "retrieval"],
  ["embedding", "other"],
]);

/** The trace's runs, each merged from its pieces. */
export function readLangSmithTrace(records: readonly DialectRecord[]): Observation[] {
  const pieces = records.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
  return [...Map.groupBy(pieces, ({ value }) => shown(objectOf(value["run"])["id"]))].map(([id, ofRun]) =>
    observationOf(
      id,
      mergedRun(ofRun),
      ofRun.some((piece) => piece.truncated),
    ),
  );
}

/** The root has come and has ended. */
export function isLangSmithOver(records: readonly DialectRecord[]): boolean {
  return records.some(({ value, traceId }) => {
    const run = objectOf(value["run"]);
    return run["id"] === traceId && nanosecondsOfTime(run["end_time"]) !== null;
  });
}

const rank = (record: DialectRecord): number => (record.value["operation"] === "post" ? 0 : 1);

function mergedRun(pieces: readonly DialectRecord[]): JsonObject {
  return mergeParts(
    pieces.map(({ value }) =>
      mergeParts([Object.fromEntries(Object.entries(objectOf(value["run"])).map(([name, part]) => [name, jsonOf(part)]))]),
    ),
  );
}

const jsonOf = (value: unknown): JsonValue => opened(value);

function observationOf(id: string, run: JsonObject, truncated: boolean): Observation {
  const kind = kinds.get(run["run_type"]) ?? "helper";
  const name = textOf(run["name"]) ?? "unnamed";
  const extra = objectOf(run["extra"]);
  const metadata = objectOf(extra["metadata"]);
  const parentId = labelOf(run["parent_run_id"]) ?? parentInOrder(run["dotted_order"]);
  const runtime = objectOf(extra["runtime"]);
  const labels = withoutFramework(labelsOf({}, [], [extra["metadata"] ?? null]));
  return {
    ...newObservation(id, name),
    parentId,
    kind,
    canLead: kind === "helper",
    startNs: nanosecondsOfTime(run["start_time"]) ?? startInOrder(run["dotted_order"]),
    endNs: nanosecondsOfTime(run["end_time"]),
    failure: failureOfText(run["error"]),
    rootName: kind === "helper" && parentId === null ? name : null,
    agentVersion: labelOf(metadata["agent_version"]),
    userId: firstOf(labelOf(metadata["user_id"]), labelOf(metadata["userId"])),
    sessionId: firstOf(labelOf(metadata["session_id"]), labelOf(metadata["thread_id"]), labelOf(metadata["conversation_id"])),
    prompt: {
      name: firstOf(textOf(metadata["prompt_name"]), textOf(metadata["lc_hub_repo"])),
      version: firstOf(labelOf(metadata["prompt_version"]), labelOf(metadata["lc_hub_commit_hash"])),
      text: null,
    },
    labels,
    tags: tagsOf(run["tags"] ?? null),
    instrumentation: textOf(runtime["sdk"]) === null ? null : { name: shown(runtime["sdk"]), version: textOf(runtime["sdk_version"]) },
    attributes: attributesOf(run, extra),
    truncated,
    ...(kind === "tool" || kind === "retrieval" ? toolOf(run) : conversationOf(run, kind, metadata, extra)),
  };
}

/** A lone patch tells its start in the last part of dotted_order: `20261124T100000000000Z<id>`. */
function startInOrder(order: unknown): string | null {
  const [, year, month, day, hour, minute, second, fraction] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d*)Z/.exec(textOf(order)?.split(".").at(-1) ?? "") ?? [];
  return year === undefined ? null : nanosecondsOfTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction || "0"}Z`);
}

/** The id before the last in dotted_order. */
function parentInOrder(order: unknown): string | null {
  return textOf(/Z([^.Z]+)$/.exec(textOf(order)?.split(".").at(-2) ?? "")?.[1]);
}

/** What LangGraph adds to every node says nothing about the run. */
const withoutFramework = (labels: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => !/^(ls_|langgraph_|__|checkpoint_ns$|LANGSMITH_TRACING$|usage_metadata$|revision_id$)/.test(name),
    ),
  );

function toolOf(run: JsonObject): Partial<Observation> {
  const inputs = objectOf(run["inputs"]);
  // LangChain gives a tool one text, which is usually JSON of its arguments.
  const only = Object.keys(inputs).length === 1 && typeof inputs["input"] === "string" ? inputs["input"] : null;
  const call = readArguments(only ?? run["inputs"] ?? null);
  const outputs = objectOf(run["outputs"]);
  const output = Object.keys(outputs).length === 1 && "output" in outputs ? outputs["output"] : (run["outputs"] ?? null);
  const answer = messagesOf(output)?.at(-1);
  const failed = answer?.role === "tool" && answer.is_error === true;
  return {
    callId: answer?.role === "tool" ? (answer.tool_call_id ?? null) : null,
    arguments: call.arguments,
    argumentsRaw: call.arguments_raw,
    result: lastAnswerOf(output),
    ...(failed ? { failure: failureOfText(run["error"]) ?? { type: null, message: textOf(shown(answer.content)) } } : {}),
  };
}

function conversationOf(
  run: JsonObject,
  kind: ObservationKind,
  metadata: Record<string, unknown>,
  extra: Record<string, unknown>,
): Partial<Observation> {
  const [inputs, outputs] = [objectOf(run["inputs"]), objectOf(run["outputs"])];
  const settings = objectOf(extra["invocation_params"]);
  const inputMessages = messagesOf(run["inputs"] ?? null);
  const outputMessages = answerMessagesOf(run["outputs"] ?? null);
  const reply = objectOf(objectOf(objectOf(listOf(listOf(outputs["generations"])[0])[0])["message"])["kwargs"]);
  const replyMetadata = objectOf(reply["response_metadata"]);
  return {
    requestModel: kind === "llm" ? firstOf(textOf(metadata["ls_model_name"]), textOf(inputs["model"]), textOf(settings["model"])) : null,
    responseModel: kind === "llm" ? firstOf(textOf(outputs["model"]), textOf(replyMetadata["model_name"])) : null,
    usage: kind === "llm" ? usageOf(outputs, metadata, reply) : null,
    tools: toolDefinitionsOf(inputs["tools"] ?? settings["tools"] ?? null),
    params: paramsOf(kind === "llm" ? { ...settings, ...inputs } : {}),
    inputMessages,
    outputMessages,
    input: inputMessages === null ? onlyValue(inputs, run["inputs"] ?? null) : null,
    output: outputMessages === null ? onlyValue(outputs, run["outputs"] ?? null) : null,
    systemText: systemMessageText(inputMessages),
  };
}

/** `{question: "…"}`, `{answer: "…"}`: a single text is what was asked or answered. */
function onlyValue(fields: Record<string, unknown>, whole: JsonValue): JsonValue {
  const values = Object.values(fields);
  return values.length === 1 && typeof values[0] === "string" ? values[0] : opened(whole);
}

function usageOf(outputs: Record<string, unknown>, metadata: Record<string, unknown>, reply: Record<string, unknown>): Usage | null {
  const usage = [outputs["usage_metadata"], metadata["usage_metadata"], reply["usage_metadata"]].find(isObject);
  if (usage !== undefined) {
    const details = objectOf(usage["input_token_details"]);
    return inclusiveUsage({
      input: usage["input_tokens"],
      output: usage["output_tokens"],
      total: usage["total_tokens"],
      cacheRead: details["cache_read"],
      cacheWrite: details["cache_creation"],
    });
  }
  const tokens = objectOf(
    objectOf(outputs["llmOutput"] ?? outputs["llm_output"])["tokenUsage"] ??
      objectOf(outputs["llm_output"])["token_usage"] ??
      outputs["usage"],
  );
  return inclusiveUsage({
    input: firstOf(tokens["promptTokens"], tokens["prompt_tokens"]),
    output: firstOf(tokens["completionTokens"], tokens["completion_tokens"]),
    total: firstOf(tokens["totalTokens"], tokens["total_tokens"]),
  });
}

function paramsOf(settings: Record<string, unknown>): JsonObject {
  const names = [
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "frequency_penalty",
    "presence_penalty",
    "stop",
    "seed",
    "reasoning_effort",
    "tool_choice",
  ];
  return Object.fromEntries(
    names.flatMap((name) => (settings[name] === undefined || settings[name] === null ? [] : [[name, opened(settings[name])]])),
  );
}

function attributesOf(run: JsonObject, extra: Record<string, unknown>): JsonObject {
  const { metadata } = extra;
  return {
    ...(isObject(metadata) ? Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, opened(value)])) : {}),
    ...(run["run_type"] === undefined ? {} : { run_type: run["run_type"] }),
    ...(run["session_name"] === undefined ? {} : { session_name: run["session_name"] }),
  };
}
