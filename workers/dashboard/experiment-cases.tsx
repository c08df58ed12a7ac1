// The cases of a replay: all as squares, and as rows with what broke first. Each says in a word how it came out, why it could not be compared,
// and which calls the record had no answer for; its run is one click away.
import type { Child } from "hono/jsx";
import { listing, queryString } from "./api-client.ts";
import { CaseSquares, sortedByResult } from "./charts/case-squares.tsx";
import { resultWords } from "./experiment-words.ts";
import { count, dash, plural } from "./format.ts";
import { experimentPath, runPath, segment } from "./links.ts";
import { readResult, results, type ExperimentView, type Result, type ResultView } from "./read/experiment.ts";
import { ResultChip } from "./result-chip.tsx";
import { Block, cleanText, Name, textOf } from "./safe-text.tsx";
import { asked, type View } from "./view.ts";

const pageSize = 100;
/** Missing calls of one run that are shown. */
const mostCalls = 20;

export interface LoadedCases {
  filter: Result | null;
  rows: ResultView[];
  /** Of the rows that match; null where it is not known. */
  more: string | null;
}

/** All in the order of what must be looked at; with a filter, page by page. */
export async function loadCases(view: View, found: ExperimentView): Promise<LoadedCases> {
  const filter = results.find((each) => each === asked(view, "result")) ?? null;
  if (filter === null) return { filter, rows: sortedByResult(found.results).slice(0, pageSize), more: null };
  const answer = await view.api.get(`/v1/experiments/${segment(found.id)}/results`, {
    result: filter,
    limit: String(pageSize),
    cursor: asked(view, "cursor"),
  });
  const page = answer.ok ? listing(answer.data, readResult) : { items: [], nextCursor: null };
  return { filter, rows: page.items, more: page.nextCursor };
}

export function ExperimentCases({ found, cases, view }: { found: ExperimentView; cases: LoadedCases; view: View }): Child {
  const { filter, rows, more } = cases;
  const hold = asked(view, "hold");
  const to = (result: Result | null, cursor: string | null = null): string =>
    `${experimentPath(found.id)}${queryString({ result, cursor, hold })}#cases`;
  // Those that are pending are in no count.
  const total = Math.max(
    found.results.length,
    Object.values(found.cases ?? {}).reduce((sum, each) => sum + each, 0),
  );
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      <CaseSquares cases={found.results} />
      <nav class="tabs" aria-label="Filter cases by result">
        <a href={to(null)} {...(filter === null ? { "aria-current": "true" } : {})}>
          All <span class="tally">{count(total)}</span>
        </a>
        {results.map((each) => (
          <a href={to(each)} title={resultWords[each].means} {...(filter === each ? { "aria-current": "true" } : {})}>
            {each === "broken" ? "Only broken" : resultWords[each].said} <span class="tally">{count(found.cases?.[each] ?? null)}</span>
          </a>
        ))}
      </nav>
      {rows.length === 0 ? (
        <p class="faint">{filter === null ? "No case has been tried yet." : `None is ${resultWords[filter].said.toLowerCase()}.`}</p>
      ) : (
        <Rows rows={rows} />
      )}
      {filter === null && found.results.length > rows.length && (
        <p class="faint small">The first {count(rows.length)}; choose a result to see all of its kind.</p>
      )}
      {more !== null && (
        <nav class="pager" aria-label="Pages of cases">
          <a class="button" href={to(filter, more)} rel="next">
            More
          </a>
        </nav>
      )}
    </section>
  );
}

function Rows({ rows }: { rows: readonly ResultView[] }): Child {
  return (
    <table class="list stacked replay-cases">
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Run</th>
          <th scope="col">Recorded → candidate</th>
          <th scope="col">Tools</th>
          <th scope="col">What it answered</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <td data-label="Result">
              <ResultChip result={row.result} />
            </td>
            <td data-label="Run" class="case-id">
              <CaseName id={row.runId} />
            </td>
            <td data-label="Recorded → candidate" class="num">
              {passedText(row.passed)}
            </td>
            <td data-label="Tools" class="wide-cell">
              <Tools row={row} />
            </td>
            <td class="wide-cell answered" data-label="What it answered">
              {row.reason !== null && <p class="small">{cleanText(row.reason).slice(0, 400)}</p>}
              {row.output !== null && (
                <details class="action-sheet small-sheet">
                  <summary>Its answer</summary>
                  <Block value={textOf(row.output)} open={1_200} />
                </details>
              )}
              {row.reason === null && row.output === null && <span class="faint">{dash}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A run is a link; a case that a person wrote, or that is sealed, has none. */
export function CaseName({ id }: { id: string }): Child {
  const name = (
    <code>
      <Name value={id} most={34} />
    </code>
  );
  return id.startsWith("cas_") ? (
    name
  ) : (
    <a href={runPath(id)} data-row>
      {name}
    </a>
  );
}

function passedText({ baseline, candidate, judged, repeats }: ResultView["passed"]): string {
  const was = baseline === null ? "not judged" : baseline ? "pass" : "fail";
  if (judged === null || candidate === null || judged === 0) return `${was} → not judged`;
  const is = repeats === 1 ? (candidate === 1 ? "pass" : "fail") : `${count(candidate)} of ${count(judged)}`;
  return `${was} → ${is}`;
}

function Tools({ row }: { row: ResultView }): Child {
  const { missing, unexpected, hasDiverged, toolCalls, unused } = row;
  return (
    <>
      <span class="small">
        {toolCalls === null ? dash : plural(toolCalls, "call")}
        {hasDiverged === true && ", other than recorded"}
        {unused !== null && unused > 0 && `, ${count(unused)} recorded unused`}
      </span>
      {missing.length > 0 && (
        <details class="action-sheet small-sheet">
          <summary>
            {plural(missing.length, "call")} not in the record
            {unexpected > 0 && `, ${count(unexpected)} to tools it never used`}
          </summary>
          <ul class="missing-calls">
            {missing.slice(0, mostCalls).map(({ name, arguments: given }) => (
              <li>
                <b>
                  <Name value={name} most={80} />
                </b>
                <Block value={textOf(given)} open={300} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
