// A notice in the form of Slack's incoming webhooks (which Mattermost, Discord's /slack and others take too): one line of text for
// lists and phones, and blocks. Names in it come from traces: &, < and > are escaped, so that none can call a channel or hide a link.
// Form and limits: https://docs.slack.dev/messaging/formatting-message-text and https://docs.slack.dev/reference/block-kit/blocks
import type { Severity } from "../drift/drift.ts";
import { oneLine } from "../drift/words.ts";

export interface Told {
  /** `incident.opened`, `alert.fired` … */
  event: string;
  /** One line. */
  title: string;
  /** A paragraph; null for none. */
  summary: string | null;
  severity: Severity | null;
  agent: string;
  /** Small facts: name and value. */
  facts: [string, string][];
}

interface SlackText {
  type: "mrkdwn";
  text: string;
}

export interface SlackMessage {
  text: string;
  blocks: ({ type: "section"; text: SlackText } | { type: "context"; elements: SlackText[] })[];
}

/** Slack refuses a section above 3,000 characters and a context above ten elements. */
const longestSection = 2_900;
const mostFacts = 9;
const longestFact = 200;

export function slackMessage(told: Told): SlackMessage {
  const { title, summary, agent, facts } = told;
  const shown: [string, string][] = [["agent", agent], ...facts];
  return {
    text: slackLine(told),
    blocks: [
      section(`*${unstyled(escapeSlack(oneLine(title, 300)))}*`),
      ...(summary === null || summary === "" ? [] : [section(escapeSlack(summary.slice(0, longestSection)))]),
      {
        type: "context",
        elements: shown.slice(0, mostFacts).map(([name, value]) => mrkdwn(`${name}: ${escapeSlack(oneLine(value, longestFact))}`)),
      },
    ],
  };
}

/** The one line: what Slack shows in a notification, and what the body for programs carries as `text`. */
export function slackLine({ event, severity, title }: Pick<Told, "event" | "severity" | "title">): string {
  return `${event}: ${severity === null ? "" : `[${severity}] `}${escapeSlack(title)}`;
}

/** The three characters that Slack reads as control: a `<!channel>` or `<https://…|text>` of a trace becomes plain text. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Inside bold, a star would end it. */
function unstyled(text: string): string {
  return text.replaceAll("*", "∗");
}

function section(text: string): { type: "section"; text: SlackText } {
  return { type: "section", text: mrkdwn(cut(text)) };
}

function mrkdwn(text: string): SlackText {
  return { type: "mrkdwn", text };
}

/** Escaping lengthens; a cut must not leave half an entity. */
function cut(text: string): string {
  return text.length <= longestSection ? text : `${text.slice(0, longestSection).replace(/&[a-z]{0,3}$/, "")}…`;
}
