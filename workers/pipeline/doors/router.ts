// The hot path: the doors at which traces arrive, on the smallest router there is. Everything else is the API's or a page.
import { Router, type IRequest } from "itty-router";
import type { Principal } from "../../../domain/project/principal.ts";
import { ensureDefaultProject } from "../../../d1/project.ts";
import { authenticate, requireScope } from "../authenticate.ts";
import type { Env } from "../env.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { takeRuns } from "./runs.ts";
import { takeScore } from "./scores.ts";
import { otlpRefusal, takeTraces } from "./traces.ts";

type Door = (request: Request, env: Env, ctx: ExecutionContext, principal: Principal) => Promise<Response>;
type Arguments = [env: Env, ctx: ExecutionContext];

/** Any method but POST falls through to the API, which says which methods there are. */
const router = Router<IRequest, Arguments, Response | undefined>()
  .post("/v1/runs", through(takeRuns, refused))
  .post("/v1/traces", through(takeTraces, (request, refusal) => otlpRefusal(request, refusal, refusalResponse(refusal).headers)))
  .post("/v1/scores", through(takeScore, refused));

/** undefined where no door is. */
export async function atDoor(request: Request, env: Env, ctx: ExecutionContext): Promise<Response | undefined> {
  return router.fetch(request, env, ctx);
}

function through(door: Door, refuse: (request: Request, refusal: Refusal) => Response) {
  return async (request: IRequest, env: Env, ctx: ExecutionContext): Promise<Response> => {
    // itty-router hands on the request itself, seen through a proxy; the platform wants the thing.
    const own = new Request(request);
    try {
      await ensureDefaultProject(env);
      const principal = await authenticate(own, env);
      requireScope(principal, "ingest");
      return await door(own, env, ctx, principal);
    } catch (error) {
      return refuse(own, error instanceof Refusal ? error : ourTrouble(error));
    }
  };
}

function refused(_request: Request, refusal: Refusal): Response {
  return refusalResponse(refusal);
}

/** Not the client's mistake: 503, because exporters send again after it and give up after a 500. */
function ourTrouble(error: unknown): Refusal {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  console.error(JSON.stringify({ level: "error", where: "door", reason: reason.slice(0, 300) }));
  return new Refusal(503, "This could not be stored just now. Send it again in a moment.");
}
