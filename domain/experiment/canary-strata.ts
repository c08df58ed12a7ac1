// Does who came differ between the arms, and what does the answer look like once that is held fixed? The attribute is the planned one, or the
// one whose mix differs most beyond chance. Without either, the arms are compared as they are.
import { gTest } from "../statistics/dirichlet-multinomial.ts";
import type { ArmName } from "./assignment.ts";
import type { CountedUnit, UnitOutcome } from "./canary-units.ts";

/** A mix differs when chance would do it less often than this, over all attributes together. */
const mixLevel = 0.001;
/** Values of an attribute that stand for themselves; the others are one. */
const mostValues = 20;

export interface StrataChoice {
  /** null: the arms are compared as they are. */
  attribute: string | null;
  mixDiffers: boolean;
  /** Stratum of a cohort, given as JSON. */
  of: (cohort: string) => string;
}

/** @param planned an attribute that is always held fixed */
export function chooseStrata(
  outcomes: readonly UnitOutcome[],
  units: ReadonlyMap<string, CountedUnit>,
  planned: string | undefined,
): StrataChoice {
  const read = cohortReader();
  const mixes = mixesOf(outcomes, units, read);
  let strongest: { attribute: string; p: number } | null = null;
  for (const [attribute, mix] of mixes) {
    const p = gTest(...countsOf(mix))?.p ?? 1;
    if (strongest === null || p < strongest.p) strongest = { attribute, p };
  }
  const mixDiffers = strongest !== null && strongest.p * mixes.size < mixLevel;
  const attribute = planned ?? (mixDiffers && strongest !== null ? strongest.attribute : null);
  if (attribute === null) return { attribute, mixDiffers, of: () => "" };
  const kept = new Set(largest(mixes.get(attribute) ?? new Map()));
  return {
    attribute,
    mixDiffers,
    of: (cohort) => {
      const value = read(cohort)[attribute] ?? "";
      return kept.has(value) ? value : "\u0000other";
    },
  };
}

type Mix = Map<string, Record<ArmName, number>>;

/** Units of each arm by value of each attribute that any unit has. */
function mixesOf(
  outcomes: readonly UnitOutcome[],
  units: ReadonlyMap<string, CountedUnit>,
  read: (cohort: string) => Record<string, string>,
): Map<string, Mix> {
  const cohorts = new Map<string, Record<ArmName, number>>();
  for (const { unit, cohort } of outcomes) {
    const arm = units.get(unit)?.arm;
    if (arm !== undefined) count(cohorts, cohort, arm, 1);
  }
  const attributes = new Set([...cohorts.keys()].flatMap((cohort) => Object.keys(read(cohort))));
  const mixes = new Map<string, Mix>();
  for (const attribute of attributes) {
    const mix: Mix = new Map();
    for (const [cohort, n] of cohorts) {
      const value = read(cohort)[attribute] ?? "";
      count(mix, value, "baseline", n.baseline);
      count(mix, value, "candidate", n.candidate);
    }
    mixes.set(attribute, mix);
  }
  return mixes;
}

function count(mix: Mix, value: string, arm: ArmName, n: number): void {
  const known = mix.get(value) ?? { baseline: 0, candidate: 0 };
  known[arm] += n;
  mix.set(value, known);
}

/** Of the largest values, and all others as one. */
function countsOf(mix: Mix): [number[], number[]] {
  const kept = new Set(largest(mix));
  const other = { baseline: 0, candidate: 0 };
  const counts: [number[], number[]] = [[], []];
  for (const [value, { baseline, candidate }] of mix) {
    if (kept.has(value)) {
      counts[0].push(baseline);
      counts[1].push(candidate);
    } else {
      other.baseline += baseline;
      other.candidate += candidate;
    }
  }
  return [
    [...counts[0], other.baseline],
    [...counts[1], other.candidate],
  ];
}

function largest(mix: Mix): string[] {
  return [...mix]
    .toSorted(([a, x], [b, y]) => y.baseline + y.candidate - x.baseline - x.candidate || (a < b ? -1 : 1))
    .slice(0, mostValues)
    .map(([value]) => value);
}

/** Many units share a cohort, so each text is read once. */
function cohortReader(): (cohort: string) => Record<string, string> {
  const known = new Map<string, Record<string, string>>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const cohort: Record<string, string> = JSON.parse(text);
    known.set(text, cohort);
    return cohort;
  };
}
