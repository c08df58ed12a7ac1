// Joins log records to the spans that they speak of, so that a span's reader finds its content where it would be without logs:
// GenAI messages as events, operation details as attributes, Claude Code's prompts, answers, costs and tool results.
import { isObject, textOf } from "./json-value.ts";
import { compareNs } from "./nanoseconds.ts";
import type { JsonObject, LogRecord, SpanRecord } from "./record.ts";

/** The spans with what the logs add to them. The order of neither matters. */
export function withLogs(spans: readonly SpanRecord[], logs: readonly LogRecord[]): SpanRecord[] {
  if (logs.length === 0) return [...spans];
  const inOrder = logs.toSorted((a, b) => compareNs(a.timeNs, b.timeNs) || a.index - b.index || (a.key < b.key ? -1 : 1));
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const first = spans.toSorted((a, b) => compareNs(a.startNs, b.startNs) || (a.spanId < b.spanId ? -1 : 1))[0];
  for (const log of inOrder) {
    const own = log.spanId === null ? undefined : byId.get(log.spanId);
    const target = claudeCodeTarget(log, spans) ?? own ?? (log.eventName === "gen_ai.evaluation.result" ? first : undefined);
    const current = target === undefined ? undefined : byId.get(target.spanId);
    if (current !== undefined) byId.set(current.spanId, withLog(current, log));
  }
  return [...byId.values()];
}

function withLog(span: SpanRecord, log: LogRecord): SpanRecord {
  const name = log.eventName;
  if (/^gen_ai\.(system|user|assistant|tool)\.message$/.test(name) || name === "gen_ai.choice") {
    const body: JsonObject = isObject(log.body) ? log.body : { content: log.body };
    return {
      ...span,
      truncated: span.truncated || log.truncated,
      events: [...span.events, { name, timeNs: log.timeNs, attributes: body }],
    };
  }
  if (name === "gen_ai.evaluation.result")
    return { ...span, events: [...span.events, { name, timeNs: log.timeNs, attributes: log.attributes }] };
  const added = name.startsWith("gen_ai.") ? onlyGenAi(log) : claudeCodeAttributes(log);
  return { ...span, truncated: span.truncated || log.truncated, attributes: { ...added, ...span.attributes } };
}

/** `gen_ai.client.inference.operation.details`: the content attributes, in the attributes or the body. */
function onlyGenAi(log: LogRecord): JsonObject {
  const body = isObject(log.body) ? log.body : {};
  return Object.fromEntries(Object.entries({ ...body, ...log.attributes }).filter(([name]) => name.startsWith("gen_ai.")));
}

const claudeCodeEvent = (log: LogRecord): string | null => /^claude_code\.(.+)$/.exec(textOf(log.body) ?? "")?.[1] ?? null;

/** Claude Code writes its logs under the interaction's span; request and tool use ids say which step they are about. */
function claudeCodeTarget(log: LogRecord, spans: readonly SpanRecord[]): SpanRecord | undefined {
  const event = claudeCodeEvent(log);
  const { request_id: request, tool_use_id: toolUse } = log.attributes;
  if (event === "tool_result")
    return spans.find(({ name, attributes }) => name === "claude_code.tool" && attributes["tool_use_id"] === toolUse);
  if (event === "api_request" || event === "assistant_response")
    return spans.find(({ name, attributes }) => name === "claude_code.llm_request" && attributes["request_id"] === request);
  return undefined;
}

/** Which attribute of a log becomes which of its span, by the log's event. */
const claudeCodeCopies: ReadonlyMap<string | null, readonly (readonly [from: string, to: string])[]> = new Map([
  ["user_prompt", [["prompt", "user_prompt"]]],
  ["api_request", [["cost_usd", "cost_usd"]]],
  [
    "tool_result",
    [
      ["tool_input", "gen_ai.tool.call.arguments"],
      ["success", "success"],
      ["error", "error"],
      ["error_type", "error_class"],
    ],
  ],
]);

function claudeCodeAttributes(log: LogRecord): JsonObject {
  const { attributes } = log;
  const event = claudeCodeEvent(log);
  const response = event === "assistant_response" ? textOf(attributes["response"]) : null;
  if (response !== null) return { "gen_ai.output.messages": [{ role: "assistant", content: response }] };
  return Object.fromEntries(
    (claudeCodeCopies.get(event) ?? []).flatMap(([from, to]) =>
      attributes[from] === undefined || attributes[from] === null ? [] : [[to, attributes[from]]],
    ),
  );
}
