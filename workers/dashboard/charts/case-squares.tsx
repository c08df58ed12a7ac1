// Every case of a replay as one square, by how it came out: what broke stands first. Squares are links to their runs; the list below has words.
import type { Child } from "hono/jsx";
import { count } from "../format.ts";
import { resultWords } from "../experiment-words.ts";
import { runPath } from "../links.ts";
import { results, type ResultView } from "../read/experiment.ts";
import { clipped } from "../safe-text.tsx";

/** More would be a picture of the screen's pixels. */
const mostSquares = 600;

export function CaseSquares({ cases }: { cases: readonly ResultView[] }): Child {
  const known = cases.filter(({ result }) => result !== null);
  if (known.length === 0) return null;
  const sorted = sortedByResult(known);
  return (
    <ul class="squares" aria-label={`${count(known.length)} cases by result`}>
      {sorted.slice(0, mostSquares).map(({ runId, result }) => {
        const said = `${result === null ? "" : resultWords[result].said}: ${clipped(runId, 60)}`;
        return (
          <li>
            {runId.startsWith("cas_") ? (
              <span class={`square res-${result}`} title={said} />
            ) : (
              <a class={`square res-${result}`} href={runPath(runId)} title={said} tabindex={-1} aria-label={said} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What must be looked at first; those of one kind in the order of their runs; pending ones last. */
export function sortedByResult(cases: readonly ResultView[]): ResultView[] {
  const rank = ({ result }: ResultView): number => (result === null ? results.length : results.indexOf(result));
  return cases.toSorted((a, b) => rank(a) - rank(b));
}
