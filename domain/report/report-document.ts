// A report as a document: its headings, sentences, figures and lists, before it becomes Markdown or HTML. One shape for both, so that they
// cannot say different things.
import { percent, rateWords, usd } from "./report-summary.ts";
import type { Report } from "./report.ts";

export interface DocumentItem {
  /** null where there is nothing to link to. */
  path: string | null;
  /** What the link says; the id or slug. */
  name: string | null;
  text: string;
}

export interface DocumentSection {
  heading: string;
  items: DocumentItem[];
  /** Said in place of an empty list; null leaves an empty section out. */
  nothing: string | null;
}

export interface ReportDocument {
  title: string;
  lede: string;
  summary: readonly string[];
  /** Name, now, before, change. */
  figures: [name: string, now: string, before: string, change: string][];
  sections: DocumentSection[];
}

const dash = "–";

export function documentOf(report: Report): ReportDocument {
  const { agent, period, day, timezone, hours, complete } = report;
  return {
    title: `${agent}: ${period} ${period === "week" ? "from " : ""}${day}`,
    lede: `${Number(hours.toFixed(2))} hours in ${timezone}${complete ? "" : ", not over yet"}`,
    summary: report.summary,
    figures: figuresOf(report),
    sections: [
      section("Incidents", report.incidents, "/incidents/", "None."),
      section("Drifts", report.drifts, null, "None."),
      { heading: "Top signals", items: report.signals.map(signalItem), nothing: "None." },
      section("Experiments", report.experiments, "/experiments/", null),
      section("Gates", report.gates, "/gates/", null),
      section("Changes", report.changes, "/changes#", null),
      section("Learned", report.learned, "/book/", null),
    ].filter(({ items, nothing }) => items.length > 0 || nothing !== null),
  };
}

function figuresOf(report: Report): ReportDocument["figures"] {
  const { previous, change_pct: change, outcome } = report;
  const plain = (value: number | null): string => (value === null ? "unknown" : value.toLocaleString("en-US"));
  const money = (value: number | null): string => (value === null ? "unknown" : usd(value));
  return [
    ["Runs", plain(report.runs), plain(previous.runs), changeWords(change.runs)],
    ["Tokens", plain(report.tokens), plain(previous.tokens), changeWords(change.tokens)],
    ["Cost", money(report.cost_usd), money(previous.cost_usd), changeWords(change.cost_usd)],
    ["Success", rateWords(outcome.success), dash, dash],
    ["Errors", rateWords(outcome.error), dash, dash],
  ];
}

const changeWords = (change: number | null): string =>
  change === null ? dash : `${change > 0 ? "+" : ""}${change.toLocaleString("en-US")} %`;

function section(heading: string, lines: Report["incidents"], base: string | null, nothing: string | null): DocumentSection {
  const items = lines.map(({ id, slug, text }): DocumentItem => ({
    path: base === null ? null : base + encodeURIComponent(id),
    name: slug ?? id,
    text,
  }));
  return { heading, items, nothing };
}

function signalItem({ id, name, count, n, rate, rate_low, rate_high, is_new }: Report["signals"][number]): DocumentItem {
  const interval =
    rate === null || rate_low === null || rate_high === null ? "" : `, ${percent(rate)} [${percent(rate_low)}, ${percent(rate_high)}]`;
  return { path: `/signals/${encodeURIComponent(id)}`, name, text: `${count} of ${n} runs${interval}${is_new ? ", new" : ""}` };
}
