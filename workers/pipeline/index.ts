// The front door: webhooks to the doors, /v1 to the API, everything else to the pages; and the consumers of the queues.
import { consumeAudit } from "../../queues/audit-consumer.ts";
import { consumeBackfill } from "../../queues/backfill-consumer.ts";
import { consumeBehaviour } from "../../queues/behaviour-consumer.ts";
import { consumeClosed } from "../../queues/closed-consumer.ts";
import { consumeDead } from "../../queues/dead-consumer.ts";
import { consumeIngest } from "../../queues/ingest-consumer.ts";
import { consumeNotices } from "../../queues/notice-consumer.ts";
import { consumeUpkeep } from "../../queues/upkeep-consumer.ts";
import { answerApi } from "./api/answer.ts";
import { atDoor } from "./doors/router.ts";
import type { Env } from "./env.ts";
import { answerPage } from "./pages.ts";

export { AuditLog } from "../../durable-objects/audit-log.ts";
export { Behaviour } from "../../durable-objects/behaviour.ts";
export { IncidentDesk } from "../../durable-objects/incident-desk.ts";
export { TraceAssembly } from "../../durable-objects/trace-assembly.ts";

const isApiPath = (path: string): boolean => path.startsWith("/v1/") || path === "/healthz" || path === "/metrics";

export default {
  async fetch(request, env, ctx) {
    const path = new URL(request.url).pathname;
    return (await atDoor(request, env, ctx)) ?? (isApiPath(path) ? answerApi(request, env, ctx) : answerPage(request, env, ctx));
  },

  async queue(batch, env) {
    switch (batch.queue) {
      case "bento-ingest":
        return consumeIngest(batch, env);
      case "bento-closed":
        return consumeClosed(batch, env);
      case "bento-behaviour":
        return consumeBehaviour(batch, env);
      case "bento-notice":
        return consumeNotices(batch, env);
      case "bento-audit":
        return consumeAudit(batch, env);
      case "bento-upkeep":
        return consumeUpkeep(batch, env);
      case "bento-backfill":
        return consumeBackfill(batch, env);
      case "bento-dead":
        return consumeDead(batch, env);
      default:
        // A queue that the config names and this switch does not: leave its messages where they are.
        throw new Error(`no consumer for queue ${batch.queue}`);
    }
  },
} satisfies ExportedHandler<Env>;
