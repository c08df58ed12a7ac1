// Evaluators, newest first: what each asks of a run, and which of a name is meant by it.
import type { Child } from "hono/jsx";
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { newestOfName } from "../evaluation-form.tsx";
import { definitionText } from "../evaluator-words.ts";
import { ExperimentTabs } from "../experiment-tabs.tsx";
import { agentPath, segment } from "../links.ts";
import { readEvaluator, type EvaluatorView } from "../read/evaluation.ts";
import { clipped, Name } from "../safe-text.tsx";
import { TeachEvaluators } from "../teach-experiments.tsx";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "100";

export async function evaluatorsPage(view: View): Promise<Page> {
  const agent = asked(view, "agent");
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/evaluators", { agent, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readEvaluator) : null;
  return {
    title: "Evaluators",
    section: "experiments",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Evaluators</h1>
            <p class="lede">Each says of a run whether it passed. An evaluator never changes: another definition is a new one.</p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <a class="button" href={`/evaluators/new${queryString({ agent })}`}>
                New evaluator
              </a>
            </div>
          )}
        </div>
        <ExperimentTabs current="evaluators" agent={agent} />
        {(agent !== null || (found?.items.length ?? 0) > 0) && <AgentPick action="/evaluators" agents={agents} agent={agent} />}
        {found === null ? (
          <PartProblem what="The evaluators" message={answer.ok ? "" : answer.message} />
        ) : found.items.length === 0 ? (
          <TeachEvaluators />
        ) : (
          <Rows evaluators={found.items} view={view} />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/evaluators${queryString({ agent, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

function Rows({ evaluators, view }: { evaluators: readonly EvaluatorView[]; view: View }): Child {
  const newest = new Set(newestOfName(evaluators).map(({ id }) => id));
  return (
    <table class="list stacked evaluators">
      <thead>
        <tr>
          <th scope="col">Evaluator</th>
          <th scope="col">Passes when</th>
          <th scope="col">Agent</th>
          <th scope="col" class="right">
            Made
          </th>
          <th scope="col" />
        </tr>
      </thead>
      <tbody>
        {evaluators.map((each) => (
          <tr {...(newest.has(each.id) ? {} : { class: "past" })}>
            <td class="lead">
              <b>
                <Name value={each.name} most={60} />
              </b>
              <p class="faint small">
                {spoken(each.type)}
                {!newest.has(each.id) && ", replaced by a newer one of its name"}
              </p>
            </td>
            <td data-label="Passes when" class="wide-cell definition">
              {clipped(definitionText(each), 220)}
            </td>
            <td data-label="Agent">
              <a href={agentPath(each.agent)}>
                <Name value={each.agent} most={32} />
              </a>
            </td>
            <td class="right" data-label="Made">
              <Moment at={each.createdMs} clock={view.clock} show="relative" />
            </td>
            <td class="right">
              {mayWrite(view) && (
                <details class="action-sheet small-sheet">
                  <summary>Remove…</summary>
                  <form method="post" action={`/act/evaluators/${segment(each.id)}/remove`}>
                    <input type="hidden" name="csrf" value={view.csrfToken} />
                    <input type="hidden" name="next" value="/evaluators" />
                    <button type="submit" class="danger">
                      Remove it
                    </button>
                  </form>
                </details>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
