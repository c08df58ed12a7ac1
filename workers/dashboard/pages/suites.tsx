// Suites, newest first, and the form that makes one.
import type { Child } from "hono/jsx";
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { ExperimentTabs } from "../experiment-tabs.tsx";
import { AgentField, Check, filledForm, Refusal, TextField } from "../form-parts.tsx";
import { count } from "../format.ts";
import { agentPath, suitePath } from "../links.ts";
import { readSuite, type SuiteView } from "../read/suite.ts";
import { Name } from "../safe-text.tsx";
import { TeachSuites } from "../teach-experiments.tsx";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";

export async function suitesPage(view: View): Promise<Page> {
  const agent = asked(view, "agent");
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/suites", { agent, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readSuite) : null;
  return {
    title: "Suites",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <h1>Suites</h1>
          <p class="lede">Inputs that matter, each with what is expected: versioned, grown from runs, evaluated again and again.</p>
        </div>
        <ExperimentTabs current="suites" agent={agent} />
        {(agent !== null || (found?.items.length ?? 0) > 0) && <AgentPick action="/suites" agents={agents} agent={agent} />}
        {found === null ? (
          <PartProblem what="The suites" message={answer.ok ? "" : answer.message} />
        ) : found.items.length === 0 ? (
          <TeachSuites origin={view.url.origin} />
        ) : (
          <Rows suites={found.items} view={view} />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/suites${queryString({ agent, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
        {mayWrite(view) && <NewSuite view={view} agents={agents} />}
      </>
    ),
  };
}

function Rows({ suites, view }: { suites: readonly SuiteView[]; view: View }): Child {
  return (
    <table class="list stacked suites">
      <thead>
        <tr>
          <th scope="col">Suite</th>
          <th scope="col">Agent</th>
          <th scope="col" class="right">
            Version
          </th>
          <th scope="col">Grows</th>
          <th scope="col" class="right">
            Made
          </th>
        </tr>
      </thead>
      <tbody>
        {suites.map((suite) => (
          <tr>
            <td class="lead">
              <a href={suitePath(suite.id)} data-row>
                <Name value={suite.name} most={90} />
              </a>
            </td>
            <td data-label="Agent">
              <a href={agentPath(suite.agent)}>
                <Name value={suite.agent} most={32} />
              </a>
            </td>
            <td class="right num" data-label="Version">
              {count(suite.version)}
            </td>
            <td data-label="Grows">
              {suite.isGrowing ? "from signals" : <span class="faint">by hand</span>}
              {suite.hasHoldout && <p class="faint small">a fifth sealed</p>}
            </td>
            <td class="right" data-label="Made">
              <Moment at={suite.createdMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewSuite({ view, agents }: { view: View; agents: readonly string[] }): Child {
  const form = filledForm(view, ["agent", "name"]);
  return (
    <section class="form-section" aria-labelledby="new">
      <h2 id="new">New suite</h2>
      <Refusal again={view.again} complaints={form.complaints} what="Not made." />
      <form method="post" action="/act/suites" class="form-grid">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value="/suites" />
        <AgentField agents={agents} value={form.value("agent")} complaint={form.complaints.at("agent")} />
        <TextField form={form} name="name" label="Name" placeholder="Refunds" most={120} isRequired />
        <div class="full">
          <Check
            form={form}
            name="grows"
            label="It grows: each new class of failures brings example runs, and a fifth of the cases stays sealed"
          />
        </div>
        <p class="buttons full">
          <button type="submit" class="primary">
            Make it
          </button>
        </p>
      </form>
    </section>
  );
}
