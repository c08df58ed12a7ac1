// OTLP/HTTP: traces, logs and metrics. Answers in the request's own encoding, also for what goes wrong, because exporters decode it.
import type { Principal } from "../../../domain/project/principal.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import { decodeLogs } from "../../../domain/wire/otlp-logs.ts";
import { otlpAccepted, otlpRefused, type OtlpEncoding, type OtlpReply } from "../../../domain/wire/otlp-reply.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { accept, newReceipt } from "./accept.ts";
import { readBody } from "./body.ts";
import { mediaTypeOf } from "./media-type.ts";

const formatOf = { "application/json": "json", "application/x-protobuf": "protobuf", "application/protobuf": "protobuf" } as const;

export const takeTraces = telemetry("traces");
export const takeLogs = telemetry("logs");

function telemetry(signal: "traces" | "logs") {
  return async (request: Request, env: Env, ctx: ExecutionContext, { projectId }: Principal): Promise<Response> => {
    const encoding = mediaTypeOf(request, formatOf);
    const body = await readBody(request);
    const decoded = signal === "traces" ? decodeSpans(body.unpacked, encoding) : decodeLogs(body.unpacked, encoding);
    if (!decoded.ok) throw new Refusal(400, `Not an OTLP ${signal} export: ${decoded.message}.`);
    // An empty export is a success with nothing to keep; one of nothing but bad items is kept, to be counted and shown.
    if (decoded.total > 0) await accept(env, ctx, { projectId, receipt: newReceipt(), door: signal, format: encoding }, body);
    return responseOf(otlpAccepted(encoding, signal, decoded.rejected));
  };
}

/** Metrics are taken and ignored: behaviour is measured on runs. */
export async function takeMetrics(request: Request): Promise<Response> {
  const encoding = mediaTypeOf(request, formatOf);
  await readBody(request);
  return responseOf(otlpAccepted(encoding, "metrics", []));
}

/** A refusal at an OTLP door: google.rpc.Status in the encoding that the request asked in. */
export function otlpRefusal(request: Request, refusal: Refusal, headers: Headers): Response {
  const type = request.headers.get("content-type") ?? "";
  const encoding: OtlpEncoding = /protobuf/i.test(type) ? "protobuf" : "json";
  const response = responseOf(otlpRefused(encoding, refusal.status, refusal.message));
  const wait = headers.get("retry-after");
  if (wait !== null) response.headers.set("retry-after", wait);
  return response;
}

function responseOf({ status, contentType, body }: OtlpReply): Response {
  return new Response(body, { status, headers: { "content-type": contentType } });
}
