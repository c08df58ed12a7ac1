// The rows of an incident desk that its alert rules need: what each rule remembers of the agent, and when incidents and drifts were
// news. One statement a method; what they mean is decided in domain/incident.
import type { AlertMemory, AlertState } from "../domain/incident/alert-state.ts";
import type { Incident } from "../domain/incident/incident.ts";
import { isWorse } from "../domain/incident/severity.ts";

/** How every rule stands with the agent, as the index lists it. */
export interface AlertStanding {
  ruleId: string;
  states: AlertState[];
}

export class AlertRows {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  createTables(): void {
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS alert (rule_id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS alert_count (n INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS news (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;`);
  }

  memories(): Map<string, AlertMemory> {
    return new Map(
      this.sql
        .exec<{ rule_id: string; json: string }>("SELECT rule_id, json FROM alert")
        .toArray()
        .map(({ rule_id, json }): [string, AlertMemory] => [rule_id, JSON.parse(json)]),
    );
  }

  /** Exactly these: a rule that is not among them is gone. @returns the number of this evaluation, greater than all before */
  putMemories(memories: ReadonlyMap<string, AlertMemory>): number {
    this.sql.exec("DELETE FROM alert");
    for (const [ruleId, memory] of memories) {
      if (memory.states.length === 0 && memory.coolDown === null) continue;
      this.sql.exec("INSERT INTO alert VALUES (?, ?)", ruleId, JSON.stringify(memory));
    }
    const [counted] = this.sql.exec<{ n: number }>("UPDATE alert_count SET n = n + 1 RETURNING n").toArray();
    if (counted !== undefined) return counted.n;
    this.sql.exec("INSERT INTO alert_count VALUES (1)");
    return 1;
  }

  /** An incident is news when it is first known, becomes worse or comes back; a drift when it is first known. */
  noteNews(before: Incident | null, after: Incident, nowMs: number): void {
    const isBack = before !== null && after.status === "open" && before.status !== "open";
    if (before === null || isBack || isWorse(after.severity, before.severity))
      this.sql.exec("INSERT INTO news VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at_ms = ?2", after.id, nowMs);
    const known = new Set(before?.drifts.map(({ id }) => id) ?? []);
    for (const { id } of after.drifts)
      if (!known.has(id)) this.sql.exec("INSERT INTO news VALUES (?, ?) ON CONFLICT DO NOTHING", id, nowMs);
  }

  /** Wall time by id; what is not there is older than this table. */
  news(): Map<string, number> {
    return new Map(
      this.sql
        .exec<{ id: string; at_ms: number }>("SELECT id, at_ms FROM news")
        .toArray()
        .map(({ id, at_ms }): [string, number] => [id, at_ms]),
    );
  }

  /** News of anything else is about what is not remembered any more. */
  keepNewsOf(incidents: readonly Incident[]): void {
    const ids = incidents.flatMap(({ id, drifts }) => [id, ...drifts.map((drift) => drift.id)]);
    this.sql.exec("DELETE FROM news WHERE id NOT IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  }
}
