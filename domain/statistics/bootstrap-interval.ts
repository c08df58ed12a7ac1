// The interval of any figure that is made of items (tasks, sessions), by drawing the items again and again with replacement. Items must be
// independent of each other: what hangs together belongs in one item. Percentile method: Efron & Tibshirani 1993, chapter 13.

/** As many draws as make the ends of a 95 % interval steady to about a twentieth of its width. */
const usualDraws = 2_000;

/**
 * 95 % by default; the same `random` gives the same interval. Draws for which `estimate` has no answer (null) are left out; null with
 * fewer than two items, without an estimate of the items themselves, or where more than half of the draws have none.
 */
export function bootstrapInterval<T extends number | object>(
  items: readonly T[],
  estimate: (drawn: readonly T[]) => number | null,
  random: () => number,
  { draws = usualDraws, level = 0.95 }: { draws?: number; level?: number } = {},
): { value: number; low: number; high: number } | null {
  const value = estimate(items);
  if (items.length < 2 || value === null) return null;
  const found: number[] = [];
  for (let i = 0; i < draws; i++) {
    const drawn = estimate(drawnFrom(items, random));
    if (drawn !== null) found.push(drawn);
  }
  if (found.length <= draws / 2) return null;
  const ascending = found.toSorted((a, b) => a - b);
  const at = (q: number): number => ascending[Math.round(q * (ascending.length - 1))] ?? value;
  return { value, low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** As many as there are, each any of them. */
function drawnFrom<T extends number | object>(items: readonly T[], random: () => number): T[] {
  const drawn: T[] = [];
  while (drawn.length < items.length) {
    const item = items[Math.floor(random() * items.length)];
    if (item !== undefined) drawn.push(item);
  }
  return drawn;
}
