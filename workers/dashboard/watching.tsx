// What Bento watches, an agent a line: drifting, learning (and what it still needs), silent or stable.
import type { Child } from "hono/jsx";
import { StatusChip } from "./chips.tsx";
import { amount, plural } from "./format.ts";
import { agentPath } from "./links.ts";
import { Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";
import type { WatchedAgent } from "./watched-agents.ts";

export function Watching({ agents, clock }: { agents: readonly WatchedAgent[]; clock: Clock }): Child {
  return (
    <section class="watching" aria-labelledby="watching">
      <h2 id="watching">Watching</h2>
      <ul class="rows">
        {agents.map((agent) => (
          <li>
            <a class="row-name" href={agentPath(agent.name)}>
              <Name value={agent.name} most={48} />
            </a>
            <StatusChip status={agentStatus(agent)} />
            <span class="row-text">{learningText(agent)}</span>
            {agent.lastRunMs !== null && (
              <span class="row-end faint">
                last run <Moment at={agent.lastRunMs} clock={clock} show="relative" />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The agent's state in one word: the worst of its dimensions, learning only while nothing is learnt. */
export function agentStatus(agent: WatchedAgent): "drifting" | "silent" | "learning" | "stable" {
  if (agent.silent) return "silent";
  if (agent.drifting > 0) return "drifting";
  return agent.dimensions === null || agent.learning === agent.dimensions.length ? "learning" : "stable";
}

export function learningText(agent: WatchedAgent): string {
  if (agent.dimensions === null) return "Its dimensions could not be read.";
  const total = agent.dimensions.length;
  if (total === 0) return "No dimensions yet: the first runs are on their way.";
  const parts = [agent.drifting > 0 ? `${agent.drifting} of ${plural(total, "dimension")} drifting` : `${plural(total, "dimension")}`];
  if (agent.learning > 0) parts.push(`${agent.learning} learning${needsText(agent.needs)}`);
  return parts.join(", ");
}

/** Days are event time: a month of imported runs teaches as much as a month of waiting. */
export function needsText(needs: { runs: number | null; days: number | null } | null): string {
  const runs = needs?.runs ?? 0;
  const days = needs?.days ?? 0;
  const wanted = [
    ...(runs > 0 ? [plural(Math.ceil(runs), "run")] : []),
    ...(days > 0 ? [`${amount(Math.ceil(days * 10) / 10)} ${days === 1 ? "day" : "days"} of traffic`] : []),
  ];
  return wanted.length === 0 ? "" : ` (needs ${wanted.join(" and ")} more)`;
}
