// What follows when a version comes into use or leaves it: a change that attribution can name, a notice for webhooks, and a line in the story of
// incidents. All of it is made from the artifact's own history, so doing it twice, or later, comes out the same.
import { recentlyMoved } from "../d1/artifacts.ts";
import { hasChange, putChange } from "../d1/changes.ts";
import { writeIncidents } from "../d1/write-behaviour.ts";
import { readProject } from "../d1/project.ts";
import { refOf, type Artifact } from "../domain/artifact/artifact.ts";
import { promiseIncidentId, type ArtifactNews } from "../domain/artifact/artifact-news.ts";
import type { LifecycleEntry } from "../domain/artifact/lifecycle.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditActor } from "../domain/audit/entry.ts";
import type { Change } from "../domain/drift/drift.ts";
import { timedId } from "../domain/drift/stable-id.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf, incidentDeskOf } from "../durable-objects/names.ts";

/** Whoever moved an artifact tells of it at once; for this long after, what was lost on the way is told again. */
const toldAgainMs = 10 * 60_000;
const underWayMs = 20_000;
const atATime = 50;

/** What is known of the version beside its artifact. */
export interface Shipping {
  incidentId: string | null;
  signalId: string | null;
}

/** Tells of the last step of the history, where it changed what is in use. */
export async function tellStep(
  env: Bindings,
  projectId: string,
  artifact: Artifact,
  about: Shipping,
  actor: AuditActor,
  nowMs: number,
): Promise<void> {
  const { history } = artifact.lifecycle;
  const [before, last] = [history.at(-2)?.promoted_version ?? null, history.at(-1)];
  if (last === undefined || (before === last.promoted_version && last.action !== "deprecated")) return;
  const change = changeOf(artifact, before, last);
  if (change !== null && !(await hasChange(env.INDEX, projectId, change.id))) await declare(env, projectId, change, actor, nowMs);
  const news = newsOf(artifact, before, last, about, change);
  if (news !== null) await tell(env, projectId, artifact.agent, news, nowMs);
}

/** Steps of the last minutes whose telling may have been lost: telling twice changes nothing. */
export async function tellRecentSteps(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const { projectId, artifact, about } of await recentlyMoved(env.INDEX, nowMs - toldAgainMs, nowMs - underWayMs, atATime))
    if (!isOver()) await tellStep(env, projectId, artifact, about, bento, nowMs);
}

/** The change that the step is: from what was in use to what is. */
function changeOf({ agent, slug }: Artifact, before: number | null, last: LifecycleEntry): Change | null {
  const [from, to] = [before, last.promoted_version].map((version) => (version === null ? null : refOf(slug, version)));
  const ref = to ?? from ?? null;
  if (ref === null || from === to) return null;
  return {
    id: timedId("chg_", Date.parse(last.at), [agent, "artifact", ref]),
    agent,
    kind: "artifact",
    ref,
    at: last.at,
    declared: true,
    from: from ?? null,
    to: to ?? null,
    description: last.reason,
    author: last.by,
    run_id: null,
  };
}

async function declare(env: Bindings, projectId: string, change: Change, actor: AuditActor, nowMs: number): Promise<void> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return;
  const subject = { projectId, agent: change.agent, falseAlarmBudgetDays: project.settings.false_alarm_budget_days };
  // The index last: what stands there was declared.
  await behaviourOf(env, projectId, change.agent).declare(subject, change, nowMs);
  await putChange(env.INDEX, projectId, change, {
    id: `aud_${change.id.slice("chg_".length)}`,
    at: change.at,
    actor,
    action: "change.declared",
    object: change.id,
    before: null,
    after: { kind: change.kind, at: change.at, record: recordHash(change) },
    reason: null,
  });
}

/** null where nobody has to hear of it. */
function newsOf(
  { id, slug, kind, lifecycle }: Artifact,
  before: number | null,
  last: LifecycleEntry,
  { incidentId, signalId }: Shipping,
  change: Change | null,
): ArtifactNews | null {
  const { action } = last;
  if (action !== "promoted" && action !== "reverted" && action !== "deprecated") return null;
  const ref = refOf(slug, action === "promoted" ? last.version : (before ?? last.version));
  const shippedAt = lifecycle.history.findLast((one) => one.action === "promoted" && refOf(slug, one.version) === ref)?.at ?? null;
  const opened = shippedAt === null ? [] : [promiseIncidentId({ artifact_id: id, ref, shipped_at: shippedAt })];
  return {
    event: `artifact.${action}`,
    key: `artifact.${action}.${id}.${lifecycle.history.length}`,
    at: last.at,
    artifact_id: id,
    ref,
    kind,
    in_use: last.promoted_version === null ? null : refOf(slug, last.promoted_version),
    before: before === null ? null : refOf(slug, before),
    reason: last.reason,
    incidents: [...(incidentId === null ? [] : [incidentId]), ...opened],
    signal_id: signalId,
    shipped_at: shippedAt,
    change_id: change?.id ?? null,
    measured: null,
  };
}

/** The desk keeps each word once. */
export async function tell(env: Bindings, projectId: string, agent: string, news: ArtifactNews, nowMs: number): Promise<void> {
  const desk = incidentDeskOf(env, projectId, agent);
  const { incidents, told } = await desk.tellArtifact({ projectId, agent }, news, nowMs);
  if (incidents.length === 0) return;
  await writeIncidents(env.INDEX, projectId, incidents, told);
  await desk.audited(told.map(({ id }) => id));
}
