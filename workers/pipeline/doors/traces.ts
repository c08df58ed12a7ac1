// POST /v1/traces: OTLP/HTTP. Answers in the request's own encoding, also for what goes wrong, because exporters decode it.
import type { Principal } from "../../../domain/project/principal.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import { otlpAccepted, otlpRefused, type OtlpEncoding, type OtlpReply } from "../../../domain/wire/otlp-reply.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { accept, newReceipt } from "./accept.ts";
import { readBody } from "./body.ts";
import { mediaTypeOf } from "./media-type.ts";

const formatOf = { "application/json": "json", "application/x-protobuf": "protobuf", "application/protobuf": "protobuf" } as const;

export async function takeTraces(request: Request, env: Env, ctx: ExecutionContext, { projectId }: Principal): Promise<Response> {
  const encoding = mediaTypeOf(request, formatOf);
  const body = await readBody(request);
  const decoded = decodeSpans(body.unpacked, encoding);
  if (!decoded.ok) throw new Refusal(400, `Not an OTLP trace export: ${decoded.message}.`);
  // Nothing to keep: an empty export is a success, and one of nothing but bad spans was answered in full.
  if (decoded.records.length > 0) await accept(env, ctx, { projectId, receipt: newReceipt(), door: "traces", format: encoding }, body);
  return responseOf(otlpAccepted(encoding, "traces", decoded.rejected));
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
