// Do values of one sample tend to lie above those of another? The rank-sum test with ties, by its normal approximation with continuity
// correction; it sees shifts of level, not changes of shape. Mann & Whitney 1947, Annals of Mathematical Statistics 18.

/** Size of the standard normal score, >= 0; null when a sample is empty or all values are equal. */
export function rankSumScore(first: readonly number[], second: readonly number[]): number | null {
  const [m, n] = [first.length, second.length];
  const all = [...first.map((value) => ({ value, isFirst: true })), ...second.map((value) => ({ value, isFirst: false }))];
  all.sort((a, b) => a.value - b.value);
  const total = m + n;
  let ranks = 0;
  let ties = 0;
  for (let from = 0; from < total;) {
    let to = from;
    while (to < total && all[to]?.value === all[from]?.value) to++;
    const size = to - from;
    ties += size ** 3 - size;
    for (let i = from; i < to; i++) if (all[i]?.isFirst === true) ranks += (from + to + 1) / 2;
    from = to;
  }
  const variance = total > 1 ? ((m * n) / 12) * (total + 1 - ties / (total * (total - 1))) : 0;
  if (m === 0 || n === 0 || !(variance > 0)) return null;
  const distance = Math.abs(ranks - (m * (total + 1)) / 2);
  return Math.max(0, distance - 0.5) / Math.sqrt(variance);
}
