// The audit log of one project: numbers the drafts that it is given and chains each to the one before. A draft that it knows by id
// changes nothing and is answered with its entry, so whoever brings drafts may bring them twice. One object for each project.
import { DurableObject } from "cloudflare:workers";
import { chained, emptyChain, type ChainHead } from "../domain/audit/chain.ts";
import type { AuditDraft, AuditEntry } from "../domain/audit/entry.ts";
import type { Bindings } from "./bindings.ts";

/** `json` is the entry; what stands beside it must say the same. */
export interface LogRow {
  seq: number;
  id: string;
  hash: string;
  json: string;
}

export class AuditLog extends DurableObject<Bindings> {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      ctx.storage.sql.exec(
        "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, json TEXT NOT NULL)",
      );
    });
  }

  /** The entries of `drafts`, in their order. */
  async append(drafts: readonly AuditDraft[]): Promise<AuditEntry[]> {
    return drafts.map((draft) => this.known(draft.id) ?? this.chain(draft));
  }

  async head(): Promise<ChainHead> {
    return this.newest();
  }

  /** Rows as they are kept, by number, from after `afterSeq` on. */
  async rows(afterSeq: number, limit: number): Promise<LogRow[]> {
    return this.ctx.storage.sql
      .exec<{ seq: number; id: string; hash: string; json: string }>(
        "SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?",
        afterSeq,
        limit,
      )
      .toArray();
  }

  /** The project was deleted; its deletion stands in the instance's own log. */
  async destroy(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  private chain(draft: AuditDraft): AuditEntry {
    const entry = chained(this.newest(), draft);
    this.ctx.storage.sql.exec("INSERT INTO entry VALUES (?, ?, ?, ?)", entry.seq, entry.id, entry.hash, JSON.stringify(entry));
    return entry;
  }

  private newest(): ChainHead {
    const [row] = this.ctx.storage.sql
      .exec<{ seq: number; hash: string }>("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
      .toArray();
    return row === undefined ? emptyChain : { entries: row.seq, hash: row.hash };
  }

  private known(id: string): AuditEntry | null {
    const [row] = this.ctx.storage.sql.exec<{ json: string }>("SELECT json FROM entry WHERE id = ?", id).toArray();
    if (row === undefined) return null;
    const entry: AuditEntry = JSON.parse(row.json);
    return entry;
  }
}
