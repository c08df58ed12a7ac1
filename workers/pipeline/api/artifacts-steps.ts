// Moving an artifact: validating, promoting, deprecating and reverting it. The lifecycle says what may be; this finds the gate, the cases that it
// rests on and the policy, writes the step down with what it ships, and tells who has to know.
import * as z from "zod";
import { versionsOf, type KeptVersion } from "../../../d1/artifacts.ts";
import { standingPolicies } from "../../../d1/policies.ts";
import type { Artifact } from "../../../domain/artifact/artifact.ts";
import { latestVersion, stepLifecycle, type LifecycleStep } from "../../../domain/artifact/lifecycle.ts";
import { policyFor } from "../../../domain/artifact/policy.ts";
import type { AuditAction } from "../../../domain/audit/entry.ts";
import type { Gate } from "../../../domain/experiment/gate.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { unseenOf, writeStep } from "../../../queues/artifact-step.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { artifactSchema, deprecateAsked, promoteAsked, revertAsked, validateAsked } from "./artifacts-schema.ts";
import { artifactParams, artifactTag, artifactView, mostTries, requireArtifact } from "./artifacts.ts";
import { auditActorOf } from "./audited.ts";
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
    const proof =
      gate === null ? ("sign_off" as const) : { gate, unseen: await unseenOf(asked.env, asked.projectId, asked.versions, version, gate) };
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
        const stepping = { artifact, versions: asked.versions, gate: found.gate, action, actor: auditActorOf(principal), nowMs };
        if (await writeStep(env, projectId, stepping, stepped.lifecycle))
          return artifactView(env, projectId, await requireArtifact(env, projectId, id));
      }
      throw new Refusal(409, "The artifact is being changed by others; try again.");
    },
  );
}
