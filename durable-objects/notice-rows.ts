// The desk's outbox: what must be told to whoever wants to hear of it. A row is written in the block of the change that it tells of; its message
// goes out afterwards, and again until somebody confirms that every delivery has ended.
import type { ArtifactNews } from "../domain/artifact/artifact-news.ts";
import type { Alert } from "../domain/incident/alert.ts";
import type { ExperimentNews } from "../domain/incident/experiment-news.ts";
import type { Incident } from "../domain/incident/incident.ts";
import type { NoticeMessage } from "../queues/messages.ts";

/** An event that must be told: of an incident, what an alert rule found, how an experiment ended, or what became of an artifact. */
export interface Notice {
  incident: Incident | null;
  alert: Alert | null;
  experiment: ExperimentNews | null;
  artifact: ArtifactNews | null;
}

/** The message is a pointer: an incident of many drifts is larger than a message may be. */
interface OutboxRow extends Notice {
  message: NoticeMessage;
}

export interface NoticeHead {
  /** The same for the same event: a second one changes nothing. */
  key: string;
  event: string;
  at: string;
  ruleId: string | null;
}

/** A notice that its consumer did not confirm for this long is sent again. */
const confirmMs = 120_000;
/** Alerts that were told are dropped from the outbox after this: no message of theirs is on its way any more. */
const toldAlertKeptMs = 30 * 24 * 60 * 60_000;
const sentAtOnce = 50;

export class NoticeRows {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  createTable(): void {
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS outbox (key TEXT PRIMARY KEY, json TEXT NOT NULL, sent_ms INTEGER, confirmed_ms INTEGER) WITHOUT ROWID",
    );
  }

  put({ projectId, agent }: { projectId: string; agent: string }, { key, event, at, ruleId }: NoticeHead, about: Partial<Notice>): void {
    const message: NoticeMessage = {
      v: 1,
      kind: "notice",
      project_id: projectId,
      agent,
      event_id: key,
      event,
      at,
      rule_id: ruleId,
    };
    const row: OutboxRow = { message, incident: null, alert: null, experiment: null, artifact: null, ...about };
    this.sql.exec("INSERT OR IGNORE INTO outbox (key, json) VALUES (?, ?)", key, JSON.stringify(row));
  }

  dropToldAlerts(nowMs: number): void {
    this.sql.exec("DELETE FROM outbox WHERE key LIKE 'alert.%' AND confirmed_ms < ?", nowMs - toldAlertKeptMs);
  }

  /** As it was at this event; null for an event that is not known here. */
  find(key: string): Notice | null {
    const [row] = this.sql.exec<{ json: string }>("SELECT json FROM outbox WHERE key = ?", key).toArray();
    if (row === undefined) return null;
    // Rows of before know fewer things to tell of.
    const { incident, alert, experiment, artifact }: Partial<OutboxRow> = JSON.parse(row.json);
    return { incident: incident ?? null, alert: alert ?? null, experiment: experiment ?? null, artifact: artifact ?? null };
  }

  postpone(key: string, nextMs: number): void {
    this.sql.exec("UPDATE outbox SET sent_ms = ? WHERE key = ? AND confirmed_ms IS NULL", nextMs, key);
  }

  confirm(key: string, nowMs: number): void {
    this.sql.exec("UPDATE outbox SET confirmed_ms = ? WHERE key = ?", nowMs, key);
  }

  sent(key: string, nowMs: number): void {
    this.sql.exec("UPDATE outbox SET sent_ms = ? WHERE key = ?", nowMs, key);
  }

  /** Messages that are to go out at `nowMs`. */
  waiting(nowMs: number): { key: string; message: NoticeMessage }[] {
    return this.sql
      .exec<{ key: string; json: string }>(
        "SELECT key, json FROM outbox WHERE confirmed_ms IS NULL AND (sent_ms IS NULL OR sent_ms <= ?) ORDER BY key LIMIT ?",
        nowMs - confirmMs,
        sentAtOnce,
      )
      .toArray()
      .map(({ key, json }) => {
        const { message }: OutboxRow = JSON.parse(json);
        return { key, message };
      });
  }

  /** When the next message is due; null when none is. */
  dueMs(nowMs: number): number | null {
    const [row] = this.sql
      .exec<{ sent_ms: number | null }>("SELECT sent_ms FROM outbox WHERE confirmed_ms IS NULL ORDER BY sent_ms LIMIT 1")
      .toArray();
    if (row === undefined) return null;
    return row.sent_ms === null ? nowMs : row.sent_ms + confirmMs;
  }
}
