// Keeps the parts of traces until they are over: one object for each project and shard of trace ids. A trace is the set of
// its parts, so any order and any number of deliveries end alike; its version is the number of parts, so it only grows.
// It decides when a trace is over and says so by queue; what a trace means is read by the consumer.
import { DurableObject } from "cloudflare:workers";
import { isRootEnded } from "../domain/wire/trace.ts";
import type { TraceRecord } from "../domain/wire/record.ts";
import type { ClosedMessage } from "../queues/messages.ts";
import { dueAtMs, keptMs, nextAlarmMs } from "./assembly-schedule.ts";
import type { Bindings } from "./bindings.ts";
import { setAgain } from "./failed-alarm.ts";

/** A part as it travels: JSON text, so that nothing is parsed twice and RPC carries any depth. */
export interface Part {
  traceId: string;
  key: string;
  json: string;
}

export interface AssembledTrace {
  traceId: string;
  /** Number of parts. */
  version: number;
  isClosed: boolean;
  /** When the newest part came, epoch milliseconds. */
  lastPartMs: number;
  /** JSON of every part, in order of key; null when they were dropped long ago and must be brought back with `add`. */
  parts: string[] | null;
}

export interface Added {
  /** Every touched trace as it now stands. */
  traces: AssembledTrace[];
  /** Ids of traces that were deleted: what came of them was not kept. */
  erased: string[];
}

/** Announced together in one message. */
const mostAnnounced = 50;

export class TraceAssembly extends DurableObject<Bindings> {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      ctx.storage.sql.exec(`
        CREATE TABLE IF NOT EXISTS owner (project_id TEXT NOT NULL, shard INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS part (trace_id TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (trace_id, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS trace (trace_id TEXT PRIMARY KEY, is_root_ended INTEGER NOT NULL, last_part_ms INTEGER NOT NULL,
          announced_ms INTEGER, closed_ms INTEGER, dropped_ms INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS erased (trace_id TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS erased_until ON erased (until_ms);
        CREATE INDEX IF NOT EXISTS trace_open ON trace (last_part_ms) WHERE closed_ms IS NULL;
        CREATE INDEX IF NOT EXISTS trace_kept ON trace (closed_ms) WHERE closed_ms IS NOT NULL AND dropped_ms IS NULL;`);
    });
  }

  /** Adds what is new, but nothing of deleted traces. `projectId` and `shard` are this object's own address. */
  async add(projectId: string, shard: number, parts: readonly Part[], nowMs: number): Promise<Added> {
    if (this.ctx.storage.sql.exec("SELECT 1 FROM owner").toArray().length === 0) {
      this.ctx.storage.sql.exec("INSERT INTO owner VALUES (?, ?)", projectId, shard);
    }
    const touched = new Map<string, boolean>();
    const erased = new Set(this.erasedAmong(parts, nowMs));
    for (const { traceId, key, json } of parts) {
      if (erased.has(traceId)) continue;
      const isNew = this.insertPart(traceId, key, json);
      touched.set(traceId, isNew || touched.get(traceId) === true);
    }
    const traces = [...touched].map(([traceId, hasGrown]) => {
      if (hasGrown) this.reopen(traceId, nowMs);
      return this.assembled(traceId);
    });
    await this.arm();
    return { traces, erased: [...erased] };
  }

  /** The traces as they stand now, taken to be over. Unknown ids are left out. */
  async close(traceIds: readonly string[]): Promise<AssembledTrace[]> {
    return traceIds.filter((id) => this.isKnown(id)).map((id) => ({ ...this.assembled(id), isClosed: true }));
  }

  /** What `close` gave was stored at `version`; a trace that grew meanwhile stays open. */
  async confirm(stored: readonly { traceId: string; version: number }[], nowMs: number): Promise<void> {
    for (const { traceId, version } of stored) {
      if (this.countParts(traceId) === version) {
        this.ctx.storage.sql.exec("UPDATE trace SET closed_ms = ? WHERE trace_id = ?", nowMs, traceId);
      }
    }
    await this.arm();
  }

  /**
   * Deletes all parts: the runs were deleted by a person, or are past their retention. @param erasedUntilMs until when later parts of
   * these traces are refused, because a run of the rest would be another run; null: they are taken.
   */
  async forget(traceIds: readonly string[], erasedUntilMs: number | null): Promise<void> {
    const ids = JSON.stringify(traceIds);
    if (erasedUntilMs !== null) {
      this.ctx.storage.sql.exec(
        `INSERT INTO erased SELECT trace_id, ?1 FROM trace WHERE trace_id IN (SELECT value FROM json_each(?2))
         ON CONFLICT DO UPDATE SET until_ms = max(until_ms, ?1)`,
        erasedUntilMs,
        ids,
      );
    }
    this.ctx.storage.sql.exec("DELETE FROM part WHERE trace_id IN (SELECT value FROM json_each(?))", ids);
    this.ctx.storage.sql.exec("DELETE FROM trace WHERE trace_id IN (SELECT value FROM json_each(?))", ids);
    await this.arm();
  }

  /** The project was deleted. */
  async destroy(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    try {
      await this.announce(nowMs);
    } catch (error) {
      return setAgain(this.ctx.storage, "trace assembly", error, nowMs);
    }
    this.dropOld(nowMs - keptMs);
    this.ctx.storage.sql.exec("DELETE FROM erased WHERE until_ms <= ?", nowMs);
    await this.arm();
  }

  /** Message first, mark after: what was sent and not marked is sent again. */
  private async announce(nowMs: number): Promise<void> {
    const due = this.openTraces().filter((trace) => dueAtMs(trace) <= nowMs);
    const [owner] = this.ctx.storage.sql.exec<{ project_id: string; shard: number }>("SELECT * FROM owner").toArray();
    for (let i = 0; owner !== undefined && i < due.length; i += mostAnnounced) {
      const ids = due.slice(i, i + mostAnnounced).map((trace) => trace.traceId);
      const message: ClosedMessage = { v: 1, kind: "closed", project_id: owner.project_id, shard: owner.shard, trace_ids: ids };
      await this.env.CLOSED_QUEUE.send(message);
      for (const id of ids) this.ctx.storage.sql.exec("UPDATE trace SET announced_ms = ? WHERE trace_id = ?", nowMs, id);
    }
  }

  private async arm(): Promise<void> {
    const { oldest } = this.ctx.storage.sql
      .exec<{ oldest: number | null }>("SELECT min(closed_ms) AS oldest FROM trace WHERE closed_ms IS NOT NULL AND dropped_ms IS NULL")
      .one();
    const { until } = this.ctx.storage.sql.exec<{ until: number | null }>("SELECT min(until_ms) AS until FROM erased").one();
    const atMs = nextAlarmMs(this.openTraces(), oldest, until);
    if (atMs !== null) await this.ctx.storage.setAlarm(atMs);
  }

  private insertPart(traceId: string, key: string, json: string): boolean {
    return this.ctx.storage.sql.exec("INSERT OR IGNORE INTO part VALUES (?, ?, ?) RETURNING 1", traceId, key, json).toArray().length > 0;
  }

  private erasedAmong(parts: readonly Part[], nowMs: number): string[] {
    return this.ctx.storage.sql
      .exec<{ trace_id: string }>(
        "SELECT trace_id FROM erased WHERE until_ms > ? AND trace_id IN (SELECT value FROM json_each(?))",
        nowMs,
        JSON.stringify([...new Set(parts.map(({ traceId }) => traceId))]),
      )
      .toArray()
      .map((row) => row.trace_id);
  }

  private reopen(traceId: string, nowMs: number): void {
    const ended = isRootEnded(this.parts(traceId).map((json): TraceRecord => JSON.parse(json))) ? 1 : 0;
    this.ctx.storage.sql.exec(
      `INSERT INTO trace (trace_id, is_root_ended, last_part_ms) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET is_root_ended = ?2, last_part_ms = ?3, announced_ms = NULL, closed_ms = NULL`,
      traceId,
      ended,
      nowMs,
    );
  }

  private assembled(traceId: string): AssembledTrace {
    const [row] = this.ctx.storage.sql
      .exec<{ closed_ms: number | null; dropped_ms: number | null; last_part_ms: number }>(
        "SELECT closed_ms, dropped_ms, last_part_ms FROM trace WHERE trace_id = ?",
        traceId,
      )
      .toArray();
    const parts = this.parts(traceId);
    const isIncomplete = row?.dropped_ms != null;
    return {
      traceId,
      version: parts.length,
      isClosed: row?.closed_ms != null,
      lastPartMs: row?.last_part_ms ?? 0,
      parts: isIncomplete ? null : parts,
    };
  }

  /** Brings back what was dropped, so that late parts correct a whole trace and not a rest of it. */
  async restore(traceId: string, parts: readonly Part[], nowMs: number): Promise<AssembledTrace> {
    // It was deleted after its late part came.
    if (!this.isKnown(traceId)) return this.assembled(traceId);
    for (const part of parts) this.insertPart(traceId, part.key, part.json);
    this.ctx.storage.sql.exec("UPDATE trace SET dropped_ms = NULL WHERE trace_id = ?", traceId);
    this.reopen(traceId, nowMs);
    await this.arm();
    return this.assembled(traceId);
  }

  private dropOld(beforeMs: number): void {
    this.ctx.storage.sql.exec(
      "DELETE FROM part WHERE trace_id IN (SELECT trace_id FROM trace WHERE closed_ms < ? AND dropped_ms IS NULL)",
      beforeMs,
    );
    this.ctx.storage.sql.exec("UPDATE trace SET dropped_ms = closed_ms WHERE closed_ms < ? AND dropped_ms IS NULL", beforeMs);
  }

  private parts(traceId: string): string[] {
    return this.ctx.storage.sql
      .exec<{ json: string }>("SELECT json FROM part WHERE trace_id = ? ORDER BY key", traceId)
      .toArray()
      .map(({ json }) => json);
  }

  private countParts(traceId: string): number {
    return this.ctx.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM part WHERE trace_id = ?", traceId).one().n;
  }

  private isKnown(traceId: string): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM trace WHERE trace_id = ?", traceId).toArray().length > 0;
  }

  private openTraces() {
    return this.ctx.storage.sql
      .exec<{ trace_id: string; is_root_ended: number; last_part_ms: number; announced_ms: number | null }>(
        "SELECT trace_id, is_root_ended, last_part_ms, announced_ms FROM trace WHERE closed_ms IS NULL",
      )
      .toArray()
      .map((row) => ({
        traceId: row.trace_id,
        isRootEnded: row.is_root_ended === 1,
        lastPartMs: row.last_part_ms,
        announcedMs: row.announced_ms,
      }));
  }
}
