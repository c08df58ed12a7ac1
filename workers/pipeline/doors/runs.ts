// POST /v1/runs: the native webhook. Says which runs were taken and which not, and why, before anything is promised.
import type { Principal } from "../../../domain/project/principal.ts";
import { readNativeRuns, writtenReading } from "../../../domain/wire/native.ts";
import { receiptMs } from "../../../queues/receipt.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { accept, newReceipt } from "./accept.ts";
import { readBody } from "./body.ts";
import { mediaTypeOf } from "./media-type.ts";

const formatOf = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
} as const;

export async function takeRuns(request: Request, env: Env, ctx: ExecutionContext, { projectId }: Principal): Promise<Response> {
  const format = mediaTypeOf(request, formatOf);
  const body = await readBody(request);
  const receipt = newReceipt();
  const reading = readNativeRuns(body.unpacked, format, { receipt, receivedMs: receiptMs(receipt) });
  if (!reading.ok) throw new Refusal(reading.status, reading.message, reading.details);
  // What was read waits, not the bytes it was read from: reading is the dear part, and the runs' own JSON is in it as `raw`.
  const packed = new TextEncoder().encode(writtenReading(reading));
  await accept(env, ctx, { projectId, receipt, door: "runs", format: "reading" }, { packed, isGzip: false });
  const ids = reading.runs.map(({ id }) => id);
  return Response.json({ accepted: ids.length, rejected: reading.rejected, ids }, { status: 202 });
}
