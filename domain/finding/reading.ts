// The reading of a run by Claude: how it stands, and which runs are read without being asked for. Nothing is read on its own unless the
// project has set money aside for it.
import { fingerprint } from "../run/fingerprint.ts";
import type { RunStatus } from "../run/run.ts";

/** `off`: there is no key or no money for it. */
export type ReadingStatus = "pending" | "ok" | "failed" | "off";

/** A run as the index tells of it. */
export interface ReadCandidate {
  runId: string;
  status: RunStatus;
  /** Its score `success`; null without one. */
  isSuccess: boolean | null;
  /** Detectors of the failures that it did not get over. */
  failures: readonly string[];
  /** Its agent has signals that people defined in plain language. */
  hasDefinitions: boolean;
}

export type ReadReason = "unexplained_failure" | "sample";

/** Share of all runs that are read to see what no rule sees: one in a hundred. */
const sampleShare = 0.01;
/** The same where people have defined what only a reader can tell: a rate needs more runs than that. */
const definedShare = 0.1;
/** Findings that only say that a run failed. */
const unexplaining: ReadonlySet<string> = new Set(["run_error"]);

/**
 * Why the run is read on its own, or null: failures that no detector explains, and a sample that chance draws and that is always the same
 * one. Runs that were stopped or never ended are in no denominator, so they are not read.
 */
export function wantsReading(projectId: string, candidate: ReadCandidate): ReadReason | null {
  const { status, isSuccess, failures } = candidate;
  if (status === "cancelled" || status === "incomplete") return null;
  const isExplained = failures.some((detector) => !unexplaining.has(detector));
  if (!isExplained && (status === "error" || isSuccess === false)) return "unexplained_failure";
  return isSampled(projectId, candidate) ? "sample" : null;
}

/** Whether the run is in the sample, whatever came of it: rates of what only Claude sees are rates of these. */
export function isSampled(projectId: string, { runId, hasDefinitions }: Pick<ReadCandidate, "runId" | "hasDefinitions">): boolean {
  const draw = Number.parseInt(fingerprint(`reading ${projectId} ${runId}`, 8), 16) / 2 ** 32;
  return draw < (hasDefinitions ? definedShare : sampleShare);
}
