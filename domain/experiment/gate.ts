// A gate: a stored, expiring decision on a candidate, with the rules and the evidence that it was made by. It is made once; afterwards only a
// person can open one that is shut, by waiving it with a reason, and the verdict stays beside the waiver. A gate that expired opens nothing.
import type { Candidate } from "./candidate.ts";
import type { CaseCounts } from "./experiment.ts";
import type { GatePolicy } from "./gate-policy.ts";
import type { GateJudgement, GateVerdict } from "./gate-verdict.ts";
import type { CheckedCase } from "./regression.ts";

export interface GateEvidence {
  /** One of them is set, or none where there is nothing to compare. */
  evaluationId: string | null;
  experimentId: string | null;
  /** Evaluators that say what passes; empty: what cases expect, else scores. */
  evaluatorIds: string[];
  /** Those of the suite's last evaluation that a replay cannot ask. */
  leftOut: string[];
  /** When it was complete; null while it is not. */
  atMs: number | null;
}

export interface Waiver {
  by: string | null;
  keyId: string;
  reason: string;
  at: string;
}

export interface Gate {
  id: string;
  agent: string;
  suiteId: string;
  suiteVersion: number;
  candidate: Candidate;
  policy: GatePolicy;
  /** running: the evidence is being made, and the verdict is not said yet. */
  status: "running" | "done";
  verdict: GateVerdict;
  reasons: string[];
  /** null while it runs. */
  judgement: Omit<GateJudgement, "verdict" | "reasons"> | null;
  cases: GateCase[];
  /** null while it runs. */
  counts: CaseCounts | null;
  evidence: GateEvidence;
  waiver: Waiver | null;
  /** The policy by which the loop asked for it; absent: somebody asked. */
  loopPolicyId?: string;
  createdMs: number;
  decidedMs: number | null;
  expiresMs: number;
}

/** A case as it is kept: without what it was computed from. */
export interface GateCase extends Pick<CheckedCase, "caseId" | "baseline" | "candidate" | "result" | "reason" | "hasEverPassed" | "tries"> {
  mustPass: boolean;
}

/** Whether it lets a candidate through at that moment: decided, not expired, and passed or waived by a person. */
export function isOpen(
  { status, verdict, waiver, expiresMs }: Pick<Gate, "status" | "verdict" | "waiver" | "expiresMs">,
  nowMs: number,
): boolean {
  return status === "done" && nowMs < expiresMs && (verdict === "pass" || waiver !== null);
}

/** Why a gate cannot be waived now; null when it can. */
export function waiverProblem(
  { status, verdict, expiresMs }: Pick<Gate, "status" | "verdict" | "expiresMs">,
  nowMs: number,
): string | null {
  if (status === "running") return "it is not decided yet";
  if (verdict === "pass") return "it passed, so there is nothing to waive";
  return nowMs < expiresMs ? null : "it expired: make a new one";
}

/** Whether what its candidate passed is held against later ones: of candidates that may ship, and where nothing was there to compare with. */
export const setsStandard = (verdict: GateVerdict, isWaived: boolean): boolean =>
  isWaived || verdict === "pass" || verdict === "nothing_to_compare";

/** Hours since `atMs`; null where there is no such moment. */
export const ageHours = (atMs: number | null, nowMs: number): number | null =>
  atMs === null ? null : Math.max(0, nowMs - atMs) / msOfAnHour;

export const msOfAnHour = 3_600_000;
