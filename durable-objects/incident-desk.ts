// The incidents of one agent and what must be told about them. State and outbox row change together; the message goes out
// afterwards and is sent again until it is confirmed. One object for each project and agent.
import { DurableObject } from "cloudflare:workers";
import { bento, type AuditActor, type AuditDraft } from "../domain/audit/entry.ts";
import { incidentDrafts } from "../domain/audit/incident-drafts.ts";
import type { Alert } from "../domain/incident/alert.ts";
import { evaluateAlerts } from "../domain/incident/alert-evaluate.ts";
import type { Reading } from "../domain/incident/alert-reading.ts";
import type { AlertRule } from "../domain/incident/alert-rule.ts";
import { withNews, type ExperimentNews } from "../domain/incident/experiment-news.ts";
import { foldGroups, type FoldInput } from "../domain/incident/fan-in.ts";
import { foldSignals, type EscalatingSignal } from "../domain/incident/fan-in-signals.ts";
import type { Incident, IncidentEvent } from "../domain/incident/incident.ts";
import { transition, type IncidentAction } from "../domain/incident/transition.ts";
import type { AuditMessage, NoticeMessage } from "../queues/messages.ts";
import { AlertRows, type AlertStanding } from "./alert-rows.ts";
import { AuditOutbox } from "./audit-outbox.ts";
import type { Bindings } from "./bindings.ts";
import { setAgain } from "./failed-alarm.ts";

/** `told`: what the audit log must hear of, until `audited` says that it will. */
export interface Standing {
  incidents: Incident[];
  told: AuditDraft[];
}

export type ActResult = ({ ok: true } & Standing) | { ok: false; status: 404 | 409; message: string };

/** An event that must be told: of an incident, what an alert rule found, or how an experiment ended. */
export interface Notice {
  incident: Incident | null;
  alert: Alert | null;
  experiment: ExperimentNews | null;
}

/** The message is a pointer: an incident of many drifts is larger than a message may be. */
interface OutboxRow extends Notice {
  message: NoticeMessage;
}

/** How the agent's rules stand after an evaluation, and when time alone makes the next one due. */
export interface AlertsStanding {
  /** Numbers evaluations: of two that are written, the greater is the newer. */
  evaluation: number;
  standings: AlertStanding[];
  dueMs: number | null;
  told: AuditDraft[];
}

/** What an analysis found, judged up to `untilMs` of event time. */
export type Found = Pick<FoldInput, "groups" | "drifts" | "withdrawn"> & { untilMs: number };

/** A notice that its consumer did not confirm for this long is sent again. */
const confirmMs = 120_000;
/** Alerts that were told are dropped from the outbox after this: no message of theirs is on its way any more. */
const toldAlertKeptMs = 30 * 24 * 60 * 60_000;
/** Incidents handed to the folding: the newest ones; an older one is never reopened by new drifts. */
const mostRemembered = 200;

export class IncidentDesk extends DurableObject<Bindings> {
  private readonly audit: AuditOutbox;
  private readonly alerts: AlertRows;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.audit = new AuditOutbox(ctx.storage.sql);
    this.alerts = new AlertRows(ctx.storage.sql);
    void ctx.blockConcurrencyWhile(async () => {
      ctx.storage.sql.exec(`
        CREATE TABLE IF NOT EXISTS owner (project_id TEXT NOT NULL, agent TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS outbox (key TEXT PRIMARY KEY, json TEXT NOT NULL, sent_ms INTEGER, confirmed_ms INTEGER) WITHOUT ROWID;`);
      this.audit.createTable();
      this.alerts.createTables();
    });
  }

  /** Folds what an analysis found into the incidents; gives all that are remembered, so that the index can be made right. */
  async fold(owner: { projectId: string; agent: string }, found: Found, nowMs: number): Promise<Standing> {
    this.setOwner(owner);
    const before = this.incidents();
    const { incidents, events } = foldGroups(before, { agent: owner.agent, ...found, nowMs: found.untilMs });
    this.putIncidents(before, incidents, bento, nowMs);
    for (const event of events) this.putEvent(owner, event);
    await this.arm(nowMs);
    return this.standing();
  }

  /** Folds the signals that escalate now into the incidents. */
  async raise(owner: { projectId: string; agent: string }, signals: readonly EscalatingSignal[], nowMs: number): Promise<Standing> {
    this.setOwner(owner);
    const before = this.incidents();
    const { incidents, events } = foldSignals(before, owner.agent, signals, nowMs);
    this.putIncidents(before, incidents, bento, nowMs);
    for (const event of events) this.putEvent(owner, event);
    await this.arm(nowMs);
    return this.standing();
  }

  /** How an experiment of the agent ended: a notice, and a line in the story of incidents that began while it ran, which are given back. */
  async tellExperiment(owner: { projectId: string; agent: string }, news: ExperimentNews, nowMs: number): Promise<Standing> {
    this.setOwner(owner);
    const before = this.incidents();
    const incidents = withNews(before, news);
    this.putIncidents(before, incidents, bento, nowMs);
    const notice = { incident: null, alert: null, experiment: news };
    this.putNotice(owner, { key: news.key, event: news.event, at: news.at, ruleId: null }, notice);
    await this.arm(nowMs);
    return { incidents, told: this.audit.waiting() };
  }

  /** All that are remembered, and what was not taken for the audit log. */
  async standing(): Promise<Standing> {
    return { incidents: this.incidents(), told: this.audit.waiting() };
  }

  /** What a person does with an incident. A merge changes two. */
  async act(incidentId: string, action: IncidentAction, actor: AuditActor): Promise<ActResult> {
    const incidents = this.incidents();
    if (!incidents.some(({ id }) => id === incidentId)) return { ok: false, status: 404, message: "No such incident." };
    const result = transition(incidents, incidentId, action);
    if (!result.ok) return { ok: false, status: 409, message: result.message };
    this.putIncidents(incidents, result.incidents, actor, action.atMs);
    const owner = this.owner();
    if (owner !== null) for (const event of result.events) this.putEvent(owner, event);
    await this.arm(action.atMs);
    return { ok: true, incidents: result.incidents, told: this.audit.waiting() };
  }

  /**
   * Looks at the agent's alert rules: how each stands, and what it must tell, into the outbox in one block. Repeated at the same state
   * it tells nothing again. @param given rule id → readings that only traffic shows
   */
  async alert(
    owner: { projectId: string; agent: string },
    rules: readonly AlertRule[],
    given: Readonly<Record<string, readonly Reading[]>>,
    nowMs: number,
  ): Promise<AlertsStanding> {
    this.setOwner(owner);
    const incidents = this.incidents();
    this.alerts.keepNewsOf(incidents);
    const news = this.alerts.news();
    const { memories, alerts, drafts, dueMs } = evaluateAlerts({
      agent: owner.agent,
      rules,
      memories: this.alerts.memories(),
      given: new Map(Object.entries(given)),
      incidents,
      newsOf: (id) => news.get(id) ?? 0,
      nowMs,
    });
    const evaluation = this.alerts.putMemories(memories);
    this.ctx.storage.sql.exec("DELETE FROM outbox WHERE key LIKE 'alert.%' AND confirmed_ms < ?", nowMs - toldAlertKeptMs);
    for (const alert of alerts) {
      const incident = incidents.find(({ id }) => id === alert.incident_id) ?? null;
      this.putNotice(owner, { key: alert.id, event: alert.event, at: alert.at, ruleId: alert.rule.id }, { incident, alert, experiment: null });
    }
    this.audit.put(drafts, nowMs);
    await this.arm(nowMs);
    const standings = [...memories].map(([ruleId, { states }]): AlertStanding => ({ ruleId, states }));
    // Only its own: who takes drafts of an incident brings the incident's record into the index with them.
    const told = this.audit.waiting().filter(({ action }) => action.startsWith("alert."));
    return { evaluation, standings, dueMs, told };
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

  /** What is to be told, as it was at this event; null for an event that is not known here. */
  async notice(key: string): Promise<Notice | null> {
    const [row] = this.ctx.storage.sql.exec<{ json: string }>("SELECT json FROM outbox WHERE key = ?", key).toArray();
    if (row === undefined) return null;
    const { incident, alert, experiment }: OutboxRow = JSON.parse(row.json);
    return { incident, alert: alert ?? null, experiment: experiment ?? null };
  }

  /** It is tried again at `nextMs` by who holds its message: until well after, nobody else is asked to. */
  async postponed(key: string, nextMs: number): Promise<void> {
    this.ctx.storage.sql.exec("UPDATE outbox SET sent_ms = ? WHERE key = ? AND confirmed_ms IS NULL", nextMs, key);
    await this.arm(Date.now());
  }

  /** Its deliveries stand in the index, well or ill. */
  async confirm(key: string, nowMs: number): Promise<void> {
    this.ctx.storage.sql.exec("UPDATE outbox SET confirmed_ms = ? WHERE key = ?", nowMs, key);
  }

  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    try {
      await this.announce(nowMs);
      await this.announceAudit(nowMs);
    } catch (error) {
      return setAgain(this.ctx.storage, "incident desk", error, nowMs);
    }
    await this.arm(nowMs);
  }

  /** The row stands, the message goes out, the row says when: a crash between any two sends it again. */
  private async announce(nowMs: number): Promise<void> {
    for (const { key, json } of this.unconfirmed(nowMs - confirmMs)) {
      const { message }: OutboxRow = JSON.parse(json);
      await this.env.NOTICE_QUEUE.send(message);
      this.ctx.storage.sql.exec("UPDATE outbox SET sent_ms = ? WHERE key = ?", nowMs, key);
    }
  }

  private async announceAudit(nowMs: number): Promise<void> {
    const owner = this.owner();
    if (owner === null || (this.audit.dueMs() ?? Infinity) > nowMs) return;
    const message: AuditMessage = { v: 1, kind: "audit", project_id: owner.projectId, from: { object: "desk", agent: owner.agent } };
    await this.env.AUDIT_QUEUE.send(message);
    this.audit.announced(nowMs);
  }

  private async arm(nowMs: number): Promise<void> {
    const waiting = this.ctx.storage.sql
      .exec<{ sent_ms: number | null }>("SELECT sent_ms FROM outbox WHERE confirmed_ms IS NULL ORDER BY sent_ms LIMIT 1")
      .toArray()[0];
    const noticeMs = waiting === undefined ? null : waiting.sent_ms === null ? nowMs : waiting.sent_ms + confirmMs;
    const times = [noticeMs, this.audit.dueMs()].filter((atMs) => atMs !== null);
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
  }

  /** The changed records and what the audit log must hear of them, together. */
  private putIncidents(before: readonly Incident[], changed: readonly Incident[], actor: AuditActor, nowMs: number): void {
    for (const incident of changed) {
      this.putIncident(incident);
      const known = before.find(({ id }) => id === incident.id) ?? null;
      this.alerts.noteNews(known, incident, nowMs);
      this.audit.put(incidentDrafts(known, incident, actor, nowMs), nowMs);
    }
  }

  private incidents(): Incident[] {
    return this.ctx.storage.sql
      .exec<{ json: string }>("SELECT json FROM incident ORDER BY id DESC LIMIT ?", mostRemembered)
      .toArray()
      .map(({ json }): Incident => JSON.parse(json));
  }

  private putIncident(incident: Incident): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO incident VALUES (?1, ?2) ON CONFLICT DO UPDATE SET json = ?2",
      incident.id,
      JSON.stringify(incident),
    );
  }

  private putEvent(owner: { projectId: string; agent: string }, { type, key, at, incident_id }: IncidentEvent): void {
    const incident = this.incidents().find(({ id }) => id === incident_id) ?? null;
    this.putNotice(owner, { key, event: type, at, ruleId: null }, { incident, alert: null, experiment: null });
  }

  private putNotice(
    owner: { projectId: string; agent: string },
    { key, event, at, ruleId }: { key: string; event: string; at: string; ruleId: string | null },
    notice: Notice,
  ): void {
    const message: NoticeMessage = {
      v: 1,
      kind: "notice",
      project_id: owner.projectId,
      agent: owner.agent,
      event_id: key,
      event,
      at,
      rule_id: ruleId,
    };
    const row: OutboxRow = { message, ...notice };
    this.ctx.storage.sql.exec("INSERT OR IGNORE INTO outbox (key, json) VALUES (?, ?)", key, JSON.stringify(row));
  }

  private unconfirmed(sentBeforeMs: number) {
    return this.ctx.storage.sql
      .exec<{ key: string; json: string }>(
        "SELECT key, json FROM outbox WHERE confirmed_ms IS NULL AND (sent_ms IS NULL OR sent_ms <= ?) ORDER BY key LIMIT 50",
        sentBeforeMs,
      )
      .toArray();
  }

  private owner(): { projectId: string; agent: string } | null {
    const [row] = this.ctx.storage.sql.exec<{ project_id: string; agent: string }>("SELECT * FROM owner").toArray();
    return row === undefined ? null : { projectId: row.project_id, agent: row.agent };
  }

  private setOwner(owner: { projectId: string; agent: string }): void {
    if (this.owner() === null) this.ctx.storage.sql.exec("INSERT INTO owner VALUES (?, ?)", owner.projectId, owner.agent);
  }
}
