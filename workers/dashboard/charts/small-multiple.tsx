// One dimension in a small box: its line over its baseline band, changes and drift marked. The numbers stand beside it as
// text; the picture says the shape.
import type { Child } from "hono/jsx";
import { quantity } from "../format.ts";
import { dimensionTitle } from "../dimension-words.ts";
import type { Clock } from "../time-format.ts";
import type { ChangeView } from "../read/change.ts";
import type { Bucket, DimensionView } from "../read/dimension.ts";
import type { DriftView } from "../read/drift.ts";
import { axisLabel, frame, px, valueDomain, valueTicks } from "./frame.ts";
import { Band, ChangeMarks, DriftShade, ValueLine } from "./marks.tsx";

const box = { width: 320, height: 118, top: 18, right: 6, bottom: 17, left: 46 };

export interface SmallMultipleProps {
  dimension: DimensionView;
  series: readonly Bucket[];
  changes: readonly ChangeView[];
  drifts: readonly DriftView[];
  clock: Clock;
  fromMs: number;
  toMs: number;
  /** Distinguishes the chart on its page: titles are referred to by id. */
  id: string;
}

export function SmallMultiple({ dimension, series, changes, drifts, clock, fromMs, toMs, id }: SmallMultipleProps): Child {
  const at = frame(box, fromMs, toMs, clock.zone, valueDomain(series, dimension.kind, false), 3);
  const yTicks = valueTicks(at.y, 2);
  const write = (value: number | null): string => quantity(value, dimension.unit, dimension.kind);
  const level = (value: number | null): string => quantity(value, dimension.levelUnit, dimension.kind);
  const title = dimensionTitle(dimension.name);
  return (
    <svg class="chart small" viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-labelledby={`${id}-t ${id}-d`}>
      <title id={`${id}-t`}>{title}</title>
      <desc
        id={`${id}-d`}
      >{`${series.length} buckets; now ${level(dimension.current.value)}, baseline ${level(dimension.baseline.value)}; ${dimension.status}.`}</desc>
      {yTicks.map((tick) => (
        <g>
          <line class="grid" x1={box.left} x2={box.width - box.right} y1={px(at.y(tick))} y2={px(at.y(tick))} />
          <text class="tick" x={box.left - 6} y={px(at.y(tick) + 3.5)} text-anchor="end">
            {shortLabel(axisLabel(write(tick)))}
          </text>
        </g>
      ))}
      <DriftShade drifts={drifts} at={at} clock={clock} fromMs={fromMs} toMs={toMs} />
      <Band series={series} at={at} />
      <ChangeMarks changes={changes} at={at} clock={clock} y={1} />
      <ValueLine series={series} at={at} />
      {at.ticks.map((tick) => (
        <text class="tick" x={px(tick.x)} y={box.height - 4} text-anchor="middle">
          {tick.label}
        </text>
      ))}
    </svg>
  );
}

/** The gutter has room for eight characters; the unit's name is in the heading. */
function shortLabel(label: string): string {
  return label.length <= 8 ? label : (label.split("\u202F")[0] ?? label);
}
