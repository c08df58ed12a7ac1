// How often a signal was seen day by day: large, with intervals, changes and drifts, and the same as a table.
import type { Child } from "hono/jsx";
import { LargeChart } from "./charts/large-chart.tsx";
import { Legend } from "./charts/legend.tsx";
import { bucketsOf } from "./charts/rate.tsx";
import { count, percent, plural } from "./format.ts";
import { intervalText } from "./signal-words.ts";
import { absolute, type Clock } from "./time-format.ts";
import type { ChangeView } from "./read/change.ts";
import type { DimensionView } from "./read/dimension.ts";
import type { DriftView } from "./read/drift.ts";
import type { RateView, TrendView } from "./read/signal.ts";

interface Props {
  /** Of the dimension whose rate it is. */
  name: string;
  total: RateView;
  trend: readonly TrendView[];
  changes: readonly ChangeView[];
  drifts: readonly DriftView[];
  window: { fromMs: number; toMs: number };
  clock: Clock;
}

export function SignalTrend({ name, total, trend, changes, drifts, window, clock }: Props): Child {
  if (!trend.some((each) => each.rate !== null)) return <p class="faint">No day with runs yet.</p>;
  const standing = drifts.filter((each) => each.status !== "dismissed");
  return (
    <>
      <LargeChart
        dimension={asDimension(name, total)}
        series={bucketsOf(trend)}
        changes={changes}
        drifts={standing}
        clock={clock}
        fromMs={window.fromMs}
        toMs={window.toMs}
      />
      {(changes.length > 0 || standing.length > 0) && <Legend changes={changes} hasDrift={standing.length > 0} hasBand={false} />}
      <TrendTable trend={trend} clock={clock} />
    </>
  );
}

/** A signal's rate is drawn like any other share of runs. */
function asDimension(name: string, { rate, low, high, denominator }: RateView): DimensionView {
  const none = { n: null, value: null, low: null, high: null, category: null, categories: [] };
  return {
    name,
    kind: "proportion",
    unit: "share",
    levelUnit: "share",
    status: "stable",
    baseline: none,
    current: { ...none, n: denominator, value: rate, low, high },
    needs: null,
    expression: null,
    feedback: null,
  };
}

function TrendTable({ trend, clock }: { trend: readonly TrendView[]; clock: Clock }): Child {
  return (
    <details class="rest">
      <summary>The same as a table ({plural(trend.length, "day")})</summary>
      <div class="scroll">
        <table class="list numbers">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" class="right">
                Rate
              </th>
              <th scope="col" class="right">
                95 %
              </th>
              <th scope="col" class="right">
                With it
              </th>
              <th scope="col" class="right">
                Runs
              </th>
            </tr>
          </thead>
          <tbody>
            {trend.toReversed().map((each) => (
              <tr>
                <td>{absolute(each.atMs, clock)}</td>
                <td class="right num">{percent(each.rate)}</td>
                <td class="right num">{intervalText(each)}</td>
                <td class="right num">{count(each.count)}</td>
                <td class="right num">{count(each.denominator)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
