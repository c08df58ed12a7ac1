// The rows of a behaviour object and the statements that read and write them, one statement a method. All that the object
// knows lies here; what it decides is decided elsewhere.
import type { Feedback } from "../domain/drift/analysis.ts";
import type { Change, Drift } from "../domain/drift/drift.ts";
import type { RunFacts } from "../domain/drift/facts.ts";
import { packFacts, unpackFacts, type PackedFacts } from "../domain/drift/packed-facts.ts";
import { reclassed, withSignals } from "../domain/drift/signal-observations.ts";
import type { Reconciled } from "../domain/drift/match.ts";
import type { Publication, Reclassed, SlugsOfClasses, Subject } from "./behaviour-records.ts";
import type { EvaluationState } from "./evaluation-schedule.ts";

/**
 * Runs that one analysis looks at. Facts of a run take some 10 KB in memory and an isolate has 128 MB; a busier agent is judged
 * by a sample chosen by run id, the same runs in every analysis, with weights that make up for it.
 */
const mostAnalysedRuns = 6_000;
const slots = 10_000;

/** The version of facts is that of their run, "~" and that of its newest score: this sorts behind all of one run's version. */
const afterAnyScore = "~~";

type Reset = Feedback["resets"][number];
type Dismissal = Feedback["dismissals"][number];

export class BehaviourRows {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  createTables(): void {
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS facts (id TEXT PRIMARY KEY, version TEXT NOT NULL, at_ms INTEGER NOT NULL, slot INTEGER NOT NULL, packed TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS facts_at ON facts (at_ms);
      CREATE TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY, version TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS gone_at ON gone (at_ms);
      CREATE TABLE IF NOT EXISTS change (id TEXT PRIMARY KEY, json TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS drift (id TEXT PRIMARY KEY, json TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS feedback (n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, json TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at_ms INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, json TEXT NOT NULL);`);
  }

  setSubject(subject: Subject): void {
    this.setNote("subject", subject);
  }

  subject(): Subject | null {
    return this.note<Subject>("subject");
  }

  putFacts({ id, version, atMs, text }: PackedFacts): void {
    this.sql.exec(
      `INSERT INTO facts SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM gone WHERE id = ?1 AND version > ?2)
       ON CONFLICT DO UPDATE SET version = ?2, at_ms = ?3, packed = ?5 WHERE ?2 >= version`,
      id,
      version,
      atMs,
      slotOf(id),
      text,
    );
  }

  /** Other classes of findings in facts that are known. @returns whether there were facts of that revision */
  reclass({ id, version, ...change }: Reclassed): boolean {
    const known = this.sql.exec<{ version: string; packed: string }>("SELECT version, packed FROM facts WHERE id = ?", id).toArray()[0];
    if (known === undefined || !known.version.startsWith(`${version}~`)) return false;
    this.sql.exec("UPDATE facts SET packed = ? WHERE id = ?", packFacts(reclassed(unpackFacts(known.packed), change)).text, id);
    return true;
  }

  /** Also refuses facts of `version` and before that come later. @param version of the run @returns whether there were any */
  deleteFacts(id: string, version: string, nowMs: number): boolean {
    const bound = `${version}${afterAnyScore}`;
    this.sql.exec(
      "INSERT INTO gone VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET version = max(version, ?2), at_ms = max(at_ms, ?3)",
      id,
      bound,
      nowMs,
    );
    return this.sql.exec("DELETE FROM facts WHERE id = ? AND version < ? RETURNING 1", id, bound).toArray().length > 0;
  }

  dropGoneBefore(atMs: number): void {
    this.sql.exec("DELETE FROM gone WHERE at_ms < ?", atMs);
  }

  dropFactsBefore(atMs: number): void {
    const cursor = this.sql.exec("DELETE FROM facts WHERE at_ms < ?", atMs);
    if (cursor.rowsWritten > 0) this.setNote("forgotten", { beforeMs: atMs });
  }

  /** Whether facts were ever dropped for their age. */
  hasForgotten(): boolean {
    return this.note<{ beforeMs: number }>("forgotten") !== null;
  }

  /** All facts up to `untilMs`, or an even sample of them with weights to match. */
  facts(untilMs: number): RunFacts[] {
    const { n } = this.sql.exec<{ n: number }>("SELECT count(*) AS n FROM facts WHERE at_ms <= ?", untilMs).one();
    const share = Math.min(1, mostAnalysedRuns / Math.max(1, n));
    const runs = this.sql
      .exec<{ packed: string }>("SELECT packed FROM facts WHERE at_ms <= ? AND slot < ? ORDER BY at_ms", untilMs, Math.ceil(share * slots))
      .toArray()
      .map(({ packed }) => {
        const facts = unpackFacts(packed);
        return share === 1 ? facts : { ...facts, weight: facts.weight / share };
      });
    return withSignals(runs, new Map(this.note<SlugsOfClasses>("signals")));
  }

  /** Class of findings → slugs of its signals. @returns whether that is new */
  setSignals(slugsOf: SlugsOfClasses): boolean {
    if (JSON.stringify(slugsOf) === JSON.stringify(this.note<SlugsOfClasses>("signals") ?? [])) return false;
    this.setNote("signals", slugsOf);
    return true;
  }

  putChange(change: Change): void {
    this.sql.exec("INSERT INTO change VALUES (?1, ?2) ON CONFLICT DO UPDATE SET json = ?2", change.id, JSON.stringify(change));
  }

  changes(): Change[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM change")
      .toArray()
      .map(({ json }): Change => JSON.parse(json));
  }

  putDrift(drift: Drift): void {
    this.sql.exec("INSERT INTO drift VALUES (?1, ?2) ON CONFLICT DO UPDATE SET json = ?2", drift.id, JSON.stringify(drift));
  }

  drifts(): Drift[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM drift ORDER BY id")
      .toArray()
      .map(({ json }): Drift => JSON.parse(json));
  }

  putReset(reset: Reset, reason: string, by: string, nowMs: number): void {
    this.sql.exec(
      "INSERT INTO feedback (kind, json, reason, by, at_ms) VALUES ('reset', ?, ?, ?, ?)",
      JSON.stringify(reset),
      reason,
      by,
      nowMs,
    );
  }

  putDismissal(dismissal: Dismissal & { driftId: string }, reason: string, by: string, nowMs: number): void {
    this.sql.exec(
      "INSERT INTO feedback (kind, json, reason, by, at_ms) VALUES ('dismissal', ?, ?, ?, ?)",
      JSON.stringify(dismissal),
      reason,
      by,
      nowMs,
    );
  }

  dropDismissal(driftId: string): void {
    this.sql.exec("DELETE FROM feedback WHERE kind = 'dismissal' AND json->>'driftId' = ?", driftId);
  }

  putForgotten(forgotten: { dimension: string | null }, by: string, nowMs: number): void {
    this.sql.exec(
      "INSERT INTO feedback (kind, json, reason, by, at_ms) VALUES ('forgotten', ?, 'feedback forgotten', ?, ?)",
      JSON.stringify(forgotten),
      by,
      nowMs,
    );
  }

  feedback(): Feedback {
    const rows = this.sql.exec<{ n: number; kind: string; json: string }>("SELECT n, kind, json FROM feedback ORDER BY n").toArray();
    const of = <T>(wanted: string): (T & { n: number })[] =>
      rows.filter(({ kind }) => kind === wanted).map(({ n, json }) => ({ ...JSON.parse(json), n }));
    return {
      resets: of<Reset>("reset"),
      dismissals: of<Dismissal>("dismissal"),
      forgotten: of<{ dimension: string | null }>("forgotten"),
    };
  }

  noteArrival(nowMs: number): void {
    const since = this.note<{ sinceMs: number }>("dirty")?.sinceMs ?? nowMs;
    this.setNote("dirty", { sinceMs: since, lastMs: nowMs });
    const newestMs = this.newestRunMs(nowMs);
    const known = this.note<{ runMs: number }>("newest");
    if (newestMs !== null && (known === null || newestMs > known.runMs)) this.setNote("newest", { runMs: newestMs, receivedMs: nowMs });
  }

  evaluationState(nowMs: number): EvaluationState {
    const dirty = this.note<{ sinceMs: number; lastMs: number }>("dirty");
    const judged = this.note<{ untilMs: number; atMs: number }>("judged");
    return {
      dirtySinceMs: dirty?.sinceMs ?? null,
      lastFactsMs: dirty?.lastMs ?? null,
      newestRunMs: this.newestRunMs(nowMs),
      newestReceivedMs: this.note<{ receivedMs: number }>("newest")?.receivedMs ?? null,
      nextRunMs: this.sql.exec<{ at: number | null }>("SELECT min(at_ms) AS at FROM facts WHERE at_ms > ?", nowMs).one().at,
      judgedUntilMs: judged?.untilMs ?? null,
      judgedMs: judged?.atMs ?? null,
    };
  }

  putAnalysis(analysis: Reconciled, sinceMs: number, untilMs: number, nowMs: number): Publication {
    const publication: Publication = { ...analysis, sinceMs, untilMs, evaluation: (this.publication()?.evaluation ?? 0) + 1 };
    for (const drift of analysis.drifts) this.putDrift(drift);
    this.sql.exec("DELETE FROM drift WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(analysis.withdrawn));
    this.setNote("analysis", publication);
    this.setNote("judged", { untilMs, atMs: nowMs });
    this.sql.exec("DELETE FROM note WHERE name = 'dirty'");
    return publication;
  }

  publication(): Publication | null {
    return this.note<Publication>("analysis");
  }

  /** null before the first closed bucket. */
  closedUntilMs(): number | null {
    // Minus infinity is null as JSON.
    const { closedUntilMs } = this.note<{ closedUntilMs: number | null }>("analysis") ?? { closedUntilMs: null };
    return closedUntilMs !== null && Number.isFinite(closedUntilMs) ? closedUntilMs : null;
  }

  setPublished(evaluation: number): void {
    this.setNote("published", { evaluation });
  }

  /** Also true before the first evaluation. */
  isPublished(): boolean {
    return (this.publication()?.evaluation ?? 0) <= (this.note<{ evaluation: number }>("published")?.evaluation ?? 0);
  }

  /** Of the runs that have begun: one that is dated in the future moves nothing before its time has come. */
  private newestRunMs(nowMs: number): number | null {
    return this.sql.exec<{ at: number | null }>("SELECT max(at_ms) AS at FROM facts WHERE at_ms <= ?", nowMs).one().at;
  }

  private note<T>(name: string): T | null {
    const [row] = this.sql.exec<{ json: string }>("SELECT json FROM note WHERE name = ?", name).toArray();
    return row === undefined ? null : JSON.parse(row.json);
  }

  private setNote(name: string, value: unknown): void {
    this.sql.exec("INSERT INTO note VALUES (?1, ?2) ON CONFLICT DO UPDATE SET json = ?2", name, JSON.stringify(value));
  }
}

/** 0..slots−1, spread evenly over ids (FNV-1a). */
function slotOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % slots;
}
