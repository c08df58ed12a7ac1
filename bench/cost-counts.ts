// Counts of billed operations, and arithmetic with them.

/** What is counted → by what it was done → how often. */
export type Counts = Record<string, Record<string, number>>;

export function sum(a: Counts, b: Counts): Counts {
  return combined(a, b, (x, y) => x + y);
}

/** What was counted from `before` to `after`. */
export function since(before: Counts, after: Counts): Counts {
  return combined(after, before, (x, y) => x - y);
}

export function total(counts: Counts, meter: string): number {
  return Object.values(counts[meter] ?? {}).reduce((all, n) => all + n, 0);
}

/** What most of it was done by, with its share: "62 % INSERT run". */
export function mostly(counts: Counts, meter: string): string {
  const [most] = Object.entries(counts[meter] ?? {}).toSorted(([, a], [, b]) => b - a);
  const all = total(counts, meter);
  return most === undefined || all === 0 ? "" : `${Math.round((100 * most[1]) / all)} % ${most[0]}`;
}

function combined(a: Counts, b: Counts, of: (x: number, y: number) => number): Counts {
  const both = (x: object, y: object) => [...new Set([...Object.keys(x), ...Object.keys(y)])];
  const ofMeter = (x: Record<string, number>, y: Record<string, number>) =>
    Object.fromEntries(both(x, y).map((by) => [by, of(x[by] ?? 0, y[by] ?? 0)]));
  return Object.fromEntries(both(a, b).map((meter) => [meter, ofMeter(a[meter] ?? {}, b[meter] ?? {})]));
}
