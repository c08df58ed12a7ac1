// Evaluations, newest first: over what, how far, and how much passed, with the coverage beside it.
import type { Child } from "hono/jsx";
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { StatusChip } from "../chips.tsx";
import { ExperimentTabs } from "../experiment-tabs.tsx";
import { costText } from "../experiment-words.ts";
import { count, plural } from "../format.ts";
import { agentPath, evaluationPath } from "../links.ts";
import { RateBesideCoverage } from "../rate-beside-coverage.tsx";
import { evaluationStatuses, readEvaluation, type EvaluationView } from "../read/evaluation.ts";
import { renewal } from "../renewing.tsx";
import { Name } from "../safe-text.tsx";
import { suiteNames } from "../suite-names.ts";
import { TeachEvaluations } from "../teach-experiments.tsx";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";
const refreshSeconds = 5;

export async function evaluationsPage(view: View): Promise<Page> {
  const filter = {
    agent: asked(view, "agent"),
    suite_id: asked(view, "suite_id"),
    status: evaluationStatuses.find((each) => each === asked(view, "status")) ?? null,
  };
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/evaluations", { ...filter, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readEvaluation) : null;
  const suites = await suiteNames(
    view.api,
    (found?.items ?? []).map(({ suiteId }) => suiteId),
  );
  const isMoving = found?.items.some(({ status }) => status === "running" || status === "queued") === true;
  const isFiltered = Object.values(filter).some((each) => each !== null);
  return {
    title: "Evaluations",
    section: "experiments",
    ...renewal(view, isMoving, refreshSeconds),
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Evaluations</h1>
            <p class="lede">Evaluators over the cases of a suite, or over recorded runs.</p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <a class="button" href={`/evaluations/new${queryString({ agent: filter.agent })}`}>
                Evaluate recorded runs
              </a>
            </div>
          )}
        </div>
        <ExperimentTabs current="evaluations" agent={filter.agent} />
        {(isFiltered || (found?.items.length ?? 0) > 0) && (
          <AgentPick
            action="/evaluations"
            agents={agents}
            agent={filter.agent}
            picks={[{ name: "status", value: filter.status, all: "Every status", options: evaluationStatuses }]}
          />
        )}
        {found === null ? (
          <PartProblem what="The evaluations" message={answer.ok ? "" : answer.message} />
        ) : found.items.length > 0 ? (
          <Rows evaluations={found.items} suites={suites} view={view} />
        ) : isFiltered ? (
          <section class="empty calm">
            <h2>No evaluation matches</h2>
            <p>
              <a href="/evaluations">Show all of them</a>
            </p>
          </section>
        ) : (
          <TeachEvaluations />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/evaluations${queryString({ ...filter, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

interface RowsProps {
  evaluations: readonly EvaluationView[];
  suites: ReadonlyMap<string, string>;
  view: View;
}

function Rows({ evaluations, suites, view }: RowsProps): Child {
  return (
    <table class="list stacked evaluations">
      <thead>
        <tr>
          <th scope="col">Over</th>
          <th scope="col">Agent</th>
          <th scope="col">Status</th>
          <th scope="col">Passed, and coverage</th>
          <th scope="col" class="right">
            Results
          </th>
          <th scope="col" class="right">
            Cost
          </th>
          <th scope="col" class="right">
            Started
          </th>
        </tr>
      </thead>
      <tbody>
        {evaluations.map((each) => (
          <tr>
            <td class="lead">
              <a href={evaluationPath(each.id)} data-row>
                <Name value={overText(each, suites)} most={80} />
              </a>
              {each.scheduleId !== null && <p class="faint small">by a schedule</p>}
            </td>
            <td data-label="Agent">
              <a href={agentPath(each.agent)}>
                <Name value={each.agent} most={32} />
              </a>
            </td>
            <td data-label="Status">
              <StatusChip status={each.status} />
            </td>
            <td data-label="Passed, and coverage" class="rate-cell">
              <RateBesideCoverage rates={each} />
            </td>
            <td class="right num" data-label="Results">
              {count(each.done)} of {count(each.total)}
            </td>
            <td class="right num" data-label="Cost">
              {costText(each.costUsd)}
            </td>
            <td class="right" data-label="Started">
              <Moment at={each.createdMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `Refunds, version 3`, or `200 recorded runs`. */
export function overText({ suiteId, suiteVersion, runs }: EvaluationView, suites: ReadonlyMap<string, string>): string {
  if (suiteId !== null) return `${suites.get(suiteId) ?? suiteId}, version ${count(suiteVersion)}`;
  return runs === null || runs.limit === null
    ? "Recorded runs"
    : `Newest ${plural(Math.min(runs.limit, runs.matching ?? runs.limit), "recorded run")}`;
}
