// Fair shares of a change among the mechanisms that may have changed: exact Shapley values over at most six of them (64 evaluations).
// They describe where a change entered; they are not probabilities of a cause.

/** More mechanisms mean more than 64 evaluations, and shares nobody can read. */
export const mostMechanisms = 6;

/**
 * Shapley values of `count` players for the game `value(set)`, the set given as bits (bit i = mechanism i taken from the new window).
 * The values add up to value(all) − value(none). Shapley 1953; for distribution changes Budhathoki et al. 2021. Throws above six.
 */
export function shapley(count: number, value: (set: number) => number): number[] {
  if (count > mostMechanisms) throw new RangeError(`${count} mechanisms; at most ${mostMechanisms} can be shared out exactly`);
  const values = Array.from({ length: 2 ** count }, (_, set) => value(set));
  const weights = Array.from({ length: count }, (_, size) => (factorial(size) * factorial(count - size - 1)) / factorial(count));
  return Array.from({ length: count }, (_, player) => {
    const bit = 2 ** player;
    let share = 0;
    for (let set = 0; set < values.length; set++) {
      if ((set & bit) !== 0) continue;
      share += (weights[sizeOf(set)] ?? 0) * ((values[set | bit] ?? 0) - (values[set] ?? 0));
    }
    return share;
  });
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest > 0; rest >>= 1) size += rest & 1;
  return size;
}
