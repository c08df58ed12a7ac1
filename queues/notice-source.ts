// Where a notice's record stands and who is told how its telling goes: the agent's incident desk for incidents, alerts and experiments, the
// index for reports. To whoever delivers they are the same.
import { confirmTelling, findReport, postponeTelling } from "../d1/reports.ts";
import type { Report } from "../domain/report/report.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { Notice } from "../durable-objects/notice-rows.ts";
import { incidentDeskOf } from "../durable-objects/names.ts";
import { reportMade, tellAgainMs } from "./make-report.ts";
import type { NoticeMessage } from "./messages.ts";

/** What there is to tell: of the desk, or a report as it stands now. */
export type Tellable = Notice | { report: Report };

export interface NoticeSource {
  /** null when there is nothing to tell (any more). */
  read: () => Promise<Tellable | null>;
  postponed: (nextMs: number) => Promise<void>;
  confirm: (nowMs: number) => Promise<void>;
}

export function sourceOf(env: Bindings, { project_id: projectId, event, event_id: eventId, agent }: NoticeMessage): NoticeSource {
  if (event !== reportMade) {
    const desk = incidentDeskOf(env, projectId, agent);
    return {
      read: () => desk.notice(eventId),
      postponed: (nextMs) => desk.postponed(eventId, nextMs),
      confirm: (nowMs) => desk.confirm(eventId, nowMs),
    };
  }
  const id = eventId.slice(reportMade.length + 1);
  return {
    read: async () => {
      const report = await findReport(env.INDEX, projectId, id);
      return report === null ? null : { report };
    },
    postponed: (nextMs) => postponeTelling(env.INDEX, projectId, id, tellAgainMs(nextMs)),
    confirm: (nowMs) => confirmTelling(env.INDEX, projectId, id, nowMs),
  };
}
