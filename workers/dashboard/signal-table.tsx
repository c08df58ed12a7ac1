// Signals in their order: what fails, how often with what interval, how that moved, and since when.
import type { Child } from "hono/jsx";
import { RateBar, scaleEnd, TrendSpark } from "./charts/rate.tsx";
import { SeverityChip, StatusChip } from "./chips.tsx";
import { dash, percent } from "./format.ts";
import { agentPath, signalPath } from "./links.ts";
import { clipped, Name } from "./safe-text.tsx";
import { intervalText, ofRuns, stateMeanings } from "./signal-words.ts";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";
import type { SignalView } from "./read/signal.ts";

interface Props {
  signals: readonly SignalView[];
  clock: Clock;
  /** Rank of the first row. */
  from?: number;
  hasAgent: boolean;
  /** The heading of a column by which the list can be sorted; plain text where it cannot. */
  head?: (sort: "priority" | "rate" | "last_seen", name: string) => Child;
  /** Distinguishes the table on its page. */
  prefix?: string;
}

export function SignalTable({ signals, clock, from = 1, hasAgent, head = (_, name) => name, prefix = "s" }: Props): Child {
  const most = scaleEnd(signals);
  return (
    <table class="list stacked signals">
      <thead>
        <tr>
          <th scope="col" class="rank">
            {head("priority", "#")}
          </th>
          <th scope="col">Signal</th>
          {hasAgent && <th scope="col">Agent</th>}
          <th scope="col">State</th>
          <th scope="col">{head("rate", "Rate of runs")}</th>
          <th scope="col" class="right wide-only">
            Of failures
          </th>
          <th scope="col">Trend</th>
          <th scope="col" class="right">
            {head("last_seen", "Last seen")}
          </th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal, index) => (
          <tr {...(signal.state === "archived" ? { class: "past" } : {})}>
            <td class="rank num faint">{from + index}</td>
            <SignalCell signal={signal} />
            {hasAgent && (
              <td data-label="Agent">
                <a href={agentPath(signal.agent)}>
                  <Name value={signal.agent} most={28} />
                </a>
              </td>
            )}
            <td data-label="State" title={stateMeanings[signal.state]}>
              <StatusChip status={signal.state} />
              <p>{signal.isWin ? <span class="chip win">Win</span> : <SeverityChip severity={signal.severity} />}</p>
            </td>
            <td data-label="Rate of runs" class="rate-cell">
              <span class="num">
                <b>{percent(signal.rate)}</b> <span class="faint">{intervalText(signal)}</span>
              </span>
              <RateBar rate={signal} most={most} />
              <span class="faint small num">{ofRuns(signal)}</span>
            </td>
            <td class="right num wide-only" data-label="Of failures">
              {signal.isWin ? dash : percent(signal.shareOfFailures)}
            </td>
            <td data-label="Trend">
              <TrendSpark trend={signal.trend} clock={clock} id={`${prefix}-trend-${index}`} />
            </td>
            <td class="right" data-label="Last seen">
              <Moment at={signal.lastMs} clock={clock} show="relative" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SignalCell({ signal }: { signal: SignalView }): Child {
  return (
    <td class="lead">
      <a href={signalPath(signal.id)} data-row>
        <Name value={signal.name} most={120} />
      </a>
      {signal.definition !== "" && <p class="faint small">{clipped(signal.definition, 150)}</p>}
    </td>
  );
}
