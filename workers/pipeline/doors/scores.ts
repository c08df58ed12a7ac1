// POST /v1/scores: a judgement of a run, before or after the run itself.
import type { Principal } from "../../../domain/project/principal.ts";
import { readScores } from "../../../domain/wire/score.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { accept, newReceipt } from "./accept.ts";
import { readBody } from "./body.ts";
import { mediaTypeOf } from "./media-type.ts";

export async function takeScore(request: Request, env: Env, ctx: ExecutionContext, { projectId }: Principal): Promise<Response> {
  const format = mediaTypeOf(request, { "application/json": "json" } as const);
  const body = await readBody(request);
  const reading = readScores(body.unpacked);
  if (!reading.ok) throw new Refusal(400, reading.message, reading.details);
  await accept(env, ctx, { projectId, receipt: newReceipt(), door: "scores", format }, body);
  return Response.json({ accepted: reading.scores.length }, { status: 202 });
}
