// Experiments, newest first: what is compared, how it stands, and the one sentence that each says.
import type { Child } from "hono/jsx";
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { StatusChip } from "../chips.tsx";
import { ExperimentTabs } from "../experiment-tabs.tsx";
import { candidateText, verdictWords } from "../experiment-words.ts";
import { agentPath, experimentPath } from "../links.ts";
import { experimentKinds, experimentStatuses, readExperiment, type ExperimentView } from "../read/experiment.ts";
import { renewal } from "../renewing.tsx";
import { VerdictMark } from "../result-chip.tsx";
import { clipped, Name } from "../safe-text.tsx";
import { TeachExperiments } from "../teach-experiments.tsx";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";
const refreshSeconds = 15;

export async function experimentsPage(view: View): Promise<Page> {
  const filter = {
    agent: asked(view, "agent"),
    kind: experimentKinds.find((each) => each === asked(view, "kind")) ?? null,
    status: experimentStatuses.find((each) => each === asked(view, "status")) ?? null,
  };
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/experiments", { ...filter, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readExperiment) : null;
  const isMoving = found?.items.some(({ status, kind }) => status === "running" && kind === "replay") === true;
  const isFiltered = Object.values(filter).some((each) => each !== null);
  return {
    title: "Experiments",
    section: "experiments",
    ...renewal(view, isMoving, refreshSeconds),
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Experiments</h1>
            <p class="lede">A candidate beside what runs now: on recorded runs, in the shadow of live ones, or for a share of them.</p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <a class="button" href={`/experiments/new${queryString({ agent: filter.agent })}`}>
                New replay
              </a>
              <a class="button" href={`/experiments/new${queryString({ kind: "canary", agent: filter.agent })}`}>
                New canary
              </a>
            </div>
          )}
        </div>
        <ExperimentTabs current="experiments" agent={filter.agent} />
        {(isFiltered || (found?.items.length ?? 0) > 0) && (
          <AgentPick
            action="/experiments"
            agents={agents}
            agent={filter.agent}
            picks={[
              { name: "kind", value: filter.kind, all: "Every kind", options: experimentKinds },
              { name: "status", value: filter.status, all: "Every status", options: experimentStatuses },
            ]}
          />
        )}
        {found === null ? (
          <PartProblem what="The experiments" message={answer.ok ? "" : answer.message} />
        ) : found.items.length > 0 ? (
          <Rows experiments={found.items} view={view} />
        ) : isFiltered ? (
          <section class="empty calm">
            <h2>No experiment matches</h2>
            <p>
              None of this agent, kind and status. <a href="/experiments">Show all of them</a>
            </p>
          </section>
        ) : (
          <TeachExperiments origin={view.url.origin} />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/experiments${queryString({ ...filter, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

function Rows({ experiments, view }: { experiments: readonly ExperimentView[]; view: View }): Child {
  return (
    <table class="list stacked experiments">
      <thead>
        <tr>
          <th scope="col">Candidate</th>
          <th scope="col">Agent</th>
          <th scope="col">Kind</th>
          <th scope="col">Status</th>
          <th scope="col">Verdict</th>
          <th scope="col" class="right">
            Begun
          </th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((each) => (
          <tr>
            <td class="lead">
              <a href={experimentPath(each.id)} data-row>
                <Name value={candidateText(each.candidate)} most={90} />
              </a>
            </td>
            <td data-label="Agent">
              <a href={agentPath(each.agent)}>
                <Name value={each.agent} most={32} />
              </a>
            </td>
            <td data-label="Kind">{spoken(each.kind)}</td>
            <td data-label="Status">
              <StatusChip status={each.status} />
            </td>
            <td data-label="Verdict" class="wide-cell verdict-cell">
              {each.status === "draft" ? (
                <span class="faint small">not started</span>
              ) : (
                <>
                  <VerdictMark {...verdictWords[each.verdict]} />
                  <p class="faint small">{clipped(each.sentence, 170)}</p>
                </>
              )}
            </td>
            <td class="right" data-label="Begun">
              <Moment at={each.startedMs ?? each.createdMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
