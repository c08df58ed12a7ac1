// Artifacts by where they stand in their lifecycle: candidate, validated, promoted, deprecated.
import { AgentPick } from "../agent-pick.tsx";
import { agentNames } from "../agent-names.ts";
import { ArtifactBoard, loadBoard } from "../artifact-board.tsx";
import { ArtifactTabs } from "../artifact-tabs.tsx";
import { artifactStates } from "../read/artifact.ts";
import { TeachArtifacts } from "../teach-artifacts.tsx";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

export async function artifactsPage(view: View): Promise<Page> {
  const agent = asked(view, "agent");
  const state = artifactStates.find((each) => each === asked(view, "state")) ?? null;
  const [board, agents] = await Promise.all([
    // A cursor is of one column.
    loadBoard(view.api, agent, state, state === null ? null : asked(view, "cursor")),
    agentNames(view.api),
  ]);
  const isFiltered = agent !== null || state !== null;
  const isEmpty = !("ok" in board) && board.columns.every(({ cards }) => cards.length === 0);
  return {
    title: "Artifacts",
    section: "artifacts",
    body: (
      <>
        <div class="page-head">
          <h1>Artifacts</h1>
          <p class="lede">What changes an agent: written down in versions, proven before it is used, and taken back by one step.</p>
        </div>
        <ArtifactTabs current="artifacts" agent={agent} />
        {(isFiltered || !isEmpty) && (
          <AgentPick
            action="/artifacts"
            agents={agents}
            agent={agent}
            picks={[{ name: "state", value: state, all: "Every state", options: artifactStates }]}
          />
        )}
        {"ok" in board ? (
          <PartProblem what="The artifacts" message={board.message} />
        ) : isEmpty && !isFiltered ? (
          <TeachArtifacts origin={view.url.origin} />
        ) : isEmpty ? (
          <section class="empty calm">
            <h2>No artifact matches</h2>
            <p>
              <a href="/artifacts">Show all of them</a>
            </p>
          </section>
        ) : (
          <ArtifactBoard board={board} agent={agent} view={view} />
        )}
      </>
    ),
  };
}
