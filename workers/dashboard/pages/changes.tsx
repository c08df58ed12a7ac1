// What may have moved behaviour: changes that people declared and those that runs showed, newest first; and the form that
// declares one.
import type { Child } from "hono/jsx";
import { changeKinds } from "../../../domain/drift/drift.ts";
import { listing, queryString, type Listing } from "../api-client.ts";
import { KindChip } from "../chips.tsx";
import { dash } from "../format.ts";
import { isRecord, text } from "../json.ts";
import { agentPath, runPath } from "../links.ts";
import { readChange, type ChangeView } from "../read/change.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { toLocal } from "../time-format.ts";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "100";

export async function changesPage(view: View): Promise<Page> {
  const kind = changeKinds.find((each) => each === asked(view, "kind")) ?? null;
  const [answer, agentsAnswer] = await Promise.all([
    view.api.get("/v1/changes", { agent: asked(view, "agent"), kind, limit: pageSize, cursor: asked(view, "cursor") }),
    view.api.get("/v1/agents", { limit: "200" }),
  ]);
  const agents = agentsAnswer.ok ? listing(agentsAnswer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  return {
    title: "Changes",
    section: "changes",
    body: (
      <>
        <div class="page-head">
          <h1>Changes</h1>
          <p class="lede">
            Everything dated that may move behaviour. Declared ones come from people and CI, inferred ones from the first run that shows
            them.
          </p>
        </div>
        <nav class="tabs" aria-label="Filter by kind">
          <a href={`/changes${queryString({ agent: asked(view, "agent") })}`} {...(kind === null ? { "aria-current": "true" } : {})}>
            All
          </a>
          {changeKinds.map((each) => (
            <a
              href={`/changes${queryString({ agent: asked(view, "agent"), kind: each })}`}
              {...(kind === each ? { "aria-current": "true" } : {})}
            >
              {spoken(each)}
            </a>
          ))}
        </nav>
        {answer.ok ? (
          <ChangeTable found={listing(answer.data, readChange)} view={view} />
        ) : (
          <PartProblem what="The changes" message={answer.message} />
        )}
        {mayWrite(view) && <DeclareForm view={view} agents={agents} />}
      </>
    ),
  };
}

function ChangeTable({ found, view }: { found: Listing<ChangeView>; view: View }): Child {
  if (found.items.length === 0) {
    return (
      <section class="empty calm">
        <h2>No changes here</h2>
        <p>The first run with a new prompt, model, tool definition or artifact writes one by itself.</p>
      </section>
    );
  }
  return (
    <>
      <table class="list stacked changes">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Kind</th>
            <th scope="col">What</th>
            <th scope="col">From → to</th>
            <th scope="col">Agent</th>
            <th scope="col">Known by</th>
          </tr>
        </thead>
        <tbody>
          {found.items.map((change) => (
            <tr id={change.id}>
              <td class="lead">
                <Moment at={change.atMs} clock={view.clock} show="absolute" />
                <p class="faint small">
                  <Moment at={change.atMs} clock={view.clock} show="relative" />
                </p>
              </td>
              <td data-label="Kind">
                <KindChip kind={change.kind} />
              </td>
              <td data-label="What">
                <b>
                  <Name value={change.ref} most={70} />
                </b>
                {change.description !== null && <p class="small">{cleanText(change.description).slice(0, 300)}</p>}
              </td>
              <td data-label="From → to">
                <span class="from-to">
                  <code>{change.from === null ? dash : <Name value={change.from} most={32} />}</code> →{" "}
                  <code>{change.to === null ? dash : <Name value={change.to} most={32} />}</code>
                </span>
              </td>
              <td data-label="Agent">
                <a href={agentPath(change.agent)}>
                  <Name value={change.agent} most={32} />
                </a>
              </td>
              <td data-label="Known by">
                {change.declared ? "declared" : "inferred"}
                {change.author !== null && (
                  <p class="faint small">
                    by <Name value={change.author} most={32} />
                  </p>
                )}
                {change.runId !== null && (
                  <p class="small">
                    <a href={runPath(change.runId)} data-row>
                      first run
                    </a>
                  </p>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.nextCursor !== null && (
        <nav class="pager" aria-label="Pages">
          <a
            class="button"
            href={`/changes${queryString({ ...Object.fromEntries(view.url.searchParams), cursor: found.nextCursor })}`}
            rel="next"
          >
            Older
          </a>
        </nav>
      )}
    </>
  );
}

function DeclareForm({ view, agents }: { view: View; agents: readonly string[] }): Child {
  return (
    <section class="form-section" aria-labelledby="declare">
      <h2 id="declare">Declare a change</h2>
      <p class="faint">For what no run shows: a new index, a campaign, a policy, a provider's silent update.</p>
      <form method="post" action="/act/changes" class="form-grid">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value="/changes" />
        <label>
          <span>Agent</span>
          <input
            name="agent"
            required
            list="agent-names"
            maxlength={200}
            value={asked(view, "agent") ?? (agents.length === 1 ? (agents[0] ?? "") : "")}
          />
        </label>
        <datalist id="agent-names">
          {agents.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <label>
          <span>Kind</span>
          <select name="kind">
            {changeKinds.map((each) => (
              <option value={each}>{spoken(each)}</option>
            ))}
          </select>
        </label>
        <label>
          <span>What (model id, prompt version, tool …)</span>
          <input name="ref" required maxlength={300} />
        </label>
        <label>
          <span>When ({cleanText(view.clock.zone).slice(0, 40)})</span>
          <input type="datetime-local" name="at" value={toLocal(view.clock.nowMs, view.clock.zone)} />
        </label>
        <label>
          <span>From</span>
          <input name="from" maxlength={300} />
        </label>
        <label>
          <span>To</span>
          <input name="to" maxlength={300} />
        </label>
        <label class="full">
          <span>Description</span>
          <input name="description" maxlength={1_000} />
        </label>
        <p class="buttons full">
          <button type="submit" class="primary">
            Declare
          </button>
        </p>
      </form>
    </section>
  );
}
