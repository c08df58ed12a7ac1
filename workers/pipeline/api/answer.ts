// The public side of the API: resolves who asks, then calls it as them. What needs no key is answered for nobody.
import { ensureDefaultProject } from "../../../d1/project.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { authenticate } from "../authenticate.ts";
import { toolsPath } from "../../../queues/replay-webhook.ts";
import { failureWords } from "../../../queues/failure-words.ts";
import type { Env } from "../env.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { callApi } from "./app.ts";

/** The address of a replayed run's tools is a secret itself. */
const isPublic = (path: string): boolean => path === "/healthz" || path === "/v1/openapi.json" || path.startsWith(toolsPath);

export async function answerApi(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  try {
    await ensureDefaultProject(env);
    const principal: Principal | null = isPublic(new URL(request.url).pathname) ? null : await authenticate(request, env);
    return await callApi(request, env, ctx, principal);
  } catch (error) {
    if (error instanceof Refusal) return refusalResponse(error);
    console.error(JSON.stringify({ level: "error", where: "api", reason: failureWords(error) }));
    return refusalResponse(new Refusal(503, "This could not be answered just now. Try again in a moment."));
  }
}
