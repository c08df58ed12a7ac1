// All agents of the project, each with its state and its first numbers; those that drift come first.
import type { Child } from "hono/jsx";
import { StatusChip } from "../chips.tsx";
import { FirstRun } from "../first-run.tsx";
import { quantity } from "../format.ts";
import { agentPath } from "../links.ts";
import { Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import type { Page, View } from "../view.ts";
import { loadAgents, type WatchedAgent } from "../watched-agents.ts";
import { agentStatus, learningText } from "../watching.tsx";

const columns = [
  { dimension: "volume.runs", name: "Runs" },
  { dimension: "outcome.success", name: "Success" },
  { dimension: "outcome.error", name: "Errors" },
  { dimension: "latency.run_ms", name: "Latency" },
  { dimension: "cost.usd", name: "Cost a run" },
] as const;

export async function agentsPage(view: View): Promise<Page> {
  const order = { silent: 0, drifting: 1, stable: 2, learning: 3 };
  const agents = (await loadAgents(view.api)).sort((a, b) => order[agentStatus(a)] - order[agentStatus(b)] || a.name.localeCompare(b.name));
  return {
    title: "Agents",
    section: "agents",
    body: (
      <>
        <div class="page-head">
          <h1>Agents</h1>
          <p class="lede">Each agent is known by the name that its traces carry.</p>
        </div>
        {agents.length === 0 ? <FirstRun origin={view.url.origin} /> : <AgentTable agents={agents} view={view} />}
      </>
    ),
  };
}

function AgentTable({ agents, view }: { agents: readonly WatchedAgent[]; view: View }): Child {
  return (
    <table class="list stacked">
      <thead>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">State</th>
          {columns.map(({ name }) => (
            <th scope="col" class="right">
              {name}
            </th>
          ))}
          <th scope="col" class="right">
            Last run
          </th>
        </tr>
      </thead>
      <tbody>
        {agents.map((agent) => (
          <tr>
            <td class="lead">
              <a href={agentPath(agent.name)} data-row>
                <Name value={agent.name} most={60} />
              </a>
              <p class="faint small">{learningText(agent)}</p>
            </td>
            <td data-label="State">
              <StatusChip status={agentStatus(agent)} />
            </td>
            {columns.map(({ dimension, name }) => {
              const state = agent.dimensions?.find((each) => each.name === dimension);
              return (
                <td class="right num" data-label={name}>
                  {state === undefined ? "–" : quantity(state.current.value ?? state.baseline.value, state.levelUnit, state.kind)}
                </td>
              );
            })}
            <td class="right" data-label="Last run">
              <Moment at={agent.lastRunMs} clock={view.clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
