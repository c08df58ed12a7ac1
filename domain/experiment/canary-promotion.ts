// May this canary be promoted, and by whom? A person may when the verdict allows it, and against the verdict only by saying so and why. A machine
// may when a person has signed a policy for it, and only for a candidate that is better and harmless everywhere it is guarded.
import type { ExperimentReading } from "./experiment.ts";

export interface PromotionAsked {
  /** Of the key that asks. */
  by: "person" | "machine";
  /** The agent's policy that a person signed for such promotions; null without one. */
  policyId: string | null;
  override: boolean;
  reason: string | null;
}

export type PromotionProblem = { status: 403 | 409; message: string };

/** null when it may. */
export function promotionProblem(reading: ExperimentReading, { by, policyId, override, reason }: PromotionAsked): PromotionProblem | null {
  if (by === "machine") {
    if (policyId === null)
      return { status: 403, message: "Only a person promotes: this key is a machine's. Make one with `kind: person`, or sign a policy." };
    if (override) return { status: 403, message: "Only a person promotes against the verdict." };
    const isProven = reading.verdict === "candidate_better" && reading.canary?.harmless === true;
    return isProven
      ? null
      : { status: 409, message: `A policy promotes what is better and shown to be harmless; this is ${reading.verdict}.` };
  }
  if (allows(reading)) return null;
  if (!override)
    return {
      status: 409,
      message: `The verdict is ${reading.verdict}, which does not allow it. To promote all the same, send \`override: true\` and a \`reason\`.`,
    };
  return reason === null ? { status: 409, message: "Promoting against the verdict needs a `reason`." } : null;
}

/** Better; or shown to be not worse by the margins that were planned, where harmlessness is all that was asked. */
function allows({ verdict, canary }: ExperimentReading): boolean {
  if (verdict === "candidate_better") return (canary?.harmful.length ?? 0) === 0;
  return (verdict === "no_difference" || verdict === "inconclusive") && canary?.harmless === true && canary.harmful.length === 0;
}
