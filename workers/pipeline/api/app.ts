// The read and write API: every route, one by one, and what happens to what goes wrong. Who asks was found out before; a null
// principal may only ask what is public.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Principal } from "../../../domain/project/principal.ts";
import { failureWords } from "../../../queues/failure-words.ts";
import type { AuditMessage } from "../../../queues/messages.ts";
import type { Env } from "../env.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { addAgents } from "./agents.ts";
import { addAlertPreview } from "./alert-preview.ts";
import { addAlertRules } from "./alert-rules.ts";
import { addArtifactSteps } from "./artifacts-steps.ts";
import { addArtifacts } from "./artifacts.ts";
import { addAssignment } from "./assignment.ts";
import { addAudit } from "./audit.ts";
import { addBackfills } from "./backfills.ts";
import { addBaseline, addFeedback } from "./baseline.ts";
import { addBundle } from "./bundle.ts";
import { addChanges } from "./changes.ts";
import { addCompare } from "./compare.ts";
import { addCustomDimensions } from "./custom-dimensions.ts";
import { addDeadLetters } from "./dead-letters.ts";
import { addDeliveries } from "./deliveries.ts";
import { addDimensions } from "./dimensions.ts";
import { addDrafts } from "./drafts.ts";
import { addDrifts } from "./drifts.ts";
import type { Api, ApiEnv } from "./endpoint.ts";
import { addEvaluationSchedules } from "./evaluations-schedules.ts";
import { addEvaluations } from "./evaluations.ts";
import { addEvaluators } from "./evaluators.ts";
import { addCanaryRamp } from "./experiments-ramp.ts";
import { addExperiments } from "./experiments.ts";
import { addExportRuns } from "./export-runs.ts";
import { addFindings } from "./findings.ts";
import { addFlush } from "./flush.ts";
import { addGates } from "./gates.ts";
import { addHealth } from "./health.ts";
import { addIncidentActions } from "./incident-actions.ts";
import { addIncidents } from "./incidents.ts";
import { describeDoors } from "./ingest-openapi.ts";
import { addIngestStatus } from "./ingest-status.ts";
import { addKeys } from "./keys.ts";
import { refuseOtherMethods } from "./methods.ts";
import { addMetrics } from "./metrics.ts";
import { addOpenApi } from "./openapi.ts";
import { addOptimisations } from "./optimisations.ts";
import { addOutcomes } from "./outcomes.ts";
import { addLoop } from "./loop.ts";
import { addPolicies } from "./policies.ts";
import { addPrices } from "./prices.ts";
import { addProjects } from "./projects.ts";
import { addReplayTools } from "./replay-tools.ts";
import { addReports } from "./reports.ts";
import { addBook } from "./book.ts";
import { addRecall } from "./recall.ts";
import { addTransfer } from "./transfer.ts";
import { addExportLists } from "./export-lists.ts";
import { addRunDeletion } from "./run-deletion.ts";
import { addRunReading } from "./run-reading.ts";
import { addRuns } from "./runs.ts";
import { addScores } from "./scores.ts";
import { addSettings } from "./settings.ts";
import { addSignalActions } from "./signal-actions.ts";
import { addSignalDefinition } from "./signal-definition.ts";
import { addSignalProposals } from "./signal-proposals.ts";
import { addSignals } from "./signals.ts";
import { addSuiteCases } from "./suites-cases.ts";
import { addSuites } from "./suites.ts";
import { addUserDeletion } from "./user-deletion.ts";
import { addWebhooks } from "./webhooks.ts";

export function createApi(): Api {
  const api: Api = new OpenAPIHono<ApiEnv>();
  describeDoors(api.openAPIRegistry);
  const resources = [
    addAgents,
    addFlush,
    addDimensions,
    addCustomDimensions,
    addBaseline,
    addFeedback,
    addRuns,
    addExportRuns,
    addRunReading,
    addRunDeletion,
    addUserDeletion,
    addScores,
    addChanges,
    addDrifts,
    addIncidents,
    addIncidentActions,
    addAlertPreview,
    addAlertRules,
    addFindings,
    addSignals,
    addSignalDefinition,
    addSignalActions,
    addSignalProposals,
    addBackfills,
    addCompare,
    addExperiments,
    addCanaryRamp,
    addOutcomes,
    addAssignment,
    addSuites,
    addSuiteCases,
    addEvaluators,
    addEvaluations,
    addEvaluationSchedules,
    addGates,
    addReplayTools,
    addArtifacts,
    addArtifactSteps,
    addDrafts,
    addBundle,
    addOptimisations,
    addPolicies,
    addLoop,
    addReports,
    addBook,
    addRecall,
    addTransfer,
    addExportLists,
  ];
  const administration = [
    addIngestStatus,
    addDeadLetters,
    addAudit,
    addProjects,
    addSettings,
    addKeys,
    addPrices,
    addWebhooks,
    addDeliveries,
    addHealth,
    addMetrics,
    addOpenApi,
  ];
  for (const add of [...resources, ...administration]) add(api);
  refuseOtherMethods(api);
  api.notFound(() => refusalResponse(new Refusal(404, "There is nothing at this address. GET /v1/openapi.json lists what there is.")));
  api.onError((error) => refusalResponse(error instanceof Refusal ? error : ourTrouble(error)));
  return api;
}

let api: Api | undefined;

/** Answers one request as `principal`, whoever found out who that is. */
export async function callApi(request: Request, env: Env, ctx: ExecutionContext, principal: Principal | null): Promise<Response> {
  api ??= createApi();
  const response = await api.fetch(request, { env, principal }, ctx);
  if (principal !== null && response.ok && request.method !== "GET" && request.method !== "HEAD")
    ctx.waitUntil(announceAudit(env, principal.projectId));
  return response;
}

/** What the request noted for the audit log is chained soon; should this be lost, the sweep finds it. */
async function announceAudit(env: Env, projectId: string): Promise<void> {
  const message: AuditMessage = { v: 1, kind: "audit", project_id: projectId, from: null };
  await env.AUDIT_QUEUE.send(message).catch(() => {
    console.warn(JSON.stringify({ level: "warn", where: "api", reason: "queue refused an audit pointer; the sweep will find it" }));
  });
}

/** Not the client's mistake. */
function ourTrouble(error: Error): Refusal {
  console.error(JSON.stringify({ level: "error", where: "api", reason: failureWords(error) }));
  return new Refusal(503, "This could not be answered just now. Try again in a moment.");
}
