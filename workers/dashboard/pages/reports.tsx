// Reports: the list of days and weeks, and one of them.
import type { Child } from "hono/jsx";
import { listing, queryString } from "../api-client.ts";
import { count, dash, money } from "../format.ts";
import { agentPath, entryPath, experimentPath, gatePath, incidentPath, reportPath, segment, signalPath } from "../links.ts";
import { readReport, type LineView, type ListName, type ReportView } from "../read/report.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem, problemPage } from "./problem.tsx";

const pageSize = "60";
const periods = [
  { name: "Days and weeks", value: null },
  { name: "Days", value: "day" },
  { name: "Weeks", value: "week" },
] as const;

export async function reportsPage(view: View): Promise<Page> {
  const [agent, period] = [asked(view, "agent"), periods.find(({ value }) => value === asked(view, "period"))?.value ?? null];
  const answer = await view.api.get("/v1/reports", { agent, period, limit: pageSize, cursor: asked(view, "cursor") });
  const found = answer.ok ? listing(answer.data, readReport) : null;
  return {
    title: "Reports",
    section: "reports",
    body: (
      <>
        <div class="page-head">
          <h1>Reports</h1>
          <p class="lede">
            Each agent's days and weeks, made once they are over in the project's time zone, and again when late runs come.
          </p>
        </div>
        <nav class="tabs" aria-label="Filter by period">
          {periods.map(({ name, value }) => (
            <a href={`/reports${queryString({ agent, period: value })}`} {...(period === value ? { "aria-current": "true" } : {})}>
              {name}
            </a>
          ))}
        </nav>
        {!answer.ok && <PartProblem what="The reports" message={answer.message} />}
        {found !== null && (found.items.length === 0 ? <NoReports /> : <ReportTable reports={found.items} />)}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/reports${queryString({ agent, period, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

function ReportTable({ reports }: { reports: readonly ReportView[] }): Child {
  return (
    <table class="list stacked">
      <thead>
        <tr>
          <th scope="col">Period</th>
          <th scope="col">Agent</th>
          <th scope="col">Runs</th>
          <th scope="col">Cost</th>
          <th scope="col">In short</th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <tr>
            <td class="lead">
              <a href={reportPath(report.id)} data-row>
                {periodWords(report)}
              </a>
              {!report.isComplete && <p class="faint small">not over yet</p>}
            </td>
            <td data-label="Agent">
              <Name value={report.agent} most={32} />
            </td>
            {report.figures
              .filter(({ name }) => name !== "tokens")
              .map(({ name, now, changePct }) => (
                <td data-label={name === "runs" ? "Runs" : "Cost"} class="num">
                  {name === "runs" ? count(now) : money(now)} <span class="faint small">{changeWords(changePct)}</span>
                </td>
              ))}
            <td data-label="In short">{cleanText(report.summary.at(-1) ?? "").slice(0, 200)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export async function reportPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/reports/${segment(id)}`);
  if (!answer.ok) return problemPage(answer);
  const report = readReport(answer.data);
  if (report === null) return problemPage({ status: 502, message: "The API answered something else than a report." });
  return {
    title: `${report.agent}, ${periodWords(report)}`,
    section: "reports",
    body: (
      <>
        <div class="page-head">
          <h1>
            <Name value={report.agent} most={60} />, {periodWords(report)}
          </h1>
          <p class="lede">
            {report.hours === null ? "" : `${Number(report.hours.toFixed(2))} hours`} in {cleanText(report.timezone).slice(0, 60)}
            {report.isComplete ? "" : ", not over yet"}. <a href={agentPath(report.agent)}>How the agent behaves now</a>
          </p>
        </div>
        <dl class="figures">
          {report.figures.map(({ name, now, before, changePct }) => (
            <div class="figure">
              <dt>{figureNames[name]}</dt>
              <dd>
                <b>{name === "cost_usd" ? money(now) : count(now)}</b>
                <span class="faint">
                  {changeWords(changePct)} {before === null ? "" : `${name === "cost_usd" ? money(before) : count(before)} before`}
                </span>
              </dd>
            </div>
          ))}
        </dl>
        <ul class="evidence">
          {report.summary.map((sentence) => (
            <li>{cleanText(sentence).slice(0, 600)}</li>
          ))}
        </ul>
        {report.lists
          .filter(({ lines }) => lines.length > 0)
          .map(({ name, lines }) => (
            <section aria-labelledby={name}>
              <h2 id={name}>{listTitles[name]}</h2>
              <ul class="rows">
                {lines.map((line) => (
                  <Line line={line} list={name} />
                ))}
              </ul>
            </section>
          ))}
      </>
    ),
  };
}

function Line({ line: { id, name, text }, list }: { line: LineView; list: ListName }): Child {
  const path = paths[list];
  const shown = <Name value={name} most={60} />;
  return (
    <li>
      {path === null ? (
        <span class="row-name">{shown}</span>
      ) : (
        <a class="row-name" href={path(id)} data-row>
          {shown}
        </a>
      )}
      <span class="row-text">{cleanText(text).slice(0, 600)}</span>
    </li>
  );
}

function NoReports(): Child {
  return (
    <section class="empty calm">
      <h2>No reports yet</h2>
      <p>The first one is made ten minutes after midnight in the project's time zone. `bento report make` makes one now.</p>
    </section>
  );
}

const figureNames = { runs: "Runs", tokens: "Tokens", cost_usd: "Cost" } as const;
const listTitles: Readonly<Record<ListName, string>> = {
  incidents: "Incidents",
  drifts: "Drifts",
  signals: "Top signals",
  experiments: "Experiments",
  gates: "Gates",
  changes: "Changes",
  learned: "Learned",
};
const paths: Readonly<Record<ListName, ((id: string) => string) | null>> = {
  incidents: incidentPath,
  drifts: null,
  signals: signalPath,
  experiments: experimentPath,
  gates: gatePath,
  changes: (id) => `/changes#${segment(id)}`,
  learned: entryPath,
};

const periodWords = ({ period, day }: ReportView): string => (period === "week" ? `week from ${day}` : day);
const changeWords = (change: number | null): string =>
  change === null ? dash : `${change > 0 ? "+" : ""}${change.toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
