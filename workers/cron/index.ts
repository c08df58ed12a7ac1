// Schedules, and the queues of what asks Claude: readings, replays and evaluations. Every minute the sweep finds acknowledged bodies whose pointer was lost and sends a
// new one, readings, replays and evaluations are looked after, and the pipeline is told that a minute has passed: what else time makes due is done there, where
// the objects are.
import { draftsOfTheMinute } from "../../queues/draft-with-model.ts";
import { consumeEvaluations } from "../../queues/evaluate-consumer.ts";
import type { EvaluationBindings } from "../../queues/evaluate-desk.ts";
import { evaluationsOfTheMinute } from "../../queues/evaluate-minute.ts";
import { consumeReadings } from "../../queues/read-consumer.ts";
import { resendProposals } from "../../queues/propose-for-signal.ts";
import { readingsOfTheMinute } from "../../queues/reading-minute.ts";
import { platformClock } from "../../queues/reading-model.ts";
import type { ReadingBindings } from "../../queues/reading-run.ts";
import type { UpkeepMessage } from "../../queues/messages.ts";
import { consumeReplays, type ReplayModels } from "../../queues/replay-consumer.ts";
import type { ReplayBindings } from "../../queues/replay-item.ts";
import { replaysOfTheMinute } from "../../queues/replay-minute.ts";
import { sweepInbox, type SweepBindings } from "../../queues/sweep.ts";
import { claudeAgentOf } from "./claude-agent.ts";
import { claudeOf, type ClaudeBindings } from "./claude.ts";

export interface CronBindings extends SweepBindings, ReadingBindings, ReplayBindings, EvaluationBindings, ClaudeBindings {
  UPKEEP_QUEUE: Queue;
}

/** What the embedded engine calls the moment of its start. Nothing is in flight then, so whatever waits is overdue. */
const start = "start";

export default {
  async scheduled({ cron, scheduledTime }, env) {
    const tick: UpkeepMessage = { v: 1, kind: "tick", at_ms: scheduledTime };
    const isStart = cron === start;
    await Promise.all([
      sweepInbox(env, isStart ? Infinity : scheduledTime),
      env.UPKEEP_QUEUE.send(tick),
      readingsOfTheMinute(env, scheduledTime, isStart, claudeOf(env) !== null),
      draftsOfTheMinute(env, scheduledTime),
      ...(isStart ? [resendProposals(env, scheduledTime)] : []),
      replaysOfTheMinute(env, scheduledTime, isStart),
      evaluationsOfTheMinute(env, scheduledTime, isStart),
    ]);
  },

  async queue(batch, env) {
    if (batch.queue === "bento-replay") await consumeReplays(batch, env, replayModels(env), platformClock);
    else if (batch.queue === "bento-evaluation") await consumeEvaluations(batch, env, claudeOf(env), platformClock);
    else await consumeReadings(batch, env, claudeOf(env), platformClock);
  },
} satisfies ExportedHandler<CronBindings>;

/** null without a key. */
function replayModels(env: ClaudeBindings): ReplayModels | null {
  const [agent, judge] = [claudeAgentOf(env), claudeOf(env)];
  return agent === null || judge === null ? null : { agent, judge };
}
