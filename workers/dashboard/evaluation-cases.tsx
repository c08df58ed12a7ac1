// Every case of an evaluation with what each evaluator said and why; failures first, then what could not be judged. Sealed ones are counted only.
import type { Child } from "hono/jsx";
import { queryString } from "./api-client.ts";
import { amount, count, plural } from "./format.ts";
import { CaseLink } from "./case-link.tsx";
import type { CaseInput } from "./case-inputs.ts";
import { evaluationPath } from "./links.ts";
import { JudgedChip } from "./result-chip.tsx";
import { cleanText, Name } from "./safe-text.tsx";
import { asked, type View } from "./view.ts";
import { spoken } from "./words.ts";
import { resultStatuses, type EvaluationView, type ItemView, type ResultStatus } from "./read/evaluation.ts";

const pageSize = 100;

interface Props {
  found: EvaluationView;
  inputs: ReadonlyMap<string, CaseInput>;
  view: View;
}

export function EvaluationCases({ found, inputs, view }: Props): Child {
  const filter = resultStatuses.find((each) => each === asked(view, "result")) ?? null;
  const page = Math.max(1, Math.floor(Number(asked(view, "page") ?? 1)) || 1);
  const open = found.items.filter(({ isSealed }) => !isSealed);
  const matching = open.filter((each) => filter === null || worst(each) === filter).toSorted((a, b) => rank(a) - rank(b));
  const shown = matching.slice((page - 1) * pageSize, page * pageSize);
  const to = (result: ResultStatus | null, at = 1): string =>
    `${evaluationPath(found.id)}${queryString({ result, page: at === 1 ? null : String(at), hold: asked(view, "hold") })}#cases`;
  const sealed = found.items.length - open.length;
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      <nav class="tabs" aria-label="Filter cases">
        <a href={to(null)} {...(filter === null ? { "aria-current": "true" } : {})}>
          All <span class="tally">{count(open.length)}</span>
        </a>
        {resultStatuses.map((each) => (
          <a href={to(each)} {...(filter === each ? { "aria-current": "true" } : {})}>
            {each === "failed" ? "Only failed" : spoken(each)}{" "}
            <span class="tally">{count(open.filter((item) => worst(item) === each).length)}</span>
          </a>
        ))}
      </nav>
      {shown.length === 0 ? <p class="faint">None.</p> : <Rows items={shown} found={found} inputs={inputs} />}
      {sealed > 0 && (
        <p class="sealed">
          <b>{plural(sealed, "result")} of sealed cases.</b> They are in the rates above, and shown nowhere.
        </p>
      )}
      {matching.length > pageSize && (
        <nav class="pager" aria-label="Pages of cases">
          {page > 1 && (
            <a class="button" href={to(filter, page - 1)} rel="prev">
              Before
            </a>
          )}
          {page * pageSize < matching.length && (
            <a class="button" href={to(filter, page + 1)} rel="next">
              More
            </a>
          )}
        </nav>
      )}
    </section>
  );
}

/** What must be looked at first names the case. */
function worst({ results }: ItemView): ResultStatus {
  return resultStatuses.find((each) => results.some(({ status }) => status === each)) ?? "pending";
}

const rank = (item: ItemView): number => resultStatuses.indexOf(worst(item));

function Rows({ items, found, inputs }: Omit<Props, "view"> & { items: readonly ItemView[] }): Child {
  const hasRepeats = (found.repeats ?? 1) > 1;
  return (
    <table class="list stacked evaluation-cases">
      <thead>
        <tr>
          <th scope="col">Case</th>
          <th scope="col">What each said</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr>
            <td class="lead case-text">
              <CaseLink id={item.caseId} runId={item.runId} suiteId={found.suiteId} inputs={inputs} />
              {hasRepeats && item.repeat !== null && <p class="faint small num">try {count(item.repeat + 1)}</p>}
            </td>
            <td class="wide-cell">
              <ul class="said">
                {item.results.map(({ evaluator, status, score, reason }) => (
                  <li>
                    <JudgedChip status={status} />
                    {item.results.length > 1 && <Name value={evaluator} most={40} />}
                    {score !== null && <span class="num faint small">{amount(score)}</span>}
                    {reason !== null && <span class="reason">{cleanText(reason).slice(0, 600)}</span>}
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
