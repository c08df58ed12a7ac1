// What the loop decides from, as it stands now: the agent's policies, its failure signals, the versions that are to mend them with their gates and
// promises, and what the last day has used up. Gates whose evidence is complete are decided on the way.
import { listArtifacts, versionsOf, type KeptVersion } from "../d1/artifacts.ts";
import { listExperiments } from "../d1/experiments.ts";
import { findGate, listGates } from "../d1/gates.ts";
import { listOptimisations } from "../d1/optimisations.ts";
import { standingPolicies } from "../d1/policies.ts";
import { signalsOfAgent, type SignalRow } from "../d1/signal-rows.ts";
import { refOf, type Artifact } from "../domain/artifact/artifact.ts";
import { latestVersion, promotedVersion, versionState } from "../domain/artifact/lifecycle.ts";
import type { LoopCanary, LoopFacts, LoopGate, LoopSignal, LoopVersion } from "../domain/artifact/loop.ts";
import type { OptimisationState } from "../domain/artifact/effect.ts";
import { promotionProblem } from "../domain/experiment/canary-promotion.ts";
import type { Candidate } from "../domain/experiment/candidate.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import { isOpen, type Gate } from "../domain/experiment/gate.ts";
import { unseenProblem } from "../domain/artifact/unseen.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { unseenOf } from "./artifact-step.ts";
import { settledGate } from "./settle-gate.ts";

/** Of an agent; the newest. */
const mostArtifacts = 200;
const mostGates = 200;
const mostCanaries = 100;
const msOfADay = 86_400_000;

export interface LoopStands extends LoopFacts {
  rows: readonly SignalRow[];
  artifacts: ReadonlyMap<string, { artifact: Artifact; versions: readonly KeptVersion[] }>;
  /** Of the loop, newest first. */
  gates: readonly Gate[];
}

type Stores = Pick<Bindings, "INDEX">;

export async function loopFacts(env: Stores, projectId: string, agent: string, nowMs: number): Promise<LoopStands> {
  const newest = { after: null, limit: mostArtifacts };
  const [policies, rows, { items: artifacts }, { items: optimisations }] = await Promise.all([
    standingPolicies(env.INDEX, projectId, agent),
    signalsOfAgent(env.INDEX, projectId, agent),
    listArtifacts(env.INDEX, projectId, { agent }, newest),
    listOptimisations(env.INDEX, projectId, { agent }, newest),
  ]);
  const { items: canaries } = await listExperiments(env.INDEX, projectId, { agent, kind: "canary" }, { after: null, limit: mostCanaries });
  const gates = await gatesOfLoop(env, projectId, agent, nowMs);
  const movedMs = Math.max(0, ...artifacts.flatMap(movesOf));
  const promises = new Map(
    optimisations.flatMap(({ artifactId, version, endedMs, state }) =>
      endedMs === null ? [[`${artifactId} ${version}`, state] as const] : [],
    ),
  );
  const kept = new Map<string, { artifact: Artifact; versions: readonly KeptVersion[] }>();
  const versions: LoopVersion[] = [];
  for (const artifact of artifacts) {
    const own = await versionsOf(env.INDEX, projectId, artifact.id);
    kept.set(artifact.id, { artifact, versions: own });
    for (const version of own.filter((one) => isLookedAt(artifact, one)))
      versions.push(await factsOf(env, projectId, artifact, own, version, { gates, canaries, movedMs, promises }, nowMs));
  }
  const signals = rows.filter(isFailureClass).map(signalOf);
  const spent = { drafts: draftsOf([...kept.values()], nowMs), gates: countBy(gates.filter(isToday(nowMs)).map(policyOf)) };
  const runningCanary = canaries.find(({ status }) => status === "running")?.id ?? null;
  return { policies, signals, versions, runningCanary, spent, rows, artifacts: kept, gates };
}

/** By whom a version is that the loop drafted. */
export const byPolicy = (policyId: string): string => `bento by ${policyId}`;

async function gatesOfLoop(env: Stores, projectId: string, agent: string, nowMs: number): Promise<Gate[]> {
  const { items } = await listGates(env.INDEX, projectId, { agent }, { after: null, limit: mostGates });
  const own = items.filter(({ loopPolicyId }) => loopPolicyId !== undefined);
  // A gate that is decided is written down whole, so it has to be read whole.
  return Promise.all(
    own.map(async (gate) => {
      const whole = gate.status === "running" ? await findGate(env.INDEX, projectId, gate.id) : null;
      return whole === null ? gate : settledGate(env, projectId, whole, nowMs);
    }),
  );
}

/** Leaves only: the signal of a family is its leaves over again. */
const isFailureClass = ({ family, record }: SignalRow): boolean =>
  family === null && record.polarity === "failure" && record.state !== "archived" && record.state !== "resolved";

const signalOf = ({ id, slug, record }: SignalRow): LoopSignal => ({ id, slug, rate: record.rate, runs: record.count });

/** The newest version, and the one in use. */
const isLookedAt = ({ lifecycle }: Artifact, { version }: KeptVersion): boolean =>
  version === latestVersion(lifecycle) || version === promotedVersion(lifecycle);

/** When what is in use became another. */
const movesOf = ({ lifecycle: { history } }: Artifact): number[] =>
  history.flatMap((entry, i) => ((history[i - 1]?.promoted_version ?? null) === entry.promoted_version ? [] : [Date.parse(entry.at)]));

interface Around {
  gates: readonly Gate[];
  /** Newest first. */
  canaries: readonly Experiment[];
  movedMs: number;
  promises: ReadonlyMap<string, OptimisationState>;
}

async function factsOf(
  env: Stores,
  projectId: string,
  artifact: Artifact,
  versions: readonly KeptVersion[],
  { version, hypothesis, provenance, createdMs }: KeptVersion,
  { gates, canaries, movedMs, promises }: Around,
  nowMs: number,
): Promise<LoopVersion> {
  const { id, slug, kind, lifecycle } = artifact;
  const ref = refOf(slug, version);
  const state = versionState(lifecycle, version);
  const isAlone = ({ artifacts }: Candidate): boolean => artifacts.length === 1 && artifacts[0] === ref;
  const found = gates.find(({ candidate }) => isAlone(candidate)) ?? null;
  const canary = canaries.find(({ design, status }) => isAlone(design.candidate) && status !== "draft") ?? null;
  return {
    artifactId: id,
    ref,
    version,
    kind,
    signalId: hypothesis?.target_signal_id ?? null,
    state,
    wasTakenBack: lifecycle.history.some((entry) => entry.action === "reverted" && entry.version === version),
    isOwnDraft: provenance.made_by === "rule" && provenance.signal_id !== null,
    isSignedFor: lifecycle.validations[version - 1]?.by === "sign_off",
    gate: found === null ? null : await gateOf(env, projectId, versions, version, found, movedMs, nowMs),
    canary: canary === null ? null : canaryOf(canary),
    promise: state === "promoted" ? (promises.get(`${id} ${version}`) ?? null) : null,
    createdMs,
  };
}

const canaryOf = ({ id, status, reading, error }: Experiment): LoopCanary => ({
  id,
  isRunning: status === "running",
  isProven:
    (status === "done" || status === "promoted") &&
    promotionProblem(reading, { by: "machine", policyId: id, override: false, reason: null }) === null,
  sentence: error ?? reading.decisive_sentence,
});

async function gateOf(
  env: Stores,
  projectId: string,
  versions: readonly KeptVersion[],
  version: number,
  gate: Gate,
  movedMs: number,
  nowMs: number,
): Promise<LoopGate> {
  const { id, status, verdict, createdMs } = gate;
  const whole = verdict === "pass" ? await findGate(env.INDEX, projectId, id) : null;
  const unseen = whole === null ? null : unseenProblem(await unseenOf(env, projectId, versions, version, whole));
  return { id, status, verdict, isOpen: isOpen(gate, nowMs), isStale: movedMs > createdMs, createdMs, unseenProblem: unseen };
}

const isToday =
  (nowMs: number) =>
  ({ createdMs }: { createdMs: number }): boolean =>
    createdMs > nowMs - msOfADay;

const policyOf = ({ loopPolicyId }: Gate): string => loopPolicyId ?? "";

const draftsOf = (all: readonly { versions: readonly KeptVersion[] }[], nowMs: number): Map<string, number> =>
  countBy(
    all
      .flatMap(({ versions }) => versions)
      .filter(isToday(nowMs))
      .flatMap(({ by }) => (by.startsWith(byPolicy("")) ? [by.slice(byPolicy("").length)] : [])),
  );

const countBy = (names: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
