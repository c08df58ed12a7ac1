// Whether this instance can answer at all: it can when its index does. Public, and says nothing else.
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as z from "zod";
import { operationIdOf } from "./describe.ts";
import type { Api } from "./endpoint.ts";
import { errorAnswer } from "./error-schema.ts";

const answer = z.object({ status: z.literal("ok") });

export function addHealth(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/healthz",
    operationId: operationIdOf("get", "/healthz"),
    tags: ["Operation"],
    summary: "Is it serving?",
    description: "Needs no key.",
    security: [],
    responses: {
      200: { description: "It serves.", content: { "application/json": { schema: answer } } },
      503: errorAnswer("It does not."),
    },
  });
  api.get("/healthz", async (c) => {
    await drizzle(c.env.env.INDEX).get(sql`select 1 as ok`);
    return Response.json({ status: "ok" });
  });
}
