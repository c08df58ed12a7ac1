// One evaluation: how much passed with its interval, always beside how much could be judged; what could not be judged told apart; every case with
// its reasons, failures first.
import type { Child } from "hono/jsx";
import { queryString } from "../api-client.ts";
import { caseInputs } from "../case-inputs.ts";
import { StatusChip } from "../chips.tsx";
import { EvaluationCases } from "../evaluation-cases.tsx";
import { costText } from "../experiment-words.ts";
import { Figures } from "../figures.tsx";
import { amount, count, dash, money, percent } from "../format.ts";
import { agentPath, evaluationPath, segment, suitePath } from "../links.ts";
import { RateBesideCoverage } from "../rate-beside-coverage.tsx";
import { readEvaluation, type EvaluationView, type JudgedView } from "../read/evaluation.ts";
import { renewal, Renewing } from "../renewing.tsx";
import { cleanText, clipped, Name } from "../safe-text.tsx";
import { intervalText } from "../signal-words.ts";
import { suiteNames } from "../suite-names.ts";
import { Moment } from "../time.tsx";
import { mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { overText } from "./evaluations.tsx";
import { problemPage } from "./problem.tsx";

const refreshSeconds = 3;
const isLive = ({ status }: EvaluationView): boolean => status === "queued" || status === "running";

export async function evaluationPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/evaluations/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "experiments" };
  const found = readEvaluation(answer.data);
  if (found === null) return { ...problemPage({ status: 404, message: "The API's answer holds no evaluation." }), section: "experiments" };
  const [suites, inputs] = await Promise.all([
    suiteNames(view.api, [found.suiteId]),
    caseInputs(view.api, found.suiteId, found.suiteVersion),
  ]);
  const name = overText(found, suites);
  return {
    title: `Evaluation: ${name}`,
    section: "experiments",
    ...renewal(view, isLive(found), refreshSeconds),
    body: (
      <>
        <Head found={found} name={name} view={view} />
        <section aria-label="What it found">
          {found.error !== null && (
            <p class="notice" role="alert">
              <b>It ended early.</b> {cleanText(found.error).slice(0, 500)}
            </p>
          )}
          <Found found={found} />
          {isLive(found) && <Progress found={found} />}
          {isLive(found) && <Renewing view={view} />}
          <Apart found={found} />
        </section>
        {found.evaluators.length > 0 && <Evaluators evaluators={found.evaluators} />}
        <EvaluationCases found={found} inputs={inputs} view={view} />
      </>
    ),
  };
}

function Head({ found, name, view }: { found: EvaluationView; name: string; view: View }): Child {
  const action = (verb: string): string => `/act/evaluations/${segment(found.id)}/${verb}`;
  const hasMore = found.counts.errored + found.counts.skipped > 0;
  return (
    <div class="page-head with-tools">
      <div>
        <p class="crumb">
          <a href={`/evaluations${queryString({ agent: found.agent })}`}>Evaluations</a>
          <a href={agentPath(found.agent)}>
            <Name value={found.agent} most={50} />
          </a>
        </p>
        <h1>
          <Name value={name} most={140} />
        </h1>
        <p class="chips">
          <StatusChip status={found.status} />
          {found.model !== null && (
            <span class="chip">
              judged by <Name value={found.model} most={40} />
            </span>
          )}
          {found.maxCostUsd !== null && <span class="chip">at most {money(found.maxCostUsd)}</span>}
          {found.suiteId !== null && <a href={suitePath(found.suiteId)}>Its suite</a>}
          <span class="faint small">
            <Moment at={found.createdMs} clock={view.clock} />
          </span>
        </p>
      </div>
      {mayWrite(view) && (
        <form method="post" class="buttons">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value={evaluationPath(found.id)} />
          {isLive(found) && (
            <button type="submit" formaction={action("cancel")} class="danger">
              Cancel it
            </button>
          )}
          {!isLive(found) && hasMore && (
            <button type="submit" formaction={action("retry")} class="primary">
              Try again what was not judged
            </button>
          )}
        </form>
      )}
    </div>
  );
}

function Found({ found }: { found: EvaluationView }): Child {
  const { counts, rate, low, high, coverage, evaluators, holdout } = found;
  const interval = intervalText({ low, high });
  return (
    <Figures
      figures={[
        {
          name: "Passed",
          value: rate === null ? "not judged" : percent(rate),
          under: interval === "" ? (evaluators.length > 1 ? "intervals by evaluator, below" : "no interval") : `95 %: ${interval}`,
        },
        { name: "Coverage", value: percent(coverage), under: "of results are judgements" },
        { name: "Passed / failed", value: `${count(counts.passed)} / ${count(counts.failed)}`, under: "results" },
        { name: "Errored", value: count(counts.errored), under: "no failures: could not be judged" },
        { name: "Skipped", value: count(counts.skipped), under: counts.pending === 0 ? "not asked" : `${count(counts.pending)} pending` },
        ...(holdout === null
          ? []
          : [
              {
                name: "Sealed cases",
                value: holdout.rate === null ? "not judged" : percent(holdout.rate),
                under: `${percent(holdout.coverage)} covered`,
              },
            ]),
        { name: "Cost", value: costText(found.costUsd), under: "of models" },
      ]}
    />
  );
}

function Progress({ found: { done, total } }: { found: EvaluationView }): Child {
  if (done === null || total === null || total === 0) return null;
  return (
    <div class="progress">
      <progress value={String(done)} max={String(total)} aria-label="Results">
        {percent(done / total)}
      </progress>
      <span class="small num">
        {percent(done / total)} <span class="faint">{`${count(done)} of ${count(total)} results`}</span>
      </span>
    </div>
  );
}

function Apart({ found: { counts, coverage } }: { found: EvaluationView }): Child {
  if (counts.errored + counts.skipped === 0 || coverage === null) return null;
  return (
    <p class="notice" role="status">
      <b>{percent(1 - coverage)} could not be judged.</b> These results are neither passes nor failures, and are in no rate.
    </p>
  );
}

function Evaluators({ evaluators }: { evaluators: readonly JudgedView[] }): Child {
  return (
    <section aria-labelledby="by">
      <h2 id="by">By evaluator</h2>
      <table class="list stacked judged">
        <thead>
          <tr>
            <th scope="col">Evaluator</th>
            <th scope="col">Passed, and coverage</th>
            <th scope="col" class="right">
              Passed
            </th>
            <th scope="col" class="right">
              Failed
            </th>
            <th scope="col" class="right">
              Errored
            </th>
            <th scope="col" class="right">
              Skipped
            </th>
            <th scope="col" class="right">
              Mean score
            </th>
            <th scope="col">All of k tries</th>
          </tr>
        </thead>
        <tbody>
          {evaluators.map((each) => (
            <tr>
              <td class="lead">
                <b>
                  <Name value={each.name} most={60} />
                </b>
                <p class="faint small">
                  {spoken(each.type)} ·{" "}
                  <code title="Changes with the definition; results of two are never mixed">{clipped(each.epoch, 10)}</code>
                </p>
              </td>
              <td class="rate-cell" data-label="Passed, and coverage">
                <RateBesideCoverage rates={each} />
              </td>
              <td class="right num" data-label="Passed">
                {count(each.counts.passed)}
              </td>
              <td class="right num" data-label="Failed">
                {count(each.counts.failed)}
              </td>
              <td class="right num" data-label="Errored">
                {count(each.counts.errored)}
              </td>
              <td class="right num" data-label="Skipped">
                {count(each.counts.skipped)}
              </td>
              <td class="right num" data-label="Mean score">
                {each.meanScore === null ? dash : amount(each.meanScore)}
              </td>
              <td data-label="All of k tries" class="num small">
                {each.passHatK.length === 0 ? (
                  <span class="faint">{dash}</span>
                ) : (
                  each.passHatK.slice(0, 5).map(({ k, value, low, high }) => (
                    <p>
                      {count(k)}: {percent(value)} <span class="faint">{intervalText({ low, high })}</span>
                    </p>
                  ))
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
