// What an object has to tell the audit log and nobody has taken yet: written in the same synchronous block as the change that it
// tells of, handed out with the answer, and announced by queue when that was lost on the way.
import type { AuditDraft } from "../domain/audit/entry.ts";

/** Who asked for the change takes its drafts at once; after this long they were lost on the way. */
const lostAfterMs = 60_000;
/** Handed out together. */
const mostAtOnce = 100;

export class AuditOutbox {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  createTable(): void {
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS told (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL, handed_ms INTEGER NOT NULL)",
    );
  }

  put(drafts: readonly AuditDraft[], nowMs: number): void {
    for (const draft of drafts)
      this.sql.exec("INSERT OR IGNORE INTO told (id, json, handed_ms) VALUES (?, ?, ?)", draft.id, JSON.stringify(draft), nowMs);
  }

  /** In the order in which they were written. */
  waiting(): AuditDraft[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM told ORDER BY n LIMIT ?", mostAtOnce)
      .toArray()
      .map(({ json }): AuditDraft => JSON.parse(json));
  }

  /** They stand in the index. */
  taken(ids: readonly string[]): void {
    this.sql.exec("DELETE FROM told WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  }

  /** When something must be announced; null when nothing waits. */
  dueMs(): number | null {
    const { at } = this.sql.exec<{ at: number | null }>("SELECT min(handed_ms) AS at FROM told").one();
    return at === null ? null : at + lostAfterMs;
  }

  /** Announced at `nowMs`: the next time is later. */
  announced(nowMs: number): void {
    this.sql.exec("UPDATE told SET handed_ms = ?", nowMs);
  }
}
