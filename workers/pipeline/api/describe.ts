// Writes one route into the OpenAPI document: its schemas, its scope, and the errors that any route may answer.
import type { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import type { Scope } from "../../../domain/project/principal.ts";
import { errorAnswer } from "./error-schema.ts";

export type Registry = OpenAPIHono["openAPIRegistry"];
type RouteConfig = Parameters<Registry["registerPath"]>[0];
type Request = NonNullable<RouteConfig["request"]>;
type Answers = RouteConfig["responses"];

/** Names of the ways to present a key; `app.ts` registers them under these. */
export const keySchemes = ["bearerKey", "headerKey", "basicKey"] as const;

/** Who may call: a key with the scope, or the instance's admin key alone. */
export type Audience = Scope | "instance";

export interface Described {
  method: RouteConfig["method"];
  path: string;
  audience: Audience;
  tag: string;
  summary: string;
  description?: string;
  params: z.ZodObject;
  query: z.ZodObject;
  body: z.ZodType;
  status: number;
  answer: z.ZodType;
  /** Of the answer, where it is not JSON. */
  mediaTypes?: readonly string[];
  /** Statuses beyond the usual ones, and when they come. */
  refusals?: Readonly<Record<number, string>>;
}

export function describe(registry: Registry, route: Described): void {
  const who = route.audience === "instance" ? "The instance's admin key only." : `Needs the scope \`${route.audience}\`.`;
  registry.registerPath({
    method: route.method,
    path: route.path,
    tags: [route.tag],
    operationId: operationIdOf(route.method, route.path),
    summary: route.summary,
    description: route.description === undefined ? who : `${route.description}\n\n${who}`,
    security: keySchemes.map((scheme) => ({ [scheme]: [] })),
    request: requestOf(route),
    responses: answersOf(route),
  });
}

function requestOf({ params, query, body }: Described): Request {
  const request: Request = {};
  if (Object.keys(params.shape).length > 0) request.params = params;
  if (Object.keys(query.shape).length > 0) request.query = query;
  if (!(body instanceof z.ZodUndefined)) request.body = { required: true, content: { "application/json": { schema: body } } };
  return request;
}

/** `post /v1/drifts/{id}/accept` → `postDriftsIdAccept`: what generated clients call it. */
export function operationIdOf(method: string, path: string): string {
  const words = path.replace(/^\/v1/, "").match(/[A-Za-z0-9]+/g) ?? [];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function answersOf({ status, answer, mediaTypes = ["application/json"], path, params, query, body, refusals = {} }: Described): Answers {
  const answers: Answers = {
    401: errorAnswer("No valid key."),
    403: errorAnswer("The key lacks the scope."),
    503: errorAnswer("Try again after `Retry-After` seconds."),
  };
  const hasInput = path.includes("{") || Object.keys(query.shape).length > 0 || !(body instanceof z.ZodUndefined);
  if (hasInput) answers[400] = errorAnswer("The request is not what this route takes; `details` say where.");
  if (Object.keys(params.shape).length > 0) answers[404] = errorAnswer("The key's project has nothing by that name.");
  if (!(body instanceof z.ZodUndefined))
    Object.assign(answers, { 413: errorAnswer("Too large."), 415: errorAnswer("A type or coding that is not read.") });
  for (const [code, when] of Object.entries(refusals)) answers[code] = errorAnswer(when);
  if (answer instanceof z.ZodUndefined) answers[status] = { description: "Done." };
  else
    answers[status] = {
      description: answer.description ?? "The answer.",
      content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: answer }])),
    };
  return answers;
}
