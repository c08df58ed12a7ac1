// Writes an artifact's step down with what it ships, and tells who has to know. Whether the step may be taken is the lifecycle's word
// (domain/artifact/lifecycle.ts), and it was asked before; requests of people and the loop both come through here.
import { ulid } from "ulidx";
import { moveArtifact, type KeptVersion, type Proof } from "../d1/artifacts.ts";
import { shipStatements, type Optimisation } from "../d1/optimisations.ts";
import { casesOf } from "../d1/suites.ts";
import type { Artifact } from "../domain/artifact/artifact.ts";
import { promotedVersion, stateOf, type Lifecycle } from "../domain/artifact/lifecycle.ts";
import { unseenCases, type UnseenCases } from "../domain/artifact/unseen.ts";
import type { AuditAction, AuditActor } from "../domain/audit/entry.ts";
import { timedId } from "../domain/drift/stable-id.ts";
import type { Gate } from "../domain/experiment/gate.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { measureEveryMs } from "./measure-optimisations.ts";
import { tellStep } from "./ship-artifact.ts";

export interface Stepping {
  /** As it stood when the step was decided. */
  artifact: Artifact;
  versions: readonly KeptVersion[];
  /** By which the step goes; null where it needs none. */
  gate: Gate | null;
  action: AuditAction;
  actor: AuditActor;
  nowMs: number;
}

/** false when the artifact was moved meanwhile; then nothing is written or told. */
export async function writeStep(env: Bindings, projectId: string, stepping: Stepping, lifecycle: Lifecycle): Promise<boolean> {
  const { artifact, versions, gate, action, actor, nowMs } = stepping;
  const said = lifecycle.history.at(-1);
  const [was, is] = [promotedVersion(artifact.lifecycle), promotedVersion(lifecycle)];
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor,
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
  };
  const proof: Proof | null =
    gate === null || said === undefined
      ? null
      : { version: said.version, gateId: gate.id, experimentId: gate.evidence.experimentId ?? gate.evidence.evaluationId };
  const shipped = was === is ? null : shippedBy(artifact, lifecycle, versions, was, nowMs);
  const more = was === is ? [] : shipStatements(env.INDEX, projectId, artifact.id, lifecycle, shipped, nowMs);
  if (!(await moveArtifact(env.INDEX, projectId, artifact, lifecycle, draft, { proof, more }))) return false;
  await tellOf(env, projectId, stepping, { ...artifact, lifecycle });
  return true;
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

async function tellOf(env: Bindings, projectId: string, { versions, actor, nowMs }: Stepping, moved: Artifact): Promise<void> {
  const version = moved.lifecycle.history.at(-1)?.version;
  const own = versions.find((one) => one.version === version);
  const about = {
    incidentId: own?.provenance.incident_id ?? null,
    signalId: own?.hypothesis?.target_signal_id ?? own?.provenance.signal_id ?? null,
  };
  await tellStep(env, projectId, moved, about, actor, nowMs);
}

/** Of the gate's cases, those that the version was not made from. */
export async function unseenOf(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  versions: readonly KeptVersion[],
  version: number,
  gate: Gate,
): Promise<UnseenCases> {
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
