// Schedules. Every minute the sweep finds acknowledged bodies whose pointer was lost and sends a new one, and the pipeline is told
// that a minute has passed: what time makes due (retention, deletions that go on) is done there, where the objects are.
import type { UpkeepMessage } from "../../queues/messages.ts";
import { sweepInbox, type SweepBindings } from "../../queues/sweep.ts";

interface CronBindings extends SweepBindings {
  UPKEEP_QUEUE: Queue;
}

/** What the embedded engine calls the moment of its start. Nothing is in flight then, so whatever waits in the inbox is overdue. */
const start = "start";

export default {
  async scheduled({ cron, scheduledTime }, env) {
    const tick: UpkeepMessage = { v: 1, kind: "tick", at_ms: scheduledTime };
    await Promise.all([sweepInbox(env, cron === start ? Infinity : scheduledTime), env.UPKEEP_QUEUE.send(tick)]);
  },
} satisfies ExportedHandler<CronBindings>;
