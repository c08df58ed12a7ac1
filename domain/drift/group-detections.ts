// Which drifts are one thing: those that began together, and those that one recorded change explains. Fifteen dimensions that move
// after a deploy are one group; two faults with two causes at the same hour stay one group until the data separate them.
import type { Detection } from "./detection.ts";

const hourMs = 3_600_000;
/** Credible sets are widened by this much: change times of low-traffic dimensions are known to a few hours only. */
const slackMs = 6 * hourMs;
/** Point estimates this close are one onset even where a set is overconfident. */
const closeMs = 24 * hourMs;
/** A set of days says when something changed to nobody: meeting it ties two drifts no more than living in the same week does. */
const widestMs = 72 * hourMs;
/** Drifts join by a common cause only when they began within a rollout's length of one another. */
const rolloutMs = 7 * 24 * hourMs;

/** Whether two drifts began together. Something that had come back before the other began is a new event. */
export function beganTogether(a: Detection, b: Detection): boolean {
  if (isOver(a, b) || isOver(b, a)) return false;
  const setsMeet = a.onset.fromMs - slackMs <= b.onset.toMs && b.onset.fromMs - slackMs <= a.onset.toMs;
  const isKnown = [a, b].every(({ onset }) => onset.toMs - onset.fromMs <= widestMs);
  return (setsMeet && isKnown) || Math.abs(a.onset.atMs - b.onset.atMs) <= closeMs;
}

/** Whether two drifts, each explained by the same recorded change, may be one event. */
export function mayShareCause(a: Detection, b: Detection): boolean {
  return !isOver(a, b) && !isOver(b, a) && Math.abs(a.onset.atMs - b.onset.atMs) <= rolloutMs;
}

function isOver(a: Detection, b: Detection): boolean {
  return a.recoveredAtMs !== null && a.recoveredAtMs < b.onset.fromMs - slackMs;
}

/** Partition of 0 … count−1 by an equivalence that `linked` spans, each class in ascending order. */
export function partition(count: number, linked: (i: number, j: number) => boolean): number[][] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    const above = parent[i] ?? i;
    return above === i ? i : root(above);
  };
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) if (root(i) !== root(j) && linked(j, i)) parent[Math.max(root(i), root(j))] = Math.min(root(i), root(j));
  const classes = new Map<number, number[]>();
  for (let i = 0; i < count; i++) classes.set(root(i), [...(classes.get(root(i)) ?? []), i]);
  return [...classes.values()];
}
