// One dimension at full size: value with its interval over the baseline band, changes in a lane of their own above, the
// number of runs behind each bucket in a lane below. Drawn twice a page (wide and narrow) so that text keeps its size on a phone.
import type { Child } from "hono/jsx";
import { dimensionTitle } from "../dimension-words.ts";
import { count, plural, quantity } from "../format.ts";
import { absolute, type Clock } from "../time-format.ts";
import type { ChangeView } from "../read/change.ts";
import type { Bucket, DimensionView } from "../read/dimension.ts";
import type { DriftView } from "../read/drift.ts";
import { axisLabel, frame, px, valueDomain, valueTicks, type Box, type Frame } from "./frame.ts";
import { Band, ChangeMarks, DriftShade, Ribbon, ValueLine } from "./marks.tsx";

/** Height of the lane that shows how many runs a bucket has. */
const lanePx = 34;
const sizes: Record<"wide" | "narrow", Box> = {
  wide: { width: 1080, height: 400, top: 24, right: 10, bottom: 74, left: 64 },
  narrow: { width: 358, height: 340, top: 24, right: 6, bottom: 74, left: 54 },
};

interface Props {
  dimension: DimensionView;
  series: readonly Bucket[];
  changes: readonly ChangeView[];
  drifts: readonly DriftView[];
  clock: Clock;
  fromMs: number;
  toMs: number;
}

export function LargeChart(props: Props): Child {
  return (
    <figure class="large">
      <Drawing {...props} size="wide" />
      <Drawing {...props} size="narrow" />
    </figure>
  );
}

function Drawing({ dimension, series, changes, drifts, clock, fromMs, toMs, size }: Props & { size: "wide" | "narrow" }): Child {
  const box = sizes[size];
  const at = frame(box, fromMs, toMs, clock.zone, valueDomain(series, dimension.kind, true), size === "wide" ? 9 : 4);
  const write = (value: number | null): string => quantity(value, dimension.unit, dimension.kind);
  const level = (value: number | null): string => quantity(value, dimension.levelUnit, dimension.kind);
  const id = `large-${size}`;
  return (
    <svg class={`chart ${size}`} viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-labelledby={`${id}-t ${id}-d`}>
      <title id={`${id}-t`}>{`${dimensionTitle(dimension.name)} over time`}</title>
      <desc
        id={`${id}-d`}
      >{`${plural(series.length, "bucket")}; now ${level(dimension.current.value)}${dimension.baseline.value === null ? "" : `, baseline ${level(dimension.baseline.value)}`}; ${plural(changes.length, "change")} marked. The same numbers are in the table below.`}</desc>
      {valueTicks(at.y, 5).map((tick) => (
        <g>
          <line class="grid" x1={box.left} x2={box.width - box.right} y1={px(at.y(tick))} y2={px(at.y(tick))} />
          <text class="tick" x={box.left - 8} y={px(at.y(tick) + 4)} text-anchor="end">
            {axisLabel(write(tick))}
          </text>
        </g>
      ))}
      <DriftShade drifts={drifts} at={at} clock={clock} fromMs={fromMs} toMs={toMs} />
      <Band series={series} at={at} />
      <Ribbon series={series} at={at} />
      <ChangeMarks changes={changes} at={at} clock={clock} y={4} />
      <ValueLine series={series} at={at} />
      {at.ticks.map((tick) => (
        <text class="tick" x={px(tick.x)} y={box.height - box.bottom + 18} text-anchor="middle">
          {tick.label}
        </text>
      ))}
      <CountLane series={series} at={at} />
      <HoverTargets series={series} at={at} write={write} clock={clock} />
    </svg>
  );
}

function CountLane({ series, at }: { series: readonly Bucket[]; at: Frame }): Child {
  const most = Math.max(0, ...series.map((each) => each.n ?? 0));
  if (most === 0) return null;
  const floor = at.box.height - 4;
  const width = Math.max(1, Math.min(12, (at.box.width - at.box.left - at.box.right) / Math.max(1, series.length) - 1));
  return (
    <g>
      <text class="tick" x={at.box.left - 8} y={floor - lanePx + 10} text-anchor="end">
        {count(most)}
      </text>
      <text class="tick" x={at.box.left - 8} y={floor} text-anchor="end">
        runs
      </text>
      {series.map((each) => {
        const height = ((each.n ?? 0) / most) * lanePx;
        return height === 0 ? null : (
          <rect class="runs" x={px(at.x(each.atMs) - width / 2)} y={px(floor - height)} width={px(width)} height={px(height)} />
        );
      })}
    </g>
  );
}

/** Invisible columns, one a bucket: hovering anywhere over a bucket names its numbers. */
function HoverTargets({
  series,
  at,
  write,
  clock,
}: {
  series: readonly Bucket[];
  at: Frame;
  write: (value: number | null) => string;
  clock: Clock;
}): Child {
  const width = (at.box.width - at.box.left - at.box.right) / Math.max(1, series.length);
  return (
    <g class="hover">
      {series.map((each) => (
        <g>
          <title>{`${absolute(each.atMs, clock)}: ${write(each.value)}${each.low === null || each.high === null ? "" : ` (${write(each.low)} to ${write(each.high)})`}, ${plural(each.n ?? 0, "run")}`}</title>
          <rect x={px(at.x(each.atMs) - width / 2)} y={at.box.top} width={px(width)} height={px(at.box.height - at.box.top)} />
          {each.value !== null && <circle cx={px(at.x(each.atMs))} cy={px(at.y(each.value))} r="3.5" />}
        </g>
      ))}
    </g>
  );
}
