// One incident in a list: how bad, what, whose, since when, what moved by how much, and the cause in one sentence.
import type { Child } from "hono/jsx";
import { SeverityChip, StatusChip } from "./chips.tsx";
import { dimensionTitle } from "./dimension-words.ts";
import { Effect, fromTo } from "./effect.tsx";
import { agentPath, incidentPath } from "./links.ts";
import { Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { causeSentence } from "./words.ts";
import type { IncidentView } from "./read/incident.ts";
import type { Clock } from "./time-format.ts";

/** Drifts named in a row; the incident's page has all. */
const mostNamed = 2;

export function IncidentRow({ incident, clock }: { incident: IncidentView; clock: Clock }): Child {
  const moved = incident.drifts.filter((each) => each.status !== "dismissed");
  const more = moved.length - mostNamed;
  return (
    <li class={`incident edge-${incident.severity}${incident.status === "resolved" ? " past" : ""}`}>
      <div class="incident-head">
        <SeverityChip severity={incident.severity} />
        <h3>
          <a href={incidentPath(incident.id)} data-row>
            <Name value={incident.title} most={140} />
          </a>
        </h3>
        <StatusChip status={incident.status} />
      </div>
      <dl class="incident-facts">
        <div>
          <dt>Agent</dt>
          <dd>
            <a href={agentPath(incident.agent)}>
              <Name value={incident.agent} most={40} />
            </a>
          </dd>
        </div>
        <div>
          <dt>Since</dt>
          <dd>
            <Moment at={incident.onsetMs ?? incident.openedMs} clock={clock} />
          </dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>{incident.owner === null ? <span class="faint">nobody yet</span> : <Name value={incident.owner} most={40} />}</dd>
        </div>
        <div class="wide">
          <dt>Moved</dt>
          <dd>
            <ul class="moved">
              {moved.slice(0, mostNamed).map((drift) => (
                <li>
                  <span>{dimensionTitle(drift.dimension)}</span> <span class="num">{fromTo(drift) ?? ""}</span> <Effect drift={drift} />
                </li>
              ))}
              {incident.signals.slice(0, moved.length === 0 ? mostNamed : 0).map((signal) => (
                <li>
                  Signal <Name value={signal.name} />
                </li>
              ))}
              {more > 0 && <li class="faint">and {more} more</li>}
            </ul>
          </dd>
        </div>
        <div class="wide">
          <dt>Cause</dt>
          <dd class={`cause-${incident.attribution.verdict}`}>{causeSentence(incident.attribution)}</dd>
        </div>
      </dl>
    </li>
  );
}
