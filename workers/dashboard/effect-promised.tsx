// What was promised of shipped versions beside what was measured since: a table of its own page, and of an artifact's.
import type { Child } from "hono/jsx";
import { differenceOf, optimisationWords, promiseText, sidesOf } from "./artifact-words.ts";
import { artifactPath, incidentPath, signalPath } from "./links.ts";
import { VerdictMark } from "./result-chip.tsx";
import { clipped, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { ComparedView, OptimisationView } from "./read/optimisation.ts";
import type { View } from "./view.ts";

interface Props {
  optimisations: readonly OptimisationView[];
  /** Names by id. */
  signals: ReadonlyMap<string, string>;
  view: View;
}

export function PromisedTable({ optimisations, signals, view }: Props): Child {
  return (
    <table class="list stacked promised">
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Promised</th>
          <th scope="col">Measured</th>
          <th scope="col">Success</th>
          <th scope="col">State</th>
          <th scope="col" class="right">
            Shipped
          </th>
        </tr>
      </thead>
      <tbody>
        {optimisations.map((each) => (
          <Row of={each} signals={signals} view={view} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ of, signals, view }: { of: OptimisationView; signals: Props["signals"]; view: View }): Child {
  const { expected, measured, targetSignalId: target } = of;
  return (
    <tr>
      <td class="lead">
        <a href={artifactPath(of.artifactId)} data-row>
          <Name value={of.ref} most={80} />
        </a>
        <p class="faint small">
          <Name value={of.agent} most={40} />
        </p>
      </td>
      <td data-label="Promised" class="num">
        {expected === null ? <span class="faint">nothing</span> : promiseText(expected)}
        {target !== null && (
          <p class="small">
            <a href={signalPath(target)}>
              <Name value={signals.get(target) ?? target} most={50} />
            </a>
          </p>
        )}
      </td>
      <td data-label="Measured" class="num">
        <Compared of={measured?.signal ?? null} absent={measured === null ? "not measured yet" : "no target signal"} />
      </td>
      <td data-label="Success" class="num">
        <Compared of={measured?.success ?? null} absent="not measured yet" />
      </td>
      <td data-label="State" class="wide-cell verdict-cell">
        <Standing of={of} />
      </td>
      <td class="right" data-label="Shipped">
        <Moment at={of.shippedMs} clock={view.clock} show="relative" />
        {of.endedMs !== null && <p class="faint small">out of use since</p>}
        {of.endedMs !== null && <Moment at={of.endedMs} clock={view.clock} show="relative" />}
      </td>
    </tr>
  );
}

function Standing({ of: { state, measured, incidentId } }: { of: OptimisationView }): Child {
  const { said, means, tone } = optimisationWords[state];
  const against = measured?.against === "beside" ? "runs beside it without it" : "the four weeks before";
  return (
    <>
      <VerdictMark said={said} tone={tone} />
      <p class="faint small">{measured === null || measured.sentence === "" ? means : clipped(measured.sentence, 300)}</p>
      {measured !== null && <p class="faint small">Against {against}.</p>}
      {incidentId !== null && (
        <p class="small">
          <a href={incidentPath(incidentId)}>its incident</a>
        </p>
      )}
    </>
  );
}

function Compared({ of, absent }: { of: ComparedView | null; absent: string }): Child {
  if (of === null) return <span class="faint">{absent}</span>;
  return (
    <>
      {differenceOf(of)}
      <p class="faint small">{sidesOf(of)}</p>
    </>
  );
}
