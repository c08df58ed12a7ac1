// Does a category depend on the row it is counted in? Pearson's statistic for tables of any size, such as cohorts by arms of an experiment.
// For expected counts of five and more; it refuses tables in which nothing can depend on anything. Pearson 1900, Philosophical Magazine 50.
import gammainc from "@stdlib/math-base-special-gammainc";

/** Rows of counts over the same categories. null with fewer than two rows or two categories that hold anything. */
export function pearsonChiSquare(rows: readonly (readonly number[])[]): { statistic: number; freedom: number; p: number } | null {
  const used = rows.map((counts) => ({ counts, total: sum(counts) })).filter(({ total }) => total > 0);
  const width = Math.max(0, ...used.map(({ counts }) => counts.length));
  const columns = Array.from({ length: width }, (_, i) => sum(used.map(({ counts }) => counts[i] ?? 0)));
  const categories = columns.filter((total) => total > 0).length;
  if (used.length < 2 || categories < 2) return null;
  const all = sum(columns);
  let statistic = 0;
  for (const { counts, total } of used)
    for (const [i, column] of columns.entries())
      if (column > 0) statistic += ((counts[i] ?? 0) - (total * column) / all) ** 2 / ((total * column) / all);
  const freedom = (used.length - 1) * (categories - 1);
  return { statistic, freedom, p: gammainc(statistic / 2, freedom / 2, true, true) };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
