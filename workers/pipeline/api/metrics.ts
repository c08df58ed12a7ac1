// The key's project in numbers, as Prometheus text: how far processing is behind, and what is wrong with its agents.
import { countIncidents } from "../../../d1/incidents.ts";
import { requireScope } from "../authenticate.ts";
import { Refusal } from "../refusal.ts";
import { keySchemes, operationIdOf } from "./describe.ts";
import type { Api } from "./endpoint.ts";
import { errorAnswer } from "./error-schema.ts";
import { ingestStatusOf, type IngestStatus } from "./ingest-status.ts";
import { metric, type Sample } from "./metric-text.ts";

const contentType = "text/plain; version=0.0.4; charset=utf-8";
const msPerSecond = 1_000;

export function addMetrics(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/metrics",
    operationId: operationIdOf("get", "/metrics"),
    tags: ["Operation"],
    summary: "The project in numbers, for Prometheus",
    description: "Needs the scope `read`.",
    security: keySchemes.map((scheme) => ({ [scheme]: [] })),
    responses: {
      200: { description: "Prometheus text.", content: { "text/plain": {} } },
      401: errorAnswer("No valid key."),
      403: errorAnswer("The key lacks the scope."),
    },
  });
  api.get("/metrics", async (c) => {
    const { env, principal } = c.env;
    if (principal === null) throw new Refusal(401, "No key. Send `Authorization: Bearer KEY`.");
    requireScope(principal, "read");
    const [status, incidents] = await Promise.all([
      ingestStatusOf(env, principal.projectId, Date.now()),
      countIncidents(env.INDEX, principal.projectId),
    ]);
    const of = (labels: Record<string, string>, value: number): Sample => ({ labels: { project: principal.projectId, ...labels }, value });
    const text = [
      ...ingestMetrics(status, (value) => [of({}, value)]),
      metric(
        "bento_incidents",
        "gauge",
        "Incidents that were not merged away, by status and severity.",
        incidents.map(({ status, severity, n }) => of({ status, severity }, n)),
      ),
    ].join("");
    return new Response(text, { headers: { "content-type": contentType } });
  });
}

function ingestMetrics(status: IngestStatus, one: (value: number) => Sample[]): string[] {
  return [
    metric("bento_ingest_processed_total", "counter", "Requests whose contents can be read.", one(status.processed)),
    metric("bento_ingest_rejected_total", "counter", "Runs, spans and scores that could not be read.", one(status.rejected)),
    metric("bento_ingest_pending", "gauge", "Requests acknowledged and not processed yet.", one(status.pending)),
    metric(
      "bento_ingest_oldest_pending_seconds",
      "gauge",
      "Age of the request that waits longest; absent when none waits.",
      status.oldest_pending_ms === null ? [] : one(status.oldest_pending_ms / msPerSecond),
    ),
    metric("bento_dead_letters", "gauge", "Requests set aside after they failed again and again.", one(status.dead_letters)),
    metric("bento_runs", "gauge", "Runs that can be listed.", one(status.stored)),
  ];
}
