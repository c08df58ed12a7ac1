// One dimension at full size, with its drifts, the changes in view and the numbers as a table.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { BaselineForm } from "../baseline-form.tsx";
import { Definition } from "../definition-form.tsx";
import { LargeChart } from "../charts/large-chart.tsx";
import { Legend } from "../charts/legend.tsx";
import { StatusChip } from "../chips.tsx";
import { dimensionTitle } from "../dimension-words.ts";
import { Taught } from "../taught.tsx";
import { DriftTable } from "../drift-table.tsx";
import { count, quantity } from "../format.ts";
import { agentPath, dimensionPath } from "../links.ts";
import { loadSeries } from "../load-series.ts";
import { readChange } from "../read/change.ts";
import type { Bucket, DimensionView } from "../read/dimension.ts";
import { readDrift } from "../read/drift.ts";
import { readRun } from "../read/run.ts";
import { clipped, Name } from "../safe-text.tsx";
import { SpanTabs } from "../span-tabs.tsx";
import { absolute, type Clock } from "../time-format.ts";
import { askDimensions } from "../watched-agents.ts";
import { CategoryTable } from "../category-table.tsx";
import { mayWrite, type Page, type View } from "../view.ts";
import { needsText } from "../watching.tsx";
import { windowOf, within } from "../window.ts";
import { problemPage } from "./problem.tsx";

export async function dimensionPage(view: View, agent: string, name: string): Promise<Page> {
  const [dimensionsAnswer, driftsAnswer, newest] = await Promise.all([
    askDimensions(view.api, agent),
    view.api.get("/v1/drifts", { agent, dimension: name, limit: "50" }),
    view.api.get("/v1/runs", { agent, limit: "1" }),
  ]);
  if (!dimensionsAnswer.ok) return { ...problemPage(dimensionsAnswer), section: "agents" };
  const dimension = dimensionsAnswer.dimensions.find((each) => each.name === name);
  if (dimension === undefined)
    return { ...problemPage({ status: 404, message: `This agent has no dimension "${clipped(name, 120)}".` }), section: "agents" };
  const window = windowOf(view, newest.ok ? (listing(newest.data, readRun).items[0]?.startMs ?? null) : null);
  const [[series = []], changesAnswer] = await Promise.all([
    loadSeries(view.api, [{ agent, dimension: name, window }]),
    view.api.get("/v1/changes", {
      agent,
      from: new Date(window.fromMs).toISOString(),
      to: new Date(window.toMs).toISOString(),
      limit: "200",
    }),
  ]);
  const drifts = driftsAnswer.ok ? listing(driftsAnswer.data, readDrift).items : [];
  const changes = changesAnswer.ok ? within(window, listing(changesAnswer.data, readChange).items) : [];
  const standing = drifts.filter((each) => each.status !== "dismissed");
  return {
    title: `${dimensionTitle(name)}, ${agent}`,
    section: "agents",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <p class="crumb">
              <a href="/agents">Agents</a>
              <a href={agentPath(agent)}>
                <Name value={agent} most={50} />
              </a>
            </p>
            <h1>{dimensionTitle(name)}</h1>
            <p class="lede">
              <StatusChip status={dimension.status} />{" "}
              <code>
                <Name value={name} most={90} />
              </code>
            </p>
          </div>
          <div class="head-tools">
            <SpanTabs days={window.days} path={dimensionPath(agent, name)} />
          </div>
        </div>
        <Levels dimension={dimension} />
        <Taught view={view} agent={agent} dimension={dimension} />
        {series.some((each) => each.value !== null) ? (
          <>
            <LargeChart
              dimension={dimension}
              series={series}
              changes={changes}
              drifts={standing}
              clock={view.clock}
              fromMs={window.fromMs}
              toMs={window.toMs}
            />
            <Legend changes={changes} hasDrift={standing.length > 0} />
          </>
        ) : (
          <section class="empty calm">
            <h2>No values in these {window.days} days</h2>
            <p>Choose a longer span, or wait for the next closed bucket.</p>
          </section>
        )}
        {dimension.kind === "categorical" && <CategoryTable dimension={dimension} />}
        {drifts.length > 0 && (
          <section aria-labelledby="drifts">
            <h2 id="drifts">Drifts</h2>
            <DriftTable drifts={drifts} series={drifts.map(() => series)} view={view} back={dimensionPath(agent, name)} />
          </section>
        )}
        {series.length > 0 && <SeriesTable series={series} dimension={dimension} clock={view.clock} />}
        {mayWrite(view) && dimension.expression !== null && (
          <Definition view={view} agent={agent} name={name} expression={dimension.expression} />
        )}
        {mayWrite(view) && <BaselineForm view={view} agent={agent} dimension={name} />}
      </>
    ),
  };
}

function Levels({ dimension }: { dimension: DimensionView }): Child {
  const write = (value: number | null): string => quantity(value, dimension.levelUnit, dimension.kind);
  const level = ({ value, low, high, n, category }: DimensionView["current"]): Child => (
    <dd>
      <b class="num">{write(value)}</b>
      <span class="faint num">
        {low !== null && high !== null ? `${write(low)} to ${write(high)}` : ""}
        {n === null ? "" : `${low === null ? "" : ", "}n = ${count(n)}`}
      </span>
      {category !== null && (
        <span class="faint">
          share of <Name value={category} most={60} />
        </span>
      )}
    </dd>
  );
  return (
    <dl class="figures">
      <div class="figure">
        <dt>Now</dt>
        {level(dimension.current)}
      </div>
      <div class="figure">
        <dt>Baseline</dt>
        {level(dimension.baseline)}
      </div>
      {dimension.status === "learning" && (
        <div class="figure">
          <dt>Learning</dt>
          <dd>{needsText(dimension.needs).replace(/^ \(|\)$/g, "") || "needs more runs"}</dd>
        </div>
      )}
    </dl>
  );
}

function SeriesTable({ series, dimension, clock }: { series: readonly Bucket[]; dimension: DimensionView; clock: Clock }): Child {
  const write = (value: number | null): string => quantity(value, dimension.unit, dimension.kind);
  return (
    <details class="rest">
      <summary>The same as a table ({series.length} buckets)</summary>
      <div class="scroll">
        <table class="list numbers">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" class="right">
                Value
              </th>
              <th scope="col" class="right">
                Interval
              </th>
              <th scope="col" class="right">
                Baseline band
              </th>
              <th scope="col" class="right">
                Runs
              </th>
            </tr>
          </thead>
          <tbody>
            {series.toReversed().map((each) => (
              <tr>
                <td>{absolute(each.atMs, clock)}</td>
                <td class="right num">{write(each.value)}</td>
                <td class="right num">{each.low === null || each.high === null ? "–" : `${write(each.low)} to ${write(each.high)}`}</td>
                <td class="right num">
                  {each.baseline.low === null || each.baseline.high === null
                    ? "–"
                    : `${write(each.baseline.low)} to ${write(each.baseline.high)}`}
                </td>
                <td class="right num">{count(each.n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
