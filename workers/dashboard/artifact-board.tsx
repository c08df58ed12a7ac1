// The lifecycle as a board: four columns, each a list of cards. A card says what it is, which signal it is to lower, and how its gate stands.
import type { Child } from "hono/jsx";
import { listing, queryString, type Answer, type ApiClient } from "./api-client.ts";
import { artifactStateWords } from "./artifact-words.ts";
import { GateDoor } from "./gate-parts.tsx";
import { count } from "./format.ts";
import { agentPath, artifactPath, gatePath, segment, signalPath } from "./links.ts";
import { artifactStates, readArtifact, type ArtifactState, type ArtifactView, type VersionView } from "./read/artifact.ts";
import { readGate, type GateView } from "./read/gate.ts";
import { Name } from "./safe-text.tsx";
import { signalNames } from "./signal-names.ts";
import { Moment } from "./time.tsx";
import type { View } from "./view.ts";
import { spoken } from "./words.ts";

export interface Column {
  state: ArtifactState;
  cards: ArtifactView[];
  nextCursor: string | null;
}

export interface Board {
  columns: Column[];
  gates: ReadonlyMap<string, GateView>;
  signals: ReadonlyMap<string, string>;
}

/** Of a column beside others; one that is shown alone has a page of them. */
const cardsOfColumn = "8";
const cardsOfPage = "24";

/** The board, or the refusal of its first column that could not be had. @param only one column, from `cursor` on */
export async function loadBoard(
  api: ApiClient,
  agent: string | null,
  only: ArtifactState | null,
  cursor: string | null,
): Promise<Board | Extract<Answer, { ok: false }>> {
  const states = only === null ? artifactStates : [only];
  const limit = only === null ? cardsOfColumn : cardsOfPage;
  const answers = await Promise.all(states.map((state) => api.get("/v1/artifacts", { agent, state, limit, cursor })));
  const columns: Column[] = [];
  for (const [index, state] of states.entries()) {
    const answer = answers[index];
    if (answer === undefined) continue;
    if (!answer.ok) return answer;
    const { items, nextCursor } = listing(answer.data, readArtifact);
    columns.push({ state, cards: await Promise.all(items.map((item) => whole(api, item))), nextCursor });
  }
  const shown = columns.flatMap(({ cards }) => cards.flatMap((card) => shownVersion(card) ?? []));
  const gateIds = [...new Set(shown.flatMap(({ gateId }) => gateId ?? []))];
  const [gates, signals] = await Promise.all([
    Promise.all(gateIds.map((id) => api.get(`/v1/gates/${segment(id)}`))),
    signalNames(
      api,
      shown.map(({ hypothesis }) => hypothesis?.targetSignalId ?? null),
    ),
  ]);
  const read = gates.flatMap((answer) => (answer.ok ? (readGate(answer.data) ?? []) : []));
  return { columns, gates: new Map(read.map((gate) => [gate.id, gate])), signals };
}

/** With its versions; as the list has it where they cannot be had. */
async function whole(api: ApiClient, listed: ArtifactView): Promise<ArtifactView> {
  const answer = await api.get(`/v1/artifacts/${segment(listed.id)}`);
  const found = answer.ok ? readArtifact(answer.data) : null;
  return found?.id === listed.id ? found : listed;
}

/** In use, else the newest that got furthest. */
function shownVersion({ versions, promotedVersion, state }: ArtifactView): VersionView | null {
  const inState = versions.findLast((each) => each.state === state);
  return versions.find(({ version }) => version === promotedVersion) ?? inState ?? versions.at(-1) ?? null;
}

export function ArtifactBoard({ board, agent, view }: { board: Board; agent: string | null; view: View }): Child {
  return (
    <div class="board">
      {board.columns.map(({ state, cards, nextCursor }) => (
        <section aria-labelledby={`col-${state}`}>
          <h2 id={`col-${state}`}>{spoken(state)}</h2>
          <p class="faint small">{artifactStateWords[state]}</p>
          {cards.length === 0 ? (
            <p class="faint">None.</p>
          ) : (
            <ul>
              {cards.map((card) => (
                <Card card={card} board={board} view={view} />
              ))}
            </ul>
          )}
          {nextCursor !== null && (
            <a href={`/artifacts${queryString({ agent, state, cursor: board.columns.length === 1 ? nextCursor : null })}`}>
              {board.columns.length === 1 ? "Older" : "Show all of them"}
            </a>
          )}
        </section>
      ))}
    </div>
  );
}

const noGateText = (version: VersionView | null): string =>
  version?.gateId === null && (version.state === "validated" || version.state === "promoted") ? "Signed for, no gate" : "No gate";

function Card({ card, board, view }: { card: ArtifactView; board: Board; view: View }): Child {
  const version = shownVersion(card);
  const target = version?.hypothesis?.targetSignalId ?? null;
  const gateId = version?.gateId ?? null;
  const gate = board.gates.get(gateId ?? "") ?? null;
  return (
    <li class="board-card">
      <p class="small faint">
        {spoken(card.kind)}, version {count(version?.version ?? card.latestVersion)}
      </p>
      <a href={artifactPath(card.id)} data-row class="card-name">
        <Name value={card.name} most={90} />
      </a>
      <p class="small">
        <a href={agentPath(card.agent)}>
          <Name value={card.agent} most={40} />
        </a>
      </p>
      {target !== null && (
        <p class="small">
          To lower{" "}
          <a href={signalPath(target)}>
            <Name value={board.signals.get(target) ?? target} most={60} />
          </a>
        </p>
      )}
      <p class="small">
        {gate !== null ? (
          <a href={gatePath(gate.id)}>
            Gate: <GateDoor gate={gate} nowMs={view.clock.nowMs} />
          </a>
        ) : gateId !== null ? (
          <a href={gatePath(gateId)}>Its gate</a>
        ) : (
          <span class="faint">{noGateText(version)}</span>
        )}
      </p>
      <p class="small faint">
        <Moment at={card.updatedMs} clock={view.clock} show="relative" />
      </p>
    </li>
  );
}
