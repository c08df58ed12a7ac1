// The cases of a suite as rows: what goes in, what is expected, and where each comes from. Sealed ones are counted, and have no row.
import type { Child } from "hono/jsx";
import { count, dash, plural } from "./format.ts";
import { runPath, segment, signalPath, suitePath } from "./links.ts";
import { Content } from "./messages.tsx";
import { clipped, Name, textOf } from "./safe-text.tsx";
import { mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";
import type { CaseView, SuiteView } from "./read/suite.ts";

/** Characters of an input that a row shows. */
const mostShown = 150;

interface Props {
  suite: SuiteView;
  cases: readonly CaseView[];
  signals: ReadonlyMap<string, string>;
  view: View;
}

export function SuiteCases({ suite, cases, signals, view }: Props): Child {
  const open = cases.filter(({ isSealed }) => !isSealed);
  const sealed = cases.length - open.length;
  const mayRemove = mayWrite(view) && suite.version === suite.newest;
  return (
    <>
      {cases.length === 0 && <p class="faint">None yet: add one below, or make one of a run on its page.</p>}
      {open.length > 0 && (
        <table class="list stacked suite-cases">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Expected</th>
              <th scope="col">From</th>
              <th scope="col" class="right">
                Since
              </th>
              {mayRemove && <th scope="col" />}
            </tr>
          </thead>
          <tbody>
            {open.map((each) => (
              <Row each={each} suite={suite} signals={signals} view={view} mayRemove={mayRemove} />
            ))}
          </tbody>
        </table>
      )}
      {sealed > 0 && (
        <p class="sealed">
          <b>{plural(sealed, "case")} sealed.</b> Evaluated and counted in every rate; nobody sees them, so that nobody tunes on them.
        </p>
      )}
    </>
  );
}

function Row({ each, suite, signals, view, mayRemove }: Omit<Props, "cases"> & { each: CaseView; mayRemove: boolean }): Child {
  return (
    <tr>
      <td class="lead case-text">
        <Text value={each.input} />
      </td>
      <td class="case-text wide-cell" data-label="Expected">
        {each.expected === null ? <span class="faint small">evaluators say</span> : <Text value={each.expected} />}
      </td>
      <td data-label="From">
        {each.runId === null ? (
          each.origin === "person" ? (
            "by hand"
          ) : (
            spoken(each.origin)
          )
        ) : (
          <a href={runPath(each.runId)} data-row>
            a run
          </a>
        )}
        {each.signalId !== null && (
          <p class="faint small">
            <a href={signalPath(each.signalId)}>
              <Name value={signals.get(each.signalId) ?? "a signal"} most={50} />
            </a>
          </p>
        )}
      </td>
      <td class="right num" data-label="Since">
        {each.sinceVersion === null ? dash : `version ${count(each.sinceVersion)}`}
      </td>
      {mayRemove && (
        <td class="right">
          <form method="post" action={`/act/suites/${segment(suite.id)}/remove-case`}>
            <input type="hidden" name="csrf" value={view.csrfToken} />
            <input type="hidden" name="next" value={suitePath(suite.id)} />
            <input type="hidden" name="case_id" value={each.id} />
            <button type="submit" class="plain small-button">
              Take out
            </button>
          </form>
        </td>
      )}
    </tr>
  );
}

function Text({ value }: { value: unknown }): Child {
  const whole = textOf(value);
  const short = clipped(whole, mostShown);
  if (short === whole.trim()) return <bdi>{short}</bdi>;
  return (
    <details class="case-whole">
      <summary>
        <bdi>{short}</bdi>
      </summary>
      <Content value={value} />
    </details>
  );
}
