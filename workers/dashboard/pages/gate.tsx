// One gate: may the candidate ship, why or why not, by which evidence of what age, until when; every case; and a waiver with its name and reason.
import type { Child } from "hono/jsx";
import { caseInputs } from "../case-inputs.ts";
import { evaluatorNames } from "../evaluator-names.ts";
import { boundText, GateCases, GateDoor, GatePolicy, hours, WaiveForm } from "../gate-parts.tsx";
import { candidateText, gateWords } from "../experiment-words.ts";
import { Figures } from "../figures.tsx";
import { count, dash, percent } from "../format.ts";
import { agentPath, evaluationPath, experimentPath, segment, suitePath } from "../links.ts";
import { readGate, type GateView } from "../read/gate.ts";
import { renewal, Renewing } from "../renewing.tsx";
import { VerdictMark } from "../result-chip.tsx";
import { cleanText, Name } from "../safe-text.tsx";
import { suiteNames } from "../suite-names.ts";
import { Moment } from "../time.tsx";
import type { Page, View } from "../view.ts";
import { problemPage } from "./problem.tsx";

const refreshSeconds = 5;
/** Cohorts that are listed; the API has all. */
const mostCohorts = 30;

export async function gatePage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/gates/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "experiments" };
  const gate = readGate(answer.data);
  if (gate === null) return { ...problemPage({ status: 404, message: "The API's answer holds no gate." }), section: "experiments" };
  const [evaluators, suites, inputs] = await Promise.all([
    evaluatorNames(view.api, gate.evidence.evaluators),
    suiteNames(view.api, [gate.suiteId]),
    caseInputs(view.api, gate.suiteId, gate.suiteVersion),
  ]);
  const title = `Gate: ${candidateText(gate.candidate)}`;
  return {
    title,
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    ...renewal(view, gate.isRunning, refreshSeconds),
    body: (
      <>
        <Head gate={gate} title={title} view={view} />
        <Standing gate={gate} view={view} />
        <div class="split-page">
          <div class="main-column">
            <GateCases gate={gate} inputs={inputs} view={view} />
            {gate.cohorts.length > 0 && <Cohorts gate={gate} />}
          </div>
          <aside class="side-column">
            <WaiveForm gate={gate} view={view} />
            <Evidence gate={gate} suite={suites.get(gate.suiteId) ?? gate.suiteId} evaluators={evaluators} />
            <GatePolicy gate={gate} />
          </aside>
        </div>
      </>
    ),
  };
}

function Head({ gate, title, view }: { gate: GateView; title: string; view: View }): Child {
  const verdict = gate.isRunning ? ({ said: "Not decided yet", tone: "calm" } as const) : gateWords[gate.verdict];
  return (
    <div class={`page-head incident-title verdict-${verdict.tone}`}>
      <p class="crumb">
        <a href="/gates">Gates</a>
        <a href={agentPath(gate.agent)}>
          <Name value={gate.agent} most={50} />
        </a>
      </p>
      <h1>
        <Name value={title} most={160} />
      </h1>
      <p class="verdict-line">
        <VerdictMark {...verdict} /> <GateDoor gate={gate} nowMs={view.clock.nowMs} />
      </p>
      {gate.reasons.length > 0 && (
        <ul class="reasons">
          {gate.reasons.slice(0, 20).map((reason) => (
            <li>{cleanText(reason).slice(0, 1_000)}</li>
          ))}
        </ul>
      )}
      {gate.waiver !== null && (
        <div class="waiver" role="note">
          <p>
            <b>
              Waived by <Name value={gate.waiver.by ?? gate.waiver.keyId ?? "somebody"} most={60} />
            </b>{" "}
            <span class="faint small">
              <Moment at={gate.waiver.atMs} clock={view.clock} />
            </span>
          </p>
          <blockquote>{cleanText(gate.waiver.reason).slice(0, 2_000)}</blockquote>
        </div>
      )}
    </div>
  );
}

function Standing({ gate, view }: { gate: GateView; view: View }): Child {
  const { difference, evidence } = gate;
  return (
    <section aria-label="How it stands">
      <Figures
        figures={[
          { name: "Pass rate", value: percent(gate.passRate), under: "of cases that the candidate was judged on" },
          {
            name: "Against before",
            value: difference === null ? dash : `${count(difference.worse)} worse, ${count(difference.better)} better`,
            under: difference === null ? "" : boundText(difference),
          },
          { name: "Paired", value: count(difference?.pairs ?? null), under: `of ${count(gate.cases.length)} cases` },
          {
            name: "Evidence age",
            value: hours(evidence.ageHours),
            under: evidence.atMs === null ? "not complete yet" : <Moment at={evidence.atMs} clock={view.clock} show="absolute" />,
          },
          {
            name: gate.expiresMs !== null && view.clock.nowMs >= gate.expiresMs ? "Expired" : "Expires",
            value: <Moment at={gate.expiresMs} clock={view.clock} show="relative" />,
            under: <Moment at={gate.expiresMs} clock={view.clock} show="absolute" />,
          },
        ]}
      />
      {gate.isRunning && <Renewing view={view} />}
    </section>
  );
}

interface EvidenceProps {
  gate: GateView;
  suite: string;
  /** Names by id. */
  evaluators: ReadonlyMap<string, string>;
}

function Evidence({ gate: { evidence, suiteId, suiteVersion }, suite, evaluators }: EvidenceProps): Child {
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">Evidence</h2>
      <dl class="facts plan-facts">
        <div>
          <dt>Suite</dt>
          <dd>
            <a href={`${suitePath(suiteId)}${suiteVersion === null ? "" : `?version=${suiteVersion}`}`}>
              <Name value={suite} most={60} />, version {count(suiteVersion)}
            </a>
          </dd>
        </div>
        <div>
          <dt>By</dt>
          <dd>
            {evidence.experimentId !== null && <a href={experimentPath(evidence.experimentId)}>a replay</a>}
            {evidence.evaluationId !== null && <a href={evaluationPath(evidence.evaluationId)}>an evaluation</a>}
            {evidence.experimentId === null && evidence.evaluationId === null && <span class="faint">nothing</span>}
          </dd>
        </div>
        <div>
          <dt>Judged by</dt>
          <dd>
            {evidence.evaluators.length === 0
              ? "what cases expect, else scores"
              : evidence.evaluators.slice(0, 20).map((each) => (
                  <span class="id-line">
                    <Name value={evaluators.get(each) ?? each} most={60} />
                  </span>
                ))}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Cohorts({ gate }: { gate: GateView }): Child {
  return (
    <section aria-labelledby="cohorts">
      <h2 id="cohorts">By cohort</h2>
      <table class="list stacked cohorts">
        <thead>
          <tr>
            <th scope="col">Cohort</th>
            <th scope="col" class="right">
              Pairs
            </th>
            <th scope="col">Against before</th>
          </tr>
        </thead>
        <tbody>
          {gate.cohorts.slice(0, mostCohorts).map((each) => (
            <tr>
              <td class="lead">
                <Name value={`${each.attribute} = ${each.value}`} most={80} />
              </td>
              <td class="right num" data-label="Pairs">
                {count(each.pairs)}
              </td>
              <td class="num" data-label="Against before">
                {boundText(each)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
