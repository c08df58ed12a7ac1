// Differences with their intervals, a row for each metric on one scale: the line of no difference through all of them, and where a loss is
// accepted, how far. Rates are drawn in points; amounts, whose units differ, in percent of the baseline. The numbers stand beside.
import type { Child } from "hono/jsx";
import { scaleLinear, type ScaleLinear } from "d3-scale";
import { differenceRange, differenceText, points, toneOf } from "../experiment-words.ts";
import { dimensionTitle } from "../dimension-words.ts";
import { signed } from "../format.ts";
import { clipped } from "../safe-text.tsx";
import type { MetricView } from "../read/metric.ts";
import { px, valueTicks } from "./frame.ts";

const sizes = {
  wide: { width: 880, label: 200, value: 170, row: 44, axis: 30, isAbove: false, ticks: 7 },
  narrow: { width: 358, label: 8, value: 8, row: 62, axis: 28, isAbove: true, ticks: 4 },
} as const;
type Size = (typeof sizes)[keyof typeof sizes];
/** Air at both ends of the scale. */
const air = 0.08;
const halfMarginPx = 13;

interface Row {
  metric: MetricView;
  value: number;
  low: number | null;
  high: number | null;
  /** Where the accepted loss ends, on its side of zero; null where none is accepted. */
  margin: number | null;
}

export function IntervalPlots({ metrics }: { metrics: readonly MetricView[] }): Child {
  const rates = metrics.filter(({ isRate }) => isRate).flatMap((each) => rowOf(each) ?? []);
  const amounts = metrics.filter(({ isRate }) => !isRate).flatMap((each) => rowOf(each) ?? []);
  if (rates.length + amounts.length === 0) return null;
  return (
    <figure class="large intervals">
      {rates.length > 0 && <Plot rows={rates} id="rates" title="Rates: candidate − baseline, in points" label={(x) => axisPoints(x)} />}
      {amounts.length > 0 && (
        <Plot
          rows={amounts}
          id="amounts"
          title="Amounts: change against the baseline, in percent of it"
          label={(x) => signed(100 * x, 0, "+")}
        />
      )}
      <figcaption class="legend">
        <span class="interval-good">better</span>
        <span class="interval-bad">worse</span>
        <span class="interval-open">not told apart from zero</span>
        {[...rates, ...amounts].some(({ margin }) => margin !== null) && <span class="interval-margin">accepted loss</span>}
      </figcaption>
    </figure>
  );
}

/** null where there is no difference to draw, or nothing that an amount could be a share of. */
function rowOf(metric: MetricView): Row | null {
  const { difference, low, high, baseline, isRate, goal, margin } = metric;
  const scale = isRate ? 1 : Math.abs(baseline ?? 0);
  if (difference === null || scale === 0) return null;
  return {
    metric,
    value: difference / scale,
    low: low === null ? null : low / scale,
    high: high === null ? null : high / scale,
    margin: margin === null ? null : goal === "increase" ? -margin : margin,
  };
}

interface PlotProps {
  rows: readonly Row[];
  id: string;
  title: string;
  label: (value: number) => string;
}

function Plot({ rows, id, title, label }: PlotProps): Child {
  return (
    <>
      <p class="small faint" id={`plot-${id}`}>
        {title}
      </p>
      <Drawing rows={rows} id={id} label={label} size={sizes.wide} name="wide" />
      <Drawing rows={rows} id={id} label={label} size={sizes.narrow} name="narrow" />
    </>
  );
}

type DrawingProps = Omit<PlotProps, "title"> & { size: Size; name: keyof typeof sizes };

function Drawing({ rows, id, label, size, name }: DrawingProps): Child {
  const { width, row, axis } = size;
  const height = rows.length * row + axis;
  const x = scaleLinear(domainOf(rows), [size.label, width - size.value]);
  const bottom = height - axis;
  return (
    <svg class={`chart ${name}`} viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={`plot-${id}`}>
      {valueTicks(x, size.ticks).map((tick) => (
        <g>
          <line class="grid" x1={px(x(tick))} x2={px(x(tick))} y1="0" y2={bottom + 4} />
          <text x={px(x(tick))} y={bottom + 18} text-anchor="middle">
            {label(tick)}
          </text>
        </g>
      ))}
      <line class="zero" x1={px(x(0))} x2={px(x(0))} y1="0" y2={bottom + 4} />
      {rows.map((each, i) => (
        <Interval row={each} x={x} top={i * row} size={size} />
      ))}
    </svg>
  );
}

function Interval({ row, x, top, size }: { row: Row; x: ScaleLinear<number, number>; top: number; size: Size }): Child {
  const { metric, value, low, high, margin } = row;
  const middle = top + (size.isAbove ? size.row - 20 : size.row / 2);
  const tone = toneOf(metric);
  const range = differenceRange(metric, metric.low, metric.high);
  const said = differenceText(metric, metric.difference);
  return (
    <g class={`interval interval-${tone}`}>
      <title>{`${clipped(metric.name, 80)}: ${said}${range === "" ? "" : `, 95 %: ${range}`}`}</title>
      <text class="metric-name" x={size.isAbove ? 0 : 4} y={size.isAbove ? top + 18 : middle + 4}>
        {clipped(dimensionTitle(metric.name), size.isAbove ? 24 : 26)}
      </text>
      <text class="metric-value" x={size.width - (size.isAbove ? 0 : 4)} y={size.isAbove ? top + 18 : middle - 2} text-anchor="end">
        {said}
      </text>
      {!size.isAbove && range !== "" && (
        <text x={size.width - 4} y={middle + 13} text-anchor="end">
          {range}
        </text>
      )}
      {margin !== null && (
        <line class="margin" x1={px(x(margin))} x2={px(x(margin))} y1={middle - halfMarginPx} y2={middle + halfMarginPx} />
      )}
      {low !== null && high !== null && <line class="whisker" x1={px(x(low))} x2={px(x(high))} y1={middle} y2={middle} />}
      <circle class="dot" cx={px(x(value))} cy={middle} r="5" />
    </g>
  );
}

/** Ticks are round, so that most need no `.0`. */
const axisPoints = (value: number): string => points(value).replace(/\.0$/, "");

/** Zero and all that is drawn, with air at both ends. */
function domainOf(rows: readonly Row[]): [number, number] {
  const all = [0, ...rows.flatMap(({ value, low, high, margin }) => [value, low, high, margin].filter((each) => each !== null))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || 0.1) * air;
  return [low - room, high + room];
}
