// By whom and under what a signal is seen: the rate among the runs of each model, prompt and cohort, on one scale for all.
import type { Child } from "hono/jsx";
import { RateBar, scaleEnd } from "./charts/rate.tsx";
import { percent } from "./format.ts";
import { Name } from "./safe-text.tsx";
import { intervalText, ofRuns, propertyName } from "./signal-words.ts";
import type { SignalView } from "./read/signal.ts";

export function SignalBreakdown({ signal }: { signal: SignalView }): Child {
  if (signal.by.length === 0) return <p class="faint">No run with it names a model, a prompt or a cohort.</p>;
  const most = scaleEnd([signal, ...signal.by.flatMap(({ entries }) => entries)]);
  return (
    <table class="list breakdown">
      <thead>
        <tr>
          <th scope="col">Among runs with</th>
          <th scope="col" class="right">
            Rate
          </th>
          <th scope="col">
            <span class="visually-hidden">Interval as a picture</span>
          </th>
          <th scope="col">95 %</th>
          <th scope="col" class="right">
            Runs
          </th>
        </tr>
      </thead>
      {signal.by.map(({ property, entries }) => (
        <tbody>
          <tr>
            <th scope="rowgroup" colspan={5}>
              <Name value={propertyName(property)} most={60} />
            </th>
          </tr>
          {entries.map((entry) => (
            <tr>
              <td class="lead">
                <Name value={entry.value} most={48} />
              </td>
              <td class="right num">
                <b>{percent(entry.rate)}</b>
              </td>
              <td class="bar-cell">
                <RateBar rate={entry} most={most} />
              </td>
              <td class="num faint small">{intervalText(entry)}</td>
              <td class="right num small">{ofRuns(entry)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
