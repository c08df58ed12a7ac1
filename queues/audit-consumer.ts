// The audit queue: projects with drafts to chain, and objects whose drafts nobody took. Such an object's answer was lost on its way,
// so an incident desk's records are brought into the index with them.
import { noteAudit } from "../d1/audit-pending.ts";
import { readProject } from "../d1/project.ts";
import { writeIncidents } from "../d1/write-behaviour.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf, incidentDeskOf } from "../durable-objects/names.ts";
import { chainAudit } from "./chain-audit.ts";
import { auditMessage, type AuditMessage } from "./messages.ts";
import { retryLater } from "./settle.ts";

export async function consumeAudit(batch: MessageBatch, env: Bindings): Promise<void> {
  const chained = new Set<string>();
  for (const message of batch.messages) {
    try {
      const { project_id, from } = auditMessage.parse(message.body);
      if ((await readProject(env.INDEX, project_id)) !== null) {
        if (from !== null) await takeFrom(env, project_id, from);
        if (from !== null || !chained.has(project_id)) await chainAudit(env, project_id);
        chained.add(project_id);
      }
      message.ack();
    } catch (error) {
      retryLater(message, "audit", error);
    }
  }
}

async function takeFrom(env: Bindings, projectId: string, { object, agent }: NonNullable<AuditMessage["from"]>): Promise<void> {
  if (object === "desk") {
    const desk = incidentDeskOf(env, projectId, agent);
    const { incidents, told } = await desk.standing();
    await writeIncidents(env.INDEX, projectId, incidents, told);
    await desk.audited(told.map(({ id }) => id));
    return;
  }
  const behaviour = behaviourOf(env, projectId, agent);
  const told = await behaviour.untold();
  await env.INDEX.batch([noteAudit(env.INDEX, projectId, told)]);
  await behaviour.audited(told.map(({ id }) => id));
}
