// A heavy-tailed number as a few categories: below q10, q10–q50, q50–q90, q90–q99, above q99 of the baseline. Cut points that
// coincide (whole-numbered steps, a constant) are merged, so that no cell is empty by construction.

/** Levels of the cut points. */
export const levels = [0.1, 0.5, 0.9, 0.99] as const;

/**
 * Distinct cut points of ascending values; x belongs to the cell given by the number of cuts below x. Where the lowest cut is the
 * minimum itself (ties, a constant), another cut just under it gives values never seen below a cell of their own.
 */
export function quantileCuts(ascending: ArrayLike<number>): number[] {
  const cuts: number[] = [];
  for (const level of levels) {
    const cut = ascending[Math.max(0, Math.ceil(level * ascending.length) - 1)];
    if (cut !== undefined && cuts[cuts.length - 1] !== cut) cuts.push(cut);
  }
  const lowest = ascending[0];
  if (lowest !== undefined && cuts[0] === lowest) cuts.unshift(lowest - Math.max(Math.abs(lowest) * 1e-9, 1e-12));
  return cuts;
}

/** Index of the cell of x: 0 … cuts.length. */
export function cellOf(x: number, cuts: readonly number[]): number {
  let cell = 0;
  while (cell < cuts.length && x > (cuts[cell] ?? Infinity)) cell++;
  return cell;
}
