// How many kinds are there in all, the unseen ones included? A lower bound from how many kinds were met once and twice. It assumes that runs
// are drawn independently; of kinds rarer than the sample can show it knows nothing. Chao 1984, Scandinavian Journal of Statistics 11.

/** Kinds seen + f1² / (2 f2); where no kind was met twice f1 (f1 − 1) / 2 in place of that. null for an empty sample. */
export function chaoRichness(counts: readonly number[]): number | null {
  const seen = counts.filter((count) => count > 0);
  if (seen.length === 0) return null;
  const once = seen.filter((count) => count === 1).length;
  const twice = seen.filter((count) => count === 2).length;
  return seen.length + (twice > 0 ? once ** 2 / (2 * twice) : (once * (once - 1)) / 2);
}
