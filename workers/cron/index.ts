// Schedules. Every minute the sweep finds acknowledged bodies whose pointer was lost and sends a new one.
import { sweepInbox, type SweepBindings } from "../../queues/sweep.ts";

export default {
  async scheduled(controller, env) {
    await sweepInbox(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<SweepBindings>;
