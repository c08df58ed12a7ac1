// Which reader a captured request goes to, by its address, as the doors of the pipeline decide it.
import { readBraintrust } from "../../../domain/wire/braintrust.ts";
import { readLangfuseBatch } from "../../../domain/wire/langfuse.ts";
import { readLangSmithBatch, readLangSmithFeedback, readLangSmithMultipart, readLangSmithRun } from "../../../domain/wire/langsmith.ts";
import { readOpenAiAgents } from "../../../domain/wire/openai-agents.ts";
import { decodeLogs } from "../../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { Decoded, Malformed, TraceRecord } from "../../../domain/wire/record.ts";
import type { NativeScore } from "../../../domain/wire/score.ts";
import type { CapturedPart } from "./capture-replay.ts";

export type PartReading = (Decoded<TraceRecord> & { scores?: NativeScore[] }) | Malformed;

const nothing: PartReading = { ok: true, records: [], rejected: [], total: 0 };

export async function decodePart({ path, method, headers, body }: CapturedPart): Promise<PartReading> {
  const type = headers["content-type"] ?? "";
  const encoding = type.includes("protobuf") ? "protobuf" : "json";
  if (path.endsWith("/v1/traces")) return decodeSpans(body, encoding);
  if (path === "/v1/logs") return decodeLogs(body, encoding);
  if (path === "/v1/traces/ingest") return readOpenAiAgents(body);
  if (path === "/api/public/ingestion") return readLangfuseBatch(body);
  if (path === "/runs/batch") return readLangSmithBatch(body);
  if (path === "/runs/multipart")
    return readLangSmithMultipart([
      ...(await new Response(Uint8Array.from(body), { headers: { "content-type": type } }).formData()).entries(),
    ]);
  if (path === "/feedback") return readLangSmithFeedback(body);
  if (path.startsWith("/runs"))
    return readLangSmithRun(body, method === "PATCH" ? "patch" : "post", /^\/runs\/(.+)$/.exec(path)?.[1] ?? null);
  if (path === "/logs3") return readBraintrust(body);
  return nothing;
}
