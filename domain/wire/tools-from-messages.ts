// Tools that left no record, made from the conversation: a call that a model asked for, the answer that the next model call was
// given. Records that have no call id, arguments or result get them from there. A call that nothing followed was not made, and
// where tool records carry call ids every tool is recorded: a call without one is late or was refused, and nothing is made up for it.
import { softError } from "../run/soft-error.ts";
import { opened, shown, textOf } from "./json-value.ts";
import type { Message, ToolCall } from "./messages.ts";
import { compareNs } from "./nanoseconds.ts";
import { newObservation, type Observation } from "./observation.ts";
import type { JsonValue } from "./record.ts";

interface Asked {
  call: ToolCall;
  by: Observation;
  /** Position among the calls that `by` asked for. */
  index: number;
  answer: Message | null;
}

/** `observations` in order of start, with tool observations completed and added. */
export function withToolsFromMessages(observations: readonly Observation[]): Observation[] {
  const models = observations.filter((observation) => observation.kind === "llm");
  const asked = askedCalls(models);
  if (asked.length === 0) return [...observations];
  const names = new Set(asked.map(({ call }) => call.name));
  // Dialects without a type for tools have spans of no special kind for them; the model's call by that name says what they are.
  const tools = observations.filter(
    ({ kind, name, callId }) => kind === "tool" || kind === "retrieval" || (kind === "other" && callId === null && names.has(name)),
  );
  const records = matchRecords(asked, tools);
  const isEveryToolRecorded = tools.some((tool) => tool.callId !== null);
  const completed = new Map<string, Observation>();
  const made: Observation[] = [];
  for (const one of asked) {
    const record = records.get(one);
    if (record !== undefined) completed.set(record.id, complete(record, one));
    else if (!isEveryToolRecorded && wasMade(one, models.at(-1))) made.push(toolOf(one));
  }
  return [...observations.map((observation) => completed.get(observation.id) ?? observation), ...made];
}

/** It was answered, or the agent went on to another model call. */
function wasMade({ answer, by }: Asked, lastModel: Observation | undefined): boolean {
  return answer !== null || (lastModel !== undefined && lastModel.id !== by.id && compareNs(by.startNs, lastModel.startNs) < 0);
}

/** Every call once. Ids may be missing (older OpenLLMetry): then the n-th call is answered by the n-th answer. */
function askedCalls(models: readonly Observation[]): Asked[] {
  const asked: Asked[] = [];
  const seen = new Set<string>();
  for (const by of models) {
    let index = 0;
    for (const call of (by.outputMessages ?? []).flatMap((message) => message.tool_calls ?? [])) {
      if (call.id !== null && seen.has(call.id)) continue;
      if (call.id !== null) seen.add(call.id);
      asked.push({ call, by, index: index++, answer: null });
    }
  }
  const answers = new Map<string, Message>();
  for (const message of models.flatMap((model) => model.inputMessages ?? []))
    if (message.role === "tool" && message.tool_call_id != null) answers.set(message.tool_call_id, message);
  const nameless = longestNamelessAnswers(models);
  const withoutId = asked.filter((one) => one.call.id === null || !answers.has(one.call.id));
  for (const one of asked) one.answer = (one.call.id === null ? undefined : answers.get(one.call.id)) ?? null;
  if (nameless.length > 0 && nameless.length <= withoutId.length)
    for (const [i, answer] of nameless.entries()) {
      const one = withoutId[i];
      if (one !== undefined) one.answer = answer;
    }
  return asked;
}

/** Tool answers without a call id, from the call that saw most of the conversation. */
function longestNamelessAnswers(models: readonly Observation[]): Message[] {
  let longest: Message[] = [];
  for (const model of models) {
    const nameless = (model.inputMessages ?? []).filter((message) => message.role === "tool" && (message.tool_call_id ?? null) === null);
    if (nameless.length > longest.length) longest = nameless;
  }
  return longest;
}

/** By call id; then by name, in order, among the records that have no id of their own. */
function matchRecords(asked: readonly Asked[], tools: readonly Observation[]): Map<Asked, Observation> {
  const matched = new Map<Asked, Observation>();
  const byId = new Map(tools.toReversed().flatMap((tool) => (tool.callId === null ? [] : [[tool.callId, tool] as const])));
  for (const one of asked) {
    const record = one.call.id === null ? undefined : byId.get(one.call.id);
    if (record !== undefined) matched.set(one, record);
  }
  const taken = new Set(matched.values());
  const free = Map.groupBy(
    tools.filter((tool) => !taken.has(tool)),
    (tool) => tool.name,
  );
  for (const one of asked) {
    if (matched.has(one)) continue;
    const named = namesOf(one.call.name)
      .flatMap((name) => free.get(name) ?? [])
      .filter((tool) => one.call.id === null || tool.callId === null);
    // The first that began after the model asked; clocks of two processes may disagree, so else the first.
    const record = named.find((tool) => compareNs(one.by.startNs, tool.startNs) <= 0) ?? named[0];
    if (record === undefined) continue;
    matched.set(one, record);
    const rest = free.get(record.name) ?? [];
    rest.splice(rest.indexOf(record), 1);
  }
  return matched;
}

/** MCP clients show `mcp__server__tool` to the model and `tool` in the trace. */
const namesOf = (asked: string): string[] => (asked.includes("__") ? [asked, asked.slice(asked.lastIndexOf("__") + 2)] : [asked]);

function complete(record: Observation, { call, answer }: Asked): Observation {
  const hasArguments = record.arguments !== null || record.argumentsRaw !== null;
  const isUntyped = record.kind === "other";
  const own = isUntyped ? record.output : record.result;
  const result = own ?? (record.failure === null ? opened(answer?.content ?? null) : null);
  return {
    ...record,
    ...(isUntyped ? { kind: "tool" as const, input: null, output: null } : {}),
    callId: record.callId ?? call.id,
    ...(hasArguments ? {} : { arguments: call.arguments, argumentsRaw: call.arguments_raw }),
    result,
    failure: record.failure ?? (own === null ? failureOf(answer) : null),
  };
}

function toolOf({ call, by, index, answer }: Asked): Observation {
  return {
    ...newObservation(`${by.id}:${call.id ?? index}`, call.name),
    parentId: by.parentId,
    kind: "tool",
    startNs: by.endNs ?? by.startNs,
    callId: call.id,
    arguments: call.arguments,
    argumentsRaw: call.arguments_raw,
    result: opened(answer?.content ?? null),
    failure: failureOf(answer),
    resource: by.resource,
  };
}

function failureOf(answer: Message | null): Observation["failure"] {
  return answer?.is_error === true ? { type: null, message: textOf(shown(answer.content)) } : null;
}

/** The record says ok and the result says otherwise. */
export const isSoftError = (result: JsonValue): boolean => result !== null && softError(result);
