// By how many percent a total changed against the period before. From nothing there is no percentage, and a total that is known for another
// part of the runs than before cannot be compared with it.

export interface Total {
  /** Sum over the runs whose value is known; null where none is. */
  sum: number | null;
  /** How many of the runs have a known value. */
  known: number;
  runs: number;
}

/** The known parts of two periods may differ by so much, as shares of their runs; beyond, the difference could be the missing ones. */
const mostCoverageChange = 0.05;

/** −100 for a fall to zero; null where the previous total is 0 or either is unknown. Rounded to two decimals. */
export function changePct(previous: Total, current: Total): number | null {
  if (previous.sum === null || current.sum === null || previous.sum === 0) return null;
  if (Math.abs(coverage(previous) - coverage(current)) > mostCoverageChange) return null;
  // Adding zero: a change of −0.001 % is shown as 0, not as −0.
  return Math.round(((current.sum - previous.sum) / previous.sum) * 10_000) / 100 + 0;
}

/** Nothing to know of is all known. */
const coverage = ({ known, runs }: Total): number => (runs === 0 ? 1 : known / runs);
