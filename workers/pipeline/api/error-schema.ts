// The one shape of every refusal, as OpenAPI shows it; refusal.ts writes it.
import * as z from "zod";

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().meta({ example: "invalid_request" }),
      message: z.string().meta({ description: "What is wrong and how to mend it." }),
      details: z
        .array(z.object({ path: z.string().meta({ example: "runs[3].started_at" }), message: z.string() }))
        .optional()
        .meta({ description: "The places in the request that are wrong." }),
    }),
  })
  .meta({ id: "Error" });

export function errorAnswer(description: string) {
  return { description, content: { "application/json": { schema: errorSchema } } };
}
