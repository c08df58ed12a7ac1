// The hot path: the doors at which traces arrive, on the smallest router there is. Everything else is the API's or a page.
import { Router, type IRequest } from "itty-router";
import type { Principal } from "../../../domain/project/principal.ts";
import { ensureDefaultProject } from "../../../d1/project.ts";
import { countingDoor } from "../../../queues/doors-first.ts";
import { failureWords } from "../../../queues/failure-words.ts";
import { authenticate, requireScope } from "../authenticate.ts";
import type { Env } from "../env.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { dropBody } from "./body.ts";
import { takeRuns } from "./runs.ts";
import { takeScore } from "./scores.ts";
import {
  takeBraintrust,
  takeLangfuse,
  takeLangSmithBatch,
  takeLangSmithFeedback,
  takeLangSmithMultipart,
  takeLangSmithRun,
  takeOpenAiAgents,
} from "./compatible.ts";
import { answerBraintrustLogin, answerBraintrustProject, answerBraintrustVersion, answerLangSmithInfo } from "./handshakes.ts";
import { otlpRefusal, takeLogs, takeMetrics, takeTraces } from "./otlp.ts";

type Door = (request: Request, env: Env, ctx: ExecutionContext, principal: Principal) => Promise<Response>;
type Arguments = [env: Env, ctx: ExecutionContext];

/** What is no door falls through to the API, which says which methods there are, and to the pages. */
const router = Router<IRequest, Arguments, Response | undefined>()
  .post("/v1/runs", through(takeRuns))
  .post("/v1/traces", through(takeTraces, otlpRefused))
  .post("/v1/logs", through(takeLogs, otlpRefused))
  .post("/v1/metrics", through(takeMetrics, otlpRefused))
  .post("/v1/scores", through(takeScore))
  .post("/api/public/otel/v1/traces", through(takeTraces, otlpRefused))
  .post("/api/public/ingestion", through(takeLangfuse))
  .get("/info", answerLangSmithInfo)
  .post("/runs/batch", through(takeLangSmithBatch))
  .post("/runs/multipart", through(takeLangSmithMultipart))
  .post("/runs", through(takeLangSmithRun))
  .patch("/runs/:id", through(takeLangSmithRun))
  .post("/feedback", through(takeLangSmithFeedback))
  .post("/v1/traces/ingest", through(takeOpenAiAgents))
  .post("/api/apikey/login", through(answerBraintrustLogin))
  .post("/api/project/register", through(answerBraintrustProject))
  .get("/version", through(answerBraintrustVersion))
  .post("/logs3", through(takeBraintrust));

/** undefined where no door is. */
export async function atDoor(request: Request, env: Env, ctx: ExecutionContext): Promise<Response | undefined> {
  return router.fetch(request, env, ctx);
}

function through(door: Door, refuse: (request: Request, refusal: Refusal) => Response = refused) {
  return async (request: IRequest, env: Env, ctx: ExecutionContext): Promise<Response> => {
    // itty-router hands on the request itself, seen through a proxy; the platform wants the thing.
    const own = new Request(request);
    try {
      await ensureDefaultProject(env);
      const principal = await authenticate(own, env);
      requireScope(principal, "ingest");
      return await countingDoor(() => door(own, env, ctx, principal));
    } catch (error) {
      await dropBody(own);
      return refuse(own, error instanceof Refusal ? error : ourTrouble(error));
    }
  };
}

function refused(_request: Request, refusal: Refusal): Response {
  return refusalResponse(refusal);
}

function otlpRefused(request: Request, refusal: Refusal): Response {
  return otlpRefusal(request, refusal, refusalResponse(refusal).headers);
}

/** Not the client's mistake: 503, because exporters send again after it and give up after a 500. */
function ourTrouble(error: unknown): Refusal {
  console.error(JSON.stringify({ level: "error", where: "door", reason: failureWords(error) }));
  return new Refusal(503, "This could not be stored just now. Send it again in a moment.");
}
