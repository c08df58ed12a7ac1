// Asks for a gate on one version of an artifact, as the loop: a replay over the policy's suite by the policy's driver, with the version beside what is
// in use, and the gate that waits for it. The ids come from what is asked, so that two who ask at once ask once.
import { ulid } from "ulidx";
import { findExperiment, moveExperiment, putExperiment } from "../d1/experiments.ts";
import { findGate, putGate } from "../d1/gates.ts";
import { itemStatements } from "../d1/replay-items.ts";
import { namedRunsOf } from "../d1/replay-runs.ts";
import { casesOf } from "../d1/suites.ts";
import type { LoopTerms } from "../domain/artifact/loop-terms.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditDraft } from "../domain/audit/entry.ts";
import { timedId } from "../domain/drift/stable-id.ts";
import type { Candidate } from "../domain/experiment/candidate.ts";
import { nothingRead, type Experiment } from "../domain/experiment/experiment.ts";
import { expectedByRun, replayedAs } from "../domain/experiment/gate-evidence.ts";
import { msOfAnHour, type Gate } from "../domain/experiment/gate.ts";
import { replayPlan } from "../domain/experiment/replay-plan.ts";
import { namedRuns } from "../domain/experiment/sampling.ts";
import type { Suite, SuiteCase } from "../domain/experiment/suite.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { sendReplay } from "./replay-message.ts";

export interface GateWanted {
  suite: Suite;
  ref: string;
  policyId: string;
  terms: LoopTerms;
}

/** The gate's id; null where the suite has no case that can be replayed, or somebody asked at the same moment. */
export async function startLoopGate(
  env: Pick<Bindings, "INDEX" | "REPLAY_QUEUE">,
  projectId: string,
  wanted: GateWanted,
  nowMs: number,
): Promise<string | null> {
  const { suite, ref, policyId, terms } = wanted;
  const cases = await casesOf(env.INDEX, projectId, suite.id, suite.version);
  const ids = await replayableIds(env, projectId, suite.agent, cases);
  if (ids.length === 0) return null;
  const candidate: Candidate = { config: {}, artifacts: [ref], driver: terms.driver };
  // Two who ask in one minute for the same thing get the same ids, and the second of them writes nothing.
  const atMs = Math.floor(nowMs / msOfAMinute) * msOfAMinute;
  const parts = [projectId, policyId, suite.id, String(suite.version), ref];
  const experiment = experimentOf(timedId("exp_", atMs, parts), wanted, candidate, ids, expectedByRun(cases), nowMs);
  const gate = gateOf(timedId("gat_", atMs, parts), wanted, candidate, experiment.id, nowMs);
  const about = { agent: recordHash(suite.agent), candidate: recordHash(candidate), suite: suite.id, policy: policyId };
  const statements = itemStatements(env.INDEX, projectId, experiment.id, ids, 1);
  const made = audited("experiment.made", experiment.id, { kind: "replay", cases: ids.length, ...about }, nowMs);
  const asked = audited("gate.made", gate.id, { suite_version: suite.version, ...about }, nowMs);
  const isOurs = await unlessThere(
    () => putExperiment(env.INDEX, projectId, experiment, made, statements),
    () => findExperiment(env.INDEX, projectId, experiment.id),
  );
  const put = () => putGate(env.INDEX, projectId, gate, asked);
  await unlessThere(put, () => findGate(env.INDEX, projectId, gate.id));
  const started = { ...audited("experiment.started", experiment.id, { status: "running" }, nowMs), before: { status: "draft" } };
  await moveExperiment(env.INDEX, projectId, experiment, { status: "running" }, started);
  await sendReplay(env, projectId, experiment.id);
  return isOurs ? gate.id : null;
}

/** Names under which the cases are replayed, each once; without those whose run is not whole. */
async function replayableIds(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  agent: string,
  cases: readonly SuiteCase[],
): Promise<string[]> {
  const recorded = cases.flatMap(({ runId }) => runId ?? []);
  const whole = new Set((await namedRunsOf(env.INDEX, projectId, agent, recorded)).ids);
  return [...new Set(cases.filter(({ runId }) => runId === null || whole.has(runId)).map(replayedAs))];
}

/** false when it was written already. Whoever stopped half way left a part behind, and the other parts still come. */
export async function unlessThere(write: () => Promise<void>, find: () => Promise<unknown>): Promise<boolean> {
  if ((await find()) !== null) return false;
  try {
    await write();
    return true;
  } catch (error) {
    if ((await find()) === null) throw error;
    return false;
  }
}

const msOfAMinute = 60_000;

function experimentOf(
  id: string,
  { suite, terms }: GateWanted,
  candidate: Candidate,
  ids: readonly string[],
  expected: Record<string, unknown>,
  nowMs: number,
): Experiment {
  const plan = replayPlan.parse({ runs: ids, expected, max_cost_usd: terms.max_cost_usd_per_gate });
  return {
    id,
    agent: suite.agent,
    status: "draft",
    design: { kind: "replay", candidate, baseline: null, plan, sampling: namedRuns(ids.length), estimatedUsd: null, suiteId: suite.id },
    origin: terms.origin,
    secret: terms.secret,
    reading: nothingRead,
    salt: crypto.randomUUID(),
    total: ids.length,
    costUsd: 0,
    error: null,
    createdMs: nowMs,
    startedMs: null,
    endedMs: null,
    updatedMs: nowMs,
  };
}

function gateOf(id: string, { suite, policyId, terms }: GateWanted, candidate: Candidate, experimentId: string, nowMs: number): Gate {
  return {
    id,
    agent: suite.agent,
    suiteId: suite.id,
    suiteVersion: suite.version,
    candidate,
    policy: terms.gate,
    status: "running",
    verdict: "insufficient",
    reasons: [`The evidence is not complete yet: ${experimentId} is under way.`],
    judgement: null,
    cases: [],
    counts: null,
    evidence: { evaluationId: null, experimentId, evaluatorIds: [], leftOut: [], atMs: null },
    waiver: null,
    loopPolicyId: policyId,
    createdMs: nowMs,
    decidedMs: null,
    expiresMs: nowMs + terms.gate.expires_after_h * msOfAnHour,
  };
}

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
