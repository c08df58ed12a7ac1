// One suite in one of its versions: its cases with where they come from, how it grew, what is sealed (as counts only), and what is done with it:
// a case more or less, an evaluation, a gate.
import type { Child } from "hono/jsx";
import { listing, queryString, type Listing } from "../api-client.ts";
import { EvaluationForm } from "../evaluation-form.tsx";
import { Figures } from "../figures.tsx";
import { count } from "../format.ts";
import { agentPath, segment, suitePath } from "../links.ts";
import { readEvaluator } from "../read/evaluation.ts";
import { readCase, readSuite, type CaseView, type SuiteView } from "../read/suite.ts";
import { Name } from "../safe-text.tsx";
import { signalNames } from "../signal-names.ts";
import { SuiteCases } from "../suite-cases.tsx";
import { AddCase, DescribeSuite, SuiteGrowth } from "../suite-parts.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem, problemPage } from "./problem.tsx";

const pageSize = "100";

export async function suitePage(view: View, id: string): Promise<Page> {
  const version = asked(view, "version");
  const path = `/v1/suites/${segment(id)}`;
  const answer = await view.api.get(path, { version });
  const suite = answer.ok ? readSuite(answer.data) : null;
  if (!answer.ok) return { ...problemPage(answer), section: "experiments" };
  if (suite === null) return { ...problemPage({ status: 404, message: "The API's answer holds no suite." }), section: "experiments" };
  const [casesAnswer, evaluatorsAnswer] = await Promise.all([
    view.api.get(`${path}/cases`, { version, limit: pageSize, cursor: asked(view, "cursor") }),
    view.api.get("/v1/evaluators", { agent: suite.agent, limit: "100" }),
  ]);
  const cases = casesAnswer.ok ? listing(casesAnswer.data, readCase) : null;
  const signals = await signalNames(
    view.api,
    [...(cases?.items ?? []), ...suite.growth].map(({ signalId }) => signalId),
  );
  return {
    title: suite.name,
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <Head suite={suite} view={view} />
        <Counts suite={suite} />
        <div class="split-page">
          <div class="main-column">
            {cases === null ? (
              <PartProblem what="The cases" message={casesAnswer.ok ? "" : casesAnswer.message} />
            ) : (
              <Cases suite={suite} cases={cases} signals={signals} view={view} />
            )}
            {mayWrite(view) && suite.version === suite.newest && <AddCase suite={suite} view={view} />}
          </div>
          <aside class="side-column">
            {mayWrite(view) && (
              <section class="actions" aria-labelledby="evaluate">
                <h2 id="evaluate">Evaluate it</h2>
                <EvaluationForm
                  view={view}
                  agent={suite.agent}
                  suiteId={suite.id}
                  at={suitePath(suite.id)}
                  evaluators={evaluatorsAnswer.ok ? listing(evaluatorsAnswer.data, readEvaluator).items : []}
                />
              </section>
            )}
            <SuiteGrowth suite={suite} signals={signals} clock={view.clock} />
            {mayWrite(view) && <DescribeSuite suite={suite} view={view} />}
          </aside>
        </div>
      </>
    ),
  };
}

function Head({ suite, view }: { suite: SuiteView; view: View }): Child {
  return (
    <div class="page-head with-tools">
      <div>
        <p class="crumb">
          <a href={`/suites${queryString({ agent: suite.agent })}`}>Suites</a>
          <a href={agentPath(suite.agent)}>
            <Name value={suite.agent} most={50} />
          </a>
        </p>
        <h1>
          <Name value={suite.name} most={140} />
        </h1>
        <p class="chips">
          <span class="chip">version {count(suite.version)}</span>
          {suite.isGrowing && <span class="chip">grows from signals</span>}
          {suite.hasHoldout && <span class="chip">a fifth of new cases is sealed</span>}
          <code class="faint small">
            <Name value={suite.id} most={40} />
          </code>
        </p>
        <Versions suite={suite} />
      </div>
      <div class="head-tools">
        <a class="button" href={`/evaluations${queryString({ suite_id: suite.id })}`}>
          Evaluations
        </a>
        <a class="button" href={`/gates${queryString({ suite_id: suite.id })}`}>
          Gates
        </a>
        {mayWrite(view) && (
          <a class="button" href={`/gates/new${queryString({ suite_id: suite.id })}`}>
            Ask a gate
          </a>
        )}
      </div>
    </div>
  );
}

function Versions({ suite: { id, version, newest } }: { suite: SuiteView }): Child {
  if (version === null || newest === null || newest <= 1) return null;
  const to = (wanted: number): string => `${suitePath(id)}?version=${wanted}`;
  return (
    <p class="small">
      {version < newest && (
        <>
          As it was then. <a href={suitePath(id)}>Its newest version is {count(newest)}</a>.{" "}
        </>
      )}
      {version > 1 && <a href={to(version - 1)}>The version before</a>}
      {version > 1 && version < newest && " · "}
      {version < newest && <a href={to(version + 1)}>The next one</a>}
    </p>
  );
}

function Counts({ suite: { counts } }: { suite: SuiteView }): Child {
  if (counts === null) return null;
  return (
    <Figures
      figures={[
        { name: "Cases", value: count(counts.cases), under: "in this version" },
        { name: "Sealed", value: count(counts.sealed), under: "evaluated, never shown" },
        { name: "From runs", value: count(counts.fromRuns), under: "judged by what the run answered" },
        { name: "From signals", value: count(counts.fromSignals), under: "brought by new failures" },
      ]}
    />
  );
}

interface CasesProps {
  suite: SuiteView;
  cases: Listing<CaseView>;
  signals: ReadonlyMap<string, string>;
  view: View;
}

function Cases({ suite, cases, signals, view }: CasesProps): Child {
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      <SuiteCases suite={suite} cases={cases.items} signals={signals} view={view} />
      {cases.nextCursor !== null && (
        <nav class="pager" aria-label="Pages of cases">
          <a
            class="button"
            href={`${suitePath(suite.id)}${queryString({ version: asked(view, "version"), cursor: cases.nextCursor })}`}
            rel="next"
          >
            More
          </a>
        </nav>
      )}
    </section>
  );
}
