// The doors at which traces arrive, for the OpenAPI document. They are served by doors/, not by this API.
import * as z from "zod";
import { nativeRunSchema } from "../../../domain/wire/native-schema.ts";
import { maxRuns } from "../../../domain/wire/native.ts";
import { scoreSchema } from "../../../domain/wire/score.ts";
import { describeCompatibleDoors } from "./compatible-openapi.ts";
import { keySchemes, operationIdOf, type Registry } from "./describe.ts";
import { errorAnswer } from "./error-schema.ts";

const method = "post";
const tags = ["Ingest"];
const security = keySchemes.map((scheme) => ({ [scheme]: [] }));
const limits = "At most 20 MiB, packed and unpacked. `Content-Encoding: gzip` is read. Needs the scope `ingest`.";
const refusals = {
  400: errorAnswer("Nothing of the body could be read."),
  401: errorAnswer("No valid key."),
  403: errorAnswer("The key lacks the scope."),
  413: errorAnswer("Too large."),
  415: errorAnswer("A type or coding that is not read."),
  503: errorAnswer("Send it again after `Retry-After` seconds."),
};
const nativeRun = nativeRunSchema.meta({
  id: "NativeRun",
  description: "Only `agent` is required; fields that are not known are kept out.",
});
const rejection = z.object({ index: z.number(), id: z.string().nullable(), code: z.string(), message: z.string() });

export function describeDoors(registry: Registry): void {
  describeCompatibleDoors(registry);
  registry.registerPath({
    method,
    tags,
    security,
    path: "/v1/runs",
    operationId: operationIdOf("post", "/v1/runs"),
    summary: "Send runs",
    description: `One run, \`{"runs": […]}\` with up to ${maxRuns} of them, or NDJSON with one run a line. What is accepted is durable when the answer comes. ${limits}`,
    request: {
      body: {
        required: true,
        content: {
          "application/json": { schema: z.union([nativeRun, z.object({ runs: z.array(nativeRun).max(maxRuns) })]) },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
    responses: {
      202: {
        description: "Durable, and soon visible. Runs that could not be read are named.",
        content: {
          "application/json": {
            schema: z.object({
              accepted: z.number(),
              rejected: z.array(rejection),
              ids: z.array(z.string()).meta({ description: "Bento's ids of the accepted runs, in order." }),
            }),
          },
        },
      },
      ...refusals,
    },
  });
  registry.registerPath({
    method,
    tags,
    security,
    path: "/v1/traces",
    operationId: operationIdOf("post", "/v1/traces"),
    summary: "Send spans (OTLP/HTTP)",
    description: `An ExportTraceServiceRequest as JSON or protobuf. Answers as the OTLP specification says, in the request's encoding; errors are a google.rpc.Status. ${limits}`,
    request: {
      body: {
        required: true,
        content: {
          "application/json": { schema: z.looseObject({ resourceSpans: z.array(z.unknown()) }) },
          "application/x-protobuf": { schema: z.string().meta({ format: "binary" }) },
        },
      },
    },
    responses: {
      200: {
        description: "Durable. `partialSuccess` counts the spans that could not be read.",
        content: {
          "application/json": {
            schema: z.object({ partialSuccess: z.object({ rejectedSpans: z.string(), errorMessage: z.string() }).optional() }),
          },
          "application/x-protobuf": { schema: z.string().meta({ format: "binary" }) },
        },
      },
      400: { description: "No trace export." },
      401: { description: "No valid key." },
      413: { description: "Too large." },
      415: { description: "A type or coding that is not read." },
      503: { description: "Send it again after `Retry-After` seconds." },
    },
  });
  registry.registerPath({
    method,
    tags,
    security,
    path: "/v1/scores",
    operationId: operationIdOf("post", "/v1/scores"),
    summary: "Send a score",
    description: `A judgement of one run; it may come before the run. The newest of one name and source counts. ${limits}`,
    request: { body: { required: true, content: { "application/json": { schema: scoreSchema } } } },
    responses: {
      202: { description: "Durable, and soon visible.", content: { "application/json": { schema: z.object({ accepted: z.number() }) } } },
      ...refusals,
    },
  });
}
