// One incident from top to bottom as people ask: what happened, what moved, since when, why, which runs show it, what has
// been done, and what it is linked to.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { Causes } from "../causes.tsx";
import { SeverityChip, StatusChip } from "../chips.tsx";
import { DriftTable } from "../drift-table.tsx";
import { duration, percent } from "../format.ts";
import { IncidentActions } from "../incident-actions.tsx";
import { agentPath, incidentPath, runPath, segment, signalPath, entryPath } from "../links.ts";
import { loadSeries } from "../load-series.ts";
import { RunLines } from "../run-lines.tsx";
import { readIncident, type IncidentView } from "../read/incident.ts";
import { readRun, type RunView } from "../read/run.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { absolute, type Clock } from "../time-format.ts";
import { causeSentence, spoken } from "../words.ts";
import type { Page, View } from "../view.ts";
import { problemPage } from "./problem.tsx";

const dayMs = 86_400_000;
/** Around the onset: enough before to see the baseline, enough after to see that it stays. */
const daysBefore = 7;
const daysAfter = 7;
/** Pictures drawn; drifts beyond are rows without one. */
const mostSparklines = 16;
const mostExamples = "5";

export async function incidentPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/incidents/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "inbox" };
  const incident = readIncident(answer.data);
  if (incident === null) return problemPage({ status: 404, message: "The API's answer holds no incident." });
  const onsetMs = incident.onsetMs ?? incident.openedMs ?? view.clock.nowMs;
  const window = { fromMs: onsetMs - daysBefore * dayMs, toMs: Math.min(view.clock.nowMs, onsetMs + daysAfter * dayMs) };
  const [series, before, after] = await Promise.all([
    loadSeries(
      view.api,
      incident.drifts.slice(0, mostSparklines).map((each) => ({
        agent: each.agent || incident.agent,
        dimension: each.dimension,
        // Days: most agents have too few runs an hour for a line that can be read at this size.
        window: { ...window, bucket: "day" as const },
      })),
    ),
    examples(view, { agent: incident.agent, from: new Date(window.fromMs).toISOString(), to: new Date(onsetMs).toISOString() }),
    examples(view, { agent: incident.agent, from: new Date(onsetMs).toISOString() }),
  ]);
  const drifts = incident.drifts.map((each) => ({ ...each, agent: each.agent || incident.agent }));
  return {
    title: incident.title,
    section: "inbox",
    body: (
      <>
        <Head incident={incident} clock={view.clock} />
        <div class="split-page">
          <div class="main-column">
            <section aria-labelledby="what">
              <h2 id="what">What moved</h2>
              {drifts.length === 0 ? (
                <p class="faint">No drift is part of it.</p>
              ) : (
                <DriftTable drifts={drifts} series={series} view={view} back={incidentPath(incident.id)} />
              )}
              <Signals incident={incident} />
            </section>
            <section aria-labelledby="why">
              <h2 id="why">Why</h2>
              <Causes attribution={incident.attribution} clock={view.clock} />
            </section>
            <section aria-labelledby="runs">
              <h2 id="runs">Runs</h2>
              <div class="two">
                <div>
                  <h3>Before the onset</h3>
                  <RunLines runs={before} clock={view.clock} />
                </div>
                <div>
                  <h3>Since the onset</h3>
                  <RunLines runs={after} clock={view.clock} />
                </div>
              </div>
              {incident.lineage.runs.length > 0 && (
                <p class="cited">
                  Cited as evidence: <IdLinks ids={incident.lineage.runs.slice(0, 12)} path={runPath} />
                </p>
              )}
            </section>
          </div>
          <aside class="side-column">
            <IncidentActions incident={incident} view={view} />
            <Timeline incident={incident} clock={view.clock} />
            <LineageOf incident={incident} />
          </aside>
        </div>
      </>
    ),
  };
}

async function examples(view: View, query: Record<string, string>): Promise<RunView[]> {
  const answer = await view.api.get("/v1/runs", { ...query, limit: mostExamples });
  return answer.ok ? listing(answer.data, readRun).items : [];
}

function Head({ incident, clock }: { incident: IncidentView; clock: Clock }): Child {
  const endMs = incident.recoveredMs ?? clock.nowMs;
  return (
    <div class={`page-head incident-title edge-${incident.severity}`}>
      <p class="crumb">
        <a href="/">Incidents</a>
        <a href={agentPath(incident.agent)}>
          <Name value={incident.agent} most={50} />
        </a>
      </p>
      <h1>
        <Name value={incident.title} most={200} />
      </h1>
      <p class="chips">
        <SeverityChip severity={incident.severity} />
        <StatusChip status={incident.status} />
        <span class="faint">
          <Name value={incident.slug} most={60} />
        </span>
      </p>
      {incident.summary !== "" && <p class="summary">{cleanText(incident.summary).slice(0, 2_000)}</p>}
      <dl class="figures">
        <div class="figure">
          <dt>Since</dt>
          <dd>
            <b>{incident.onsetMs === null ? "–" : absolute(incident.onsetMs, clock)}</b>
            <span class="faint">
              <Moment at={incident.onsetMs} clock={clock} show="relative" />
            </span>
          </dd>
        </div>
        <div class="figure">
          <dt>{incident.recoveredMs === null ? "Lasting" : "Lasted"}</dt>
          <dd>
            <b>{incident.onsetMs === null ? "–" : duration(Math.round((endMs - incident.onsetMs) / 60_000) * 60_000)}</b>
            <span class="faint">{incident.recoveredMs === null ? "so far" : `until ${absolute(incident.recoveredMs, clock)}`}</span>
          </dd>
        </div>
        <div class="figure">
          <dt>Owner</dt>
          <dd>
            <b>{incident.owner === null ? "nobody yet" : <Name value={incident.owner} most={40} />}</b>
          </dd>
        </div>
        <div class="figure wide-figure">
          <dt>Cause</dt>
          <dd>
            <b>{causeSentence(incident.attribution)}</b>
          </dd>
        </div>
      </dl>
    </div>
  );
}

function Signals({ incident }: { incident: IncidentView }): Child {
  if (incident.signals.length === 0) return null;
  return (
    <ul class="rows">
      {incident.signals.map((signal) => (
        <li>
          <a class="row-name" href={signalPath(signal.id)} data-row>
            <Name value={signal.name} most={80} />
          </a>
          <StatusChip status={signal.state} />
          <span class="row-text num">
            {percent(signal.rate)} of runs
            {signal.low === null || signal.high === null ? "" : ` (${percent(signal.low)} to ${percent(signal.high)})`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Timeline({ incident, clock }: { incident: IncidentView; clock: Clock }): Child {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {incident.timeline.length === 0 ? (
        <p class="faint">Nothing yet.</p>
      ) : (
        <ol class="timeline">
          {incident.timeline.toReversed().map((entry) => (
            <li class={`entry-${entry.by === "bento" ? "machine" : "person"}`}>
              <p class="entry-head">
                <b>{spoken(entry.kind)}</b>
                {entry.by !== "" && (
                  <span>
                    {" "}
                    by <Name value={entry.by} most={40} />
                  </span>
                )}
              </p>
              <p class="faint small">
                <Moment at={entry.atMs} clock={clock} show="absolute" />
              </p>
              {entry.text !== "" && <p>{cleanText(entry.text).slice(0, 1_000)}</p>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function LineageOf({ incident }: { incident: IncidentView }): Child {
  const { changes, runs, experiments, artifacts, book } = incident.lineage;
  const lines = [
    {
      name: "Dimensions",
      ids: [...new Set(incident.drifts.map((each) => each.dimension))],
      path: (name: string) => `${agentPath(incident.agent)}/dimensions/${segment(name)}`,
    },
    { name: "Changes", ids: changes, path: (id: string) => `/changes#${encodeURIComponent(id.toWellFormed())}` },
    { name: "Runs", ids: runs, path: runPath },
    { name: "Experiments", ids: experiments, path: null },
    { name: "Artifacts", ids: artifacts, path: null },
    { name: "Book", ids: book, path: entryPath },
  ].filter((line) => line.ids.length > 0);
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">Lineage</h2>
      <dl class="lineage">
        {lines.map(({ name, ids, path }) => (
          <div>
            <dt>
              {name} <span class="tally">{ids.length}</span>
            </dt>
            <dd>
              <IdLinks ids={ids.slice(0, 8)} path={path} />
              {ids.length > 8 && <span class="faint"> and {ids.length - 8} more</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function IdLinks({ ids, path }: { ids: readonly string[]; path: ((id: string) => string) | null }): Child {
  return (
    <span class="ids">
      {ids.map((id) =>
        path === null ? (
          <code>
            <Name value={id} most={40} />
          </code>
        ) : (
          <a href={path(id)}>
            <code>
              <Name value={id} most={40} />
            </code>
          </a>
        ),
      )}
    </span>
  );
}
