// The upkeep queue: once a minute everything that time alone makes due, each piece in pages and all within one budget of time, and
// deletions that are too long for the request that asked for them. What fails or is not reached comes with the next minute.
import { projectsWithPendingAudit } from "../d1/audit-pending.ts";
import { dueForCompaction, setCompactionDue } from "../d1/compaction.ts";
import { deletedProjects, dropProject } from "../d1/delete-project.ts";
import { runningUserErasure, runningUserErasures } from "../d1/erasures.ts";
import { agentsWithGrowingSuites } from "../d1/suites.ts";
import { agentsBehind } from "../d1/signal-rows.ts";
import { dueForRetention, setRetentionDue } from "../d1/retention.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { readCanaries } from "./canary-minute.ts";
import { chainAudit } from "./chain-audit.ts";
import { compact, nextCompactionMs } from "./compact.ts";
import { alertsOfTheMinute } from "./evaluate-alerts.ts";
import { expireBodies } from "./expire-bodies.ts";
import { failureWords } from "./failure-words.ts";
import { findLostBackfills } from "./find-lost-backfills.ts";
import { forgetUser } from "./forget-user.ts";
import { upkeepMessage, type UpkeepMessage } from "./messages.ts";
import { loopsOfTheMinute } from "./loop-run.ts";
import { measureOptimisations } from "./measure-optimisations.ts";
import { purgeProject } from "./purge-project.ts";
import { retain } from "./retain.ts";
import { growSuites } from "./evaluate-grow.ts";
import { refreshSignals } from "./refresh-signals.ts";
import { reportsOfTheMinute } from "./report-minute.ts";
import { booksOfTheMinute } from "./write-book.ts";
import { tellRecentSteps } from "./ship-artifact.ts";
import { settleSegments } from "./settle-segments.ts";
import { retryLater } from "./settle.ts";

/** One message's share of time; the next tick comes a minute later. */
const budgetMs = 25_000;
const signalsBudgetMs = 8_000;
const projectsAtATime = 20;
const agentsAtATime = 50;
/** A draft that is older was not chained by who wrote it. */
const lostAuditMs = 30_000;
/** A deleted project is emptied once more after what was in flight has landed. */
const inFlightMs = 60_000;
const retentionEveryMs = 60 * 60_000;

export async function consumeUpkeep(batch: MessageBatch, env: Bindings): Promise<void> {
  const ticks: { message: Message; atMs: number }[] = [];
  for (const message of batch.messages) {
    try {
      const body = upkeepMessage.parse(message.body);
      if (body.kind === "tick") ticks.push({ message, atMs: body.at_ms ?? Date.now() });
      else {
        await goOn(env, body);
        message.ack();
      }
    } catch (error) {
      retryLater(message, "upkeep", error);
    }
  }
  // What several minutes made due is due once.
  if (ticks.length > 0) await tick(env, Math.max(...ticks.map(({ atMs }) => atMs)));
  for (const { message } of ticks) message.ack();
}

async function goOn(env: Bindings, message: UpkeepMessage & { kind: "user_erasure" }): Promise<void> {
  const erasure = await runningUserErasure(env.INDEX, message.project_id, message.user_key);
  if (erasure === null) return;
  const { isDone } = await forgetUser(env, erasure, overAfter(budgetMs));
  if (!isDone) await env.UPKEEP_QUEUE.send(message);
}

/** Everything that is due at `nowMs`. One piece that fails does not hold up the others. */
export async function tick(env: Bindings, nowMs: number): Promise<void> {
  const isOver = overAfter(budgetMs);
  const pieces: Record<string, () => Promise<unknown>> = {
    audit: async () => {
      for (const id of await projectsWithPendingAudit(env.INDEX, nowMs - lostAuditMs, projectsAtATime)) await chainAudit(env, id);
    },
    backfills: () => findLostBackfills(env, nowMs),
    alerts: () => alertsOfTheMinute(env, nowMs, isOver),
    canaries: () => readCanaries(env, nowMs, isOver),
    signals: async () => {
      // its own share, so that many busy agents hold up no deletion
      const isOver = overAfter(signalsBudgetMs);
      for (const { projectId, agent } of await agentsBehind(env.INDEX, null, agentsAtATime))
        if (!isOver()) await refreshSignals(env, projectId, agent, nowMs);
      for (const { projectId, agent } of await agentsWithGrowingSuites(env.INDEX, agentsAtATime))
        if (!isOver()) await growSuites(env, projectId, agent, nowMs);
    },
    artifacts: () => tellRecentSteps(env, nowMs, isOver),
    optimisations: () => measureOptimisations(env, nowMs, isOver),
    loops: () => loopsOfTheMinute(env, nowMs, isOver),
    bodies: () => expireBodies(env, nowMs),
    erasures: async () => {
      for (const erasure of await runningUserErasures(env.INDEX, projectsAtATime)) if (!isOver()) await forgetUser(env, erasure, isOver);
    },
    projects: async () => {
      for (const id of await deletedProjects(env.INDEX, nowMs - inFlightMs, projectsAtATime)) {
        if (!isOver() && (await purgeProject(env, id, isOver))) await dropProject(env.INDEX, id);
      }
    },
    books: () => booksOfTheMinute(env, isOver),
    reports: () => reportsOfTheMinute(env, nowMs, isOver),
    segments: () => settleSegments(env, nowMs),
    retention: async () => {
      for (const { id, retentionDays } of await dueForRetention(env.INDEX, nowMs, projectsAtATime)) {
        if (isOver()) return;
        const isDone = await retain(env, id, retentionDays, nowMs, isOver);
        // One that broke off goes behind the others that wait.
        await setRetentionDue(env.INDEX, id, isDone ? nowMs + retentionEveryMs : nowMs);
      }
    },
    compaction: async () => {
      for (const id of await dueForCompaction(env.INDEX, nowMs, projectsAtATime)) {
        if (isOver()) return;
        // First behind the others that wait: one that fails or breaks off must not hold them up the next minute.
        await setCompactionDue(env.INDEX, id, nowMs);
        if (await compact(env, id, nowMs, isOver)) await setCompactionDue(env.INDEX, id, nextCompactionMs(nowMs));
      }
    },
  };
  for (const [where, piece] of Object.entries(pieces)) {
    try {
      await piece();
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: `upkeep ${where}`, reason: failureWords(error) }));
    }
  }
}

/** The clock stands still while code runs and moves with every call out, which is what takes time here. */
export function overAfter(ms: number): () => boolean {
  const untilMs = Date.now() + ms;
  return () => Date.now() > untilMs;
}
