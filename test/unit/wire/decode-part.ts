// Which reader a captured request goes to, by its address, as the doors of the pipeline decide it.
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import type { Decoded, Malformed, TraceRecord } from "../../../domain/wire/record.ts";
import type { CapturedPart } from "./capture-replay.ts";

const nothing: Decoded<TraceRecord> = { ok: true, records: [], rejected: [], total: 0 };

export function decodePart({ path, headers, body }: CapturedPart): Decoded<TraceRecord> | Malformed {
  const encoding = /protobuf/.test(headers["content-type"] ?? "") ? "protobuf" : "json";
  if (path.endsWith("/v1/traces")) return decodeSpans(body, encoding);
  return nothing;
}
