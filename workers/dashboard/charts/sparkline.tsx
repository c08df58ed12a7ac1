// A line in a table cell: the dimension over its baseline band with the interval of the onset. No axis; the row has the numbers.
import type { Child } from "hono/jsx";
import { dimensionTitle } from "../dimension-words.ts";
import { fromTo } from "../effect.tsx";
import type { Clock } from "../time-format.ts";
import type { Bucket } from "../read/dimension.ts";
import type { DriftView } from "../read/drift.ts";
import { frame, valueDomain } from "./frame.ts";
import { Band, DriftShade, ValueLine } from "./marks.tsx";

const box = { width: 190, height: 44, top: 3, right: 3, bottom: 3, left: 3 };

export function Sparkline({ drift, series, clock, id }: { drift: DriftView; series: readonly Bucket[]; clock: Clock; id: string }): Child {
  const first = series[0];
  const last = series.at(-1);
  if (first === undefined || last === undefined) return <span class="faint small">no series</span>;
  const at = frame(box, first.atMs, last.atMs, clock.zone, valueDomain(series, drift.kind, false), 0);
  return (
    <svg class="chart spark" viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-labelledby={`${id}-t`}>
      <title id={`${id}-t`}>{`${dimensionTitle(drift.dimension)} around its onset: ${fromTo(drift) ?? "moved"}`}</title>
      <DriftShade drifts={[drift]} at={at} clock={clock} fromMs={first.atMs} toMs={last.atMs} />
      <Band series={series} at={at} />
      <ValueLine series={series} at={at} />
    </svg>
  );
}
