// Claude Code and the Claude Agent SDK on OpenTelemetry: claude_code.* spans, one trace for each interaction. A failing tool
// says so only on its execution half. Requests that the client makes for itself (a title for the session) are no runs.
import { firstOf, labelOf, numberOf, opened, textOf } from "./json-value.ts";
import type { Observation, ObservationKind } from "./observation.ts";
import { readOtelGenAi } from "./otel-genai.ts";
import type { SpanRecord } from "./record.ts";

const kinds: ReadonlyMap<string, ObservationKind> = new Map([
  ["interaction", "agent"],
  ["llm_request", "llm"],
  ["tool", "tool"],
]);

/** The span's type, when it is one of Claude Code's. */
export function claudeCodeType(span: SpanRecord): string | null {
  return /^claude_code\.(.+)$/.exec(span.name)?.[1] ?? null;
}

/** True for a trace of one such request: it answers no user. */
export const isOwnRequest = (span: SpanRecord): boolean =>
  claudeCodeType(span) === "llm_request" && span.attributes["llm_request.context"] === "standalone";

export function readClaudeCode(span: SpanRecord, type: string): Observation {
  const { attributes } = span;
  const kind = kinds.get(type) ?? "helper";
  const base = readOtelGenAi(span, kind);
  const said = attributes["success"] === false || attributes["success"] === "false";
  const failure = base.failure ?? (said ? { type: null, message: null } : null);
  return {
    ...base,
    isInnerHalf: type === "tool.execution",
    callId: firstOf(base.callId, labelOf(attributes["tool_use_id"])),
    name: kind === "tool" ? (firstOf(textOf(attributes["gen_ai.tool.name"]), textOf(attributes["tool_name"])) ?? base.name) : base.name,
    failure:
      failure === null
        ? null
        : {
            type: firstOf(textOf(attributes["error_class"]), failure.type),
            message: firstOf(textOf(attributes["error"]), failure.message),
          },
    costUsd: kind === "llm" ? numberOf(attributes["cost_usd"]) : null,
    rootName: null,
    input: type === "interaction" ? opened(attributes["user_prompt"] ?? null) : base.input,
    ...(kind === "tool" && base.arguments === null ? { arguments: toolArguments(span) } : {}),
  };
}

/** The few arguments that the span itself tells. */
function toolArguments({ attributes }: SpanRecord): Observation["arguments"] {
  const command = attributes["full_command"];
  const path = attributes["file_path"];
  if (command !== undefined) return { command };
  return path === undefined ? null : { file_path: path };
}
