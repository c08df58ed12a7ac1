// Which of many monitored streams moved, once an alarm is raised: e-BH applied to e-detectors.
// Keeps E[false discovery proportion] / E[time] at or below 1/c under any dependence (Dandapanthula, Ramdas, arXiv 2501.04130;
// e-BH: Wang, Ramdas, arXiv 2009.02824).

/** Indices listed, strongest first: the largest k with e_(k) >= size / (alpha k), where `size` is the number of hypotheses. */
export function eBenjaminiHochberg(values: readonly number[], alpha: number, size = values.length): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  let listed = 0;
  order.forEach((index, position) => {
    if ((values[index] ?? 0) >= size / (alpha * (position + 1))) listed = position + 1;
  });
  return order.slice(0, listed);
}
