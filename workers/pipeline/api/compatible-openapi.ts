// The doors of clients that speak a protocol of their own, for the OpenAPI document: which there are, whose they are and what they
// answer. What their bodies look like is their clients' to say, so they are described as JSON and no more.
import * as z from "zod";
import { keySchemes, operationIdOf, type Registry } from "./describe.ts";
import { errorAnswer } from "./error-schema.ts";

interface CompatibleDoor {
  method: "get" | "post" | "patch";
  path: string;
  summary: string;
  status: number;
  /** How the body travels; null where there is none. */
  media: "application/json" | "multipart/form-data" | null;
  params?: z.ZodObject;
}

const json = "application/json";
const otlp = "OTLP/HTTP, as JSON or protobuf";

const doors: readonly CompatibleDoor[] = [
  {
    method: "post",
    path: "/v1/logs",
    summary: `Send log records (${otlp}): contents of spans are joined to them`,
    status: 200,
    media: json,
  },
  { method: "post", path: "/v1/metrics", summary: `Send metrics (${otlp}): taken and not kept`, status: 200, media: json },
  { method: "post", path: "/api/public/otel/v1/traces", summary: `Langfuse: send spans (${otlp})`, status: 200, media: json },
  { method: "post", path: "/api/public/ingestion", summary: "Langfuse: send a batch of events", status: 207, media: json },
  { method: "get", path: "/info", summary: "LangSmith: what this server reads", status: 200, media: null },
  { method: "post", path: "/runs/batch", summary: "LangSmith: send runs and updates", status: 202, media: json },
  {
    method: "post",
    path: "/runs/multipart",
    summary: "LangSmith: send runs and updates in parts",
    status: 202,
    media: "multipart/form-data",
  },
  { method: "post", path: "/runs", summary: "LangSmith: send a run", status: 202, media: json },
  {
    method: "patch",
    path: "/runs/{id}",
    summary: "LangSmith: update a run",
    status: 202,
    media: json,
    params: z.object({ id: z.string() }),
  },
  { method: "post", path: "/feedback", summary: "LangSmith: send a score", status: 200, media: json },
  { method: "post", path: "/v1/traces/ingest", summary: "OpenAI Agents: send traces and spans", status: 204, media: json },
  { method: "post", path: "/api/apikey/login", summary: "Braintrust: who the key is", status: 200, media: null },
  { method: "post", path: "/api/project/register", summary: "Braintrust: which project it is", status: 200, media: json },
  { method: "get", path: "/version", summary: "Braintrust: which version this server speaks", status: 200, media: null },
  { method: "post", path: "/logs3", summary: "Braintrust: send rows", status: 200, media: json },
];

/** What a client asks before it presents a key. */
const isPublic = ({ method, path }: CompatibleDoor): boolean => method === "get" && path === "/info";

export function describeCompatibleDoors(registry: Registry): void {
  for (const door of doors) {
    const { method, path, summary, status, media, params } = door;
    const body = media === null ? {} : { body: { required: true, content: { [media]: { schema: z.looseObject({}) } } } };
    registry.registerPath({
      method,
      path,
      summary,
      tags: ["Compatible doors"],
      operationId: operationIdOf(method, path),
      security: isPublic(door) ? [] : keySchemes.map((scheme) => ({ [scheme]: [] })),
      request: { ...body, ...(params === undefined ? {} : { params }) },
      responses: {
        [status]: { description: status === 204 ? "Durable." : "As the client expects it." },
        ...(isPublic(door) ? {} : { 401: errorAnswer("No valid key."), 403: errorAnswer("The key lacks the scope `ingest`.") }),
        ...(media === null ? {} : { 400: errorAnswer("The body could not be read."), 413: errorAnswer("Too large.") }),
        503: errorAnswer("Send it again after `Retry-After` seconds."),
      },
    });
  }
}
