// How the share of a canary grew, and whether it may grow now. It never shrinks while the canary runs: units that met the candidate would be
// taken back from it, and no comparison of arms would hold. Who wants less stops it.
import { basisPoints, inBasisPoints } from "./assignment.ts";
import type { CanaryPlan } from "./canary-plan.ts";

/** From when on the candidate has had this share. */
export interface RampStep {
  share: number;
  /** ISO 8601 */
  at: string;
}

/** A stretch of time with one share. */
export interface Phase {
  sinceMs: number;
  shareBp: number;
}

/** Oldest first, at least one. @param steps that were taken after the first share */
export function phasesOf(plan: Pick<CanaryPlan, "share">, steps: readonly RampStep[]): Phase[] {
  return [
    { sinceMs: -Infinity, shareBp: inBasisPoints(plan.share) },
    ...steps.map(({ share, at }) => ({ sinceMs: Date.parse(at), shareBp: inBasisPoints(share) })),
  ];
}

/** In basis points, now. */
export function shareNow(plan: Pick<CanaryPlan, "share">, steps: readonly RampStep[]): number {
  return phasesOf(plan, steps).at(-1)?.shareBp ?? 0;
}

/** Why the share may not become `wanted`; null when it may. Wanting what is so already is no problem. */
export function rampProblem(plan: Pick<CanaryPlan, "share" | "holdback">, steps: readonly RampStep[], wanted: number): string | null {
  const [now, next] = [shareNow(plan, steps), inBasisPoints(wanted)];
  if (next < now)
    return `the share is ${now / basisPoints} and only grows while it runs, so that no unit is taken back: stop it, or abort it`;
  const room = basisPoints - inBasisPoints(plan.holdback ?? 0);
  return next > room ? `the holdback leaves room for a share of ${room / basisPoints}` : null;
}

/** The share that the plan asks for once the candidate has `units`; null when nothing is due. */
export function rampDue(plan: CanaryPlan, steps: readonly RampStep[], units: number): number | null {
  const due = (plan.ramp ?? []).findLast((step) => units >= step.after_n);
  return due === undefined || inBasisPoints(due.share) <= shareNow(plan, steps) ? null : due.share;
}
