// One route of the API: what it takes, who may call it, what it answers. The same zod schemas check a request, type its
// handler and describe the route in OpenAPI, so the three cannot disagree. Whatever is not described is refused.
import type { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Principal } from "../../../domain/project/principal.ts";
import { requireScope } from "../authenticate.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { describe, type Audience } from "./describe.ts";
import { readJson } from "./json-body.ts";
import { checked } from "./validation.ts";

/** What Hono carries from `callApi` to a handler. */
export interface ApiEnv {
  Bindings: { env: Env; principal: Principal | null };
}
export type Api = OpenAPIHono<ApiEnv>;

export interface Endpoint<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** With `{name}` for parameters. */
  path: string;
  audience: Audience;
  tag: string;
  summary: string;
  description?: string;
  params: P;
  query: Q;
  body: B;
  status: 200 | 201 | 202 | 204;
  /** The JSON answer; `noAnswer` for 204. */
  answer: A;
  /** Of the answer, where it is not JSON. */
  mediaTypes?: readonly string[];
  /** Statuses beyond the usual ones, and when they come. */
  refusals?: Readonly<Record<number, string>>;
}

export interface Call<P, Q, B> {
  principal: Principal;
  projectId: string;
  env: Env;
  nowMs: number;
  params: P;
  query: Q;
  body: B;
  headers: Headers;
  /** Scheme, host and port under which the caller reached Bento. */
  origin: string;
}

/** A request without parameters, query or body: spread it and say what differs. */
export const bare = { params: z.strictObject({}), query: z.strictObject({}), body: z.undefined() };
export const noAnswer = z.undefined();

/** A name or id in a path. Longer text names nothing that we keep. */
export const pathText = z.string().min(1).max(1_000);

/** Adds a route. The handler throws Refusal for what it will not do, and returns a whole Response where the answer is not JSON. */
export function endpoint<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  api: Api,
  route: Endpoint<P, Q, B, A>,
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A> | Response>,
): void {
  describe(api.openAPIRegistry, route);
  api.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
    const { env, principal } = c.env;
    if (principal === null) throw new Refusal(401, "No key. Send `Authorization: Bearer KEY`.");
    if (route.audience !== "instance") requireScope(principal, route.audience);
    else if (!principal.isInstanceAdmin) throw new Refusal(403, "Only the instance's admin key may do that.");
    const answer = await handler({
      principal,
      projectId: principal.projectId,
      env,
      nowMs: Date.now(),
      params: checked(route.params, c.req.param(), "path"),
      query: checked(route.query, queryOf(new URL(c.req.url).searchParams), "query"),
      body: checked(route.body, route.body instanceof z.ZodUndefined ? undefined : await readJson(c.req.raw), "body"),
      headers: c.req.raw.headers,
      origin: new URL(c.req.url).origin,
    });
    if (answer instanceof Response) return answer;
    return route.status === 204 ? new Response(null, { status: 204 }) : Response.json(answer, { status: route.status });
  });
}

/** A parameter given twice has no one value, so it is refused rather than read by chance. */
function queryOf(given: URLSearchParams): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of given) {
    if (query.has(name))
      throw new Refusal(400, "A query parameter is given twice.", [{ path: name.slice(0, 100), message: "give it once" }]);
    query.set(name, value);
  }
  return Object.fromEntries(query);
}
