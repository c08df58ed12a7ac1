// What callers of the behaviour object give and get, apart from the object itself.
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { Drift } from "../domain/drift/drift.ts";
import type { DismissalKind } from "../domain/drift/feedback-weight.ts";
import type { Reconciled } from "../domain/drift/match.ts";
import type { SeriesBucket } from "../domain/drift/series.ts";
import type { ClassChange } from "../domain/drift/signal-observations.ts";

export interface Publication extends Reconciled {
  /** Number of this evaluation; `published` names the one that was read. */
  evaluation: number;
  /** Event time of the oldest run that was judged: what lies before it is history that no later analysis touches. */
  sinceMs: number;
  /** Event time up to which was judged. */
  untilMs: number;
}

export interface SeriesWindow {
  fromMs: number;
  toMs: number;
  bucket: "hour" | "day";
}

export interface DimensionSeries {
  dimension: string;
  buckets: SeriesBucket[];
}

/** What a person says of a drift. `kind`: why it was dismissed. */
export type Judgement = { reason: string } & ({ status: "dismissed"; kind: DismissalKind } | { status: "accepted" });

/** `told`: what the audit log must hear of, until `audited` says that it will. */
export interface Judged {
  drift: Drift;
  told: AuditDraft[];
}

/** Whose behaviour this is: the object's own address, and the setting that its judgement needs. */
export interface Subject {
  projectId: string;
  agent: string;
  falseAlarmBudgetDays: number;
}

/** Pairs of the key of a class of findings and the slugs of the signals that it belongs to, by key. */
export type SlugsOfClasses = [key: string, slugs: string[]][];

/** What a later look at a run's revision `version` found of it. */
export interface Reclassed extends ClassChange {
  id: string;
  version: string;
}
