// The doors of clients that speak a protocol of their own. Each reads its client's body at the door, because the client is told
// at once what was wrong with which item; what was read waits in the inbox like any other body.
import type { Principal } from "../../../domain/project/principal.ts";
import { readBraintrust } from "../../../domain/wire/braintrust.ts";
import { readLangfuseBatch } from "../../../domain/wire/langfuse.ts";
import { readLangSmithBatch, readLangSmithFeedback, readLangSmithMultipart, readLangSmithRun } from "../../../domain/wire/langsmith.ts";
import { readOpenAiAgents } from "../../../domain/wire/openai-agents.ts";
import type { DoorReading, Malformed } from "../../../domain/wire/record.ts";
import type { Door } from "../../../r2/keys.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { accept, newReceipt } from "./accept.ts";
import { readBody } from "./body.ts";
import { mediaTypeOf } from "./media-type.ts";

const json = { "application/json": "json" } as const;

/** Langfuse's batch ingestion: every event is answered for itself in the 207. */
export async function takeLangfuse(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  const reading = read(readLangfuseBatch(await unpackedJson(request)));
  await keep(env, ctx, principal, "langfuse", reading);
  return Response.json(reading.reply, { status: 207 });
}

export async function takeLangSmithBatch(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  const reading = read(readLangSmithBatch(await unpackedJson(request)));
  await keep(env, ctx, principal, "langsmith", reading);
  return Response.json({}, { status: 202 });
}

export async function takeLangSmithMultipart(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  mediaTypeOf(request, { "multipart/form-data": "multipart" } as const);
  const { unpacked } = await readBody(request);
  const reading = read(readLangSmithMultipart(await fieldsOf(unpacked, request.headers.get("content-type") ?? "")));
  await keep(env, ctx, principal, "langsmith-multipart", reading);
  return Response.json({}, { status: 202 });
}

/** One run, whole or as an update: what is wrong with it is the whole answer. */
export async function takeLangSmithRun(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  const operation = request.method === "PATCH" ? "patch" : "post";
  const reading = read(readLangSmithRun(await unpackedJson(request), operation, idInAddress(request)));
  const [first] = reading.rejected;
  if (first !== undefined) throw new Refusal(422, `The run could not be read: ${first.reason}.`);
  await keep(env, ctx, principal, "langsmith", reading);
  return Response.json({}, { status: 202 });
}

/** null where the address names no run. Throws Refusal 400 for one that no text has as its percent-encoding. */
function idInAddress({ url }: Request): string | null {
  const id = /^\/runs\/([^/]+)$/.exec(new URL(url).pathname)?.[1];
  try {
    return id === undefined ? null : decodeURIComponent(id);
  } catch {
    throw new Refusal(400, "The run's id in the address is not percent-encoded UTF-8. Encode it with encodeURIComponent.");
  }
}

export async function takeLangSmithFeedback(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  const reading = read(readLangSmithFeedback(await unpackedJson(request)));
  const [first] = reading.rejected;
  if (first !== undefined) throw new Refusal(422, `The feedback could not be read: ${first.reason}.`);
  await keep(env, ctx, principal, "langsmith-feedback", reading);
  return Response.json({});
}

export async function takeOpenAiAgents(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  await keep(env, ctx, principal, "openai-agents", read(readOpenAiAgents(await unpackedJson(request))));
  return new Response(null, { status: 204 });
}

export async function takeBraintrust(request: Request, env: Env, ctx: ExecutionContext, principal: Principal): Promise<Response> {
  const reading = read(readBraintrust(await unpackedJson(request)));
  await keep(env, ctx, principal, "braintrust", reading);
  return Response.json(reading.reply);
}

async function unpackedJson(request: Request): Promise<Uint8Array> {
  mediaTypeOf(request, json);
  return (await readBody(request)).unpacked;
}

async function fieldsOf(body: Uint8Array, contentType: string): Promise<Iterable<readonly [string, unknown]>> {
  try {
    return (await new Response(body, { headers: { "content-type": contentType } }).formData()).entries();
  } catch {
    throw new Refusal(400, "The body is not multipart/form-data with the boundary of its Content-Type.");
  }
}

function read<R extends DoorReading>(reading: R | Malformed): R {
  if (!reading.ok) throw new Refusal(400, `The body could not be read: ${reading.message}.`);
  return reading;
}

/** Also when every item was refused: what cannot be read is counted and shown. */
async function keep(
  env: Env,
  ctx: ExecutionContext,
  { projectId }: Principal,
  door: Door,
  { ok, records, scores, rejected, total }: DoorReading,
): Promise<void> {
  if (total === 0) return;
  const packed = new TextEncoder().encode(JSON.stringify({ ok, records, scores, rejected, total }));
  await accept(env, ctx, { projectId, receipt: newReceipt(), door, format: "reading" }, { packed, isGzip: false });
}
