// What a notice says, in the form that its receiver reads: the event with its record for programs, or a message for Slack. The text of
// both is escaped for Slack: many receivers show it, and names in it come from traces.
import { slackLine, slackMessage, type Told } from "../domain/incident/slack-message.ts";
import type { ArtifactNews } from "../domain/artifact/artifact-news.ts";
import type { ExperimentNews } from "../domain/incident/experiment-news.ts";
import type { WebhookFormat } from "../d1/webhooks.ts";
import type { NoticeMessage } from "./messages.ts";
import type { Tellable } from "./notice-source.ts";
import type { Report } from "../domain/report/report.ts";

export function bodyOf(message: Pick<NoticeMessage, "event" | "at" | "agent">, notice: Tellable, format: WebhookFormat): string {
  const told = toldOf(message, notice);
  if (format === "slack") return JSON.stringify(slackMessage(told));
  if ("report" in notice) return JSON.stringify({ type: message.event, timestamp: message.at, text: slackLine(told), data: notice.report });
  const { incident, alert, experiment, artifact } = notice;
  const data = artifact ?? experiment ?? (alert === null ? incident : { ...alert, incident });
  return JSON.stringify({ type: message.event, timestamp: message.at, text: slackLine(told), data });
}

export function toldOf({ event, at, agent }: Pick<NoticeMessage, "event" | "at" | "agent">, notice: Tellable): Told {
  if ("report" in notice) return reportTold(event, notice.report);
  const { incident, alert, experiment, artifact } = notice;
  if (artifact !== null) return artifactTold(event, agent, artifact);
  if (experiment !== null) return experimentTold(event, agent, experiment);
  const facts: [string, string][] = [];
  if (alert !== null) facts.push(["rule", alert.rule.name]);
  const severity = alert === null ? (incident?.severity ?? null) : alert.severity;
  if (severity !== null) facts.push(["severity", severity]);
  if (incident !== null) facts.push(["incident", incident.slug], ["status", incident.status], ["owner", incident.owner ?? "nobody"]);
  facts.push(["since", incident?.onset_at ?? alert?.since ?? at]);
  return {
    event,
    title: alert?.title ?? incident?.title ?? event,
    summary: incident?.summary ?? null,
    severity,
    agent,
    facts,
  };
}

function reportTold(event: string, { agent, period, day, timezone, summary }: Report): Told {
  return {
    event,
    title: `Report of the ${period} ${period === "week" ? "from " : ""}${day}`,
    summary: summary.join(" "),
    severity: null,
    agent,
    facts: [["time zone", timezone]],
  };
}

function artifactTold(event: string, agent: string, { ref, in_use: inUse, reason, measured, at }: ArtifactNews): Told {
  return {
    event,
    title: `${ref}: ${event.slice("artifact.".length).replaceAll("_", " ")}`,
    summary: measured?.sentence ?? reason,
    severity: null,
    agent,
    facts: [
      ["in use", inUse ?? "none"],
      ["since", at],
    ],
  };
}

function experimentTold(event: string, agent: string, { experiment_id: id, kind, verdict, sentence, at }: ExperimentNews): Told {
  const title = `${kind} ${id}: ${event.slice("experiment.".length)}`;
  return {
    event,
    title,
    summary: sentence,
    severity: null,
    agent,
    facts: [
      ["verdict", verdict],
      ["since", at],
    ],
  };
}
