// Starts a canary of one validated version, as the loop, by the plan that the policy has. The id comes from what is asked, so that two who start it at once
// start it once; while another canary of the agent runs nothing is started. It is read, ramped and ended like anybody's.
import { ulid } from "ulidx";
import { canariesOf } from "../d1/canaries.ts";
import { findExperiment, moveExperiment, putExperiment } from "../d1/experiments.ts";
import type { LoopTerms } from "../domain/artifact/loop-terms.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditDraft } from "../domain/audit/entry.ts";
import { timedId } from "../domain/drift/stable-id.ts";
import { nothingRead, type Experiment } from "../domain/experiment/experiment.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { unlessThere } from "./loop-gate.ts";

export interface CanaryWanted {
  agent: string;
  ref: string;
  policyId: string;
  terms: LoopTerms;
}

/** false where nothing was started: another one runs, or somebody started it at the same moment. */
export async function startLoopCanary(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  { agent, ref, policyId, terms }: CanaryWanted,
  nowMs: number,
): Promise<boolean> {
  if (terms.canary === null || (await canariesOf(env.INDEX, projectId, agent)).running !== null) return false;
  const experiment: Experiment = {
    id: timedId("exp_", Math.floor(nowMs / msOfAMinute) * msOfAMinute, [projectId, policyId, "canary", ref]),
    agent,
    status: "draft",
    design: { kind: "canary", candidate: { config: {}, artifacts: [ref], driver: terms.driver }, baseline: null, plan: terms.canary.plan },
    origin: terms.origin,
    secret: null,
    reading: nothingRead,
    salt: crypto.randomUUID(),
    total: 0,
    costUsd: 0,
    error: null,
    createdMs: nowMs,
    startedMs: null,
    endedMs: null,
    updatedMs: nowMs,
  };
  const after = { kind: "canary", agent: recordHash(agent), artifact: ref, policy: policyId };
  const isOurs = await unlessThere(
    () => putExperiment(env.INDEX, projectId, experiment, audited("experiment.made", experiment.id, after, nowMs), []),
    () => findExperiment(env.INDEX, projectId, experiment.id),
  );
  const started = {
    ...audited("experiment.started", experiment.id, { status: "running", policy: policyId }, nowMs),
    before: { status: "draft" },
  };
  await moveExperiment(env.INDEX, projectId, experiment, { status: "running" }, started);
  return isOurs;
}

const msOfAMinute = 60_000;

const audited = (action: AuditDraft["action"], object: string, after: AuditDraft["after"], nowMs: number): AuditDraft => ({
  id: `aud_${ulid(nowMs)}`,
  at: new Date(nowMs).toISOString(),
  actor: bento,
  action,
  object,
  before: null,
  after,
  reason: null,
});
