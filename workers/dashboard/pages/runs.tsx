// Runs, newest first, narrowed by what one looks for. Filters live in the address, so a list can be shared.
import type { Child } from "hono/jsx";
import { listing, queryString, type Listing } from "../api-client.ts";
import { StatusChip } from "../chips.tsx";
import { amount, count, dash, duration, money } from "../format.ts";
import { agentPath, runPath } from "../links.ts";
import { inputLine } from "../run-lines.tsx";
import { readRun, runStatuses, type RunView } from "../read/run.ts";
import { isRecord, text } from "../json.ts";
import { clipped, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { fromLocal } from "../time-format.ts";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";
import { spoken } from "../words.ts";

const exactFilters = ["agent", "status", "model", "session_id", "user_id", "config_hash", "signal"] as const;
const pageSize = "50";

export async function runsPage(view: View): Promise<Page> {
  const query: Record<string, string | null> = Object.fromEntries(exactFilters.map((name) => [name, asked(view, name)]));
  const zone = view.clock.zone;
  const from = fromLocal(asked(view, "from") ?? "", zone);
  const to = fromLocal(asked(view, "to") ?? "", zone);
  const [answer, agentsAnswer] = await Promise.all([
    view.api.get("/v1/runs", { ...query, q: asked(view, "q"), from, to, limit: pageSize, cursor: asked(view, "cursor") }),
    view.api.get("/v1/agents", { limit: "200" }),
  ]);
  const names = agentsAnswer.ok ? listing(agentsAnswer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  const isFiltered = [...Object.values(query), asked(view, "q"), from, to].some((each) => each !== null);
  return {
    title: "Runs",
    section: "runs",
    body: (
      <>
        <div class="page-head">
          <h1>Runs</h1>
        </div>
        <Filters view={view} agents={names} isFiltered={isFiltered} />
        {answer.ok ? (
          <RunTable found={listing(answer.data, readRun)} view={view} isFiltered={isFiltered} />
        ) : (
          <PartProblem what="The runs" message={answer.message} />
        )}
      </>
    ),
  };
}

function Filters({ view, agents, isFiltered }: { view: View; agents: readonly string[]; isFiltered: boolean }): Child {
  const value = (name: string): string => asked(view, name) ?? "";
  const rare = ["session_id", "user_id", "config_hash", "signal"].filter((name) => value(name) !== "");
  return (
    <form class="filters" method="get" action="/runs" role="search">
      <label class="grow">
        <span>Search</span>
        <input
          type="search"
          id="search"
          name="q"
          value={value("q")}
          placeholder="text in ids, input, output, errors, steps"
          data-search
          maxlength={200}
        />
      </label>
      <label>
        <span>Agent</span>
        <select name="agent">
          <option value="">Any</option>
          {[...new Set([...agents, ...(value("agent") === "" ? [] : [value("agent")])])].map((name) => (
            <option value={name} selected={name === value("agent")}>
              {clipped(name, 50)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Status</span>
        <select name="status">
          <option value="">Any</option>
          {runStatuses.map((status) => (
            <option value={status} selected={status === value("status")}>
              {status === "ok" ? "OK" : spoken(status)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Model</span>
        <input name="model" value={value("model")} maxlength={200} />
      </label>
      <label>
        <span>From</span>
        <input type="datetime-local" name="from" value={value("from")} />
      </label>
      <label>
        <span>To</span>
        <input type="datetime-local" name="to" value={value("to")} />
      </label>
      {rare.map((name) => (
        <label>
          <span>{spoken(name)}</span>
          <input name={name} value={value(name)} maxlength={200} />
        </label>
      ))}
      <span class="filter-buttons">
        <button type="submit" class="primary">
          Show
        </button>
        {isFiltered && (
          <a class="button" href="/runs">
            Clear
          </a>
        )}
      </span>
    </form>
  );
}

function RunTable({ found, view, isFiltered }: { found: Listing<RunView>; view: View; isFiltered: boolean }): Child {
  const params = Object.fromEntries(view.url.searchParams);
  if (found.items.length === 0) {
    return (
      <section class="empty calm">
        <h2>{isFiltered ? "No run matches" : "No runs yet"}</h2>
        <p>
          {isFiltered ? (
            "Searching is by exact text, within the first 4 KB of each field. Loosen a filter."
          ) : (
            <a href="/">How to send the first run</a>
          )}
        </p>
      </section>
    );
  }
  return (
    <>
      <table class="list stacked runs">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Agent</th>
            <th scope="col">Status</th>
            <th scope="col" class="right">
              Started
            </th>
            <th scope="col" class="right">
              Took
            </th>
            <th scope="col" class="right">
              Steps
            </th>
            <th scope="col" class="right">
              Tokens
            </th>
            <th scope="col" class="right">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {found.items.map((run) => (
            <RunRow run={run} view={view} />
          ))}
        </tbody>
      </table>
      <nav class="pager" aria-label="Pages">
        <span class="faint">{found.total === null ? "" : `${count(found.total)} in all`}</span>
        {asked(view, "cursor") !== null && (
          <a class="button" href={`/runs${queryString({ ...params, cursor: null })}`}>
            Newest
          </a>
        )}
        {found.nextCursor !== null && (
          <a class="button" href={`/runs${queryString({ ...params, cursor: found.nextCursor })}`} rel="next">
            Older
          </a>
        )}
      </nav>
    </>
  );
}

function RunRow({ run, view }: { run: RunView; view: View }): Child {
  return (
    <tr>
      <td class="lead">
        <a href={runPath(run.id)} data-row>
          <bdi>{inputLine(run, 110)}</bdi>
        </a>
        <p class="faint small">
          <code>
            <Name value={run.id} most={44} />
          </code>
          {run.config.model !== null && (
            <>
              {" "}
              <Name value={run.config.model} most={40} />
            </>
          )}
        </p>
      </td>
      <td data-label="Agent">
        <a href={agentPath(run.agent)}>
          <Name value={run.agent} most={28} />
        </a>
      </td>
      <td data-label="Status">
        <StatusChip status={run.status} />
        {run.flags.includes("soft_failure") && <p class="small warn-text">soft failure</p>}
      </td>
      <td class="right" data-label="Started">
        <Moment at={run.startMs} clock={view.clock} show="absolute" />
      </td>
      <td class="right num" data-label="Took">
        {duration(run.durationMs)}
      </td>
      <td class="right num" data-label="Steps">
        {count(run.counts.steps)}
        {(run.counts.toolErrors ?? 0) > 0 && <p class="small bad-text">{run.counts.toolErrors} failed</p>}
      </td>
      <td class="right num" data-label="Tokens">
        {run.usage.total === null && run.usage.input === null ? dash : amount(run.usage.total ?? run.usage.input)}
      </td>
      <td class="right num" data-label="Cost">
        {money(run.costUsd)}
      </td>
    </tr>
  );
}
