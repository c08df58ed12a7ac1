// One signal: what it is, how often with what interval, since when, among whom, with findings that show it, and what people did with it.
import type { Child } from "hono/jsx";
import { SeverityChip, StatusChip } from "../chips.tsx";
import { DraftFix } from "../draft-fix.tsx";
import { FindingCard, FindingRow } from "../finding-card.tsx";
import { dash, percent } from "../format.ts";
import { agentPath, dimensionPath, incidentPath, runPath, signalPath, taxonomyPath } from "../links.ts";
import { loadSignal, type SignalPageParts } from "../load-signal.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { SignalActions } from "../signal-actions.tsx";
import { SignalBreakdown } from "../signal-breakdown.tsx";
import { SignalHistory, SignalRelatives } from "../signal-history.tsx";
import { SignalProposal } from "../signal-proposal.tsx";
import { SignalTrend } from "../signal-trend.tsx";
import { intervalText, ofRuns, priorityText, stateMeanings } from "../signal-words.ts";
import { Moment } from "../time.tsx";
import type { Page, View } from "../view.ts";
import type { SignalView } from "../read/signal.ts";
import { problemPage } from "./problem.tsx";

export async function signalPage(view: View, id: string): Promise<Page> {
  const parts = await loadSignal(view, id);
  if ("ok" in parts) return { ...problemPage(parts), section: "signals" };
  const { signal, changes, drifts, window } = parts;
  return {
    title: signal.name,
    section: "signals",
    body: (
      <>
        <Head signal={signal} />
        <Figures signal={signal} view={view} />
        <div class="split-page">
          <div class="main-column">
            <section aria-labelledby="trend">
              <div class="section-head">
                <h2 id="trend">Rate a day</h2>
                <Watched parts={parts} />
              </div>
              <SignalTrend
                name={`signal.${signal.slug}`}
                total={signal}
                trend={signal.trend}
                changes={changes}
                drifts={drifts}
                window={window}
                clock={view.clock}
              />
            </section>
            <section aria-labelledby="among">
              <h2 id="among">Among whom</h2>
              <SignalBreakdown signal={signal} />
            </section>
            <Found parts={parts} view={view} />
          </div>
          <aside class="side-column">
            <SignalActions parts={parts} view={view} />
            <DraftFix signal={signal} view={view} />
            <SignalProposal parts={parts} view={view} />
            <SignalRelatives parts={parts} />
            <SignalHistory signal={signal} clock={view.clock} />
          </aside>
        </div>
      </>
    ),
  };
}

function Head({ signal }: { signal: SignalView }): Child {
  return (
    <div class={`page-head incident-title edge-${signal.isWin ? "win" : signal.severity}`}>
      <p class="crumb">
        <a href="/signals">Signals</a>
        <a href={taxonomyPath(signal.agent)}>
          <Name value={signal.agent} most={50} />
        </a>
      </p>
      <h1>
        <Name value={signal.name} most={160} />
      </h1>
      <p class="chips">
        {signal.isWin ? <span class="chip win">Win</span> : <SeverityChip severity={signal.severity} />}
        <StatusChip status={signal.state} />
        <span class="faint small">{stateMeanings[signal.state]}</span>
        {signal.confirmedBy !== null && (
          <span class="chip">
            confirmed by <Name value={signal.confirmedBy} most={40} />
          </span>
        )}
        {signal.rule !== null && <span class="chip">by rule</span>}
      </p>
      {signal.definition !== "" && <p class="summary">{cleanText(signal.definition).slice(0, 2_000)}</p>}
      {signal.rule !== null && (
        <p class="small">
          Rule{" "}
          <code>
            <Name value={signal.rule} most={500} />
          </code>
        </p>
      )}
    </div>
  );
}

function Figures({ signal, view }: { signal: SignalView; view: View }): Child {
  return (
    <dl class="figures">
      <div class="figure">
        <dt>Rate of runs</dt>
        <dd>
          <b class="num">{percent(signal.rate)}</b>
          <span class="faint num">{signal.rate === null ? "no runs to count in" : `95 %: ${intervalText(signal)}`}</span>
        </dd>
      </div>
      <div class="figure">
        <dt>Runs with it</dt>
        <dd>
          <b class="num">{ofRuns(signal)}</b>
          <span class="faint">
            <a href={`/runs?signal=${encodeURIComponent(signal.id.toWellFormed())}`}>show them</a>
          </span>
        </dd>
      </div>
      {!signal.isWin && (
        <div class="figure">
          <dt>Share of failures</dt>
          <dd>
            <b class="num">{percent(signal.shareOfFailures)}</b>
            <span class="faint">of runs that fail at all</span>
          </dd>
        </div>
      )}
      <div class="figure">
        <dt>Priority</dt>
        <dd>
          <b class="num">{priorityText(signal.priority)}</b>
          <span class="faint">frequency × severity</span>
        </dd>
      </div>
      <Seen name="First seen" at={signal.firstMs} view={view} />
      <Seen name="Last seen" at={signal.lastMs} view={view} />
      <div class="figure">
        <dt>Definition</dt>
        <dd>
          <b class="num">{signal.version === null ? dash : `version ${signal.version}`}</b>
          <span class="faint">
            <Name value={signal.slug} most={40} />
          </span>
        </dd>
      </div>
    </dl>
  );
}

function Seen({ name, at, view }: { name: string; at: number | null; view: View }): Child {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <b>
          <Moment at={at} clock={view.clock} show="relative" />
        </b>
        <span class="faint">{at === null ? "" : <Moment at={at} clock={view.clock} show="absolute" />}</span>
      </dd>
    </div>
  );
}

/** Its rate is a dimension like any other: where it is watched, and the incidents that its drifts belong to. */
function Watched({ parts: { signal, drifts } }: { parts: SignalPageParts }): Child {
  const incidents = [...new Set(drifts.filter(({ status }) => status !== "dismissed").flatMap(({ incidentId }) => incidentId ?? []))];
  return (
    <p class="small">
      <a href={dimensionPath(signal.agent, `signal.${signal.slug}`)}>Baseline and drifts</a>
      {incidents.slice(0, 4).map((id) => (
        <>
          {" · "}
          <a href={incidentPath(id)}>its incident</a>
        </>
      ))}
      {" · "}
      <a href={agentPath(signal.agent)}>
        <Name value={signal.agent} most={40} />
      </a>
    </p>
  );
}

function Found({ parts: { signal, examples, newest }, view }: { parts: SignalPageParts; view: View }): Child {
  const back = signalPath(signal.id);
  const without = signal.examples.filter((run) => !examples.some((each) => each.runId === run));
  return (
    <>
      <section aria-labelledby="examples">
        <h2 id="examples">Examples</h2>
        {examples.length === 0 && without.length === 0 && <p class="faint">No run shows it now.</p>}
        <ul class="findings">
          {examples.map((finding) => (
            <li>
              <FindingCard finding={finding} view={view} back={back} linkSignal={false} />
            </li>
          ))}
        </ul>
        {without.length > 0 && (
          <p class="cited">
            {examples.length === 0 ? "Runs: " : "More runs: "}
            <span class="ids">
              {without.slice(0, 8).map((id) => (
                <a href={runPath(id)}>
                  <code>
                    <Name value={id} most={40} />
                  </code>
                </a>
              ))}
            </span>
          </p>
        )}
      </section>
      {newest.length > 0 && (
        <section aria-labelledby="newest">
          <h2 id="newest">{examples.length === 0 ? "Findings" : "Other findings, newest first"}</h2>
          <ul class="finding-rows">
            {newest.map((finding) => (
              <FindingRow finding={finding} view={view} back={back} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
