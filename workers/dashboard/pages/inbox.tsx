// The first screen: what is wrong now, worst first. When nothing is, it says what is being watched and how far the
// learning is; when nothing has arrived, how to send the first run.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { FirstRun } from "../first-run.tsx";
import { IncidentRow } from "../incident-row.tsx";
import { severities } from "../read/drift.ts";
import { readIncident, type IncidentView } from "../read/incident.ts";
import { asked, type Page, type View } from "../view.ts";
import { loadAgents, type WatchedAgent } from "../watched-agents.ts";
import { Watching } from "../watching.tsx";
import { problemPage } from "./problem.tsx";

const tabs = [
  { id: "active", name: "Active" },
  { id: "open", name: "Open" },
  { id: "acknowledged", name: "Acknowledged" },
  { id: "mitigated", name: "Mitigated" },
  { id: "resolved", name: "Resolved" },
  { id: "all", name: "All" },
] as const;
type Tab = (typeof tabs)[number]["id"];

/** The most that one list of the API gives; an inbox longer than this is not read anyway. */
const mostIncidents = "200";

export async function inboxPage(view: View): Promise<Page> {
  const tab = tabs.find(({ id }) => id === asked(view, "status"))?.id ?? "active";
  const [answer, agents] = await Promise.all([
    view.api.get("/v1/incidents", { limit: mostIncidents, agent: asked(view, "agent") }),
    loadAgents(view.api),
  ]);
  if (!answer.ok) return { ...problemPage(answer), section: "inbox" };
  const all = ranked(listing(answer.data, readIncident).items);
  const shown = all.filter((each) => isIn(tab, each));
  const hasTraffic = all.length > 0 || agents.length > 0;
  return {
    title: title(all),
    section: "inbox",
    body: (
      <>
        <div class="page-head">
          <h1>Incidents</h1>
          <p class="lede">{hasTraffic ? headline(all) : "Nothing has arrived yet."}</p>
        </div>
        {hasTraffic && <Tabs tab={tab} all={all} />}
        {shown.length > 0 && (
          <ol class="incidents">
            {shown.map((incident) => (
              <IncidentRow incident={incident} clock={view.clock} />
            ))}
          </ol>
        )}
        {hasTraffic && shown.length === 0 && <Quiet tab={tab} agents={agents} />}
        {agents.length > 0 && <Watching agents={agents} clock={view.clock} />}
        {!hasTraffic && <FirstRun origin={view.url.origin} />}
      </>
    ),
  };
}

/** Unresolved before resolved, then worst, then newest. */
export function ranked(incidents: readonly IncidentView[]): IncidentView[] {
  const order = { open: 0, acknowledged: 1, mitigated: 2, resolved: 3 };
  const since = (each: IncidentView): number => each.onsetMs ?? each.openedMs ?? 0;
  return [...incidents].sort(
    (a, b) => order[a.status] - order[b.status] || severities.indexOf(a.severity) - severities.indexOf(b.severity) || since(b) - since(a),
  );
}

function isIn(tab: Tab, incident: IncidentView): boolean {
  return tab === "all" || (tab === "active" ? incident.status !== "resolved" : incident.status === tab);
}

function title(all: readonly IncidentView[]): string {
  const open = all.filter((each) => each.status === "open").length;
  return open === 0 ? "Incidents" : `(${open}) Incidents`;
}

function headline(all: readonly IncidentView[]): string {
  const active = all.filter((each) => each.status !== "resolved");
  if (active.length === 0) return "Nothing is wrong that has been seen.";
  const worst = active.filter((each) => each.severity === "critical" || each.severity === "high").length;
  const said = `${active.length} active`;
  return worst === 0 ? `${said}, none of them severe.` : `${said}, ${worst} of them high or critical.`;
}

function Tabs({ tab, all }: { tab: Tab; all: readonly IncidentView[] }): Child {
  return (
    <nav class="tabs" aria-label="Filter by status">
      {tabs.map(({ id, name }) => (
        <a href={id === "active" ? "/" : `/?status=${id}`} {...(id === tab ? { "aria-current": "true" } : {})}>
          {name} <span class="tally">{all.filter((each) => isIn(id, each)).length}</span>
        </a>
      ))}
    </nav>
  );
}

function Quiet({ tab, agents }: { tab: Tab; agents: readonly WatchedAgent[] }): Child {
  const learning = agents.some((each) => each.learning > 0);
  return (
    <section class="empty calm">
      <h2>{tab === "active" || tab === "open" ? "All quiet" : "None here"}</h2>
      <p>
        {tab === "active" || tab === "open"
          ? learning
            ? "No incident is open. Some dimensions are still learning what normal is; they cannot raise one yet."
            : "No incident is open, and every dimension that has a baseline is within it."
          : "No incident has this status."}
      </p>
    </section>
  );
}
