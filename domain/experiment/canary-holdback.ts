// Did what was promoted keep its promise? Units that were held back are compared with all others, over what they showed since the promotion,
// by the interval that may be watched. It decides nothing any more: it says whether the improvement arrived.
import { armAfterPromotion, inBasisPoints, type ArmName } from "./assignment.ts";
import { addToStratum, compareArms, type Strata } from "./canary-arms.ts";
import { usualPlannedUnits, watchDifference } from "./canary-interval.ts";
import type { CanaryPlan } from "./canary-plan.ts";
import { scaleOf } from "./canary-scale.ts";
import type { HoldbackReading } from "./canary-state.ts";
import type { UnitOutcome } from "./canary-units.ts";
import { kindOf } from "./metric.ts";

/** @param outcomes since the promotion, by metric */
export function readHoldback(plan: CanaryPlan, outcomes: ReadonlyMap<string, readonly UnitOutcome[]>): HoldbackReading {
  const holdbackBp = inBasisPoints(plan.holdback ?? 0);
  const metrics = plan.metrics.map((metric) => {
    const units = (outcomes.get(metric.name) ?? []).map(({ unit, mean }): { arm: ArmName; mean: number } => ({
      arm: armAfterPromotion(unit, holdbackBp),
      mean,
    }));
    const kind = kindOf(
      metric,
      units.some(({ mean }) => mean > 1),
    );
    const held = units.flatMap(({ arm, mean }) => (arm === "baseline" ? [mean] : []));
    const scale = scaleOf(
      kind,
      held,
      units.every(({ mean }) => mean > 0),
    );
    const strata: Strata = new Map();
    for (const { arm, mean } of units) addToStratum(strata, "", arm, scale.on(mean));
    const arms = compareArms(strata, kind);
    const { baseline, candidate, difference, low, high } = watchDifference(arms, kind, scale, plan.max_n ?? usualPlannedUnits);
    return { name: metric.name, held_n: arms.n.baseline, n: arms.n.candidate, held: baseline, promoted: candidate, difference, low, high };
  });
  return { share: plan.holdback ?? 0, metrics };
}
