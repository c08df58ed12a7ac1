// What a request means, read by the product's own readers in this process: whether it is to be taken, how many of its items are to be
// refused, and which runs and scores are to be readable afterwards. Everything between the door and the read is left out here, so
// whatever it loses, doubles or invents shows as a difference.
import { gunzipSync } from "node:zlib";
import { finishRun } from "../../domain/run/finish.ts";
import { listedPrices } from "../../domain/run/price.ts";
import { runIdOf } from "../../domain/run/run-id.ts";
import { readBraintrust } from "../../domain/wire/braintrust.ts";
import { readLangfuseBatch } from "../../domain/wire/langfuse.ts";
import { readLangSmithBatch, readLangSmithFeedback, readLangSmithMultipart, readLangSmithRun } from "../../domain/wire/langsmith.ts";
import { readNativeRuns } from "../../domain/wire/native.ts";
import { readOpenAiAgents } from "../../domain/wire/openai-agents.ts";
import { decodeLogs } from "../../domain/wire/otlp-logs.ts";
import { decodeSpans } from "../../domain/wire/otlp.ts";
import type { Decoded, Malformed, TraceRecord } from "../../domain/wire/record.ts";
import { readScores, type NativeScore } from "../../domain/wire/score.ts";
import { readTrace } from "../../domain/wire/trace.ts";
import { mostBodyBytes } from "../../r2/keys.ts";

export interface Request {
  method: string;
  path: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface Meaning {
  /** `kept`: something of it waits to be stored after the answer. */
  kind: "refused" | "kept" | "nothing to keep";
  /** Items that are to be refused alone. */
  rejected: number;
  /** Trace ids by whose runs it must be found; of native runs the answer tells. */
  traceIds: string[];
  /** Records of traces that make no run by themselves (logs only). */
  loneTraceIds: string[];
  scores: NativeScore[];
}

const refused: Meaning = { kind: "refused", rejected: 0, traceIds: [], loneTraceIds: [], scores: [] };
const taken: Meaning = { ...refused, kind: "nothing to keep" };

/** Never throws: a reader that does is a finding of the caller, which sees it as `thrown`. */
export async function meaningOf(request: Request): Promise<Meaning | { thrown: string }> {
  try {
    const mediaType = (request.headers["content-type"] ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
    const body = unpacked(request);
    if (body === null) return refused;
    return await read({ ...request, body }, mediaType);
  } catch (error) {
    return {
      thrown: error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)} ${error.stack?.split("\n")[1] ?? ""}` : "unknown",
    };
  }
}

function unpacked({ headers, body }: Request): Uint8Array | null {
  const coding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (body.length > mostBodyBytes) return null;
  if (coding === "" || coding === "identity") return body;
  if (coding !== "gzip") return null;
  try {
    return gunzipSync(body, { maxOutputLength: mostBodyBytes });
  } catch {
    return null;
  }
}

async function read({ method, path, headers, body }: Request, mediaType: string): Promise<Meaning> {
  const isJson = mediaType === "application/json";
  const protobuf = mediaType === "application/x-protobuf" || mediaType === "application/protobuf" ? "protobuf" : null;
  const encoding = isJson ? "json" : protobuf;
  switch (path) {
    case "/v1/runs":
      return isJson || /^application\/(x-)?ndjson$|^application\/jsonl$/.test(mediaType)
        ? native(body, isJson ? "json" : "ndjson")
        : refused;
    case "/v1/traces":
    case "/api/public/otel/v1/traces":
      return encoding === null ? refused : traces(decodeSpans(body, encoding));
    case "/v1/logs":
      return encoding === null ? refused : traces(decodeLogs(body, encoding));
    case "/v1/metrics":
      return encoding === null ? refused : taken;
    case "/runs/multipart":
      return mediaType === "multipart/form-data" ? multipart(body, headers["content-type"] ?? "") : refused;
    case "/api/project/register":
      return taken;
  }
  if (!isJson) return refused;
  switch (path) {
    case "/v1/scores": {
      const reading = readScores(body);
      return reading.ok ? { ...taken, kind: "kept", scores: reading.scores } : refused;
    }
    case "/api/public/ingestion":
      return traces(readLangfuseBatch(body));
    case "/runs/batch":
      return traces(readLangSmithBatch(body));
    case "/feedback":
      return whole(readLangSmithFeedback(body));
    case "/v1/traces/ingest":
      return traces(readOpenAiAgents(body));
    case "/logs3":
      return traces(readBraintrust(body));
  }
  const id = path === "/runs" ? null : decoded(path.slice("/runs/".length).replace(/\?.*/, ""));
  return id === undefined ? refused : whole(readLangSmithRun(body, method === "PATCH" ? "patch" : "post", id));
}

/** undefined for an id that is no percent-encoded text. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function native(body: Uint8Array, format: "json" | "ndjson"): Meaning {
  const reading = readNativeRuns(body, format, { receipt: "01K00000000000000000000000", receivedMs: 0 });
  if (!reading.ok) return refused;
  for (const { id, draft } of reading.runs) finishRun(draft, { id, prices: listedPrices, nowMs: 0 });
  return { ...taken, kind: "kept", rejected: reading.rejected.length };
}

type Reading = (Decoded<TraceRecord> & { scores?: NativeScore[] }) | Malformed;

function traces(reading: Reading): Meaning {
  if (!reading.ok) return refused;
  const lone: string[] = [];
  const making: string[] = [];
  for (const [traceId, records] of Map.groupBy(reading.records, (record) => record.traceId)) {
    const draft = readTrace(records, { closed: false });
    if (draft !== null) finishRun(draft, { id: runIdOf(traceId), prices: listedPrices, nowMs: 0 });
    (draft === null ? lone : making).push(traceId);
  }
  return {
    kind: reading.total > 0 ? "kept" : "nothing to keep",
    rejected: reading.rejected.length,
    traceIds: making,
    loneTraceIds: lone,
    scores: reading.scores ?? [],
  };
}

/** Of doors that take one thing: what is wrong with it is the answer. */
function whole(reading: Reading): Meaning {
  return reading.ok && reading.rejected.length === 0 ? traces(reading) : refused;
}

async function multipart(body: Uint8Array, contentType: string): Promise<Meaning> {
  let fields: [string, unknown][];
  try {
    fields = [...(await new Response(Uint8Array.from(body), { headers: { "content-type": contentType } }).formData()).entries()];
  } catch {
    return refused;
  }
  return traces(readLangSmithMultipart(fields));
}
