// Looks at the alert rules of one agent: after an evaluation of its behaviour, after a person's act, and when time alone makes one due.
// May run twice and stop half way: the desk tells nothing twice, and until its answer stands in the index the agent stays due.
import { markAlertsDue, postponeAlerts, dueAlerts, rulesOfAgent, writeAlertStates } from "../d1/alert-states.ts";
import { readProject } from "../d1/project.ts";
import { bucketMs, silenceReading, thresholdReading, type Reading } from "../domain/incident/alert-reading.ts";
import type { AlertRule, ThresholdCondition } from "../domain/incident/alert-rule.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf, incidentDeskOf } from "../durable-objects/names.ts";
import { failureWords } from "./failure-words.ts";
import type { AuditMessage } from "./messages.ts";

/** Agents a minute; the others come with the next one. */
const agentsAtATime = 50;
/** One that failed is looked at again after this. */
const againMs = 5 * 60_000;

/** After something happened. A failure is no failure of what happened: the next minute looks again. */
export async function alertsAfter(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<void> {
  try {
    await lookAtAlerts(env, projectId, agent, nowMs);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", where: "alerts", reason: failureWords(error) }));
  }
}

/** Marks the agent as due and looks; nothing for one that no rule watches. */
export async function markAndLook(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<void> {
  if (await markAlertsDue(env.INDEX, projectId, agent, nowMs)) await alertsAfter(env, projectId, agent, nowMs);
}

/** Every agent that is due at `nowMs`. */
export async function alertsOfTheMinute(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const { projectId, agent } of await dueAlerts(env.INDEX, nowMs, agentsAtATime)) {
    if (isOver()) return;
    try {
      await lookAtAlerts(env, projectId, agent, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: "alerts", reason: failureWords(error) }));
      await postponeAlerts(env.INDEX, projectId, agent, nowMs + againMs);
    }
  }
}

async function lookAtAlerts(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<void> {
  // A project that is being deleted gets no new objects.
  if ((await readProject(env.INDEX, projectId)) === null) return;
  const { rules, marks, newestRunMs } = await rulesOfAgent(env.INDEX, projectId, agent);
  const given = { ...(await bucketReadings(env, projectId, agent, rules, nowMs)), ...silenceReadings(agent, rules, newestRunMs, nowMs) };
  const desk = incidentDeskOf(env, projectId, agent);
  const { evaluation, standings, dueMs, told } = await desk.alert({ projectId, agent }, rules, given, nowMs);
  await writeAlertStates(env.INDEX, projectId, agent, { evaluation, standings, dueMs, marks, told });
  if (told.length === 0) return;
  await desk.audited(told.map(({ id }) => id));
  const message: AuditMessage = { v: 1, kind: "audit", project_id: projectId, from: null };
  await env.AUDIT_QUEUE.send(message);
}

/** Rule id → one reading a dimension, from the buckets that are closed as far as the agent is judged. */
async function bucketReadings(
  env: Bindings,
  projectId: string,
  agent: string,
  rules: readonly AlertRule[],
  nowMs: number,
): Promise<Record<string, Reading[]>> {
  const wanted = rules.flatMap(({ id, condition }) => (condition.type === "threshold" ? [{ id, condition }] : []));
  if (wanted.length === 0) return {};
  const behaviour = behaviourOf(env, projectId, agent);
  const closedMs = await behaviour.closedUntil();
  if (closedMs === null) return {};
  const found = new Map<string, Reading[]>();
  for (const [bucket, ofWidth] of Map.groupBy(wanted, ({ condition }) => condition.bucket)) {
    const widthMs = bucketMs[bucket];
    const fromMs = Math.floor(closedMs / widthMs) * widthMs - Math.max(...ofWidth.map(({ condition }) => condition.buckets)) * widthMs;
    const dimensions = [...new Set(ofWidth.flatMap(({ condition }) => condition.dimensions))];
    const series = await behaviour.series(dimensions, { fromMs, toMs: closedMs, bucket }, nowMs);
    const byName = new Map(series.map(({ dimension, buckets }) => [dimension, buckets]));
    for (const { id, condition } of ofWidth) found.set(id, readingsOf(condition, byName, closedMs));
  }
  return Object.fromEntries(found);
}

/** A dimension that no run of the agent shows has no reading: a rule on all agents names some that only one of them has. */
function readingsOf(
  condition: ThresholdCondition,
  series: ReadonlyMap<string, Parameters<typeof thresholdReading>[2]>,
  closedMs: number,
): Reading[] {
  return condition.dimensions.flatMap((dimension) => {
    const buckets = series.get(dimension);
    return buckets === undefined ? [] : [thresholdReading(condition, dimension, buckets, closedMs)];
  });
}

function silenceReadings(agent: string, rules: readonly AlertRule[], newestRunMs: number | null, nowMs: number): Record<string, Reading[]> {
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const { id, condition, watching_since } = rule;
      if (condition.type !== "no_data") return [];
      const reading =
        newestRunMs === null
          ? []
          : [silenceReading(condition, agent, Math.min(newestRunMs, nowMs), Date.parse(watching_since), nowMs, rule.agent !== null)];
      return [[id, reading]];
    }),
  );
}
