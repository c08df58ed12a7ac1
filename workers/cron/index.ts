// Schedules. Every minute the sweep finds acknowledged bodies whose pointer was lost and sends a new one, and the pipeline is told
// that a minute has passed: what time makes due (retention, deletions that go on) is done there, where the objects are.
import type { UpkeepMessage } from "../../queues/messages.ts";
import { sweepInbox, type SweepBindings } from "../../queues/sweep.ts";

interface CronBindings extends SweepBindings {
  UPKEEP_QUEUE: Queue;
}

const tick: UpkeepMessage = { v: 1, kind: "tick" };

export default {
  async scheduled(controller, env) {
    await Promise.all([sweepInbox(env, controller.scheduledTime), env.UPKEEP_QUEUE.send(tick)]);
  },
} satisfies ExportedHandler<CronBindings>;
