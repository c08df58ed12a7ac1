// Many tests at once: p-values raised so that, of those called below a level, the expected share of false ones stays below it.
// Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57; for independent or positively dependent tests.

/** Adjusted p-values in the given order. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] ?? 0) - (p[a] ?? 0));
  const adjusted = Array<number>(p.length).fill(1);
  let least = 1;
  for (const [rank, i] of order.entries()) {
    least = Math.min(least, ((p[i] ?? 1) * p.length) / (p.length - rank));
    adjusted[i] = least;
  }
  return adjusted;
}
