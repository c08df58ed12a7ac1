// One table of what was learned and whether it holds under another model: each with its verdict, what was measured under either model with its 95 %
// interval and n, and what it rests on. What was not measured is a dash, never zero.
import type { Child } from "hono/jsx";
import { evidencePath } from "../../domain/book/book-text.ts";
import type { TransferVerdict } from "../../domain/book/transfer.ts";
import { slugOf } from "./artifact-ids.ts";
import { differenceRange, differenceText, type Tone } from "./experiment-words.ts";
import { count } from "./format.ts";
import { entryPath } from "./links.ts";
import type { EffectView, TransferRowView } from "./read/transfer.ts";
import { VerdictMark } from "./result-chip.tsx";
import { cleanText, clipped, Name } from "./safe-text.tsx";
import { spoken } from "./words.ts";

/** References of one row that are shown. */
const mostRefs = 6;

export const transferWords: Record<TransferVerdict, { said: string; tone: Tone }> = {
  holds: { said: "Holds", tone: "good" },
  weaker: { said: "Weaker", tone: "warn" },
  gone: { said: "Gone", tone: "bad" },
  untestable: { said: "Untestable", tone: "calm" },
};

interface Props {
  rows: readonly TransferRowView[];
  models: { from: string; to: string };
  /** Ids of the agent's artifacts by slug. */
  artifacts: ReadonlyMap<string, string>;
}

export function TransferTable({ rows, models, artifacts }: Props): Child {
  return (
    <table class="list stacked transfer">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Kind</th>
          <th scope="col">Verdict</th>
          <th scope="col" class="right">
            <Name value={models.from} most={40} />
          </th>
          <th scope="col" class="right">
            <Name value={models.to} most={40} />
          </th>
          <th scope="col" class="right">
            Difference
          </th>
          <th scope="col">Rests on</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} artifacts={artifacts} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, artifacts }: { row: TransferRowView; artifacts: Props["artifacts"] }): Child {
  return (
    <tr>
      <td class="lead">
        <What row={row} artifacts={artifacts} />
      </td>
      <td data-label="Kind" class="num">
        {row.kind === "book" ? "Learning" : spoken(row.kind)}
      </td>
      <td data-label="Verdict" class="wide-cell verdict-cell">
        <VerdictMark {...transferWords[row.verdict]} />
        <p class="faint small">{cleanText(row.reason).slice(0, 300)}</p>
      </td>
      <td data-label="Before" class="right">
        <Effect effect={row.from} measure={row.measure} />
      </td>
      <td data-label="After" class="right">
        <Effect effect={row.to} measure={row.measure} />
      </td>
      <td data-label="Difference" class="right">
        <Effect effect={row.difference} measure={row.measure} />
      </td>
      <td data-label="Rests on" class="small">
        {row.measure === null ? <span class="faint">nothing measured</span> : clipped(row.measure, 120)}{" "}
        {row.refs.slice(0, mostRefs).map((ref) => (
          <Ref id={ref} />
        ))}
      </td>
    </tr>
  );
}

function What({ row: { kind, id, name }, artifacts }: { row: TransferRowView; artifacts: Props["artifacts"] }): Child {
  const artifactId = kind === "artifact" ? artifacts.get(slugOf(id)) : undefined;
  const path = kind === "book" ? entryPath(id) : artifactId === undefined ? null : evidencePath(artifactId);
  const said = <Name value={name === "" ? id : name} most={120} />;
  return path === null ? (
    said
  ) : (
    <a href={path} data-row>
      {said}
    </a>
  );
}

function Effect({ effect, measure }: { effect: EffectView | null; measure: string | null }): Child {
  if (effect === null) return <span class="faint">–</span>;
  const metric = metricOf(measure);
  const { value, low, high, n } = effect;
  return (
    <>
      <b class="num">{differenceText(metric, value)}</b>
      {low !== null && high !== null && <p class="faint small num">{differenceRange(metric, low, high)}</p>}
      {n !== null && <p class="faint small num">n = {count(n)}</p>}
    </>
  );
}

const ofExperiments = " in experiments";
const amounts = /^(?:latency|volume|tokens|cost)\.|^output\.length$/;

/** Differences of shares are said in points, those of an experiment's amounts in their own unit. */
function metricOf(measure: string | null): { name: string; isRate: boolean } {
  const name = measure?.endsWith(ofExperiments) === true ? measure.slice(0, -ofExperiments.length) : "";
  return { name, isRate: !amounts.test(name) };
}

function Ref({ id }: { id: string }): Child {
  const path = evidencePath(id);
  const name = <Name value={id} most={36} />;
  return <span class="id-line mono">{path === null ? name : <a href={path}>{name}</a>}</span>;
}
