// One agent's behaviour: its headline numbers, then every dimension as a small chart on one time axis, grouped, drifting
// first. Changes are marked in all of them, because a step that meets a marker is the question people come with.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { Legend } from "../charts/legend.tsx";
import { SmallMultiple } from "../charts/small-multiple.tsx";
import { StatusChip } from "../chips.tsx";
import { dimensionGroup, dimensionTitle, groups } from "../dimension-words.ts";
import { plural, quantity } from "../format.ts";
import { agentPath, dimensionPath, loopPath, transferPath } from "../links.ts";
import { loadSeries } from "../load-series.ts";
import { readChange, type ChangeView } from "../read/change.ts";
import type { Bucket, DimensionView } from "../read/dimension.ts";
import { readDrift, type DriftView } from "../read/drift.ts";
import { readIncident } from "../read/incident.ts";
import { readRun } from "../read/run.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { SpanTabs } from "../span-tabs.tsx";
import { IncidentRow } from "../incident-row.tsx";
import { mayWrite, type Page, type View } from "../view.ts";
import { askDimensions, watched } from "../watched-agents.ts";
import { agentStatus, learningText } from "../watching.tsx";
import { windowOf, within, type PageWindow } from "../window.ts";
import { TopSignals, topSignals } from "../top-signals.tsx";
import { BaselineForm } from "../baseline-form.tsx";
import { DefinitionForm } from "../definition-form.tsx";
import { problemPage } from "./problem.tsx";

/** Charts drawn; an agent with more dimensions (one for each tool and argument) lists the rest as numbers. */
const mostCharts = 48;

/** Charts side by side on a wide screen. */
const mostAcross = 4;

interface Charted {
  dimension: DimensionView;
  series: Bucket[];
}

export async function agentPage(view: View, agent: string): Promise<Page> {
  const [dimensionsAnswer, driftsAnswer, incidentsAnswer, newest, signals] = await Promise.all([
    askDimensions(view.api, agent),
    view.api.get("/v1/drifts", { agent, limit: "200" }),
    view.api.get("/v1/incidents", { agent, limit: "50" }),
    view.api.get("/v1/runs", { agent, limit: "1" }),
    topSignals(view.api, agent),
  ]);
  if (!dimensionsAnswer.ok) return { ...problemPage(dimensionsAnswer), section: "agents" };
  const dimensions = inOrder(dimensionsAnswer.dimensions);
  const newestMs = newest.ok ? (listing(newest.data, readRun).items[0]?.startMs ?? null) : null;
  const window = windowOf(view, newestMs);
  const changesAnswer = await view.api.get("/v1/changes", {
    agent,
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    limit: "200",
  });
  const drawn = dimensions.slice(0, mostCharts);
  const series = await loadSeries(
    view.api,
    drawn.map((each) => ({ agent, dimension: each.name, window })),
  );
  const charted = drawn.map((dimension, index): Charted => ({ dimension, series: series[index] ?? [] }));
  const drifts = driftsAnswer.ok ? listing(driftsAnswer.data, readDrift).items.filter((each) => each.status !== "dismissed") : [];
  const changes = changesAnswer.ok ? within(window, listing(changesAnswer.data, readChange).items) : [];
  const incidents = incidentsAnswer.ok
    ? listing(incidentsAnswer.data, readIncident).items.filter((each) => each.status !== "resolved")
    : [];
  const summary = watched({ name: agent, lastRunMs: newestMs }, dimensions);
  const drifting = charted.filter(({ dimension }) => isMoved(dimension));
  const props = { agent, changes, drifts, view, window };
  return {
    title: agent,
    section: "agents",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <p class="crumb">
              <a href="/agents">Agents</a>
            </p>
            <h1>
              <Name value={agent} most={80} />
            </h1>
            <p class="lede">
              <StatusChip status={agentStatus(summary)} /> <span>{learningText(summary)}</span>
            </p>
          </div>
          <div class="head-tools">
            <SpanTabs days={window.days} path={agentPath(agent)} />
            <a class="button" href={`/runs?agent=${encodeURIComponent(agent.toWellFormed())}`}>
              Runs
            </a>
            <a class="button" href={loopPath(agent)}>
              Loop
            </a>
            <a class="button" href={transferPath(agent)}>
              Transfer
            </a>
          </div>
        </div>
        <Headline dimensions={dimensions} />
        {incidents.length > 0 && (
          <section aria-label="Active incidents">
            <ol class="incidents">
              {incidents.map((incident) => (
                <IncidentRow incident={incident} clock={view.clock} />
              ))}
            </ol>
          </section>
        )}
        <TopSignals agent={agent} signals={signals} clock={view.clock} />
        {dimensions.length === 0 ? (
          <section class="empty calm">
            <h2>Nothing measured yet</h2>
            <p>Dimensions appear with the first closed runs of this agent.</p>
          </section>
        ) : (
          <Legend changes={changes} hasDrift={drifts.length > 0} />
        )}
        <div class="groups">
          {drifting.length > 0 && <ChartGroup title="Moved" charted={drifting} prefix="m" {...props} />}
          {groups.map((group, index) => (
            <ChartGroup
              title={group}
              charted={charted.filter(({ dimension }) => !isMoved(dimension) && dimensionGroup(dimension.name) === group)}
              prefix={`g${index}`}
              {...props}
            />
          ))}
        </div>
        {dimensions.length > mostCharts && <Rest agent={agent} dimensions={dimensions.slice(mostCharts)} />}
        {mayWrite(view) && <DefinitionForm view={view} agent={agent} />}
        {mayWrite(view) && dimensions.length > 0 && <BaselineForm view={view} agent={agent} dimension={null} />}
      </>
    ),
  };
}

function isMoved(dimension: DimensionView): boolean {
  return dimension.status === "drifting" || dimension.status === "silent";
}

/** Moved first, then in the order of the groups, as the API lists them. */
function inOrder(dimensions: readonly DimensionView[]): DimensionView[] {
  const place = (each: DimensionView): number => (isMoved(each) ? -1 : groups.indexOf(dimensionGroup(each.name)));
  return [...dimensions].sort((a, b) => place(a) - place(b));
}

const headline = ["volume.runs", "outcome.success", "outcome.error", "latency.run_ms", "tokens.input", "tokens.output", "cost.usd"];

function Headline({ dimensions }: { dimensions: readonly DimensionView[] }): Child {
  const shown = headline.flatMap((name) => dimensions.find((each) => each.name === name) ?? []);
  if (shown.length === 0) return null;
  return (
    <dl class="figures">
      {shown.map((each) => (
        <div class={isMoved(each) ? "figure moved-figure" : "figure"}>
          <dt>{dimensionTitle(each.name)}</dt>
          <dd>
            <b class="num">{quantity(each.current.value ?? each.baseline.value, each.levelUnit, each.kind)}</b>
            <span class="faint num">
              {each.baseline.value === null ? "no baseline yet" : `baseline ${quantity(each.baseline.value, each.levelUnit, each.kind)}`}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface GroupProps {
  title: string;
  charted: readonly Charted[];
  prefix: string;
  agent: string;
  changes: readonly ChangeView[];
  drifts: readonly DriftView[];
  view: View;
  window: PageWindow;
}

function ChartGroup({ title, charted, prefix, agent, changes, drifts, view, window }: GroupProps): Child {
  if (charted.length === 0) return null;
  return (
    <section class={`chart-group span-${Math.min(mostAcross, charted.length)}`} aria-labelledby={`${prefix}-h`}>
      <h2 id={`${prefix}-h`}>{title}</h2>
      <div class="multiples">
        {charted.map(({ dimension, series }, index) => (
          <article class={`multiple is-${dimension.status}`}>
            <header>
              <h3>
                <a
                  href={`${dimensionPath(agent, dimension.name)}?days=${window.days}`}
                  data-row
                  title={cleanText(dimension.name).slice(0, 200)}
                >
                  {dimensionTitle(dimension.name)}
                </a>
                {dimension.current.category !== null && (
                  <span class="of-category faint">
                    {" "}
                    <Name value={dimension.current.category} most={36} />
                  </span>
                )}
              </h3>
              <p class="now num">{quantity(dimension.current.value, dimension.levelUnit, dimension.kind)}</p>
            </header>
            <p class="under">
              <StatusChip status={dimension.status} />
              <span class="faint num">
                {dimension.status === "learning"
                  ? shortNeeds(dimension)
                  : dimension.baseline.value === null
                    ? ""
                    : `baseline ${quantity(dimension.baseline.value, dimension.levelUnit, dimension.kind)}`}
              </span>
            </p>
            {series.some((each) => each.value !== null) ? (
              <SmallMultiple
                dimension={dimension}
                series={series}
                changes={changes}
                drifts={drifts.filter((each) => each.dimension === dimension.name)}
                clock={view.clock}
                fromMs={window.fromMs}
                toMs={window.toMs}
                id={`${prefix}-${index}`}
              />
            ) : (
              <p class="no-series faint">No values in these {window.days} days.</p>
            )}
          </article>
        ))}
      </div>
    </section>
  );
}

/** `112 runs, 1.5 d to go`: the heading of a small chart has no room for a sentence. */
function shortNeeds({ needs }: DimensionView): string {
  const runs = needs?.runs ?? 0;
  const days = needs?.days ?? 0;
  const wanted = [...(runs > 0 ? [plural(Math.ceil(runs), "run")] : []), ...(days > 0 ? [`${Math.ceil(days * 10) / 10}\u202Fd`] : [])];
  return wanted.length === 0 ? "" : `${wanted.join(", ")} to go`;
}

function Rest({ agent, dimensions }: { agent: string; dimensions: readonly DimensionView[] }): Child {
  return (
    <details class="rest">
      <summary>{dimensions.length} more dimensions, as numbers</summary>
      <ul class="rows">
        {dimensions.map((each) => (
          <li>
            <a class="row-name" href={dimensionPath(agent, each.name)}>
              {dimensionTitle(each.name)}
            </a>
            <StatusChip status={each.status} />
            <span class="row-text num">{quantity(each.current.value, each.levelUnit, each.kind)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
