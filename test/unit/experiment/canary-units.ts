// Units of a canary for tests: who they are, which arm they got, and what they showed.
import { armOf, unitKey, type ArmName } from "../../../domain/experiment/assignment.ts";
import { canaryPlan, type CanaryPlan } from "../../../domain/experiment/canary-plan.ts";
import { readCanary, type CanaryFacts, type CanaryReading } from "../../../domain/experiment/canary-reading.ts";
import type { CanaryMemory } from "../../../domain/experiment/canary-state.ts";
import type { UnitExposure, UnitOutcome } from "../../../domain/experiment/canary-units.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

export const success = "outcome.success";

export function planOf(more: object = {}): CanaryPlan {
  return canaryPlan.parse({ share: 0.5, unit: "user_id", metrics: [{ name: success, goal: "increase" }], ...more });
}

export interface TestUnit {
  key: string;
  arm: ArmName;
}

/** Units of both arms by turns. */
export const turns = (n: number): TestUnit[] =>
  Array.from({ length: n }, (_, i) => ({ key: unitKey("t", String(i)) ?? "", arm: i % 2 === 0 ? "baseline" : "candidate" }));

export const assignedUnits = (n: number, shareBp: number, salt = "s"): TestUnit[] =>
  Array.from({ length: n }, (_, i) => {
    const key = unitKey(salt, `u${i}`) ?? "";
    return { key, arm: armOf(key, shareBp) };
  });

export type Given = Partial<UnitOutcome> & { value: number };

/** Facts of units that arrive one a millisecond. @param values by metric; null for none */
export function factsOf(
  units: readonly TestUnit[],
  values: Record<string, (unit: TestUnit, i: number) => Given | number | null>,
  exposed: (unit: TestUnit, i: number) => Partial<UnitExposure> = () => ({}),
): CanaryFacts {
  const exposures = new Map(
    units.map((unit, i): [string, UnitExposure] => [unit.key, { arm: unit.arm, atMs: i, isBoth: false, ...exposed(unit, i) }]),
  );
  const outcomes = new Map(
    Object.entries(values).map(([name, of]): [string, UnitOutcome[]] => [
      name,
      units.flatMap((unit, i): UnitOutcome[] => {
        const given = of(unit, i);
        if (given === null) return [];
        const { value, ...more } = typeof given === "number" ? { value: given } : given;
        const candidateRuns = unit.arm === "candidate" ? 1 : 0;
        return [{ unit: unit.key, atMs: i, first: value, mean: value, runs: 1, candidateRuns, cohort: "{}", ...more }];
      }),
    ]),
  );
  return { exposures, outcomes };
}

export function rates(seed: string, baseline: number, candidate: number): ({ arm }: TestUnit) => number {
  const uniform = seededRandom(seed);
  return ({ arm }) => (uniform() < (arm === "candidate" ? candidate : baseline) ? 1 : 0);
}

export const nothingKept: CanaryMemory = { ramp: [], looks: [] };

export function read(plan: CanaryPlan, facts: CanaryFacts, memory: CanaryMemory = nothingKept, nowMs = 1_000_000): CanaryReading {
  return readCanary(plan, facts, memory, nowMs);
}
