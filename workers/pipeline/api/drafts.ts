// Drafting a correction from a signal or an incident: what the rules make of it is a candidate at once; Claude's, where there is a key, follows as a
// further version. Neither is in use before it has proven itself.
import * as z from "zod";
import { newModelDraft } from "../../../domain/artifact/draft-ask.ts";
import { askDrafting, findDrafting } from "../../../d1/drafting.ts";
import { signalOfRuns } from "../../../d1/draft-runs.ts";
import { signalsOfAgent, type SignalRow } from "../../../d1/signal-rows.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { draftArtifact } from "../../../queues/draft-artifact.ts";
import { sendDraft } from "../../../queues/draft-with-model.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { modelDraft, modelDraftView } from "./artifacts-schema.ts";
import { artifactTag } from "./artifacts.ts";
import { auditActorOf } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { incidentParams, requireIncident } from "./incidents.ts";
import { requireSignal, signalParams } from "./signals.ts";

/** A message that was lost is sent again by the minute. */
const lostAfterMs = 60_000;

const answer = z
  .object({
    id: z.string().meta({ description: "Of the artifact that the draft is in: GET /v1/artifacts/{id}." }),
    status: z
      .enum(["drafted", "drafting"])
      .meta({ description: "drafting: the deterministic draft is there, and Claude's is on its way." }),
    artifact: z.string().meta({ description: "`slug@version` of the deterministic draft." }),
    kind: z.string(),
    signal_id: z.string(),
    model: modelDraft.nullable(),
  })
  .meta({ id: "Draft", description: "A draft, and how far Claude's is." });

const refusals = { 409: "An artifact of another kind has the draft's name, or the signal is none that a draft could lower." };

export function addDrafts(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/signals/{id}/draft",
      audience: "write",
      tag: artifactTag,
      summary: "Draft a correction for a signal",
      description: "The same evidence again is the same draft.",
      params: signalParams,
      body: z.strictObject({}),
      status: 202,
      answer,
      refusals,
    },
    async ({ env, projectId, principal, params: { id }, nowMs }) =>
      drafted(env, projectId, principal, await requireSignal(env, projectId, id, nowMs), null, nowMs),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/incidents/{id}/draft",
      audience: "write",
      tag: artifactTag,
      summary: "Draft a correction for an incident",
      description: "For the signal that it holds, else for the failure that most of its runs show.",
      params: incidentParams,
      body: z.strictObject({}),
      status: 202,
      answer,
      refusals,
    },
    async ({ env, projectId, principal, params: { id }, nowMs }) => {
      const incident = await requireIncident(env, projectId, id);
      const signalId = await signalOf(env, projectId, incident);
      if (signalId === null)
        throw new Refusal(
          409,
          "The incident holds no signal and its runs show no failure: draft from the signal that you mean, POST /v1/signals/{id}/draft.",
        );
      return drafted(env, projectId, principal, await requireSignal(env, projectId, signalId, nowMs), incident.id, nowMs);
    },
  );
}

async function signalOf(env: Env, projectId: string, { agent, signals, drifts, lineage }: Incident): Promise<string | null> {
  const [held] = signals;
  if (held !== undefined) return held.id;
  const slugs = drifts.flatMap(({ dimension }) => (dimension.startsWith("signal.") ? [dimension.slice("signal.".length)] : []));
  const rows = slugs.length === 0 ? [] : await signalsOfAgent(env.INDEX, projectId, agent);
  const row = slugs.map((slug) => rows.find((one) => one.slug === slug)).find((one) => one !== undefined);
  return row?.id ?? signalOfRuns(env.INDEX, projectId, lineage.runs);
}

async function drafted(env: Env, projectId: string, principal: Principal, signal: SignalRow, incidentId: string | null, nowMs: number) {
  if (signal.record.polarity === "win") throw new Refusal(409, "A signal of what goes well is nothing to correct.");
  const asked = { by: actorOf(principal), actor: auditActorOf(principal), incidentId };
  const found = await draftArtifact(env, projectId, signal, asked, nowMs);
  if (found === null) throw new Refusal(409, "The agent has an artifact of another kind by the name that the draft would have.");
  const { artifact, version } = found;
  await askDrafting(env.INDEX, projectId, artifact.id, newModelDraft(version), nowMs + lostAfterMs);
  const model = await findDrafting(env.INDEX, projectId, artifact.id);
  if (model?.status === "pending") await sendDraft(env, projectId, artifact.id);
  return {
    id: artifact.id,
    status: model?.status === "pending" ? ("drafting" as const) : ("drafted" as const),
    artifact: `${artifact.slug}@${version}`,
    kind: artifact.kind,
    signal_id: signal.id,
    model: model === null ? null : modelDraftView(model),
  };
}
