// How the agents fail, ranked: every class of findings with its rate, its interval and its trend. Filters live in the address, so a list
// can be shared; where there is nothing the page says what a signal is and where it comes from.
import type { Child } from "hono/jsx";
import { listing, queryString } from "../api-client.ts";
import { count } from "../format.ts";
import { isRecord, text } from "../json.ts";
import { taxonomyPath } from "../links.ts";
import { readSignal, signalStates, type SignalState } from "../read/signal.ts";
import { cleanText, clipped, Name } from "../safe-text.tsx";
import { SignalTable } from "../signal-table.tsx";
import { stateMeanings } from "../signal-words.ts";
import { NoSignals } from "../no-signals.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = 50;
const sorts = ["priority", "rate", "last_seen"] as const;
type Sort = (typeof sorts)[number];

interface Filter {
  agent: string | null;
  state: SignalState | null;
  polarity: "failure" | "win";
  sort: Sort;
}

export async function signalsPage(view: View): Promise<Page> {
  const filter = filterOf(view);
  const cursor = asked(view, "cursor");
  const [answer, agentsAnswer] = await Promise.all([
    view.api.get("/v1/signals", { ...filter, level: "leaf", limit: String(pageSize), cursor }),
    view.api.get("/v1/agents", { limit: "200" }),
  ]);
  const agents = agentsAnswer.ok ? listing(agentsAnswer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  return {
    title: filter.polarity === "win" ? "Wins" : "Signals",
    section: "signals",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Signals</h1>
            <p class="lede">
              {filter.polarity === "win"
                ? "What goes well, by kind: how often, and whether that moves."
                : "How agents fail, by kind: the most frequent of the most severe first."}
            </p>
          </div>
          <Tools view={view} filter={filter} agents={agents} />
        </div>
        <Tabs filter={filter} />
        {answer.ok ? (
          <Found data={answer.data} filter={filter} view={view} hasAgents={agents.length > 0} />
        ) : (
          <PartProblem what="The signals" message={answer.message} />
        )}
      </>
    ),
  };
}

function filterOf(view: View): Filter {
  return {
    agent: asked(view, "agent"),
    state: signalStates.find((each) => each === asked(view, "state")) ?? null,
    polarity: asked(view, "polarity") === "win" ? "win" : "failure",
    sort: sorts.find((each) => each === asked(view, "sort")) ?? "priority",
  };
}

/** The address of another choice; what is usual is left out of it. */
function link({ agent, state, polarity, sort }: Filter): string {
  return `/signals${queryString({
    agent,
    state,
    polarity: polarity === "win" ? "win" : null,
    sort: sort === "priority" ? null : sort,
  })}`;
}

function Tools({ view, filter, agents }: { view: View; filter: Filter; agents: readonly string[] }): Child {
  const names = [...new Set([...agents, ...(filter.agent === null ? [] : [filter.agent])])];
  return (
    <div class="head-tools">
      {names.length > 0 && (
        <form method="get" action="/signals" class="pick" role="search">
          {filter.state !== null && <input type="hidden" name="state" value={filter.state} />}
          {filter.polarity === "win" && <input type="hidden" name="polarity" value="win" />}
          {filter.sort !== "priority" && <input type="hidden" name="sort" value={filter.sort} />}
          <label class="visually-hidden" for="agent">
            Agent
          </label>
          <select id="agent" name="agent">
            <option value="">Every agent</option>
            {names.map((name) => (
              <option value={cleanText(name)} selected={name === filter.agent}>
                {clipped(name, 50)}
              </option>
            ))}
          </select>
          <button type="submit">Show</button>
        </form>
      )}
      {filter.agent !== null && (
        <a class="button" href={taxonomyPath(filter.agent)}>
          Map
        </a>
      )}
      {mayWrite(view) && names.length > 0 && (
        <a class="button" href={`/signals/new${queryString({ agent: filter.agent })}`}>
          Define a signal
        </a>
      )}
    </div>
  );
}

function Tabs({ filter }: { filter: Filter }): Child {
  return (
    <div class="section-head">
      <nav class="tabs" aria-label="Filter by state">
        <a href={link({ ...filter, state: null })} {...(filter.state === null ? { "aria-current": "true" } : {})}>
          All
        </a>
        {signalStates.map((each) => (
          <a
            href={link({ ...filter, state: each })}
            title={stateMeanings[each]}
            {...(filter.state === each ? { "aria-current": "true" } : {})}
          >
            {spoken(each)}
          </a>
        ))}
      </nav>
      <nav class="tabs compact" aria-label="Failures or wins">
        {(["failure", "win"] as const).map((each) => (
          <a href={link({ ...filter, polarity: each })} {...(filter.polarity === each ? { "aria-current": "true" } : {})}>
            {each === "win" ? "Wins" : "Failures"}
          </a>
        ))}
      </nav>
    </div>
  );
}

function Found({ data, filter, view, hasAgents }: { data: unknown; filter: Filter; view: View; hasAgents: boolean }): Child {
  const { items, nextCursor, total } = listing(data, readSignal);
  if (items.length === 0) return <NoSignals filter={filter} hasAgents={hasAgents} />;
  const wanted = Math.floor(Number(asked(view, "from") ?? 1));
  const from = Number.isFinite(wanted) && wanted > 0 ? wanted : 1;
  return (
    <>
      <SignalTable
        signals={items}
        clock={view.clock}
        from={from}
        hasAgent={filter.agent === null}
        head={(sort, name) => (
          <a href={link({ ...filter, sort })} {...(filter.sort === sort ? { "aria-current": "true" } : {})} title={sortTitles[sort]}>
            {name}
          </a>
        )}
      />
      <nav class="pager" aria-label="Pages">
        <span class="faint small">
          {total === null ? "" : `${count(total)} in all, `}
          {sortTitles[filter.sort].toLowerCase()}
          {filter.agent !== null && (
            <>
              , of <Name value={filter.agent} most={60} />
            </>
          )}
        </span>
        {from > 1 && (
          <a class="button" href={link(filter)}>
            First
          </a>
        )}
        {nextCursor !== null && (
          <a
            class="button"
            href={`${link(filter)}${link(filter).includes("?") ? "&" : "?"}${new URLSearchParams({ cursor: nextCursor, from: String(from + items.length) }).toString()}`}
            rel="next"
          >
            Next
          </a>
        )}
      </nav>
    </>
  );
}

const sortTitles: Record<Sort, string> = {
  priority: "By priority: frequency × severity",
  rate: "By rate",
  last_seen: "By when it was last seen",
};
