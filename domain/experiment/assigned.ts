// What an agent is told to be for one unit: by the canary that runs, else by the holdback of the last one that was promoted, else what was
// promoted last. A unit without a name is in no experiment and gets the stable arm.
import { armAfterPromotion, armOf, inBasisPoints, unitKey, type ArmName } from "./assignment.ts";
import type { CandidateAsked } from "./candidate.ts";
import { shareNow, type RampStep } from "./canary-ramp.ts";
import type { ExperimentDesign } from "./experiment.ts";

/** A canary as assignment needs it. */
export interface AssigningCanary {
  id: string;
  salt: string;
  design: Extract<ExperimentDesign, { kind: "canary" }>;
  ramp: readonly RampStep[];
}

export interface Assignment {
  /** null when no experiment gave it. */
  experimentId: string | null;
  arm: ArmName;
  artifacts: readonly string[];
  config: CandidateAsked["config"];
  /** The unit's key where the exposure is to be remembered; null where nothing is measured by it. */
  exposed: string | null;
}

/** @param promoted the last one of the agent */
export function assigned(running: AssigningCanary | null, promoted: AssigningCanary | null, unit: string | null): Assignment {
  const shipped = promoted === null ? nothing : shownAs(promoted.design.candidate);
  if (running !== null) {
    const key = unitKey(running.salt, unit);
    const { candidate, baseline, plan } = running.design;
    const stable = baseline === null ? shipped : { config: baseline, artifacts: [] };
    if (key === null) return { experimentId: null, arm: "baseline", ...stable, exposed: null };
    const arm = armOf(key, shareNow(plan, running.ramp));
    return { experimentId: running.id, arm, ...(arm === "candidate" ? shownAs(candidate) : stable), exposed: key };
  }
  const holdbackBp = inBasisPoints(promoted?.design.plan.holdback ?? 0);
  const key = promoted === null || holdbackBp === 0 ? null : unitKey(promoted.salt, unit);
  if (promoted === null || key === null) return { experimentId: null, arm: "baseline", ...shipped, exposed: null };
  const arm = armAfterPromotion(key, holdbackBp);
  const held = { config: promoted.design.baseline ?? {}, artifacts: [] };
  return { experimentId: promoted.id, arm, ...(arm === "candidate" ? shipped : held), exposed: null };
}

type Shown = Pick<Assignment, "config" | "artifacts">;

const nothing: Shown = { config: {}, artifacts: [] };
const shownAs = ({ config, artifacts }: Shown): Shown => ({ config, artifacts });
