// Runs the loop for an agent: it does what domain/artifact/loop.ts says is next, one step after the other, until only waiting is left. Each step is
// written down by what it changes, so that whoever is stopped half way goes on from there, and two at once do each thing once.
import { loopAgents } from "../d1/loop-agents.ts";
import { standingPolicies } from "../d1/policies.ts";
import { findSuite } from "../d1/suites.ts";
import { stepLifecycle, type LifecycleStep } from "../domain/artifact/lifecycle.ts";
import { decideLoop, loopPolicy, type LoopNext, type LoopVersion } from "../domain/artifact/loop.ts";
import { isInForce, type PolicyGrant } from "../domain/artifact/policy.ts";
import { bento, type AuditAction } from "../domain/audit/entry.ts";
import { findGate } from "../d1/gates.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { unseenOf, writeStep } from "./artifact-step.ts";
import { draftArtifact } from "./draft-artifact.ts";
import { failureWords } from "./failure-words.ts";
import { addLoopCases } from "./loop-cases.ts";
import { startLoopCanary } from "./loop-canary.ts";
import { byPolicy, loopFacts, type LoopStands } from "./loop-facts.ts";
import { startLoopGate } from "./loop-gate.ts";

/** Steps of one call; the next minute goes on. */
const mostSteps = 30;
const agentsAtATime = 50;

type Act = Extract<LoopNext, { policyId: string }>;

/** Every agent that a standing policy has the loop work for. */
export async function loopsOfTheMinute(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const { projectId, agent } of await loopAgents(env.INDEX, agentsAtATime)) {
    if (isOver()) return;
    try {
      await runLoop(env, projectId, agent, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: "loop", reason: failureWords(error) }));
    }
  }
}

/** Without a policy that is in force nothing is read and nothing done. @returns steps that were taken */
export async function runLoop(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<number> {
  const policies = await standingPolicies(env.INDEX, projectId, agent);
  if (!policies.some((one) => (one.record.loop ?? null) !== null && isInForce(one, nowMs))) return 0;
  const tried = new Set<string>();
  let taken = 0;
  for (let i = 0; i < mostSteps; i++) {
    const stands = await loopFacts(env, projectId, agent, nowMs);
    // What was tried in this call and changed nothing is not tried again in it.
    const next = decideLoop(stands, nowMs).find((one): one is Act => one.policyId !== null && !tried.has(nameOf(one)));
    if (next === undefined) return taken;
    tried.add(nameOf(next));
    if (await act(env, projectId, stands, next, nowMs)) taken += 1;
  }
  return taken;
}

const nameOf = ({ do: what, about }: LoopNext): string => `${what} ${"ref" in about ? about.ref : about.id}`;

/** false when nothing came of it: somebody else was a moment ahead, or it cannot be done now. */
async function act(env: Bindings, projectId: string, stands: LoopStands, next: Act, nowMs: number): Promise<boolean> {
  const { about, policyId, why } = next;
  if (!("ref" in about)) return draft(env, projectId, stands, about.id, policyId, nowMs);
  if (next.do === "gate") return gate(env, projectId, stands, about, policyId, nowMs);
  if (next.do === "canary") return canary(env, projectId, stands, about, policyId, nowMs);
  const version = about.version;
  const by = { atMs: nowMs, actor: { name: byPolicy(policyId), kind: "machine" as const }, reason: `By ${policyId}: ${why}` };
  if (next.do === "revert") return step(env, projectId, stands, about, { ...by, type: "revert", version }, null, "artifact.reverted");
  const own = about.gate === null ? null : await findGate(env.INDEX, projectId, about.gate.id);
  if (own === null) return false;
  if (next.do === "promote")
    return step(env, projectId, stands, about, { ...by, type: "promote", version, gate: own, policyId }, own, "artifact.promoted");
  const versions = stands.artifacts.get(about.artifactId)?.versions ?? [];
  const proof = { gate: own, unseen: await unseenOf(env, projectId, versions, version, own) };
  return step(env, projectId, stands, about, { ...by, type: "validate", version, proof }, own, "artifact.validated");
}

async function step(
  env: Bindings,
  projectId: string,
  { artifacts }: LoopStands,
  { artifactId }: LoopVersion,
  taken: LifecycleStep,
  own: Parameters<typeof writeStep>[2]["gate"],
  action: AuditAction,
): Promise<boolean> {
  const found = artifacts.get(artifactId);
  if (found === undefined) return false;
  const { artifact, versions } = found;
  const stepped = stepLifecycle(artifact.lifecycle, artifact, taken);
  if (stepped.kind !== "moved") return false;
  const stepping = { artifact, versions, gate: own, action, actor: bento, nowMs: taken.atMs };
  return writeStep(env, projectId, stepping, stepped.lifecycle);
}

async function draft(
  env: Bindings,
  projectId: string,
  { rows }: LoopStands,
  signalId: string,
  policyId: string,
  nowMs: number,
): Promise<boolean> {
  const signal = rows.find(({ id }) => id === signalId);
  if (signal === undefined) return false;
  const asked = { by: byPolicy(policyId), actor: bento, incidentId: null };
  return (await draftArtifact(env, projectId, signal, asked, nowMs)) !== null;
}

/** Cases first, then the gate over the suite as it is with them. */
async function gate(
  env: Bindings,
  projectId: string,
  { policies, artifacts }: LoopStands,
  { kind, signalId, artifactId, version, ref }: LoopVersion,
  policyId: string,
  nowMs: number,
): Promise<boolean> {
  const grant: PolicyGrant = "artifact.validate";
  const terms = loopPolicy(policies, grant, kind, nowMs)?.terms;
  const suite = terms === undefined ? null : await findSuite(env.INDEX, projectId, terms.suite_id);
  if (terms === undefined || suite === null || signalId === null) return false;
  const own = artifacts.get(artifactId)?.versions.find((one) => one.version === version);
  const seen = new Set(own?.provenance.run_ids ?? []);
  if (!(await addLoopCases(env, projectId, suite, { signalId, seen, most: terms.cases_per_gate, policyId }, nowMs))) return false;
  const grown = await findSuite(env.INDEX, projectId, suite.id);
  return grown !== null && (await startLoopGate(env, projectId, { suite: grown, ref, policyId, terms }, nowMs)) !== null;
}

async function canary(
  env: Bindings,
  projectId: string,
  { policies }: LoopStands,
  { kind, ref }: LoopVersion,
  policyId: string,
  nowMs: number,
): Promise<boolean> {
  const found = loopPolicy(policies, "artifact.canary", kind, nowMs);
  const agent = policies.find(({ id }) => id === policyId)?.agent;
  if (found === null || agent === undefined) return false;
  return startLoopCanary(env, projectId, { agent, ref, policyId, terms: found.terms }, nowMs);
}
