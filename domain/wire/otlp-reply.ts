// The OTLP answer to an export, in the encoding of the request: nothing to say, some items refused, or a failure. It decides no
// status by itself; which failures may be retried is the caller's choice of status (429, 502, 503, 504 are, all else loses data).
import { create, toBinary } from "@bufbuild/protobuf";
import { otlpMessage } from "./otlp-schema.ts";

export type OtlpEncoding = "json" | "protobuf";
export type OtlpSignal = "traces" | "logs" | "metrics";

export interface OtlpReply {
  status: number;
  contentType: "application/json" | "application/x-protobuf";
  body: Uint8Array<ArrayBuffer>;
}

/** Reasons that are named in one message; the count is always complete. */
const reasonsNamed = 5;

const rejectedField: Readonly<Record<OtlpSignal, string>> = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
};
const response = otlpMessage("Response");
const partialSuccess = otlpMessage("PartialSuccess");
const rpcStatus = otlpMessage("RpcStatus");

/** 200. `rejected` items make it a partial success, which a client must not retry. */
export function otlpAccepted(
  encoding: OtlpEncoding,
  signal: OtlpSignal,
  rejected: readonly { index: number; reason: string }[],
): OtlpReply {
  if (rejected.length === 0) return encoding === "json" ? json(200, {}) : protobuf(200, new Uint8Array());
  const named = rejected.slice(0, reasonsNamed).map(({ index, reason }) => `item ${index}: ${reason}`);
  const more = rejected.length > reasonsNamed ? `; and ${rejected.length - reasonsNamed} more` : "";
  const message = `${rejected.length} refused: ${named.join("; ")}${more}`;
  if (encoding === "json")
    return json(200, { partialSuccess: { [rejectedField[signal]]: String(rejected.length), errorMessage: message } });
  const part = create(partialSuccess, { rejected: BigInt(rejected.length), errorMessage: message });
  return protobuf(200, toBinary(response, create(response, { partialSuccess: part })));
}

/** A failure with google.rpc.Status as its body. `code` is informative: clients go by the HTTP status. */
export function otlpRefused(encoding: OtlpEncoding, status: number, message: string): OtlpReply {
  const code = rpcCode(status);
  if (encoding === "json") return json(status, { code, message });
  return protobuf(status, toBinary(rpcStatus, create(rpcStatus, { code, message })));
}

/** google.rpc.Code for an HTTP status. */
function rpcCode(status: number): number {
  switch (status) {
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 5;
    case 413:
    case 429:
      return 8;
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return status >= 500 ? 13 : 3;
  }
}

const json = (status: number, value: unknown): OtlpReply => ({
  status,
  contentType: "application/json",
  body: Uint8Array.from(new TextEncoder().encode(JSON.stringify(value))),
});
const protobuf = (status: number, body: Uint8Array<ArrayBuffer>): OtlpReply => ({ status, contentType: "application/x-protobuf", body });
