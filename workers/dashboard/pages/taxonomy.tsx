// How an agent fails, as a map: kinds of failure by frequency × severity, each with the signals in it, how much is still unseen, and what
// goes well.
import type { Child } from "hono/jsx";
import { RateBar, scaleEnd } from "../charts/rate.tsx";
import { SignalMap } from "../charts/map.tsx";
import { SeverityChip, StatusChip } from "../chips.tsx";
import { count, percent } from "../format.ts";
import { agentPath, segment, signalPath } from "../links.ts";
import { readTaxonomy, type FamilyView, type SignalView, type TaxonomyView } from "../read/signal.ts";
import { clipped, Name } from "../safe-text.tsx";
import { intervalText, ofRuns, unseenText } from "../signal-words.ts";
import { mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

export async function taxonomyPage(view: View, agent: string): Promise<Page> {
  const answer = await view.api.get(`/v1/agents/${segment(agent)}/taxonomy`);
  if (!answer.ok) return { ...problemPage(answer), section: "signals" };
  const found = readTaxonomy(answer.data);
  if (found === null) return { ...problemPage({ status: 404, message: "The API's answer holds no map." }), section: "signals" };
  const query = new URLSearchParams({ agent: agent.toWellFormed() }).toString();
  return {
    title: `How ${agent} fails`,
    section: "signals",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <p class="crumb">
              <a href="/signals">Signals</a>
              <a href={agentPath(agent)}>
                <Name value={agent} most={50} />
              </a>
            </p>
            <h1>How it fails</h1>
            <p class="lede">{found.families.length === 0 ? "No failure has been found yet." : unseenText(found)}</p>
          </div>
          <div class="head-tools">
            <a class="button" href={`/signals?${query}`}>
              As a list
            </a>
            {mayWrite(view) && (
              <a class="button" href={`/signals/new?${query}`}>
                Define a signal
              </a>
            )}
          </div>
        </div>
        <Figures found={found} />
        {found.families.length > 0 && (
          <>
            <SignalMap families={found.families} />
            <Families families={found.families} />
          </>
        )}
        {found.wins.length > 0 && <Wins wins={found.wins} />}
      </>
    ),
  };
}

function Figures({ found }: { found: TaxonomyView }): Child {
  const share = found.runs === null || found.runs === 0 || found.failedRuns === null ? null : found.failedRuns / found.runs;
  const leaves = found.families.reduce((sum, { signals }) => sum + Math.max(1, signals.length), 0);
  const figures = [
    { name: "Runs", value: count(found.runs), under: "of this agent" },
    { name: "With a failure", value: count(found.failedRuns), under: share === null ? "" : `${percent(share)} of runs` },
    { name: "Kinds of failure", value: count(found.families.length), under: `${count(leaves)} signals in them` },
    {
      name: "Still unseen",
      value: percent(found.unseenMass),
      under:
        found.unseenLow === null || found.unseenHigh === null || found.unseenHigh === 0
          ? "of failures to come"
          : `95 %: ${percent(found.unseenLow)} to ${percent(found.unseenHigh)}`,
    },
  ];
  return (
    <dl class="figures">
      {figures.map(({ name, value, under }) => (
        <div class="figure">
          <dt>{name}</dt>
          <dd>
            <b class="num">{value}</b>
            <span class="faint num">{under}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Families({ families }: { families: readonly FamilyView[] }): Child {
  const most = scaleEnd(families.flatMap(({ signal, signals }) => [signal, ...signals]));
  return (
    <ol class="families" aria-label="Kinds of failure, the most pressing first">
      {families.map(({ signal, signals }, index) => (
        <li class={`family edge-${signal.severity}`}>
          <Line signal={onlyOf(signals) ?? signal} most={most} rank={index + 1} hasMore={signals.length > 1} />
          {signals.length > 1 && (
            <ol>
              {signals.map((each) => (
                <li>
                  <Line signal={each} most={most} />
                </li>
              ))}
            </ol>
          )}
        </li>
      ))}
    </ol>
  );
}

/** A family of one says nothing that its signal does not say better. */
const onlyOf = (signals: readonly SignalView[]): SignalView | null => (signals.length === 1 ? (signals[0] ?? null) : null);

function Wins({ wins }: { wins: readonly SignalView[] }): Child {
  const most = scaleEnd(wins);
  return (
    <section aria-labelledby="wins">
      <h2 id="wins">What goes well</h2>
      <ol class="families">
        {wins.map((signal) => (
          <li class="family edge-win">
            <Line signal={signal} most={most} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ signal, most, rank, hasMore = false }: { signal: SignalView; most: number; rank?: number; hasMore?: boolean }): Child {
  return (
    <div class="map-line">
      <div class="map-name">
        <p>
          {rank !== undefined && <span class="faint num">{rank}. </span>}
          <a href={signalPath(signal.id)} data-row>
            <Name value={signal.name} most={110} />
          </a>
        </p>
        {!hasMore && signal.definition !== "" && <p class="faint small">{clipped(signal.definition, 130)}</p>}
      </div>
      <span class="map-chips">
        {signal.isWin ? <span class="chip win">Win</span> : <SeverityChip severity={signal.severity} />}{" "}
        <StatusChip status={signal.state} />
      </span>
      <span class="num map-rate">
        <b>{percent(signal.rate)}</b> <span class="faint small">{intervalText(signal)}</span>
      </span>
      <RateBar rate={signal} most={most} />
      <span class="faint small num map-runs">{ofRuns(signal)}</span>
    </div>
  );
}
