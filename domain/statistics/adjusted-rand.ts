// How much two groupings of the same items agree, beyond what chance gives groups of these sizes: 1 for equal groupings, 0 on average for
// unrelated ones, below 0 for worse. It says nothing of fewer than two items. Hubert & Arabie 1985, Journal of Classification 2.

/**
 * Adjusted Rand index of group names `a[i]` and `b[i]` of item i; names themselves do not matter. null for fewer than two items.
 * Two groupings that both leave nothing to chance (all together, or all alone) and are equal give 1, as in scikit-learn.
 * @throws RangeError where the lists differ in length
 */
export function adjustedRand(a: readonly string[], b: readonly string[]): number | null {
  if (a.length !== b.length) throw new RangeError("Two groupings of the same items have the same length.");
  if (a.length < 2) return null;
  const [numbersA, numbersB] = [numbered(a), numbered(b)];
  const together = pairs(a.map((_, i) => (numbersA[i] ?? 0) * a.length + (numbersB[i] ?? 0)));
  const [ofA, ofB] = [pairs(numbersA), pairs(numbersB)];
  const expected = (ofA * ofB) / ((a.length * (a.length - 1)) / 2);
  const most = (ofA + ofB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function numbered(names: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return names.map((name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}

/** Pairs of items that are in one group. */
function pairs(groups: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
