// The planned looks of a canary: at each, a bound that the score must cross, so that all looks together err in 5 of 100 canaries. A look is
// taken once, at the first reading that has the units for it, and kept as it was: what arrives later changes no look, and a bound once crossed
// stays crossed. Between looks nothing is decided.
import { sequentialBounds, sequentialP } from "../statistics/group-sequential.ts";
import type { ComparedArms } from "./canary-arms.ts";
import type { CanaryPlan } from "./canary-plan.ts";
import { decisive } from "./comparison.ts";

export interface TakenLook {
  /** ISO 8601 */
  at: string;
  /** Share of the planned information. */
  fraction: number;
  baseline_n: number;
  candidate_n: number;
  difference: number;
  score: number;
  /** That the score had to reach. */
  bound: number;
  crossed: boolean;
  /** Over this look and all before it. */
  p: number;
  /** The attribute that was held fixed; null for none. */
  strata: string | null;
}

/** Rounding of a fraction must not put off a look. */
const rounding = 1e-9;

/** The next look if its units are there and no look has decided yet; null otherwise. */
export function nextLook(
  plan: Pick<CanaryPlan, "max_n" | "looks">,
  taken: readonly TakenLook[],
  arms: ComparedArms,
  strata: string | null,
  nowMs: number,
): TakenLook | null {
  const { difference, score, n } = arms;
  const fraction = informationOf(plan.max_n, n);
  if (fraction === null || difference === null || !(arms.variances > 0) || decidingLook(taken) !== null) return null;
  const before = taken.at(-1)?.fraction ?? 0;
  if (looksUpTo(fraction, plan.looks) <= looksUpTo(before, plan.looks)) return null;
  const fractions = [...taken.map((look) => look.fraction), fraction];
  const bound = sequentialBounds(fractions).at(-1) ?? Infinity;
  const crossed = Math.abs(score) >= bound;
  const p = sequentialP(fractions, [...taken.map((look) => look.score), score]);
  return {
    at: new Date(nowMs).toISOString(),
    fraction,
    baseline_n: n.baseline,
    candidate_n: n.candidate,
    difference,
    score,
    bound,
    crossed,
    // Bounds decide; the search for p stops a rounding error beside them.
    p: crossed ? Math.min(p, decisive - rounding) : Math.max(p, decisive),
    strata,
  };
}

/** The one that crossed its bound; null while none has. */
export function decidingLook(taken: readonly TakenLook[]): TakenLook | null {
  return taken.find(({ crossed }) => crossed) ?? null;
}

/** Share of the planned information; null where none was planned. Uneven arms inform as their harmonic mean. */
export function informationOf(maxN: number | undefined, n: ComparedArms["n"]): number | null {
  if (maxN === undefined) return null;
  if (n.baseline === 0 || n.candidate === 0) return 0;
  return Math.min(1, (2 * n.baseline * n.candidate) / (n.baseline + n.candidate) / maxN);
}

function looksUpTo(fraction: number, looks: number): number {
  return Math.floor(fraction * looks + rounding);
}
