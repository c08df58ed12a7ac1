// In which part of the traffic did it get worse? A scan over all combinations of attribute values for the slice whose leaves moved
// together and apart from the rest; once one is found, what it does not explain is scanned again. It localises; what the cause is it does
// not say.
import { type LevelProfile, peakOf, summedRows } from "../statistics/level-profile.ts";
import { type AmountLeaf, amountModel, countModel, type Leaf, type LeafModel } from "./leaf-model.ts";

export type { AmountLeaf, Leaf } from "./leaf-model.ts";

/** Attributes scanned, and how many of them one slice may combine: more would be read by nobody and found by chance. */
const mostAttributes = 6;
const mostCombined = 4;
/** Score from which a slice is told (statistics.md 3.5): below, the best of so many would look like that by chance. */
const leastScore = 4;
/** Rival descriptions of the first slice, and slices that together explain the change. */
const mostRivals = 3;
const mostCauses = 12;

export interface Slice {
  /** Attribute and value pairs that define it. */
  where: { attribute: string; value: string }[];
  /** Bad runs, or the amount, in the slice; and what was expected. */
  observed: number;
  expected: number;
  runs: number;
  score: number;
}

export interface Localised {
  /** The three best slices of one scan, best first: rival descriptions of one excess, which may contain one another. */
  rivals: Slice[];
  /** Slices that together explain the change, the first as above, the others in what it leaves over. Empty where it is everywhere alike. */
  causes: Slice[];
}

const nowhere: Localised = { rivals: [], causes: [] };

/** Where bad runs are in excess. `phi` is the overdispersion of counts. */
export function localise(attributes: readonly string[], leaves: readonly Leaf[], phi = 1): Localised {
  const model = countModel(leaves);
  return model === null ? nowhere : scan(attributes, model, phi);
}

/** Where an additive amount (cost, tokens) is off its forecast, up or down. */
export function localiseAmount(attributes: readonly string[], leaves: readonly AmountLeaf[]): Localised {
  const model = amountModel(leaves);
  return model === null ? nowhere : scan(attributes, model, 1);
}

function scan(attributes: readonly string[], model: LeafModel, phi: number): Localised {
  const columns = combinations(Math.min(attributes.length, mostAttributes));
  const elements = columns.flatMap((set) => elementsOf(set, model.values));
  let free = model.values.map((_, i) => i);
  const first = scored(elements, free, model, model.rest, phi);
  const causes: Scored[] = [];
  for (let [best] = first; best !== undefined && causes.length < mostCauses; [best] = scored(elements, free, model, model.rest, phi)) {
    const taken = new Set(best.leaves);
    const outside = free.filter((leaf) => !taken.has(leaf));
    if (causes.length === 0 ? best.score <= leastScore : !isFurther(best, free, outside, model, phi, columns.length)) break;
    causes.push(best);
    free = outside;
  }
  const told = ({ element, leaves, score }: Scored): Slice => sliceOf(attributes, element, leaves, score, model);
  return {
    // once the first is told, what else it may be is shown whatever it scores
    rivals: causes.length === 0 ? [] : first.slice(0, mostRivals).map(told),
    causes: causes.map(told),
  };
}

/** Whether a slice stands out from how much the leaves outside it stray; it is the best of all elements, not only of its own kind. */
function isFurther(
  { element }: Scored,
  free: readonly number[],
  outside: readonly number[],
  model: LeafModel,
  phi: number,
  kinds: number,
): boolean {
  const [again] = scored([element], free, model, model.strayed(outside), phi);
  return again !== undefined && again.score > leastScore + Math.log(kinds);
}

/** One combination of values: the columns that are fixed, and the leaves that have it. */
interface Element {
  columns: readonly number[];
  /** Elements of the same columns. */
  siblings: number;
  leaves: readonly number[];
}

interface Scored {
  element: Element;
  /** Its leaves that were still free. */
  leaves: readonly number[];
  score: number;
}

/** The elements that explain free leaves better than the rest does, best first, the simpler of equals first. */
function scored(elements: readonly Element[], free: readonly number[], model: LeafModel, rest: LevelProfile, phi: number): Scored[] {
  const whole = summedRows(rest, free);
  const base = peakOf(rest.levels, whole).logLikelihood;
  const isFree = new Uint8Array(model.values.length);
  for (const leaf of free) isFree[leaf] = 1;
  const found: Scored[] = [];
  for (const element of elements) {
    const leaves = element.leaves.filter((leaf) => isFree[leaf] === 1);
    if (leaves.length === 0 || leaves.length === free.length) continue;
    const inside = peakOf(model.moved.levels, summedRows(model.moved, leaves));
    const outside = peakOf(rest.levels, without(whole, rest, leaves));
    if (model.onlyAbove && inside.level <= outside.level) continue;
    const gain = (inside.logLikelihood + outside.logLikelihood - base) / phi;
    found.push({ element, leaves, score: gain - Math.log(element.siblings) - (element.columns.length - 1) });
  }
  return found.sort((a, b) => b.score - a.score || a.element.columns.length - b.element.columns.length);
}

function without(whole: Float64Array, profile: LevelProfile, leaves: readonly number[]): Float64Array {
  const own = summedRows(profile, leaves);
  return whole.map((sum, g) => sum - (own[g] ?? 0));
}

function elementsOf(columns: readonly number[], values: readonly (readonly string[])[]): Element[] {
  const members = new Map<string, number[]>();
  for (const [i, row] of values.entries()) {
    const key = columns.map((column) => row[column]).join("\u0000");
    const known = members.get(key);
    if (known === undefined) members.set(key, [i]);
    else known.push(i);
  }
  return members.size < 2 ? [] : [...members.values()].map((leaves) => ({ columns, siblings: members.size, leaves }));
}

function sliceOf(attributes: readonly string[], { columns }: Element, leaves: readonly number[], score: number, model: LeafModel): Slice {
  const sum = (of: readonly number[]): number => leaves.reduce((total, leaf) => total + (of[leaf] ?? 0), 0);
  const values = model.values[leaves[0] ?? 0];
  return {
    where: columns.map((column) => ({ attribute: attributes[column] ?? "", value: values?.[column] ?? "" })),
    observed: sum(model.observed),
    expected: sum(model.expected),
    runs: sum(model.runs),
    score,
  };
}

/** All sets of one to four of `count` columns. */
function combinations(count: number): number[][] {
  const sets: number[][] = [];
  for (let bits = 1; bits < 2 ** count; bits++) {
    const columns = Array.from({ length: count }, (_, i) => i).filter((i) => (bits & (1 << i)) !== 0);
    if (columns.length <= mostCombined) sets.push(columns);
  }
  return sets;
}
