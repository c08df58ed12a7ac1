// What whoever goes through history and whoever knows what to look for have to say to each other: how a thing is defined now, what is
// seen of it in one run, and what a page of runs leaves in the stores.
import type { TargetKind } from "../domain/backfill/backfill.ts";
import type { Run } from "../domain/run/run.ts";
import type { HeldColumn, HistoryRun } from "../d1/backfill-runs.ts";
import type { Guard } from "../d1/backfills.ts";

/** Whose history is scanned, and for what. */
export interface TargetName {
  projectId: string;
  agent: string;
  kind: TargetKind;
  ref: string;
}

/** One run as it is looked at. */
export interface Seen {
  row: HistoryRun;
  /** As it stands in the archive. */
  stored: Run;
  /** With the scores that came apart from it. */
  run: Run;
  /** Of the newest of those scores; empty without any. */
  newestScore: string;
}

export interface PageScan {
  /** May throw for a run that cannot be judged; it leaves nothing then. */
  look: (seen: Seen) => { shows: boolean; wasKnown: boolean };
  /** For the page's transaction. What goes elsewhere is written before they are returned, and may be written again. */
  statements: (nowMs: number) => Promise<D1PreparedStatement[]>;
}

export interface TargetScan {
  /** Of the definition as it stands. */
  version: string;
  held: HeldColumn;
  /** Holds as long as the definition is this one. */
  guard: Guard;
  page: () => PageScan;
}

/** `isMissing`: there is no such thing; else it is there and cannot be looked for in history. */
export type Opened = { ok: true; scan: TargetScan } | { ok: false; isMissing: boolean; reason: string };
