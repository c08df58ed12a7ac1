// Does the effect show where the changed part acts, and is it absent where it does not? Runs that did not use a changed tool are its
// negative control; runs of the old and the new version side by side are a rollout's. Where no control exists it says so.
import { cmhScore } from "../statistics/cmh-score.ts";
import type { Candidate } from "./candidates.ts";
import type { Strata } from "./strata.ts";
import { tables } from "./weigh.ts";
import type { Outcome, Window } from "./window.ts";

/** Runs on each side of a comparison below which it shows nothing either way. */
const leastRuns = 20;
/** |z| below which the control is quiet, and from which the effect is there (statistics.md 3.4). */
const quietZ = 2;
/** A control that moves as clearly as this contradicts the cause; between the two it is silent. */
const loudZ = 3.3;

export type Reach = "shown" | "contradicted" | "not_testable";

/** Negative control of a tool: runs after its change that did not use it. */
export function toolReach(candidate: Candidate, window: Window, outcome: Outcome, strata: Strata): Reach {
  if (candidate.kind !== "tool") return "not_testable";
  const used = restricted(outcome, window, (i) => window.runs[i]?.toolsUsed.includes(candidate.ref) === true);
  const unused = restricted(outcome, window, (i) => window.runs[i]?.toolsUsed.includes(candidate.ref) === false);
  const there = zOf(candidate, used, strata);
  const elsewhere = zOf(candidate, unused, strata);
  if (there === null || elsewhere === null) return "not_testable";
  if (Math.abs(there) >= quietZ && Math.abs(elsewhere) < quietZ) return "shown";
  return Math.abs(elsewhere) >= loudZ && Math.abs(elsewhere) > Math.abs(there) ? "contradicted" : "not_testable";
}

/** Runs of the candidate's and of earlier versions while both were live: time cancels out. */
export interface Overlap {
  exposed: number;
  unexposed: number;
  rateExposed: number;
  rateUnexposed: number;
  z: number;
}

/** The concurrent comparison; null without at least 20 runs on each side. */
export function overlapOf(candidate: Candidate, window: Window, outcome: Outcome, strata: Strata): Overlap | null {
  const first = candidate.exposed.indexOf(1);
  const last = candidate.exposed.lastIndexOf(0);
  if (first === -1 || last <= first) return null;
  const during = restricted(outcome, window, (i) => i >= first && i <= last);
  const z = zOf(candidate, during, strata);
  if (z === null) return null;
  const means = [0, 1].map((side) => meanOf(during, candidate, side));
  const [unexposed, exposed] = means;
  if (unexposed === undefined || exposed === undefined) return null;
  return { exposed: exposed.n, unexposed: unexposed.n, rateExposed: exposed.mean, rateUnexposed: unexposed.mean, z };
}

function restricted(outcome: Outcome, window: Window, keep: (i: number) => boolean): Outcome {
  return { ...outcome, y: Float64Array.from(window.runs, (_, i) => (keep(i) ? (outcome.y[i] ?? NaN) : NaN)) };
}

function zOf(candidate: Candidate, outcome: Outcome, strata: Strata): number | null {
  const counts = [0, 1].map((side) => meanOf(outcome, candidate, side).n);
  if (counts.some((n) => n < leastRuns)) return null;
  const { u, v } = cmhScore(tables(outcome, candidate.exposed, strata));
  return v > 0 ? u / Math.sqrt(v * outcome.phi) : 0;
}

/** Runs of one side and their mean outcome. */
export function meanOf({ y, weights }: Outcome, { exposed }: Candidate, side: number): { n: number; mean: number } {
  let n = 0;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] ?? NaN;
    if (Number.isNaN(value) || exposed[i] !== side) continue;
    const weight = weights?.[i] ?? 1;
    n++;
    total += weight;
    sum += weight * value;
  }
  return { n, mean: n === 0 ? NaN : sum / total };
}
