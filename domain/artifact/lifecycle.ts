// How a version comes to be in use, and how it leaves again: candidate → validated → promoted → deprecated. A version is validated by a gate
// that it passed on cases nobody made it from, or by a person who signs for it; it is promoted only through a gate that is open for it, by a
// person or by a policy that one signed. Every step can be taken back by one step. Nothing here reads a clock.
import { isOpen, type Gate } from "../experiment/gate.ts";
import { refOf } from "./artifact.ts";
import { unseenProblem, type UnseenCases } from "./unseen.ts";

export const artifactStates = ["candidate", "validated", "promoted", "deprecated"] as const;
export type ArtifactState = (typeof artifactStates)[number];

export interface Validation {
  by: "gate" | "sign_off";
  /** null for a sign-off. */
  gate_id: string | null;
}

export interface LifecycleEntry {
  at: string;
  by: string;
  action: "made" | "version_added" | "validated" | "promoted" | "deprecated" | "reverted";
  version: number;
  /** In use afterwards; null for none. */
  promoted_version: number | null;
  gate_id: string | null;
  policy_id: string | null;
  reason: string | null;
}

export interface Lifecycle {
  /** By version − 1; null for a candidate. */
  validations: (Validation | null)[];
  /** Versions as they were promoted one after the other, as far as they were not taken back: the last one is in use. */
  shipped: number[];
  is_deprecated: boolean;
  /** Oldest first. */
  history: LifecycleEntry[];
}

/** What a step needs of a gate. */
export type ProvingGate = Pick<Gate, "id" | "agent" | "status" | "verdict" | "waiver" | "expiresMs" | "candidate">;

export interface Actor {
  name: string;
  kind: "person" | "machine";
}

interface Step {
  atMs: number;
  actor: Actor;
  reason: string | null;
}

export type LifecycleStep = Step &
  (
    | { type: "add_version" }
    | { type: "validate"; version: number; proof: { gate: ProvingGate; unseen: UnseenCases } | "sign_off" }
    | { type: "promote"; version: number; gate: ProvingGate | null; policyId: string | null }
    | { type: "deprecate" }
    /** `version`: what is to be taken out; a repeated request then changes nothing. */
    | { type: "revert"; version: number | null }
  );

export type Stepped =
  | { kind: "moved"; lifecycle: Lifecycle }
  /** It is so already. */
  | { kind: "same" }
  | { kind: "refused"; status: 403 | 404 | 409; message: string };

/** With its first version. */
export function newLifecycle(by: string, atMs: number): Lifecycle {
  const made = entry({ atMs, actor: { name: by, kind: "machine" }, reason: null }, "made", 1, null);
  return { validations: [null], shipped: [], is_deprecated: false, history: [made] };
}

/** In use; null while none is. */
export const promotedVersion = ({ shipped, is_deprecated: isDeprecated }: Lifecycle): number | null =>
  isDeprecated ? null : (shipped.at(-1) ?? null);

export const latestVersion = ({ validations }: Lifecycle): number => validations.length;

export function stateOf(lifecycle: Lifecycle): ArtifactState {
  if (lifecycle.is_deprecated) return "deprecated";
  if (lifecycle.shipped.length > 0) return "promoted";
  return lifecycle.validations.some((one) => one !== null) ? "validated" : "candidate";
}

export function versionState(lifecycle: Lifecycle, version: number): ArtifactState {
  if (lifecycle.is_deprecated) return "deprecated";
  if (promotedVersion(lifecycle) === version) return "promoted";
  return (lifecycle.validations[version - 1] ?? null) === null ? "candidate" : "validated";
}

/** Where `step` leads. @param of whose lifecycle it is: gates name it */
export function stepLifecycle(lifecycle: Lifecycle, of: { agent: string; slug: string }, step: LifecycleStep): Stepped {
  if ("version" in step && step.version !== null && (step.version < 1 || step.version > latestVersion(lifecycle)))
    return no(404, `It has no version ${step.version}; the newest is ${latestVersion(lifecycle)}.`);
  switch (step.type) {
    case "add_version": {
      const version = latestVersion(lifecycle) + 1;
      const next = { ...lifecycle, validations: [...lifecycle.validations, null] };
      return moved(next, entry(step, "version_added", version, promotedVersion(next)));
    }
    case "validate":
      return validated(lifecycle, of, step);
    case "promote":
      return promoted(lifecycle, of, step);
    case "deprecate":
      if (lifecycle.is_deprecated) return { kind: "same" };
      return moved(
        { ...lifecycle, is_deprecated: true },
        entry(step, "deprecated", lifecycle.shipped.at(-1) ?? latestVersion(lifecycle), null),
      );
    case "revert":
      return reverted(lifecycle, step);
  }
}

function validated(lifecycle: Lifecycle, of: { agent: string; slug: string }, step: LifecycleStep & { type: "validate" }): Stepped {
  const { version, proof } = step;
  if (lifecycle.is_deprecated) return no(409, "It is deprecated: revert that first.");
  if ((lifecycle.validations[version - 1] ?? null) !== null) return { kind: "same" };
  if (proof === "sign_off" && step.actor.kind !== "person")
    return no(
      403,
      "Only a person signs for a version: this key is a machine's. Make one with `kind: person`, or give a gate that it passed.",
    );
  const problem = proof === "sign_off" ? null : (gateProblem(proof.gate, of, version, step.atMs, true) ?? unseenProblem(proof.unseen));
  if (problem !== null) return no(409, problem);
  const gateId = proof === "sign_off" ? null : proof.gate.id;
  const validation: Validation = { by: proof === "sign_off" ? "sign_off" : "gate", gate_id: gateId };
  const validations = lifecycle.validations.with(version - 1, validation);
  return moved({ ...lifecycle, validations }, { ...entry(step, "validated", version, promotedVersion(lifecycle)), gate_id: gateId });
}

function promoted(lifecycle: Lifecycle, of: { agent: string; slug: string }, step: LifecycleStep & { type: "promote" }): Stepped {
  const { version, gate, policyId, actor } = step;
  if (actor.kind === "machine" && policyId === null)
    return no(403, "Only a person promotes: this key is a machine's. Make one with `kind: person`, or have a person sign a policy.");
  if (promotedVersion(lifecycle) === version) return { kind: "same" };
  if (lifecycle.is_deprecated) return no(409, "It is deprecated: revert that first.");
  const validation = lifecycle.validations[version - 1] ?? null;
  if (gate === null)
    return no(
      409,
      `Version ${version} needs an open gate: ask for one with POST /v1/gates and the candidate \`${refOf(of.slug, version)}\`.`,
    );
  // A policy stands for proof alone; what a person waived or signed for, a person promotes.
  const problem = gateProblem(gate, of, version, step.atMs, actor.kind === "machine");
  if (problem !== null) return no(409, problem);
  if (validation === null) return no(409, `Version ${version} is a candidate: validate it first.`);
  if (actor.kind === "machine" && validation.by === "sign_off")
    return no(409, "A policy promotes what a gate has validated; a person signed for this version, so a person promotes it.");
  const next = { ...lifecycle, shipped: [...lifecycle.shipped, version] };
  const policy = actor.kind === "machine" ? policyId : null;
  return moved(next, { ...entry(step, "promoted", version, version), gate_id: gate.id, policy_id: policy });
}

/** Out of use: back to the version before. Out of deprecation: as it was. Out of validation: a candidate again. */
function reverted(lifecycle: Lifecycle, step: LifecycleStep & { type: "revert" }): Stepped {
  const inUse = promotedVersion(lifecycle);
  if (lifecycle.is_deprecated) {
    const next = { ...lifecycle, is_deprecated: false };
    return moved(next, entry(step, "reverted", next.shipped.at(-1) ?? latestVersion(next), promotedVersion(next)));
  }
  if (step.version !== null && inUse !== null && step.version !== inUse) return { kind: "same" };
  if (inUse !== null) {
    const next = { ...lifecycle, shipped: lifecycle.shipped.slice(0, -1) };
    return moved(next, entry(step, "reverted", inUse, promotedVersion(next)));
  }
  const last = lifecycle.validations.findLastIndex((one) => one !== null);
  const version = step.version ?? last + 1;
  if (last === -1 || (lifecycle.validations[version - 1] ?? null) === null)
    return step.version === null ? no(409, "It is a candidate: there is nothing to revert.") : { kind: "same" };
  return moved({ ...lifecycle, validations: lifecycle.validations.with(version - 1, null) }, entry(step, "reverted", version, null));
}

/** Why the gate does not let this version through now; null when it does. */
export function gateProblem(
  gate: ProvingGate,
  { agent, slug }: { agent: string; slug: string },
  version: number,
  nowMs: number,
  mustPass: boolean,
): string | null {
  const ref = refOf(slug, version);
  if (gate.agent !== agent || !gate.candidate.artifacts.includes(ref)) return `The gate ${gate.id} is about something else than ${ref}.`;
  if (gate.status === "running") return `The gate ${gate.id} is not decided yet.`;
  if (nowMs >= gate.expiresMs) return `The gate ${gate.id} has expired: make a new one.`;
  if (!isOpen(gate, nowMs)) return `The gate ${gate.id} is shut: its verdict is ${gate.verdict}.`;
  if (mustPass && gate.verdict !== "pass") return `The gate ${gate.id} was waived, not passed: a person must sign for this version.`;
  return null;
}

function entry({ atMs, actor, reason }: Step, action: LifecycleEntry["action"], version: number, inUse: number | null): LifecycleEntry {
  const at = new Date(atMs).toISOString();
  return { at, by: actor.name, action, version, promoted_version: inUse, gate_id: null, policy_id: null, reason };
}

const moved = (next: Lifecycle, said: LifecycleEntry): Stepped => ({
  kind: "moved",
  lifecycle: { ...next, history: [...next.history, said] },
});
const no = (status: 403 | 404 | 409, message: string): Stepped => ({ kind: "refused", status, message });
