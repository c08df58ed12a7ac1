// Do groups of values (weekdays and weekends) have levels of their own? Each value is predicted by the median of the others of its group;
// the smaller the mean error, the more the grouping knows. Predicting from the others, a group of two cannot flatter itself.

/** Mean |error| of predicting each value by the median of the others of its group; null when a group has fewer than `fewest` (>= 2). */
export function groupError(groups: readonly (readonly number[])[], fewest: number): number | null {
  let sum = 0;
  let count = 0;
  for (const group of groups) {
    if (group.length < fewest) return null;
    const ascending = group.toSorted((a, b) => a - b);
    for (const [rank, value] of ascending.entries()) {
      sum += Math.abs(value - medianWithout(ascending, rank));
      count++;
    }
  }
  return count > 0 ? sum / count : null;
}

function medianWithout(ascending: readonly number[], rank: number): number {
  const n = ascending.length - 1;
  const at = (i: number): number => ascending[i < rank ? i : i + 1] ?? 0;
  return (at((n - 1) >> 1) + at(n >> 1)) / 2;
}
