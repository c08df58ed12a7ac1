// The way to the pages: signs people in and out, and hands each request to the dashboard together with the API as the person
// who asks. The dashboard never sees a key.
import { ensureDefaultProject, listProjects, projectToOpen, readProject } from "../../d1/project.ts";
import type { Principal } from "../../domain/project/principal.ts";
import { failureWords } from "../../queues/failure-words.ts";
import type { PageContext, Session } from "../dashboard/page-context.ts";
import { callApi } from "./api/app.ts";
import { authenticate } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { Refusal, refusalResponse } from "./refusal.ts";
import { csrfToken, endedCookie, readSession, sessionCookie } from "./session.ts";

/** Projects offered in the switcher. */
const mostProjects = 200;

export async function answerPage(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const nowMs = Date.now();
  try {
    await ensureDefaultProject(env);
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && !isSameOrigin(request)) throw new Refusal(403, "This form was sent from another site.");
    if (request.method === "POST" && pathname === "/sign-in") return await signIn(request, env, nowMs);
    if (request.method === "POST" && pathname === "/sign-out") return redirect("/", endedCookie);
    const signedIn = await readSession(request, env, nowMs);
    const project = /^\/projects\/([^/]+)$/.exec(pathname)?.[1];
    if (project !== undefined) {
      // Only the instance's admin has more than one project to look into.
      const isAdmin = signedIn?.principal.isInstanceAdmin === true;
      return redirect(
        "/",
        isAdmin ? await sessionCookie(env, signedIn.principal, decodeURIComponent(project), isHttps(request), nowMs) : undefined,
      );
    }
    const context: PageContext = {
      session: signedIn === null ? null : await sessionOf(env, signedIn.principal),
      api: async (inner) =>
        signedIn === null ? refusalResponse(new Refusal(401, "Sign in first.")) : callApi(inner, env, ctx, signedIn.principal),
      csrfToken: signedIn === null ? "" : await csrfToken(env, signedIn.cookie),
      nowMs,
    };
    return await env.DASHBOARD.page(request, context);
  } catch (error) {
    if (error instanceof Refusal) return refusalResponse(error);
    console.error(JSON.stringify({ level: "error", where: "page", reason: failureWords(error) }));
    return refusalResponse(new Refusal(503, "The page could not be made just now. Try again in a moment."));
  }
}

async function signIn(request: Request, env: Env, nowMs: number): Promise<Response> {
  const form = await request.formData().catch(() => {
    throw new Refusal(400, "This is no form: sign in on the page /sign-in.");
  });
  const key = form.get("key");
  const next = form.get("next");
  const headers = { authorization: `Bearer ${typeof key === "string" ? key.trim() : ""}` };
  let principal: Principal;
  try {
    principal = await authenticate(new Request(request.url, { headers }), env);
  } catch (error) {
    if (error instanceof Refusal) return redirect("/sign-in?failed=1");
    throw error;
  }
  const projectId = principal.isInstanceAdmin ? await projectToOpen(env.INDEX) : principal.projectId;
  return redirect(typeof next === "string" ? next : "/", await sessionCookie(env, principal, projectId, isHttps(request), nowMs));
}

async function sessionOf(env: Env, { projectId, owner, kind, scopes, isInstanceAdmin }: Principal): Promise<Session | null> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return null;
  const projects = isInstanceAdmin ? await listProjects(env.INDEX, null, mostProjects) : [project];
  return {
    projectId,
    projectName: project.name,
    timezone: project.timezone,
    owner,
    kind,
    scopes,
    isInstanceAdmin,
    projects: projects.map(({ id, name }) => ({ id, name })),
  };
}

/** Only to a path of our own: `//elsewhere` and `/\elsewhere` are other hosts to a browser. */
function redirect(to: string, cookie?: string): Response {
  const location = /^\/(?![/\\])/.test(to) ? to : "/";
  return new Response(null, { status: 303, headers: { location, ...(cookie === undefined ? {} : { "set-cookie": cookie }) } });
}

function isSameOrigin(request: Request): boolean {
  const origin = request.headers.get("origin");
  return origin === null || origin === "null"
    ? request.headers.get("sec-fetch-site") !== "cross-site"
    : origin === new URL(request.url).origin;
}

const isHttps = (request: Request): boolean => new URL(request.url).protocol === "https:";
