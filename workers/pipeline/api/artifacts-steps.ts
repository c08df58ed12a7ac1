// Moving an artifact: validating, promoting, deprecating and reverting it. The lifecycle says what may be; this finds the gate, the cases that it
// rests on and the policy, writes the step down with what it ships, and tells who has to know.
import * as z from "zod";
import { moveArtifact, versionsOf, type KeptVersion, type Proof } from "../../../d1/artifacts.ts";
import { shipStatements, type Optimisation } from "../../../d1/optimisations.ts";
import { standingPolicies } from "../../../d1/policies.ts";
import { casesOf } from "../../../d1/suites.ts";
import type { Artifact } from "../../../domain/artifact/artifact.ts";
import {
  latestVersion,
  promotedVersion,
  stateOf,
  stepLifecycle,
  type Lifecycle,
  type LifecycleStep,
} from "../../../domain/artifact/lifecycle.ts";
import { policyFor } from "../../../domain/artifact/policy.ts";
import { unseenCases, type UnseenCases } from "../../../domain/artifact/unseen.ts";
import type { AuditAction } from "../../../domain/audit/entry.ts";
import { timedId } from "../../../domain/drift/stable-id.ts";
import type { Gate } from "../../../domain/experiment/gate.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { measureEveryMs } from "../../../queues/measure-optimisations.ts";
import { tellStep } from "../../../queues/ship-artifact.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { artifactSchema, deprecateAsked, promoteAsked, revertAsked, validateAsked } from "./artifacts-schema.ts";
import { artifactParams, artifactTag, artifactView, mostTries, requireArtifact } from "./artifacts.ts";
import { auditActorOf, audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { requireGate } from "./gates.ts";

interface Found {
  step: LifecycleStep;
  gate: Gate | null;
}

interface Asked {
  env: Env;
  projectId: string;
  principal: Principal;
  artifact: Artifact;
  versions: readonly KeptVersion[];
  nowMs: number;
}

export function addArtifactSteps(api: Api): void {
  addStep(api, "validate", "Say that a version has proven itself", validateAsked, "artifact.validated", async (asked, body) => {
    const version = body.version ?? latestVersion(asked.artifact.lifecycle);
    if (body.gate_id === undefined && !body.sign_off)
      throw new Refusal(
        409,
        "A version is validated by a gate that it passed: give `gate_id`; or a person signs for it: `sign_off: true` and a reason.",
      );
    if (body.gate_id === undefined && body.reason === null)
      throw new Refusal(400, "Who signs for a version says why.", [{ path: "reason", message: "is needed with sign_off" }]);
    const gate = body.gate_id === undefined ? null : await requireGate(asked.env, asked.projectId, body.gate_id, asked.nowMs);
    const proof = gate === null ? ("sign_off" as const) : { gate, unseen: await unseenOf(asked, version, gate) };
    return { step: { ...by(asked, body.reason), type: "validate", version, proof }, gate };
  });
  addStep(api, "promote", "Put a version into use", promoteAsked, "artifact.promoted", async (asked, body) => {
    const { lifecycle, kind, agent } = asked.artifact;
    const validated = lifecycle.validations.findLastIndex((one) => one !== null) + 1;
    const version = body.version ?? (validated === 0 ? latestVersion(lifecycle) : validated);
    const gateId = body.gate_id ?? lifecycle.validations[version - 1]?.gate_id ?? null;
    const gate = gateId === null ? null : await requireGate(asked.env, asked.projectId, gateId, asked.nowMs);
    const policies = asked.principal.kind === "person" ? [] : await standingPolicies(asked.env.INDEX, asked.projectId, agent);
    const policyId = policyFor(policies, "artifact.promote", kind, asked.nowMs)?.id ?? null;
    return { step: { ...by(asked, body.reason), type: "promote", version, gate, policyId }, gate };
  });
  addStep(api, "deprecate", "Take it out of use for good", deprecateAsked, "artifact.deprecated", async (asked, { reason }) => ({
    step: { ...by(asked, reason), type: "deprecate" },
    gate: null,
  }));
  addStep(
    api,
    "revert",
    "Take the last step back: the version before is in use again, exactly as it was",
    revertAsked,
    "artifact.reverted",
    async (asked, { reason, version = null }) => ({ step: { ...by(asked, reason), type: "revert", version }, gate: null }),
  );
}

const by = ({ principal, nowMs }: Asked, reason: string | null) => ({
  atMs: nowMs,
  actor: { name: actorOf(principal), kind: principal.kind },
  reason,
});

function addStep<B extends z.ZodType>(
  api: Api,
  path: "validate" | "promote" | "deprecate" | "revert",
  summary: string,
  body: B,
  action: AuditAction,
  find: (asked: Asked, body: z.output<B>) => Promise<Found>,
): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: `/v1/artifacts/{id}/${path}`,
      audience: "write",
      tag: artifactTag,
      summary,
      params: artifactParams,
      body,
      status: 200,
      answer: artifactSchema,
      refusals: {
        403: "Only a person may, or a machine by a policy that a person signed.",
        409: "The gate is missing, shut, expired or about something else, or the artifact is not in the state for it.",
      },
    },
    async ({ env, projectId, principal, params: { id }, body: said, nowMs }) => {
      for (let i = 0; i < mostTries; i++) {
        const artifact = await requireArtifact(env, projectId, id);
        const asked = { env, projectId, principal, artifact, versions: await versionsOf(env.INDEX, projectId, id), nowMs };
        const found = await find(asked, said);
        const stepped = stepLifecycle(artifact.lifecycle, artifact, found.step);
        if (stepped.kind === "refused") throw new Refusal(stepped.status, stepped.message);
        if (stepped.kind === "same") return artifactView(env, projectId, artifact);
        if (await write(asked, stepped.lifecycle, found, action)) {
          await tellOf(asked, { ...artifact, lifecycle: stepped.lifecycle });
          return artifactView(env, projectId, await requireArtifact(env, projectId, id));
        }
      }
      throw new Refusal(409, "The artifact is being changed by others; try again.");
    },
  );
}

/** Of the gate's cases, those that the version was not made from. */
async function unseenOf({ env, projectId, versions }: Asked, version: number, gate: Gate): Promise<UnseenCases> {
  const cases = await casesOf(env.INDEX, projectId, gate.suiteId, gate.suiteVersion);
  const own = versions.find((one) => one.version === version);
  return unseenCases(
    gate.cases,
    new Map(cases.flatMap(({ id, runId }) => (runId === null ? [] : [[id, runId] as const]))),
    new Set(own?.provenance.run_ids ?? []),
    new Set(cases.flatMap(({ id, isSealed }) => (isSealed ? [id] : []))),
    (own?.hypothesis?.target_signal_id ?? null) !== null,
  );
}

/** false when it was moved meanwhile. */
async function write(
  { env, projectId, principal, artifact, versions, nowMs }: Asked,
  lifecycle: Lifecycle,
  found: Found,
  action: AuditAction,
) {
  const said = lifecycle.history.at(-1);
  const [was, is] = [promotedVersion(artifact.lifecycle), promotedVersion(lifecycle)];
  const draft = audited(principal, nowMs, {
    action,
    object: artifact.id,
    before: { state: stateOf(artifact.lifecycle), promoted_version: was },
    after: {
      state: stateOf(lifecycle),
      promoted_version: is,
      version: said?.version ?? null,
      gate: said?.gate_id ?? null,
      policy: said?.policy_id ?? null,
    },
    reason: said?.reason ?? null,
  });
  const proof: Proof | null =
    found.gate === null || said === undefined
      ? null
      : {
          version: said.version,
          gateId: found.gate.id,
          experimentId: found.gate.evidence.experimentId ?? found.gate.evidence.evaluationId,
        };
  const more =
    was === is
      ? []
      : shipStatements(env.INDEX, projectId, artifact.id, lifecycle, shippedBy(artifact, lifecycle, versions, was, nowMs), nowMs);
  return moveArtifact(env.INDEX, projectId, artifact, lifecycle, draft, { proof, more });
}

/** What a promotion begins to be measured by; null where the step is none. */
function shippedBy(
  { id, agent, slug, kind }: Artifact,
  lifecycle: Lifecycle,
  versions: readonly KeptVersion[],
  replaced: number | null,
  nowMs: number,
): Optimisation | null {
  const said = lifecycle.history.at(-1);
  const own = versions.find(({ version }) => version === said?.version);
  if (said?.action !== "promoted" || own === undefined) return null;
  return {
    id: timedId("opt_", nowMs, [id, String(own.version)]),
    agent,
    artifactId: id,
    version: own.version,
    expected: own.hypothesis?.expected ?? null,
    measured: null,
    state: "waiting",
    shippedMs: nowMs,
    endedMs: null,
    dueMs: nowMs + measureEveryMs,
    record: {
      slug,
      kind,
      target_signal_id: own.hypothesis?.target_signal_id ?? null,
      replaced_version: replaced,
      incident_id: null,
    },
  };
}

async function tellOf({ env, projectId, principal, versions, nowMs }: Asked, moved: Artifact): Promise<void> {
  const version = moved.lifecycle.history.at(-1)?.version;
  const own = versions.find((one) => one.version === version);
  const about = {
    incidentId: own?.provenance.incident_id ?? null,
    signalId: own?.hypothesis?.target_signal_id ?? own?.provenance.signal_id ?? null,
  };
  await tellStep(env, projectId, moved, about, auditActorOf(principal), nowMs);
}
