// Which drifts are one thing: those that began together, and those that one recorded change explains. Fifteen dimensions that move
// after a deploy are one group; two faults with two causes at the same hour stay one group until the data separate them.
import type { Detection } from "./detection.ts";

const hourMs = 3_600_000;
/** Credible sets are widened by this much: change times of low-traffic dimensions are known to a few hours only. */
const slackMs = 6 * hourMs;
/** Point estimates this close are one onset even where a set is overconfident. */
const closeMs = 24 * hourMs;
/** A drift whose set is wider than this hardly knows when it began: it may follow others, but never ties two of them together. */
const widestMs = 72 * hourMs;
/** Drifts join by a common cause only when they began within a rollout's length of one another. */
const rolloutMs = 7 * 24 * hourMs;

/** Indices of drifts that began together, class by class, each in ascending order. A drift that hardly knows its time follows the nearest. */
export function groupsByOnset(detections: readonly Detection[]): number[][] {
  const leaders = detections.map((_, i) => leaderOf(i, detections));
  return partition(detections.length, (i, j) => {
    const [a, b] = [detections[i], detections[j]];
    if (a === undefined || b === undefined) return false;
    if (leaders[i] === null && leaders[j] === null) return beganTogether(a, b);
    return leaders[i] === j || leaders[j] === i;
  });
}

/** The drift of known time that one of hardly known time follows; null for those of known time and where none is met. */
function leaderOf(index: number, detections: readonly Detection[]): number | null {
  const own = detections[index];
  if (own === undefined || isKnown(own)) return null;
  const apart = (j: number): number => Math.abs((detections[j]?.onset.atMs ?? Infinity) - own.onset.atMs);
  const met = [...detections.keys()].filter((j) => {
    const other = detections[j];
    return other !== undefined && isKnown(other) && beganTogether(own, other);
  });
  return met.toSorted((i, j) => apart(i) - apart(j) || i - j)[0] ?? null;
}

function isKnown({ onset }: Detection): boolean {
  return onset.toMs - onset.fromMs <= widestMs;
}

/** Whether two drifts may have begun together. Something that had come back before the other began is a new event. */
export function beganTogether(a: Detection, b: Detection): boolean {
  if (isOver(a, b) || isOver(b, a)) return false;
  const setsMeet = a.onset.fromMs - slackMs <= b.onset.toMs && b.onset.fromMs - slackMs <= a.onset.toMs;
  return setsMeet || Math.abs(a.onset.atMs - b.onset.atMs) <= closeMs;
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
