// Which dialect a span speaks: the most specific namespace on it first, because the general names ride along on most of them.
import { claudeCodeType, readClaudeCode } from "./claude-code.ts";
import { readLangfuseOtel } from "./langfuse-otel.ts";
import { readMastra } from "./mastra.ts";
import type { Observation } from "./observation.ts";
import { readOpenInference } from "./openinference.ts";
import { readOpenLlmetry } from "./openllmetry.ts";
import { readOtelGenAi, readUnclassified } from "./otel-genai.ts";
import type { SpanRecord } from "./record.ts";
import { readVercelAiSdk } from "./vercel-ai-sdk.ts";

/** What one span tells. Never throws. */
export function readSpan(span: SpanRecord): Observation {
  const { attributes } = span;
  const has = (name: string): boolean => typeof attributes[name] === "string" && attributes[name] !== "";
  if (has("openinference.span.kind")) return readOpenInference(span);
  if (has("langfuse.observation.type")) return readLangfuseOtel(span);
  if (has("ai.operationId")) return readVercelAiSdk(span);
  if (has("traceloop.span.kind")) return readOpenLlmetry(span);
  if (has("mastra.span.type")) return readMastra(span);
  const claudeCode = claudeCodeType(span);
  if (claudeCode !== null) return readClaudeCode(span, claudeCode);
  if (has("llm.request.type") || (has("gen_ai.operation.name") && has("traceloop.workflow.name"))) return readOpenLlmetry(span);
  if (has("gen_ai.operation.name")) return readOtelGenAi(span);
  return readUnclassified(span);
}
