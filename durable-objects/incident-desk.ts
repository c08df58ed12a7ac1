// The incidents of one agent and what must be told about them. State and outbox row change together; the message goes out
// afterwards and is sent again until it is confirmed. One object for each project and agent.
import { DurableObject } from "cloudflare:workers";
import { bento, type AuditActor, type AuditDraft } from "../domain/audit/entry.ts";
import { incidentDrafts } from "../domain/audit/incident-drafts.ts";
import { evaluateAlerts } from "../domain/incident/alert-evaluate.ts";
import type { Reading } from "../domain/incident/alert-reading.ts";
import type { AlertRule } from "../domain/incident/alert-rule.ts";
import { withNews, type ExperimentNews } from "../domain/incident/experiment-news.ts";
import { foldArtifact, type ArtifactNews } from "../domain/artifact/artifact-news.ts";
import { foldGroups, type FoldInput, type FoldResult } from "../domain/incident/fan-in.ts";
import { foldSignals, type EscalatingSignal } from "../domain/incident/fan-in-signals.ts";
import type { Incident, IncidentEvent } from "../domain/incident/incident.ts";
import { transition, type IncidentAction } from "../domain/incident/transition.ts";
import type { AuditMessage } from "../queues/messages.ts";
import { AlertRows, type AlertStanding } from "./alert-rows.ts";
import { AuditOutbox } from "./audit-outbox.ts";
import type { Bindings } from "./bindings.ts";
import { setAgain } from "./failed-alarm.ts";
import { NoticeRows, type Notice } from "./notice-rows.ts";

/** `told`: what the audit log must hear of, until `audited` says that it will. */
export interface Standing {
  incidents: Incident[];
  told: AuditDraft[];
}

export type ActResult = ({ ok: true } & Standing) | { ok: false; status: 404 | 409; message: string };

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

/** Incidents handed to the folding: the newest ones; an older one is never reopened by new drifts. */
const mostRemembered = 200;

export class IncidentDesk extends DurableObject<Bindings> {
  private readonly audit: AuditOutbox;
  private readonly alerts: AlertRows;
  private readonly notices: NoticeRows;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.audit = new AuditOutbox(ctx.storage.sql);
    this.alerts = new AlertRows(ctx.storage.sql);
    this.notices = new NoticeRows(ctx.storage.sql);
    void ctx.blockConcurrencyWhile(async () => {
      ctx.storage.sql.exec(`
        CREATE TABLE IF NOT EXISTS owner (project_id TEXT NOT NULL, agent TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;`);
      this.notices.createTable();
      this.audit.createTable();
      this.alerts.createTables();
    });
  }

  /** Folds what an analysis found into the incidents; gives all that are remembered, so that the index can be made right. */
  async fold(owner: { projectId: string; agent: string }, found: Found, nowMs: number): Promise<Standing> {
    await this.folded(owner, (known) => foldGroups(known, { agent: owner.agent, ...found, nowMs: found.untilMs }), nowMs);
    return this.standing();
  }

  /** Folds the signals that escalate now into the incidents. */
  async raise(owner: { projectId: string; agent: string }, signals: readonly EscalatingSignal[], nowMs: number): Promise<Standing> {
    await this.folded(owner, (known) => foldSignals(known, owner.agent, signals, nowMs), nowMs);
    return this.standing();
  }

  /** What became of an artifact of the agent: a notice, and what it means to incidents, which are given back where they changed. */
  async tellArtifact(owner: { projectId: string; agent: string }, news: ArtifactNews, nowMs: number): Promise<Standing> {
    this.notices.put(owner, { key: news.key, event: news.event, at: news.at, ruleId: null }, { artifact: news });
    const incidents = await this.folded(owner, (known) => foldArtifact(known, owner.agent, news, nowMs), nowMs);
    return { incidents, told: this.audit.waiting() };
  }

  /** How an experiment of the agent ended: a notice, and a line in the story of incidents that began while it ran, which are given back. */
  async tellExperiment(owner: { projectId: string; agent: string }, news: ExperimentNews, nowMs: number): Promise<Standing> {
    this.notices.put(owner, { key: news.key, event: news.event, at: news.at, ruleId: null }, { experiment: news });
    const incidents = await this.folded(owner, (known) => ({ incidents: withNews(known, news), events: [] }), nowMs);
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
    this.notices.dropToldAlerts(nowMs);
    for (const alert of alerts) {
      const incident = incidents.find(({ id }) => id === alert.incident_id) ?? null;
      this.notices.put(owner, { key: alert.id, event: alert.event, at: alert.at, ruleId: alert.rule.id }, { incident, alert });
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
    return this.notices.find(key);
  }

  /** It is tried again at `nextMs` by who holds its message: until well after, nobody else is asked to. */
  async postponed(key: string, nextMs: number): Promise<void> {
    this.notices.postpone(key, nextMs);
    await this.arm(Date.now());
  }

  /** Its deliveries stand in the index, well or ill. */
  async confirm(key: string, nowMs: number): Promise<void> {
    this.notices.confirm(key, nowMs);
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
    for (const { key, message } of this.notices.waiting(nowMs)) {
      await this.env.NOTICE_QUEUE.send(message);
      this.notices.sent(key, nowMs);
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
    const times = [this.notices.dueMs(nowMs), this.audit.dueMs()].filter((atMs) => atMs !== null);
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
  }

  private async folded(
    owner: { projectId: string; agent: string },
    fold: (known: readonly Incident[]) => FoldResult,
    nowMs: number,
  ): Promise<Incident[]> {
    this.setOwner(owner);
    const before = this.incidents();
    const { incidents, events } = fold(before);
    this.putIncidents(before, incidents, bento, nowMs);
    for (const event of events) this.putEvent(owner, event);
    await this.arm(nowMs);
    return incidents;
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
    this.notices.put(owner, { key, event: type, at, ruleId: null }, { incident });
  }

  private owner(): { projectId: string; agent: string } | null {
    const [row] = this.ctx.storage.sql.exec<{ project_id: string; agent: string }>("SELECT * FROM owner").toArray();
    return row === undefined ? null : { projectId: row.project_id, agent: row.agent };
  }

  private setOwner(owner: { projectId: string; agent: string }): void {
    if (this.owner() === null) this.ctx.storage.sql.exec("INSERT INTO owner VALUES (?, ?)", owner.projectId, owner.agent);
  }
}
