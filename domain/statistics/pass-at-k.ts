// How reliable is an agent on tasks that are tried several times? pass^k: all of k tries succeed; pass@k: one of them does. Both without bias
// from n >= k tries of a task, averaged over tasks. One task's p^k says nothing about tasks that differ, so single tries are refused for k > 1.
// pass^k: Yao et al., tau-bench, arXiv 2406.12045; pass@k: Chen et al., arXiv 2107.03374.
import { bootstrapInterval } from "./bootstrap-interval.ts";

/** Tries of one task, and how many succeeded. */
export interface TaskTries {
  tries: number;
  successes: number;
}

export type Reliability = "all_of_k" | "one_of_k";

/** C(c, k) / C(n, k); null with fewer than k tries. */
export function passHatK({ tries, successes }: TaskTries, k: number): number | null {
  if (k < 1 || tries < k) return null;
  let all = 1;
  for (let i = 0; i < k; i++) all *= Math.max(0, successes - i) / (tries - i);
  return all;
}

/** 1 − C(n − c, k) / C(n, k); null with fewer than k tries. */
export function passAtK({ tries, successes }: TaskTries, k: number): number | null {
  const none = passHatK({ tries, successes: tries - successes }, k);
  return none === null ? null : 1 - none;
}

/**
 * Mean over tasks with a 95 % interval by drawing tasks; tasks with fewer than k tries are left out and counted. `interval` is null
 * with fewer than two tasks, the whole null with none.
 */
export function passAcrossTasks(
  tasks: readonly TaskTries[],
  k: number,
  reliability: Reliability,
  random: () => number,
): { value: number; interval: { low: number; high: number } | null; tasks: number; leftOut: number } | null {
  const each = tasks.flatMap((task) => {
    const found = reliability === "all_of_k" ? passHatK(task, k) : passAtK(task, k);
    return found === null ? [] : [found];
  });
  if (each.length === 0) return null;
  const drawn = bootstrapInterval(each, mean, random);
  const interval = drawn === null ? null : { low: drawn.low, high: drawn.high };
  return { value: mean(each), interval, tasks: each.length, leftOut: tasks.length - each.length };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
