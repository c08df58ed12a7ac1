// The behaviour of one agent: facts of its runs as rows, and the last analysis of them. Facts are replaced by id and version,
// so late, revised and repeated runs are corrections; an analysis is a pure function of the rows, so an imported month ends
// where a month of live traffic ends. One object for each project and agent.
import { DurableObject } from "cloudflare:workers";
import { ulid } from "ulidx";
import { measureEffect, type Judged as JudgedEffect, type Shipped } from "../domain/artifact/effect.ts";
import { recordHash } from "../domain/audit/chain.ts";
import type { AuditAction, AuditActor, AuditDraft, AuditedState } from "../domain/audit/entry.ts";
import type { Change } from "../domain/drift/drift.ts";
import { feedbackOf } from "../domain/drift/feedback-weight.ts";
import type { PackedFacts } from "../domain/drift/packed-facts.ts";
import { type Breakdown, breakdowns } from "../domain/signal/breakdown.ts";
import type { AuditMessage, EvaluatedMessage } from "../queues/messages.ts";
import { analyseRows } from "./analyse-rows.ts";
import { AuditOutbox } from "./audit-outbox.ts";
import { dimensionHash, nameOf } from "./audit-words.ts";
import type {
  DimensionSeries,
  Judged,
  Judgement,
  Publication,
  Reclassed,
  SeriesWindow,
  SlugsOfClasses,
  Subject,
} from "./behaviour-records.ts";
import { BehaviourRows } from "./behaviour-rows.ts";
import type { Bindings } from "./bindings.ts";
import { Blessings, type Blessed, type WatchedDimension } from "./blessing.ts";
import { coursesOf } from "./courses.ts";
import { forgetFeedback, judgeDrift } from "./judge-drift.ts";
import { setAgain } from "./failed-alarm.ts";
import { nextEvaluationMs } from "./evaluation-schedule.ts";

/** Facts that were read before their run went are folded well within this time: no message is tried for longer. */
const goneKeptMs = 7 * 24 * 60 * 60_000;

/** A message that the queue took is confirmed well within this time. */
const announceAgainMs = 60_000;

export class Behaviour extends DurableObject<Bindings> {
  private readonly rows: BehaviourRows;
  private readonly audit: AuditOutbox;
  private readonly blessings: Blessings;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.rows = new BehaviourRows(ctx.storage.sql);
    this.audit = new AuditOutbox(ctx.storage.sql);
    this.blessings = new Blessings(ctx.storage.sql);
    void ctx.blockConcurrencyWhile(async () => {
      this.rows.createTables();
      this.audit.createTable();
      this.blessings.createTable();
    });
  }

  /** Adds or replaces facts; an older version than the known one changes nothing. Names are this object's own address. */
  async fold(subject: Subject, facts: readonly PackedFacts[], nowMs: number): Promise<void> {
    this.rows.setSubject(subject);
    this.rows.dropGoneBefore(nowMs - goneKeptMs);
    for (const fact of facts) this.rows.putFacts(fact);
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
  }

  /** What a backfill found, or no longer finds, in runs whose facts are known. */
  async reclass(runs: readonly Reclassed[], nowMs: number): Promise<void> {
    const known = runs.filter((run) => this.rows.reclass(run));
    if (known.length === 0) return;
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
  }

  /** Runs that were deleted, or that turned out to be another agent's: up to `version`, also where its facts are still on their way. */
  async forget(runs: readonly { id: string; version: string }[], nowMs: number): Promise<void> {
    const known = runs.filter(({ id, version }) => this.rows.deleteFacts(id, version, nowMs));
    if (known.length === 0) return;
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
  }

  /** A change that a person or CI declared; the same id again is the same change. */
  async declare(subject: Subject, change: Change, nowMs: number): Promise<void> {
    this.rows.setSubject(subject);
    this.rows.putChange(change);
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
  }

  /** What a person says of a drift. The last word on it counts. null: no such drift here. */
  async judge(driftId: string, judgement: Judgement, actor: AuditActor, nowMs: number): Promise<Judged | null> {
    const said = judgeDrift(this.rows, driftId, judgement, actor, nowMs);
    if (said === null) return null;
    this.tell(said.audited, actor, nowMs);
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
    return { drift: said.drift, told: this.audit.waiting() };
  }

  /** Starts baselines anew (null: of every dimension) at the agent's newest run: an imported month has no present but its own. */
  async reset(dimension: string | null, actor: AuditActor, nowMs: number): Promise<{ at: string; told: AuditDraft[] }> {
    const atMs = this.rows.evaluationState(nowMs).newestRunMs ?? nowMs;
    this.rows.putReset({ dimension, atMs }, "baseline reset", nameOf(actor), nowMs);
    const at = new Date(atMs).toISOString();
    this.tell(
      {
        action: "baseline.reset",
        object: this.rows.subject()?.agent ?? "",
        before: null,
        after: { dimension: dimensionHash(dimension), from: at },
        reason: null,
      },
      actor,
      nowMs,
    );
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
    return { at, told: this.audit.waiting() };
  }

  /** Takes back what dismissals taught of a dimension (null: of every one). */
  async forgetFeedback(dimension: string | null, actor: AuditActor, nowMs: number): Promise<AuditDraft[]> {
    this.tell(forgetFeedback(this.rows, dimension, actor, nowMs), actor, nowMs);
    this.rows.noteArrival(nowMs);
    await this.arm(nowMs);
    return this.audit.waiting();
  }

  /** Keeps the dimensions (null: all) as they stand as the reference `name`, or one named for its day. null: none is known, or there are too many names. */
  async bless(
    dimension: string | null,
    name: string | null,
    actor: AuditActor,
    nowMs: number,
  ): Promise<{ blessed: Blessed; told: AuditDraft[] } | null> {
    const { untilMs, dimensions } = await this.current(nowMs);
    const at = new Date(untilMs).toISOString();
    const reference = name ?? at.slice(0, 10);
    const chosen = dimensions.filter((one) => dimension === null || one.name === dimension);
    if (chosen.length === 0) return null;
    const [before, isPut, after] = [
      this.referenceState(reference),
      this.blessings.put(reference, chosen, nameOf(actor), untilMs),
      this.referenceState(reference),
    ];
    if (!isPut) return null;
    this.tell(
      {
        action: "baseline.blessed",
        object: this.rows.subject()?.agent ?? "",
        before,
        after: { dimension: dimensionHash(dimension), ...after },
        reason: null,
      },
      actor,
      nowMs,
    );
    await this.arm(nowMs);
    return { blessed: { name: reference, at, dimensions: chosen.length }, told: this.audit.waiting() };
  }

  /** What was not taken for the audit log yet. */
  async untold(): Promise<AuditDraft[]> {
    return this.audit.waiting();
  }

  /** These stand in the index, to be chained. */
  async audited(ids: readonly string[]): Promise<void> {
    this.audit.taken(ids);
  }

  /** The project was deleted. */
  async destroy(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  async dimensions(nowMs: number): Promise<WatchedDimension[]> {
    const [references, feedback] = [this.blessings.byDimension(), this.rows.feedback()];
    const { dimensions, untilMs } = await this.current(nowMs);
    const about = (name: string) => ({ references: references.get(name) ?? [], feedback: feedbackOf(feedback, name, untilMs) });
    return dimensions.map((one) => ({ ...one, ...about(one.name) }));
  }

  /** The course of each of `wanted`, or of every dimension; those that no run shows are left out. */
  async series(wanted: readonly string[] | null, window: SeriesWindow, nowMs: number): Promise<DimensionSeries[]> {
    const names = wanted ?? (await this.dimensions(nowMs)).map(({ name }) => name);
    return coursesOf(this.rows.facts(nowMs), this.rows.drifts(), names, window);
  }

  /** Which signals findings belong to: their rates are dimensions. @returns by slug, among whom each is frequent */
  async nameSignals(slugsOf: SlugsOfClasses, nowMs: number): Promise<[slug: string, Breakdown][]> {
    if (this.rows.setSignals(slugsOf)) {
      this.rows.noteArrival(nowMs);
      await this.arm(nowMs);
    }
    return [...breakdowns(this.rows.facts(nowMs))];
  }

  /** What came of a version that was shipped, as far as the agent's runs tell. */
  async effectOf(shipped: Shipped, nowMs: number): Promise<JudgedEffect> {
    return measureEffect(this.rows.facts(nowMs), shipped, nowMs);
  }

  /** Judges now. `closeAll` closes the windows that would wait for late runs, up to the newest run. */
  async evaluate(closeAll: boolean, nowMs: number): Promise<Publication | null> {
    return this.analyseAt(closeAll, nowMs);
  }

  /** The last evaluation, null before the first. */
  async publication(): Promise<Publication | null> {
    return this.rows.publication();
  }

  /** Event time up to which buckets are closed; null before the first. */
  async closedUntil(): Promise<number | null> {
    return this.rows.closedUntilMs();
  }

  /** The evaluation with this number stands in the index and at the desk. */
  async published(evaluation: number): Promise<void> {
    this.rows.setPublished(evaluation);
  }

  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    const dueMs = nextEvaluationMs(this.rows.evaluationState(nowMs));
    try {
      if (dueMs !== null && dueMs <= nowMs) this.analyseAt(false, nowMs);
      await this.announce();
      await this.announceAudit(nowMs);
    } catch (error) {
      return setAgain(this.ctx.storage, "behaviour", error, nowMs);
    }
    await this.arm(nowMs);
  }

  /** At the next evaluation, or sooner to announce again what nobody confirmed. */
  private async arm(nowMs: number): Promise<void> {
    const evaluationMs = nextEvaluationMs(this.rows.evaluationState(nowMs));
    const announcementMs = this.rows.isPublished() ? null : nowMs + announceAgainMs;
    const times = [evaluationMs, announcementMs, this.audit.dueMs()].filter((atMs) => atMs !== null);
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
  }

  /** Row first, message after: what is not confirmed as published is announced again at the next alarm. */
  private async announce(): Promise<void> {
    const subject = this.rows.subject();
    if (subject === null || this.rows.isPublished()) return;
    const message: EvaluatedMessage = { v: 1, kind: "evaluated", project_id: subject.projectId, agent: subject.agent };
    await this.env.BEHAVIOUR_QUEUE.send(message);
  }

  private async announceAudit(nowMs: number): Promise<void> {
    const subject = this.rows.subject();
    if (subject === null || (this.audit.dueMs() ?? Infinity) > nowMs) return;
    const message: AuditMessage = {
      v: 1,
      kind: "audit",
      project_id: subject.projectId,
      from: { object: "behaviour", agent: subject.agent },
    };
    await this.env.AUDIT_QUEUE.send(message);
    this.audit.announced(nowMs);
  }

  private tell(
    what: Pick<AuditDraft, "object" | "before" | "after" | "reason"> & { action: AuditAction },
    actor: AuditActor,
    nowMs: number,
  ): void {
    this.audit.put([{ id: `aud_${ulid(nowMs)}`, at: new Date(nowMs).toISOString(), actor, ...what }], nowMs);
  }

  private referenceState(name: string): AuditedState | null {
    const held = this.blessings.held(name);
    return held === null ? null : { name: recordHash(name), record: recordHash(held) };
  }

  private async current(nowMs: number): Promise<Pick<Publication, "dimensions" | "untilMs">> {
    const known = this.rows.evaluationState(nowMs).dirtySinceMs === null ? this.rows.publication() : null;
    return known ?? this.analyseAt(false, nowMs) ?? { dimensions: [], untilMs: nowMs };
  }

  private analyseAt(closeAll: boolean, nowMs: number): Publication | null {
    return analyseRows(this.rows, closeAll, nowMs);
  }
}
