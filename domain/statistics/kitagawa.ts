// How much of a changed rate is a change of who asks, and how much a change within each group: the Kitagawa-Oaxaca-Blinder split.
// Groups must be fixed before the agent acts, or the split is circular; the caller answers for that.

/** Runs and summed outcomes of one group before and after. */
export interface GroupChange {
  n0: number;
  y0: number;
  n1: number;
  y1: number;
}

export interface Split {
  /** Rate after minus rate before. */
  total: number;
  /** Part explained by other shares of the groups. */
  mix: number;
  /** Part explained by other rates within the groups. */
  within: number;
  mixByGroup: number[];
  withinByGroup: number[];
}

/**
 * Symmetric split (Kitagawa 1955; Oaxaca, Blinder 1973): mix = sum (π1−π0)((r0+r1)/2 − r), within = sum (π0+π1)/2 (r1−r0), r the mean of
 * the groups' middle rates, so that a group's mix term does not depend on the level. Rates are shrunk to the pooled rate by `shrinkRuns` pseudo-runs (0 = raw);
 * with shrinkage `within` is total − mix, so that the parts always add up. Null where a side is empty.
 */
export function kitagawa(groups: readonly GroupChange[], shrinkRuns = 0): Split | null {
  const n0 = sum(groups, (g) => g.n0);
  const n1 = sum(groups, (g) => g.n1);
  if (n0 <= 0 || n1 <= 0) return null;
  const y0 = sum(groups, (g) => g.y0);
  const y1 = sum(groups, (g) => g.y1);
  const total = y1 / n1 - y0 / n0;
  const pooled = (y0 + y1) / (n0 + n1);
  const parts = groups.map((g) => {
    const { before, after } = groupRates(g, shrinkRuns, pooled);
    return { gain: g.n1 / n1 - g.n0 / n0, share: (g.n0 / n0 + g.n1 / n1) / 2, middle: (before + after) / 2, rise: after - before };
  });
  const level = sum(parts, ({ share, middle }) => share * middle);
  const mixByGroup = parts.map(({ gain, middle }) => gain * (middle - level));
  const withinByGroup = parts.map(({ share, rise }) => share * rise);
  const mix = sum(mixByGroup, (x) => x);
  return { total, mix, within: total - mix, mixByGroup, withinByGroup };
}

/** A group seen on one side only has no change of its own: its other rate is the one we know. */
function groupRates(g: GroupChange, shrinkRuns: number, pooled: number): { before: number; after: number } {
  const known = (g.y0 + g.y1 + shrinkRuns * pooled) / (g.n0 + g.n1 + shrinkRuns);
  const rate = (y: number, n: number): number => (n + shrinkRuns > 0 && n > 0 ? (y + shrinkRuns * known) / (n + shrinkRuns) : known);
  return g.n0 + g.n1 > 0 ? { before: rate(g.y0, g.n0), after: rate(g.y1, g.n1) } : { before: pooled, after: pooled };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
