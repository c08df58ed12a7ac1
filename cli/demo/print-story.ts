// The story as lines for a terminal, 40 to 80 of them: week by week, the incident that is open, and the honest comparison.
// All texts that come from traces are cut to one line without control characters, so that no trace can steer the terminal.
import Table from "cli-table3";
import pc from "picocolors";
import type { DriftAnswer, IncidentAnswer } from "./bento-answers.ts";
import type { EventStory, Judgement, Story, WeekStory } from "./story.ts";

const width = 100;
const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** Success rates are drawn between these; below the lower one every bar is the smallest. */
const lowestBar = 0.6;

export function printStory(story: Story): string[] {
  const { events, unexpected, harmless } = story;
  return [
    "",
    pc.bold(`${plain(story.agent)} · ${story.runs.toLocaleString("en")} runs · ${day(story.from)} to ${day(story.to)}`),
    pc.dim(
      "A simulated support agent, sent through the public webhook. Bento was told of two prompt edits and one reworded tool, and of nothing else.",
    ),
    ...story.weeks.flatMap(weekLines),
    "",
    ...(story.open === null ? [pc.yellow("No incident is open.")] : openLines(story.open)),
    "",
    pc.bold("What happened against what Bento said"),
    truthTable(events),
    ...harmless.map(({ title, blamed }) =>
      blamed ? pc.red(`✗ blamed although harmless: ${title}`) : `${pc.green("✓")} harmless and not blamed: ${title}`,
    ),
    ...unexpected.map((incident) => pc.red(`✗ incident without an event: ${cut(incident.title, 90)}`)),
    ...story.after_effects.map((incident) => pc.yellow(`· incident about the way back: ${cut(incident.title, 90)}`)),
    verdictLine(story),
  ];
}

function weekLines(week: WeekStory, index: number): string[] {
  const rate = week.success_rate === null ? "no scores" : `success ${percent(week.success_rate)}`;
  const head = `${pc.bold(`Week ${index + 1}`)}  ${pc.dim(`${day(week.from)} – ${day(week.to)}`)}  ${String(week.runs).padStart(4)} runs  ${rate}  ${pc.cyan(week.daily_success.map(bar).join(""))}`;
  const happened = week.happened.map(
    ({ at, title, known_from }) =>
      `  ${pc.dim("happened")}  ${time(at)}  ${title} ${pc.dim(known_from === "declaration" ? "(declared)" : "(not told)")}`,
  );
  const undone = week.undone.map(({ at, title }) => `  ${pc.dim("undone")}    ${time(at)}  ${pc.dim(title)}`);
  const noticed = week.noticed.flatMap(({ at, title, severity }) => {
    const [what = "", ...cause] = plain(title).split("; ");
    const first = `  ${pc.magenta("noticed")}   ${time(at)}  ${severityMark(severity)} ${cut(what, width - 28)}`;
    return cause.length === 0 ? [first] : [first, `${" ".repeat(28)}${pc.magenta("→")} ${cut(cause.join("; "), width - 28)}`];
  });
  const lines = [...happened, ...noticed, ...undone];
  return ["", head, ...(lines.length === 0 ? [pc.dim("  quiet: nothing happened and nothing was reported")] : lines)];
}

function openLines(incident: IncidentAnswer): string[] {
  const [first, ...rivals] = incident.attribution.causes;
  const share =
    first?.share == null
      ? null
      : `${percent(first.share)} of the change${first.share_low === null || first.share_high === null ? "" : ` (${percent(first.share_low)}–${percent(first.share_high)})`}`;
  const cause =
    first === undefined
      ? "none can be named"
      : [`${first.kind} ${cut(first.ref, 40)}`, share, `confidence ${first.confidence.toFixed(2)}`]
          .filter((part) => part !== null)
          .join(" · ");
  return [
    `${pc.bold(pc.red("Open now"))}  ${pc.bold(cut(incident.title, 160))}`,
    `  ${pc.dim("severity")}  ${incident.severity} · ${incident.slug}`,
    `  ${pc.dim("since")}     ${time(incident.onset_at)}, noticed ${time(incident.opened_at)}`,
    `  ${pc.dim("cause")}     ${incident.attribution.verdict}: ${cause}`,
    ...(first?.evidence ?? []).slice(0, 4).map((line) => `  ${pc.dim("evidence")}  ${cut(line, 170)}`),
    ...(rivals.length === 0
      ? []
      : [
          `  ${pc.dim("rivals")}    ${rivals
            .slice(0, 3)
            .map((rival) => `${rival.kind} ${cut(rival.ref, 30)} ${rival.confidence.toFixed(2)}`)
            .join(", ")}`,
        ]),
    `  ${pc.dim("moved")}     ${incident.drifts.slice(0, 5).map(driftWords).join(pc.dim(" · "))}${incident.drifts.length > 5 ? pc.dim(` and ${incident.drifts.length - 5} more`) : ""}`,
  ];
}

function driftWords({ dimension, baseline, current, effect }: DriftAnswer): string {
  if (baseline.value !== null && current.value !== null) return `${plain(dimension)} ${number(baseline.value)} → ${number(current.value)}`;
  return `${plain(dimension)} ${effect.measure} ${number(effect.value)} (${number(effect.low)}–${number(effect.high)})`;
}

const judgementWords: Record<Judgement, string> = {
  right: pc.green("✓ right"),
  wrong_cause: pc.red("✗ wrong cause"),
  no_cause: pc.yellow("? no cause"),
  missed: pc.red("✗ missed"),
};

function truthTable(events: readonly EventStory[]): string {
  const table = new Table({
    head: ["happened", "truth", "noticed after", "onset off by", "Bento names", ""],
    style: { head: ["dim"], border: ["dim"], compact: true },
  });
  for (const event of events) {
    const [first] = event.incident?.attribution.causes ?? [];
    const named =
      event.incident === null
        ? "–"
        : first === undefined
          ? event.incident.attribution.verdict
          : `${first.kind} ${cut(first.ref, 22)}, ${first.share === null ? "share unknown" : percent(first.share)}`;
    table.push([
      time(event.at),
      event.truth,
      hours(event.noticed_after_hours),
      hours(event.onset_error_hours),
      named,
      judgementWords[event.judgement],
    ]);
  }
  return table.toString();
}

function verdictLine({ events, unexpected, harmless }: Story): string {
  const found = events.filter(({ judgement }) => judgement !== "missed").length;
  const right = events.filter(({ judgement }) => judgement === "right").length;
  const blamed = harmless.filter((edit) => edit.blamed).length;
  const isGood = right === events.length && unexpected.length === 0 && blamed === 0;
  const text = `${found} of ${events.length} events found, ${right} with the right cause, ${unexpected.length} false incidents, ${blamed} of ${harmless.length} harmless edits blamed.`;
  return isGood ? pc.bold(pc.green(text)) : pc.bold(pc.yellow(text));
}

function severityMark(severity: string): string {
  return severity === "critical" || severity === "high" ? pc.red("●") : severity === "medium" ? pc.yellow("●") : pc.dim("●");
}

function bar(rate: number | null): string {
  if (rate === null) return " ";
  const place = Math.floor(((rate - lowestBar) / (1 - lowestBar)) * bars.length);
  return bars[Math.min(bars.length - 1, Math.max(0, place))] ?? " ";
}

/** One line, no control or direction-changing characters. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

function cut(text: string, most: number): string {
  const line = plain(text);
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const number = (value: number) => (Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3))));
const hours = (value: number | null) =>
  value === null ? "–" : Math.abs(value) >= 48 ? `${(value / 24).toFixed(1)} days` : `${value.toFixed(1)} h`;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** `5 Nov`, in UTC. */
function day(at: string): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""}`;
}

/** `5 Nov 10:00`, in UTC. */
function time(at: string): string {
  return `${day(at).padStart(6)} ${at.slice(11, 16)}`;
}
