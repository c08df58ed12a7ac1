// Gates, newest first: what each said of which candidate, and whether it is open now.
import type { Child } from "hono/jsx";
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { ExperimentTabs } from "../experiment-tabs.tsx";
import { candidateText, gateWords } from "../experiment-words.ts";
import { GateDoor } from "../gate-parts.tsx";
import { agentPath, gatePath, suitePath } from "../links.ts";
import { gateVerdicts, readGate, type GateView } from "../read/gate.ts";
import { VerdictMark } from "../result-chip.tsx";
import { clipped, Name } from "../safe-text.tsx";
import { suiteNames } from "../suite-names.ts";
import { TeachGates } from "../teach-experiments.tsx";
import { Moment } from "../time.tsx";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";

export async function gatesPage(view: View): Promise<Page> {
  const filter = {
    agent: asked(view, "agent"),
    suite_id: asked(view, "suite_id"),
    verdict: gateVerdicts.find((each) => each === asked(view, "verdict")) ?? null,
  };
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/gates", { ...filter, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readGate) : null;
  const suites = await suiteNames(
    view.api,
    (found?.items ?? []).map(({ suiteId }) => suiteId),
  );
  const isFiltered = Object.values(filter).some((each) => each !== null);
  return {
    title: "Gates",
    section: "experiments",
    body: (
      <>
        <div class="page-head">
          <h1>Gates</h1>
          <p class="lede">May this candidate ship? A decision with its evidence, kept, and good for a while.</p>
        </div>
        <ExperimentTabs current="gates" agent={filter.agent} />
        {(isFiltered || (found?.items.length ?? 0) > 0) && (
          <AgentPick
            action="/gates"
            agents={agents}
            agent={filter.agent}
            picks={[{ name: "verdict", value: filter.verdict, all: "Every verdict", options: gateVerdicts }]}
          />
        )}
        {found === null ? (
          <PartProblem what="The gates" message={answer.ok ? "" : answer.message} />
        ) : found.items.length > 0 ? (
          <Rows gates={found.items} suites={suites} view={view} />
        ) : isFiltered ? (
          <section class="empty calm">
            <h2>No gate matches</h2>
            <p>
              <a href="/gates">Show all of them</a>
            </p>
          </section>
        ) : (
          <TeachGates />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/gates${queryString({ ...filter, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

function Rows({ gates, suites, view }: { gates: readonly GateView[]; suites: ReadonlyMap<string, string>; view: View }): Child {
  return (
    <table class="list stacked gates">
      <thead>
        <tr>
          <th scope="col">Candidate</th>
          <th scope="col">Agent</th>
          <th scope="col">Suite</th>
          <th scope="col">Verdict</th>
          <th scope="col">Now</th>
          <th scope="col" class="right">
            Asked
          </th>
        </tr>
      </thead>
      <tbody>
        {gates.map((gate) => (
          <tr>
            <td class="lead">
              <a href={gatePath(gate.id)} data-row>
                <Name value={candidateText(gate.candidate)} most={80} />
              </a>
            </td>
            <td data-label="Agent">
              <a href={agentPath(gate.agent)}>
                <Name value={gate.agent} most={32} />
              </a>
            </td>
            <td data-label="Suite">
              <a href={suitePath(gate.suiteId)}>
                <Name value={suites.get(gate.suiteId) ?? gate.suiteId} most={40} />
              </a>
            </td>
            <td data-label="Verdict" class="wide-cell verdict-cell">
              <VerdictMark {...(gate.isRunning ? { said: "Not decided yet", tone: "calm" as const } : gateWords[gate.verdict])} />
              <p class="faint small">{clipped(gate.reasons[0] ?? "", 130)}</p>
            </td>
            <td data-label="Now">
              <GateDoor gate={gate} nowMs={view.clock.nowMs} />
            </td>
            <td class="right" data-label="Asked">
              <Moment at={gate.createdMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
