// One experiment: the verdict in words and the one decisive sentence first; then what was measured with its intervals, every case of a replay,
// how a canary stands, and what may be done with it.
import type { Child } from "hono/jsx";
import { StatusChip } from "../chips.tsx";
import { CanaryParts } from "../canary-parts.tsx";
import { evaluatorNames } from "../evaluator-names.ts";
import { texts } from "../json.ts";
import { ShadowParts } from "../shadow-parts.tsx";
import { ExperimentActions } from "../experiment-actions.tsx";
import { ExperimentCases, loadCases, type LoadedCases } from "../experiment-cases.tsx";
import { ExperimentMetrics } from "../experiment-metrics.tsx";
import { ExperimentPlan } from "../experiment-plan.tsx";
import { actionText, costText, experimentTitle, flagText, kindWords, verdictWords } from "../experiment-words.ts";
import { Figures, type FigureSpec } from "../figures.tsx";
import { count, dash, percent } from "../format.ts";
import { agentPath, segment } from "../links.ts";
import { readExperiment, type ExperimentView } from "../read/experiment.ts";
import { renewal, Renewing } from "../renewing.tsx";
import { VerdictMark } from "../result-chip.tsx";
import { cleanText, clipped, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import type { Page, View } from "../view.ts";
import { spoken } from "../words.ts";
import { problemPage } from "./problem.tsx";

/** Runs of a replay end within seconds; a canary's units come over days. */
const refreshSeconds = { replay: 4, shadow: 20, canary: 20 } as const;

export async function experimentPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/experiments/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "experiments" };
  const found = readExperiment(answer.data);
  if (found === null) return { ...problemPage({ status: 404, message: "The API's answer holds no experiment." }), section: "experiments" };
  const [cases, evaluators] = await Promise.all([
    found.kind === "replay" ? loadCases(view, found) : null,
    evaluatorNames(view.api, texts(found.plan["evaluators"])),
  ]);
  const title = experimentTitle(found);
  return {
    title,
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    ...renewal(view, found.status === "running", refreshSeconds[found.kind]),
    body: (
      <>
        <Head found={found} title={title} />
        <Standing found={found} view={view} />
        <div class="split-page">
          <div class="main-column">
            <ExperimentMetrics found={found} />
            {found.canary !== null && <CanaryParts found={found} canary={found.canary} view={view} />}
            {found.shadow !== null && <ShadowParts shadow={found.shadow} view={view} />}
            <Cases found={found} cases={cases} view={view} />
          </div>
          <aside class="side-column">
            <ExperimentActions found={found} view={view} />
            <ExperimentPlan found={found} evaluators={evaluators} clock={view.clock} />
          </aside>
        </div>
      </>
    ),
  };
}

function Head({ found, title }: { found: ExperimentView; title: string }): Child {
  const verdict = found.status === "draft" ? ({ said: "Not started", tone: "calm" } as const) : verdictWords[found.verdict];
  return (
    <div class={`page-head incident-title verdict-${verdict.tone}`}>
      <p class="crumb">
        <a href="/experiments">Experiments</a>
        <a href={agentPath(found.agent)}>
          <Name value={found.agent} most={50} />
        </a>
      </p>
      <h1>
        <Name value={title} most={160} />
      </h1>
      <p class="chips">
        <StatusChip status={found.status} />
        <span class="faint small">
          {spoken(found.kind)}: {kindWords[found.kind]}
        </span>
      </p>
      <p class="verdict-line">
        <VerdictMark {...verdict} />
      </p>
      <p class="summary">{cleanText(found.sentence).slice(0, 2_000)}</p>
      {actionText(found.action) !== null && found.status === "running" && <p class="faint">{actionText(found.action)}</p>}
      {found.flags.length > 0 && (
        <p class="chips">
          {found.flags.slice(0, 12).map((flag) => (
            <span class="chip flag">{clipped(flagText(flag), 90)}</span>
          ))}
        </p>
      )}
    </div>
  );
}

function Standing({ found, view }: { found: ExperimentView; view: View }): Child {
  const { progress, coverage, kind } = found;
  const figures: FigureSpec[] = [
    {
      name: kind === "replay" ? "Runs tried" : "Coverage",
      value: kind === "replay" ? (progress === null ? dash : `${count(progress.done)} of ${count(progress.total)}`) : percent(coverage),
      under:
        kind === "replay"
          ? progress === null || progress.errored === 0
            ? ""
            : `${count(progress.errored)} errored, told apart`
          : coverageOf(kind),
    },
    ...(kind === "replay" ? [{ name: "Coverage", value: percent(coverage), under: "of runs, judged on both sides" }] : []),
    ...(kind === "replay" ? [{ name: "Cost", value: costText(found.costUsd), under: "of models" }] : []),
    {
      name: "Started",
      value: <Moment at={found.startedMs} clock={view.clock} show="relative" />,
      under: found.startedMs === null ? "a draft" : <Moment at={found.startedMs} clock={view.clock} show="absolute" />,
    },
    {
      name: "Ended",
      value: <Moment at={found.endedMs} clock={view.clock} show="relative" />,
      under: found.endedMs === null ? "" : <Moment at={found.endedMs} clock={view.clock} show="absolute" />,
    },
  ];
  return (
    <section aria-label="How it stands">
      {found.error !== null && (
        <p class="notice" role="alert">
          <b>It ended early.</b> {cleanText(found.error).slice(0, 500)}
        </p>
      )}
      <Figures figures={figures} />
      {progress !== null && progress.total > 0 && found.status === "running" && (
        <progress value={String(Math.min(progress.done, progress.total))} max={String(progress.total)} aria-label="Runs tried">
          {percent(progress.done / progress.total)}
        </progress>
      )}
      {found.status === "running" && <Renewing view={view} />}
    </section>
  );
}

const coverageOf = (kind: "canary" | "shadow"): string => (kind === "canary" ? "of units, with an outcome" : "of candidate runs, paired");

function Cases({ found, cases, view }: { found: ExperimentView; cases: LoadedCases | null; view: View }): Child {
  return cases === null ? null : <ExperimentCases found={found} cases={cases} view={view} />;
}
