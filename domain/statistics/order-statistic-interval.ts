// A quantile of a sample with an interval that assumes nothing about its shape: ranks n q ± z sqrt(n q (1 − q) deff).

/** Value and 95 % interval of quantile q of ascending values; null for an empty sample. `designEffect` >= 1 widens for clustering. */
export function quantileInterval(
  ascending: ArrayLike<number>,
  q: number,
  designEffect = 1,
): { value: number; low: number; high: number } | null {
  const n = ascending.length;
  if (n === 0) return null;
  const half = 1.959963984540054 * Math.sqrt(n * q * (1 - q) * designEffect);
  const at = (rank: number): number => ascending[Math.min(n - 1, Math.max(0, rank))] ?? 0;
  const value = n % 2 === 0 && q === 0.5 ? (at(n / 2 - 1) + at(n / 2)) / 2 : at(Math.ceil(n * q) - 1);
  return { value, low: Math.min(value, at(Math.floor(n * q - half) - 1)), high: Math.max(value, at(Math.ceil(n * q + half) - 1)) };
}

/** The value at rank ceil(n q) of ascending values, which must not be empty (0 then). */
export function quantileAt(ascending: ArrayLike<number>, q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))] ?? 0;
}
