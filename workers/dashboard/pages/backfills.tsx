// Backfills, newest first: what history is being searched for, how far each is, and what came of it.
import type { Child } from "hono/jsx";
import { BackfillProgress, etaText, targetName } from "../backfill-parts.tsx";
import { listing, queryString } from "../api-client.ts";
import { StatusChip } from "../chips.tsx";
import { count, dash } from "../format.ts";
import { agentPath, backfillPath } from "../links.ts";
import { readBackfill, type BackfillView } from "../read/backfill.ts";
import { Name } from "../safe-text.tsx";
import { signalNames } from "../signal-names.ts";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";
/** A page of history takes about so long. */
const refreshSeconds = 5;

export async function backfillsPage(view: View): Promise<Page> {
  const answer = await view.api.get("/v1/backfills", { limit: pageSize, cursor: asked(view, "cursor") });
  const found = answer.ok ? listing(answer.data, readBackfill) : null;
  const signals = await signalNames(view.api, signalsOf(found?.items ?? []));
  const isMoving = found?.items.some(({ status }) => status === "running" || status === "queued") === true;
  return {
    title: "Backfills",
    section: "backfills",
    ...(isMoving ? { refreshSeconds } : {}),
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Backfills</h1>
            <p class="lede">Searches of an agent's whole history for what was not looked for when its runs came.</p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <a class="button" href="/backfills/new">
                New backfill
              </a>
            </div>
          )}
        </div>
        {found === null ? (
          <PartProblem what="The backfills" message={answer.ok ? "" : answer.message} />
        ) : found.items.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <Jobs jobs={found.items} signals={signals} view={view} />
            {found.nextCursor !== null && (
              <nav class="pager" aria-label="Pages">
                <a class="button" href={`/backfills${queryString({ cursor: found.nextCursor })}`} rel="next">
                  Older
                </a>
              </nav>
            )}
          </>
        )}
      </>
    ),
  };
}

function Nothing(): Child {
  return (
    <section class="empty calm">
      <h2>No backfill yet</h2>
      <p>
        Define a <a href="/signals/new">signal</a> or a dimension and it judges runs from then on. A backfill asks it of history too: since
        when, how often, and in how many runs nobody knew of. How much it reads and what it costs is shown before it begins.
      </p>
    </section>
  );
}

const signalsOf = (jobs: readonly BackfillView[]): string[] =>
  jobs.flatMap(({ target }) => (target.kind === "signal_id" ? [target.ref] : []));

interface JobsProps {
  jobs: readonly BackfillView[];
  signals: ReadonlyMap<string, string>;
  view: View;
}

function Jobs({ jobs, signals, view }: JobsProps): Child {
  return (
    <table class="list stacked backfills">
      <thead>
        <tr>
          <th scope="col">Looks for</th>
          <th scope="col">Agent</th>
          <th scope="col">Status</th>
          <th scope="col">Progress</th>
          <th scope="col" class="right">
            Found
          </th>
          <th scope="col" class="right">
            Begun
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr>
            <td class="lead">
              <a href={backfillPath(job.id)} data-row>
                <Name value={targetName(job.target, signals)} most={90} />
              </a>
              <p class="faint small">{job.target.version === null ? "" : <Name value={`definition ${job.target.version}`} most={40} />}</p>
            </td>
            <td data-label="Agent">
              <a href={agentPath(job.agent)}>
                <Name value={job.agent} most={32} />
              </a>
            </td>
            <td data-label="Status">
              <StatusChip status={job.status} />
              <p class="faint small num">{etaText(job)}</p>
            </td>
            <td data-label="Progress" class="wide-cell">
              <BackfillProgress job={job} />
            </td>
            <td class="right num" data-label="Found">
              {job.matched === null ? dash : count(job.matched)}
            </td>
            <td class="right" data-label="Begun">
              <Moment at={job.startedMs ?? job.createdMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
