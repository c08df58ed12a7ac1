// OTLP log records that belong to a trace: content that GenAI instrumentations write as logs. Records without a trace id are
// valid and of no use here, so they are accepted and left out.
import { anyValueOf, attributesOf } from "./any-value.ts";
import { isObject, textOf } from "./json-value.ts";
import { newAllowance } from "./limits.ts";
import { nanosecondsOf } from "./nanoseconds.ts";
import { hexIdOf } from "./otlp-id.ts";
import type { OtlpEncoding } from "./otlp-reply.ts";
import { digestOf, otlpItems, scopeOf, type OtlpItem } from "./otlp.ts";
import { undecodable } from "./otlp-proto.ts";
import type { Decoded, LogRecord, Malformed } from "./record.ts";

/** The log records of a logs request that name a trace. */
export function decodeLogs(body: Uint8Array, encoding: OtlpEncoding): Decoded<LogRecord> | Malformed {
  const request = otlpItems(body, encoding, "logs");
  if (!request.ok) return request;
  const records: LogRecord[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, item] of request.items.entries()) {
    if (item.value === undecodable || !isObject(item.value)) rejected.push({ index, reason: "it is no log record" });
    else records.push(...logOf(item, item.value, index));
  }
  return { ok: true, records, rejected, total: request.items.length };
}

function logOf({ resource, scope }: OtlpItem, log: Record<string, unknown>, index: number): LogRecord[] {
  const traceId = hexIdOf(log["traceId"], 16);
  if (traceId === null) return [];
  const allowance = newAllowance();
  const attributes = attributesOf(log["attributes"], allowance);
  const content = {
    source: "log" as const,
    traceId,
    spanId: hexIdOf(log["spanId"], 8),
    eventName: textOf(log["eventName"]) ?? textOf(attributes["event.name"]) ?? "",
    timeNs: nanosecondsOf(log["timeUnixNano"]) ?? nanosecondsOf(log["observedTimeUnixNano"]),
    scope: scopeOf(scope, allowance),
    resource: attributesOf(isObject(resource) ? resource["attributes"] : null, allowance),
    attributes,
    body: anyValueOf(log["body"], allowance),
  };
  return [{ ...content, truncated: allowance.truncated, index, key: `log-${digestOf(content)}` }];
}
