// What moved: a row a drift, with its picture, before and after, effect, onset, and a person's say on it.
import type { Child } from "hono/jsx";
import { Sparkline } from "./charts/sparkline.tsx";
import { SeverityChip, StatusChip } from "./chips.tsx";
import { dimensionTitle } from "./dimension-words.ts";
import { Effect, fromTo } from "./effect.tsx";
import { amount, count, dash } from "./format.ts";
import { dimensionPath, segment } from "./links.ts";
import { cleanText, clipped } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { absolute, type Clock } from "./time-format.ts";
import { mayWrite, type View } from "./view.ts";
import type { Bucket } from "./read/dimension.ts";
import type { DriftView } from "./read/drift.ts";

export function DriftTable({
  drifts,
  series,
  view,
  back,
}: {
  drifts: readonly DriftView[];
  series: readonly Bucket[][];
  view: View;
  back: string;
}): Child {
  return (
    <table class="list stacked drifts">
      <thead>
        <tr>
          <th scope="col">Dimension</th>
          <th scope="col">Around the onset</th>
          <th scope="col">Moved</th>
          <th scope="col">Onset</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {drifts.map((drift, index) => (
          <tr>
            <td class="lead">
              <a href={dimensionPath(drift.agent, drift.dimension)} data-row title={cleanText(drift.dimension).slice(0, 200)}>
                {dimensionTitle(drift.dimension)}
              </a>
              <p>
                <SeverityChip severity={drift.severity} />
              </p>
            </td>
            <td data-label="Around the onset" class="wide-cell">
              <Sparkline drift={drift} series={series[index] ?? []} clock={view.clock} id={`spark-${index}`} />
            </td>
            <td data-label="Moved" class="wide-cell">
              <span class="pair">
                <span class="num">{fromTo(drift) ?? dash}</span> <Effect drift={drift} />
              </span>
              <p class="faint small num">
                n = {count(drift.before.n)} → {count(drift.after.n)} {drift.dimension === "volume.runs" ? "hours" : "runs"}
              </p>
              <p class="faint small num">{evidenceText(drift)}</p>
            </td>
            <td data-label="Onset">
              <Moment at={drift.onsetMs} clock={view.clock} show="absolute" />
              <p class="faint small">{onsetRange(drift, view.clock)}</p>
            </td>
            <td data-label="Status">
              <StatusChip status={drift.status} />
              {mayWrite(view) && drift.status === "open" && <Judge drift={drift} view={view} back={back} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function onsetRange({ onsetFromMs, onsetToMs }: DriftView, clock: Clock): string {
  if (onsetFromMs === null || onsetToMs === null || onsetFromMs === onsetToMs) return "";
  return `between ${absolute(onsetFromMs, clock)} and ${absolute(onsetToMs, clock)}`;
}

function evidenceText({ evidence }: DriftView): string {
  if (evidence.value === null || evidence.threshold === null) return "";
  return `Evidence ${amount(evidence.value)} (${clipped(evidence.method.replaceAll("_", "-"), 30)}), alarm from ${amount(evidence.threshold)}`;
}

function Judge({ drift, view, back }: { drift: DriftView; view: View; back: string }): Child {
  return (
    <details class="action-sheet small-sheet">
      <summary>Judge</summary>
      <form method="post" action={`/act/drifts/${segment(drift.id)}/accept`}>
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={back} />
        <label for={`reason-${drift.id}`}>Reason</label>
        <input id={`reason-${drift.id}`} name="reason" required maxlength={500} />
        <p class="buttons">
          <button type="submit" title="The new level is the new normal">
            Accept as normal
          </button>
          <button
            type="submit"
            formaction={`/act/drifts/${segment(drift.id)}/dismiss`}
            name="kind"
            value="expected"
            title="It was to be expected: the dimension's next alarm needs four times the evidence"
          >
            Dismiss: expected
          </button>
          <button
            type="submit"
            formaction={`/act/drifts/${segment(drift.id)}/dismiss`}
            name="kind"
            value="not_useful"
            title="Not worth telling: the dimension's next alarm needs sixteen times the evidence"
          >
            Dismiss: not useful
          </button>
        </p>
      </form>
    </details>
  );
}
