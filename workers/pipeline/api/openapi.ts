// The description of the API at /v1/openapi.json, made from the schemas that check its requests. Public: it holds no data.
import * as z from "zod";
import { operationIdOf } from "./describe.ts";
import type { Api } from "./endpoint.ts";

export const apiInfo = {
  title: "Bento",
  version: "1",
  description: [
    "Measured behaviour of production agents: runs in; dimensions, drifts with their cause, and incidents out.",
    "JSON keys are snake_case; times ISO 8601 in UTC; durations end in `_ms`, money in `_usd`; a proportion is 0–1; missing is null, never 0.",
    "Unknown query parameters and unknown fields of a body are refused. After 429 and 503 try again when `Retry-After` says.",
  ].join("\n\n"),
};

export function addOpenApi(api: Api): void {
  const registry = api.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearerKey", {
    type: "http",
    scheme: "bearer",
    description: "A key of a project, or the instance's admin key.",
  });
  registry.registerComponent("securitySchemes", "headerKey", { type: "apiKey", in: "header", name: "x-api-key" });
  registry.registerComponent("securitySchemes", "basicKey", {
    type: "http",
    scheme: "basic",
    description: "The key as password; any user name. For Langfuse clients.",
  });
  registry.registerPath({
    method: "get",
    path: "/v1/openapi.json",
    operationId: operationIdOf("get", "/v1/openapi.json"),
    tags: ["Operation"],
    summary: "This description",
    description: "Needs no key.",
    security: [],
    responses: {
      200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } } },
    },
  });
  let text: string | undefined;
  api.get("/v1/openapi.json", () => {
    text ??= JSON.stringify(api.getOpenAPI31Document({ openapi: "3.1.0", info: apiInfo }));
    return new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } });
  });
}
