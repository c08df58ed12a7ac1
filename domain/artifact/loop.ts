// What the loop does next for an agent: from the signals, the versions that are to mend them, their gates and what was measured since, it says for
// each what is to be done by which policy, or what it waits for and why. It proves nothing itself: a gate does, and the lifecycle holds the door.
import type { OptimisationState } from "./effect.ts";
import type { ArtifactKind } from "./artifact.ts";
import type { ArtifactState } from "./lifecycle.ts";
import { needsCanary, type LoopTerms } from "./loop-terms.ts";
import { policyFor, type Policy, type PolicyGrant } from "./policy.ts";

export interface LoopSignal {
  id: string;
  slug: string;
  /** null without runs. */
  rate: number | null;
  /** Runs that show it. */
  runs: number;
}

/** The newest gate on a version alone, over the policy's suite and by its driver. */
export interface LoopGate {
  id: string;
  status: "running" | "done";
  verdict: string;
  /** Decided, not expired, and passed or waived. */
  isOpen: boolean;
  /** Something else came into use or left it since it was asked for. */
  isStale: boolean;
  createdMs: number;
  /** Why it does not show that the version wins on cases it was not made from; null where it does, or did not pass. */
  unseenProblem: string | null;
}

/** The newest canary of a version alone. */
export interface LoopCanary {
  id: string;
  isRunning: boolean;
  /** Over, and it showed the version better and harmless. */
  isProven: boolean;
  /** What it says, in one sentence. */
  sentence: string;
}

export interface LoopVersion {
  artifactId: string;
  /** `slug@version` */
  ref: string;
  version: number;
  kind: ArtifactKind;
  /** That it promises to make rarer; null: the loop leaves it to people. */
  signalId: string | null;
  state: ArtifactState;
  /** It was in use or validated, and somebody took that back. */
  wasTakenBack: boolean;
  /** Drafted by rule from its signal. */
  isOwnDraft: boolean;
  /** A person signed for it, so a person promotes it. */
  isSignedFor: boolean;
  gate: LoopGate | null;
  canary: LoopCanary | null;
  /** Of a version in use. */
  promise: OptimisationState | null;
  createdMs: number;
}

export interface LoopSpent {
  /** Of the last 24 hours, by policy. */
  drafts: ReadonlyMap<string, number>;
  gates: ReadonlyMap<string, number>;
}

export interface LoopFacts {
  /** Standing policies of the agent. */
  policies: readonly Policy[];
  signals: readonly LoopSignal[];
  versions: readonly LoopVersion[];
  /** Of the agent, whoever started it; null while none runs. */
  runningCanary: string | null;
  spent: LoopSpent;
}

export type LoopAct = "draft" | "gate" | "validate" | "canary" | "promote" | "revert";
export type LoopNext = { about: LoopSignal | LoopVersion; why: string } & (
  | { do: LoopAct; policyId: string }
  /** Time or a budget will tell. */
  | { do: "wait"; policyId: null }
  /** Nothing more is done by the loop. */
  | { do: "leave"; policyId: null }
);

const msOfADay = 86_400_000;
/** Verdicts that say that the cases told too little, not that the version is bad: tried again a day later. */
const saysLittle: ReadonlySet<string> = new Set(["insufficient", "incomparable", "nothing_to_compare"]);

/** Of every version, then of every signal: what takes something out of use first, then what is nearest to use, then the most frequent. */
export function decideLoop(facts: LoopFacts, nowMs: number): LoopNext[] {
  const running = facts.versions.find(({ gate }) => gate?.status === "running")?.gate ?? null;
  const steps = [
    ...facts.versions.map((one) => nextOfVersion(one, facts, running, nowMs)),
    ...facts.signals.map((one) => nextOfSignal(one, facts, nowMs)),
  ];
  const rateOf = ({ about }: LoopNext): number => {
    const id = "ref" in about ? about.signalId : about.id;
    return facts.signals.find((signal) => signal.id === id)?.rate ?? 0;
  };
  return steps.toSorted((a, b) => order.indexOf(a.do) - order.indexOf(b.do) || rateOf(b) - rateOf(a));
}

const order: readonly LoopNext["do"][] = ["revert", "promote", "canary", "validate", "gate", "draft", "wait", "leave"];

/** The policy with terms of the loop by which this may be done; null without one. */
export function loopPolicy(policies: readonly Policy[], grant: PolicyGrant, kind: ArtifactKind | null, nowMs: number) {
  const found = policyFor(
    policies.filter(({ record }) => (record.loop ?? null) !== null),
    grant,
    kind,
    nowMs,
  );
  const terms: LoopTerms | null = found?.record.loop ?? null;
  return found === null || terms === null ? null : { id: found.id, terms };
}

function nextOfVersion(about: LoopVersion, facts: LoopFacts, running: LoopGate | null, nowMs: number): LoopNext {
  const { state, kind, gate, promise } = about;
  const may = (grant: PolicyGrant) => loopPolicy(facts.policies, grant, kind, nowMs);
  if (state === "deprecated") return left(about, "It is out of use for good.");
  if (state === "promoted") {
    if (promise !== "not_kept") return left(about, `It is in use; its promise: ${promise ?? "none"}.`);
    const policy = may("artifact.revert");
    if (policy === null) return waits(about, "Its promise was not kept, and no policy lets the loop take it back: a person decides.");
    return acts(about, "revert", policy.id, "Its promise was not kept.");
  }
  if (about.signalId === null) return left(about, "It names no signal that it makes rarer: it is for people to try.");
  if (about.wasTakenBack) return left(about, "It was taken back once: only a person brings it into use again.");
  if (about.isSignedFor) return left(about, "A person signed for it, so a person promotes it.");
  if (gate === null) return gated(about, facts, running, "Nobody has tried it yet.", nowMs);
  if (gate.status === "running") return waits(about, `The gate ${gate.id} is under way.`);
  if (gate.verdict !== "pass") {
    if (!saysLittle.has(gate.verdict)) return left(about, `The gate ${gate.id} refused it: ${gate.verdict}.`);
    if (nowMs - gate.createdMs < msOfADay) return waits(about, `The gate ${gate.id} told too little (${gate.verdict}): again a day later.`);
    return gated(about, facts, running, `The gate ${gate.id} told too little a day ago.`, nowMs);
  }
  if (gate.unseenProblem !== null) return left(about, `The gate ${gate.id} passed, but proves nothing: ${gate.unseenProblem}`);
  if (!gate.isOpen) return gated(about, facts, running, `The gate ${gate.id} has expired.`, nowMs);
  if (gate.isStale) return gated(about, facts, running, `What is in use is another one since the gate ${gate.id}.`, nowMs);
  if (state === "candidate") {
    const policy = may("artifact.validate");
    return policy === null ? waits(about, lacking("artifact.validate")) : acts(about, "validate", policy.id, `The gate ${gate.id} passed.`);
  }
  const policy = may("artifact.promote");
  if (policy === null) return waits(about, lacking("artifact.promote"));
  const won = `It won on cases that it was not made from (${gate.id})`;
  if (!needsCanary(policy.terms, kind)) return betweenCanaries(about, facts, acts(about, "promote", policy.id, `${won}.`));
  return ofCanary(about, facts, policy.id, won, nowMs);
}

function ofCanary(about: LoopVersion, facts: LoopFacts, promotesBy: string, won: string, nowMs: number): LoopNext {
  const { canary, kind } = about;
  if (canary === null) {
    const policy = loopPolicy(facts.policies, "artifact.canary", kind, nowMs);
    if (policy === null || policy.terms.canary === null) return waits(about, lacking("artifact.canary"));
    return betweenCanaries(about, facts, acts(about, "canary", policy.id, `${won}, and its kind needs a canary.`));
  }
  if (canary.isRunning) return waits(about, `The canary ${canary.id} is under way.`);
  if (!canary.isProven) return left(about, `The canary ${canary.id} does not show it better and harmless: ${canary.sentence}`);
  return betweenCanaries(about, facts, acts(about, "promote", promotesBy, `${won}, and in the canary ${canary.id}.`));
}

/** What is in use must not change under a canary, and an agent has one at a time. */
function betweenCanaries(about: LoopVersion, { runningCanary }: LoopFacts, next: LoopNext): LoopNext {
  return runningCanary === null ? next : waits(about, `The canary ${runningCanary} is under way: what is in use stays until it ends.`);
}

/** One at a time: of two that are tried beside each other neither was tried with the other. */
function gated(about: LoopVersion, facts: LoopFacts, running: LoopGate | null, why: string, nowMs: number): LoopNext {
  const policy = loopPolicy(facts.policies, "artifact.validate", about.kind, nowMs);
  if (policy === null) return waits(about, lacking("artifact.validate"));
  if (running !== null) return waits(about, `The gate ${running.id} is under way: candidates are tried one at a time.`);
  if ((facts.spent.gates.get(policy.id) ?? 0) >= policy.terms.gates_per_day)
    return waits(about, `The ${policy.terms.gates_per_day} gates of a day are used up (${policy.id}).`);
  return acts(about, "gate", policy.id, why);
}

function nextOfSignal(about: LoopSignal, { policies, versions, spent }: LoopFacts, nowMs: number): LoopNext {
  const policy = loopPolicy(policies, "artifact.draft", null, nowMs);
  if (policy === null) return waits(about, lacking("artifact.draft"));
  const own = versions.filter(({ signalId }) => signalId === about.id);
  const drafted = own.find(({ isOwnDraft }) => isOwnDraft);
  const used = own.find(({ state }) => state === "promoted");
  if (used !== undefined) return left(about, `${used.ref} is in use for it.`);
  if (drafted !== undefined) return left(about, `${drafted.ref} was drafted for it.`);
  const { drafts_per_day: most, least_runs: leastRuns, least_rate: leastRate } = policy.terms;
  if (about.runs < leastRuns) return waits(about, `${about.runs} runs show it; ${leastRuns} are needed to tell a habit.`);
  if (about.rate === null || about.rate < leastRate) return waits(about, `It is rarer than ${leastRate}.`);
  if ((spent.drafts.get(policy.id) ?? 0) >= most) return waits(about, `The ${most} drafts of a day are used up (${policy.id}).`);
  return acts(about, "draft", policy.id, `${about.runs} runs show it, and nothing was drafted for it.`);
}

const lacking = (grant: PolicyGrant): string => `No policy that is in force grants ${grant} to the loop.`;
const acts = (about: LoopNext["about"], what: LoopAct, policyId: string, why: string): LoopNext => ({ about, do: what, policyId, why });
const waits = (about: LoopNext["about"], why: string): LoopNext => ({ about, do: "wait", policyId: null, why });
const left = (about: LoopNext["about"], why: string): LoopNext => ({ about, do: "leave", policyId: null, why });
