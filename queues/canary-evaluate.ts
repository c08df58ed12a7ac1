// Reads a canary anew and does what the reading asks of the machine: it takes the looks that are due, lets the share grow, ends what is over and
// aborts what does harm, each once however often it is read. It never promotes.
import { ulid } from "ulidx";
import { swapReading } from "../d1/canaries.ts";
import { findExperiment, moveExperiment } from "../d1/experiments.ts";
import { exposuresOf } from "../d1/exposures.ts";
import { outcomesOf } from "../d1/outcomes.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditAction, type AuditDraft, type AuditedState } from "../domain/audit/entry.ts";
import { rampDue } from "../domain/experiment/canary-ramp.ts";
import { readCanary, type CanaryFacts, type CanaryReading } from "../domain/experiment/canary-reading.ts";
import { mostUnits, type CanaryPlan } from "../domain/experiment/canary-plan.ts";
import type { UnitOutcome } from "../domain/experiment/canary-units.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { tellCanary } from "./canary-news.ts";
import type { AuditMessage } from "./messages.ts";

/** Others read it at the same moment; as often as that, one of them has done the work. */
const mostTries = 3;

/** The experiment as it stands afterwards. Of one that does not run nothing changes. */
export async function evaluateCanary(env: Bindings, projectId: string, given: Experiment, nowMs: number): Promise<Experiment> {
  let experiment = given;
  for (let i = 0; i < mostTries; i++) {
    const { design } = experiment;
    if (design.kind !== "canary" || experiment.status !== "running") return experiment;
    const reading = await readingOf(env, projectId, experiment, design.plan, nowMs);
    if (await swapReading(env.INDEX, projectId, experiment, reading, nowMs))
      return act(env, projectId, { ...experiment, reading, updatedMs: nowMs }, design.plan, reading, nowMs);
    experiment = (await findExperiment(env.INDEX, projectId, given.id)) ?? given;
  }
  return experiment;
}

/** As its outcomes say now, with the looks that were taken before. */
export async function readingOf(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  { id, reading }: Experiment,
  plan: CanaryPlan,
  nowMs: number,
): Promise<CanaryReading> {
  const memory = { ramp: reading.canary?.ramp ?? [], looks: reading.canary?.looks ?? [] };
  return readCanary(plan, await factsOf(env, projectId, id, plan), memory, nowMs);
}

async function factsOf(env: Pick<Bindings, "INDEX">, projectId: string, id: string, plan: CanaryPlan): Promise<CanaryFacts> {
  const exposures = await exposuresOf(env.INDEX, projectId, id, mostUnits(plan));
  const outcomes = new Map<string, readonly UnitOutcome[]>();
  for (const { name } of plan.metrics) outcomes.set(name, await outcomesOf(env.INDEX, projectId, id, name, exposures));
  return { exposures, outcomes };
}

async function act(
  env: Bindings,
  projectId: string,
  experiment: Experiment,
  plan: CanaryPlan,
  reading: CanaryReading,
  nowMs: number,
): Promise<Experiment> {
  if (reading.action === "abort") return end(env, projectId, experiment, "aborted", reading, nowMs);
  if (reading.canary.is_over) return end(env, projectId, experiment, "done", reading, nowMs);
  const share = reading.srm?.srm === true ? null : rampDue(plan, reading.canary.ramp, reading.canary.units.candidate);
  if (share === null) return experiment;
  const grown: CanaryReading = {
    ...reading,
    canary: { ...reading.canary, share, ramp: [...reading.canary.ramp, { share, at: new Date(nowMs).toISOString() }] },
  };
  const draft = drafted("experiment.ramped", experiment, { share: reading.canary.share }, { share }, null, nowMs);
  if (!(await swapReading(env.INDEX, projectId, experiment, grown, nowMs, draft))) return experiment;
  await announceAudit(env, projectId);
  return { ...experiment, reading: grown };
}

async function end(
  env: Bindings,
  projectId: string,
  experiment: Experiment,
  status: "aborted" | "done",
  reading: CanaryReading,
  nowMs: number,
): Promise<Experiment> {
  const after = { status, verdict: reading.verdict, harmful: reading.canary.harmful.length, reading: recordHash(reading) };
  const error = status === "aborted" ? reading.decisive_sentence : null;
  const draft = drafted(`experiment.${status}`, experiment, { status: experiment.status }, after, error, nowMs);
  // Whoever moves it writes the one line in the log; the others find it moved.
  if (await moveExperiment(env.INDEX, projectId, experiment, { status, error, reading }, draft)) await announceAudit(env, projectId);
  const moved = (await findExperiment(env.INDEX, projectId, experiment.id)) ?? experiment;
  await tellCanary(env, projectId, moved, nowMs);
  return moved;
}

function drafted(
  action: AuditAction,
  { id }: Experiment,
  before: AuditedState,
  after: AuditedState,
  reason: string | null,
  nowMs: number,
): AuditDraft {
  return { id: `aud_${ulid(nowMs)}`, at: new Date(nowMs).toISOString(), actor: bento, action, object: id, before, after, reason };
}

/** Should it be lost, the minute finds the draft. */
async function announceAudit(env: Bindings, projectId: string): Promise<void> {
  const message: AuditMessage = { v: 1, kind: "audit", project_id: projectId, from: null };
  await env.AUDIT_QUEUE.send(message).catch(() => {});
}
