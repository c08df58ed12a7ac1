// A backfill: one scan of an agent's history for something that was not looked for, or was defined otherwise, when the runs came. It
// names what it looks for with the version of that definition, says which runs it reads, and where it stands.
import type { Tally } from "./report.ts";

export const backfillStatuses = ["queued", "running", "paused", "done", "cancelled", "failed"] as const;
export type BackfillStatus = (typeof backfillStatuses)[number];

/** What history can be scanned for, and the contract's field that names it. */
export const targetFields = { signal: "signal_id", detector: "detector", dimension: "dimension" } as const;
export type TargetKind = keyof typeof targetFields;

export interface BackfillTarget {
  kind: TargetKind;
  /** Id of the signal, name of the detector or dimension. */
  ref: string;
  /** Of the definition when the job was made. All its results carry it. */
  version: string;
}

/** Which runs are read, as it was decided when the job was made. */
export interface BackfillPlan {
  /** Bounds of the runs' starts, epoch milliseconds: from is in, to is out. */
  fromMs: number;
  toMs: number;
  /** As asked for: a share up to 1, else a number of runs; null for all. */
  sample: number | null;
  /** Runs whose hash is below are in the sample; null for all. */
  below: number | null;
  /** Of the agent in that time, and those of them that are read. */
  inRange: number;
  runs: number;
  /** Of these runs in the archive. */
  bytes: number;
  costUsd: number;
  maxCostUsd: number | null;
}

/** How far the scan is. */
export interface BackfillCursor {
  /** Number of the message whose turn it is: any other one is a double, or was taken for lost. */
  turn: number;
  /** The last run that was looked at, in the order of start and id; null before the first. */
  after: [startedMs: number, id: string] | null;
  /** Time that pages took, without waiting in queues and pauses. */
  workedMs: number;
}

export interface Backfill {
  id: string;
  agent: string;
  target: BackfillTarget;
  status: BackfillStatus;
  plan: BackfillPlan;
  cursor: BackfillCursor;
  /** Runs that were looked at, and all that are to be. */
  scanned: number;
  total: number;
  /** Runs that show what was looked for, and runs that could not be read. */
  matched: number;
  errors: number;
  costUsd: number;
  tally: Tally;
  /** Why it failed. */
  error: string | null;
  createdMs: number;
  startedMs: number | null;
  updatedMs: number;
}

/** Seconds until it is done at the rate measured so far; null while there is no rate, or nothing moves. */
export function etaSeconds({ status, scanned, total, cursor }: Backfill): number | null {
  if (status === "done") return 0;
  if ((status !== "running" && status !== "queued") || scanned === 0 || cursor.workedMs === 0) return null;
  return Math.ceil((Math.max(0, total - scanned) * cursor.workedMs) / scanned / 1_000);
}

/** Why results of `now` must not stand beside those of a job that began with `began`. */
export function versionChanged(began: string, now: string): string {
  return `the definition changed from ${began} to ${now} while it ran; results of two versions are not mixed: make a new backfill`;
}
