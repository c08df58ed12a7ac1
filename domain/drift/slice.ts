// In which part of the traffic did it get worse? A scan over all combinations of up to three cohort attributes for the slice whose
// excess of bad runs is least like the rest. It ranks slices; that the slice is the cause it does not say.
import { poissonScan } from "../statistics/poisson-scan.ts";

/** Attributes scanned, and how many of them one slice may combine: more would be read by nobody and found by chance. */
const mostAttributes = 6;
const mostCombined = 3;
/** Pseudo-runs that draw a leaf's earlier rate to that of all. */
const shrinkRuns = 20;
/** Score from which a slice is told (statistics.md 3.5): below, the best of so many would look like that by chance. */
const leastScore = 4;
const mostSlices = 3;

/** One combination of all attribute values: runs and bad runs before and after. */
export interface Leaf {
  values: readonly string[];
  n0: number;
  bad0: number;
  n1: number;
  bad1: number;
}

export interface Slice {
  /** Attribute and value pairs that define it. */
  where: { attribute: string; value: string }[];
  bad: number;
  expected: number;
  runs: number;
  score: number;
}

/**
 * The three best-scoring slices of one scan, best first; `phi` is the overdispersion of counts. Leaves list their values in the order of
 * `attributes`. They are rival descriptions of one excess and may contain one another; empty where nothing is in excess.
 */
export function slices(attributes: readonly string[], leaves: readonly Leaf[], phi = 1): Slice[] {
  const n0 = leaves.reduce((sum, leaf) => sum + leaf.n0, 0);
  const bad0 = leaves.reduce((sum, leaf) => sum + leaf.bad0, 0);
  if (n0 <= 0) return [];
  const expected = leaves.map((leaf) => (leaf.n1 * (leaf.bad0 + (shrinkRuns * bad0) / n0)) / (leaf.n0 + shrinkRuns));
  const all = { bad: leaves.reduce((sum, leaf) => sum + leaf.bad1, 0), expected: expected.reduce((a, b) => a + b, 0) };
  const scored: Slice[] = [];
  for (const columns of combinations(Math.min(attributes.length, mostAttributes))) {
    const elements = elementsOf(columns, leaves, expected);
    if (elements.length < 2) continue;
    for (const { bad, expected: inside, runs, leaf } of elements) {
      const score = poissonScan(bad, inside, all.bad, all.expected) / phi - Math.log(elements.length) - (columns.length - 1);
      if (score <= leastScore) continue;
      scored.push({
        where: columns.map((column) => ({ attribute: attributes[column] ?? "", value: leaf.values[column] ?? "" })),
        bad,
        expected: inside,
        runs,
        score,
      });
    }
  }
  return scored.sort((a, b) => b.score - a.score || a.where.length - b.where.length).slice(0, mostSlices);
}

interface Sums {
  bad: number;
  expected: number;
  runs: number;
  leaf: Leaf;
}

function elementsOf(columns: readonly number[], leaves: readonly Leaf[], expected: readonly number[]): Sums[] {
  const elements = new Map<string, Sums>();
  for (const [i, leaf] of leaves.entries()) {
    const key = columns.map((column) => leaf.values[column]).join("\u0000");
    const sums = elements.get(key) ?? { bad: 0, expected: 0, runs: 0, leaf };
    elements.set(key, {
      bad: sums.bad + leaf.bad1,
      expected: sums.expected + (expected[i] ?? 0),
      runs: sums.runs + leaf.n1,
      leaf: sums.leaf,
    });
  }
  return [...elements.values()];
}

/** All sets of one to three of `count` columns. */
function combinations(count: number): number[][] {
  const sets: number[][] = [];
  for (let bits = 1; bits < 2 ** count; bits++) {
    const columns = Array.from({ length: count }, (_, i) => i).filter((i) => (bits & (1 << i)) !== 0);
    if (columns.length <= mostCombined) sets.push(columns);
  }
  return sets;
}
