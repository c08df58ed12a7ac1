// The mix of a categorical dimension: each category's share in the baseline and now, largest first.
import type { Child } from "hono/jsx";
import { ShareWhisker } from "./charts/bars.tsx";
import { dash, percent, signed } from "./format.ts";
import { Name } from "./safe-text.tsx";
import type { DimensionView } from "./read/dimension.ts";

const mostRows = 20;

interface Row {
  name: string;
  before: number | null;
  now: number | null;
}

export function CategoryTable({ dimension }: { dimension: DimensionView }): Child {
  const rows = rowsOf(dimension);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="mix">
      <h2 id="mix">Mix</h2>
      <table class="list stacked mix-table">
        <thead>
          <tr>
            <th scope="col">Category</th>
            <th scope="col" class="right">
              Baseline
            </th>
            <th scope="col" class="right">
              Now
            </th>
            <th scope="col" class="right">
              Difference
            </th>
            <th scope="col">Now, of all runs</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, before, now }) => (
            <tr>
              <td class="lead">
                <Name value={name} most={80} />
              </td>
              <td class="right num" data-label="Baseline">
                {percent(before)}
              </td>
              <td class="right num" data-label="Now">
                {percent(now)}
              </td>
              <td class="right num" data-label="Difference">
                {before === null || now === null ? dash : `${signed((now - before) * 100, 1, "+")}\u202Fpp`}
              </td>
              <td data-label="Now, of all runs">
                {now !== null && <ShareWhisker share={now} low={null} high={null} label={`Now, ${percent(now)}`} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint small">A run that shows several categories counts for each, so shares may add up to more than 100{"\u202F"}%.</p>
    </section>
  );
}

/** A category that one side does not list is absent there only if that side lists anything at all. */
function rowsOf({ baseline, current }: DimensionView): Row[] {
  const share = (side: DimensionView["current"], name: string): number | null => {
    const total = side.n;
    if (total === null || total === 0 || side.categories.length === 0) return null;
    return (side.categories.find(([each]) => each === name)?.[1] ?? 0) / total;
  };
  const names = [...new Set([...current.categories, ...baseline.categories].map(([name]) => name))];
  const rows = names.map((name) => ({ name, before: share(baseline, name), now: share(current, name) }));
  return rows.sort((a, b) => Math.max(b.now ?? 0, b.before ?? 0) - Math.max(a.now ?? 0, a.before ?? 0)).slice(0, mostRows);
}
