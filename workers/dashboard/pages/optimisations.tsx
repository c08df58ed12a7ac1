// Optimisations, newest first: what each shipped version promised beside what was measured of it.
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { listing, queryString } from "../api-client.ts";
import { ArtifactTabs } from "../artifact-tabs.tsx";
import { PromisedTable } from "../effect-promised.tsx";
import { optimisationStates, readOptimisation } from "../read/optimisation.ts";
import { signalNames } from "../signal-names.ts";
import { TeachOptimisations } from "../teach-artifacts.tsx";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";

export async function optimisationsPage(view: View): Promise<Page> {
  const filter = { agent: asked(view, "agent"), state: optimisationStates.find((each) => each === asked(view, "state")) ?? null };
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/optimisations", { ...filter, limit: pageSize, cursor: asked(view, "cursor") }),
    agentNames(view.api),
  ]);
  const found = answer.ok ? listing(answer.data, readOptimisation) : null;
  const signals = await signalNames(
    view.api,
    (found?.items ?? []).map(({ targetSignalId }) => targetSignalId),
  );
  const isFiltered = filter.agent !== null || filter.state !== null;
  return {
    title: "Promised and measured",
    section: "artifacts",
    body: (
      <>
        <div class="page-head">
          <h1>Promised and measured</h1>
          <p class="lede">What was shipped, what it promised, and what production shows of it since.</p>
        </div>
        <ArtifactTabs current="optimisations" agent={filter.agent} />
        {(isFiltered || (found?.items.length ?? 0) > 0) && (
          <AgentPick
            action="/optimisations"
            agents={agents}
            agent={filter.agent}
            picks={[{ name: "state", value: filter.state, all: "Every state", options: optimisationStates }]}
          />
        )}
        {found === null ? (
          <PartProblem what="What was shipped" message={answer.ok ? "" : answer.message} />
        ) : found.items.length > 0 ? (
          <PromisedTable optimisations={found.items} signals={signals} view={view} />
        ) : isFiltered ? (
          <section class="empty calm">
            <h2>Nothing matches</h2>
            <p>
              <a href="/optimisations">Show all that was shipped</a>
            </p>
          </section>
        ) : (
          <TeachOptimisations />
        )}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <a class="button" href={`/optimisations${queryString({ ...filter, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}
