// Many tests at once where not even one may be called by chance: p-values raised so that the probability of any false call below a level stays
// below it, whatever the tests have to do with each other. Holm 1979, Scandinavian Journal of Statistics 6.

/** Adjusted p-values in the given order. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
  const adjusted = Array<number>(p.length).fill(1);
  let most = 0;
  for (const [rank, i] of order.entries()) {
    most = Math.min(1, Math.max(most, (p[i] ?? 1) * (p.length - rank)));
    adjusted[i] = most;
  }
  return adjusted;
}
