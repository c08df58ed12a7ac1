// What a rule would have told over history: figures, a picture, and every notice in a table.
import type { Child } from "hono/jsx";
import { eventText } from "./alert-words.tsx";
import { AlertLanes } from "./charts/alert-lanes.tsx";
import { SeverityChip } from "./chips.tsx";
import { count, dash, plural } from "./format.ts";
import { agentPath, incidentPath } from "./links.ts";
import { Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { day, type Clock } from "./time-format.ts";
import type { AlertView, PreviewView } from "./read/alert.ts";

/** Rows that a person looks through. */
const mostRows = 100;

export function AlertPreview({ preview, clock }: { preview: PreviewView; clock: Clock }): Child {
  const days = Math.max(1, Math.round((preview.toMs - preview.fromMs) / 86_400_000));
  const figures: [string, number, string][] = [
    ["Fired", preview.fired, days === 1 ? "times in a day" : `times in ${days} days`],
    ["Notices", preview.notices, "with reminders and ends"],
    ["Held back", preview.held, "by the cool-down, until over"],
    ["Still firing", preview.standing, "at the end"],
  ];
  return (
    <section aria-labelledby="preview">
      <h2 id="preview">On history</h2>
      <p class="faint">
        {day(preview.fromMs, clock)} to {day(preview.toMs, clock)},{" "}
        {preview.agents.length === 1 ? <Name value={preview.agents[0] ?? ""} most={50} /> : plural(preview.agents.length, "agent")}
        {preview.agentsLeftOut > 0 && ` (${count(preview.agentsLeftOut)} more not tried)`}. In event time; nothing was sent.
      </p>
      <dl class="figures">
        {figures.map(([name, value, unit]) => (
          <div class="figure">
            <dt>{name}</dt>
            <dd>
              <b class="num">{count(value)}</b>
              <span class="faint">{unit}</span>
            </dd>
          </div>
        ))}
      </dl>
      {preview.told.length === 0 ? (
        <div class="empty calm">
          <h2>It would have told nothing</h2>
          <p>Over these {plural(days, "day")} its condition never held.</p>
        </div>
      ) : (
        <>
          <AlertLanes preview={preview} clock={clock} />
          <Told told={preview.told} clock={clock} isOfMany={preview.agents.length > 1} />
        </>
      )}
    </section>
  );
}

function Told({ told, clock, isOfMany }: { told: readonly AlertView[]; clock: Clock; isOfMany: boolean }): Child {
  const shown = told.toReversed().slice(0, mostRows);
  return (
    <>
      <table class="list stacked told">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Notice</th>
            <th scope="col">When</th>
            <th scope="col">Severity</th>
            {isOfMany && <th scope="col">Agent</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((alert) => (
            <tr>
              <td class="lead">
                {alert.incidentId === null ? (
                  <Name value={alert.title} most={160} />
                ) : (
                  <a href={incidentPath(alert.incidentId)}>
                    <Name value={alert.title} most={160} />
                  </a>
                )}
              </td>
              <td data-label="Notice">{eventText(alert.event)}</td>
              <td data-label="When">
                <Moment at={alert.toldMs} clock={clock} show="absolute" />
              </td>
              <td data-label="Severity">{alert.severity === null ? dash : <SeverityChip severity={alert.severity} />}</td>
              {isOfMany && (
                <td data-label="Agent">
                  <a href={agentPath(alert.agent)}>
                    <Name value={alert.agent} most={32} />
                  </a>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {told.length > shown.length && (
        <p class="faint small">
          The newest {shown.length} of {told.length}.
        </p>
      )}
    </>
  );
}
