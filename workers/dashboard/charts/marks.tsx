// The marks that charts share: baseline band, value line with its gaps, drift shading and change markers.
import type { Child } from "hono/jsx";
import { area, line } from "d3-shape";
import { kindLetter } from "../chips.tsx";
import { dimensionTitle } from "../dimension-words.ts";
import { clipped } from "../safe-text.tsx";
import { absolute, type Clock } from "../time-format.ts";
import type { ChangeView } from "../read/change.ts";
import type { Bucket } from "../read/dimension.ts";
import type { DriftView } from "../read/drift.ts";
import { px, type Frame } from "./frame.ts";

const digitsOfPaths = 1;

export function Band({ series, at }: { series: readonly Bucket[]; at: Frame }): Child {
  const band = area<Bucket>()
    .digits(digitsOfPaths)
    .defined((each) => each.baseline.low !== null && each.baseline.high !== null)
    .x((each) => at.x(each.atMs))
    .y0((each) => at.y(each.baseline.low ?? 0))
    .y1((each) => at.y(each.baseline.high ?? 0))([...series]);
  const middle = line<Bucket>()
    .digits(digitsOfPaths)
    .defined((each) => each.baseline.value !== null)
    .x((each) => at.x(each.atMs))
    .y((each) => at.y(each.baseline.value ?? 0))([...series]);
  return (
    <g>
      {band !== null && <path class="band" d={band} />}
      {middle !== null && <path class="middle" d={middle} />}
    </g>
  );
}

/** The interval of each bucket as a ribbon. */
export function Ribbon({ series, at }: { series: readonly Bucket[]; at: Frame }): Child {
  const path = area<Bucket>()
    .digits(digitsOfPaths)
    .defined((each) => each.low !== null && each.high !== null)
    .x((each) => at.x(each.atMs))
    .y0((each) => at.y(each.low ?? 0))
    .y1((each) => at.y(each.high ?? 0))([...series]);
  return path === null ? null : <path class="ribbon" d={path} />;
}

/** The line breaks where a bucket has no value; a value between two gaps is a dot, or it would not be seen. */
export function ValueLine({ series, at }: { series: readonly Bucket[]; at: Frame }): Child {
  const path = line<Bucket>()
    .digits(digitsOfPaths)
    .defined((each) => each.value !== null)
    .x((each) => at.x(each.atMs))
    .y((each) => at.y(each.value ?? 0))([...series]);
  const alone = series.filter(
    (each, i) => each.value !== null && (series[i - 1]?.value ?? null) === null && (series[i + 1]?.value ?? null) === null,
  );
  return (
    <g>
      {path !== null && <path class="value" d={path} />}
      {alone.map((each) => (
        <circle class="point" cx={px(at.x(each.atMs))} cy={px(at.y(each.value ?? 0))} r="2" />
      ))}
    </g>
  );
}

/** From the onset to its end (recovery is not dated, so to the edge), and the interval in which the onset lies, darker. */
export function DriftShade({
  drifts,
  at,
  clock,
  fromMs,
  toMs,
}: {
  drifts: readonly DriftView[];
  at: Frame;
  clock: Clock;
  fromMs: number;
  toMs: number;
}): Child {
  const shown = drifts.filter((each) => each.onsetMs !== null && each.onsetMs <= toMs && (each.onsetToMs ?? each.onsetMs) >= fromMs);
  const top = at.box.top;
  const height = at.box.height - at.box.bottom - top;
  return (
    <g>
      {shown.map((drift) => {
        const onset = at.x(drift.onsetMs ?? fromMs);
        const from = at.x(drift.onsetFromMs ?? drift.onsetMs ?? fromMs);
        const to = at.x(drift.onsetToMs ?? drift.onsetMs ?? fromMs);
        return (
          <g class={`drift drift-${drift.status}`}>
            <title>
              {dimensionTitle(drift.dimension)} moved, onset {drift.onsetMs === null ? "" : absolute(drift.onsetMs, clock)}
            </title>
            {drift.status === "open" && (
              <rect class="moved" x={px(onset)} y={top} width={px(Math.max(0, at.box.width - at.box.right - onset))} height={height} />
            )}
            <rect class="onset" x={px(from)} y={top} width={px(Math.max(1, to - from))} height={height} />
            <line class="onset-line" x1={px(onset)} x2={px(onset)} y1={top} y2={top + height} />
          </g>
        );
      })}
    </g>
  );
}

interface Marked {
  x: number;
  changes: ChangeView[];
}

/** Changes that would lie on one another become one marker. */
export function grouped(changes: readonly ChangeView[], x: (atMs: number) => number, apartPx: number): Marked[] {
  const marks: Marked[] = [];
  const dated = changes.flatMap((each) => (each.atMs === null ? [] : [{ change: each, atMs: each.atMs }])).sort((a, b) => a.atMs - b.atMs);
  for (const { change, atMs } of dated) {
    const last = marks.at(-1);
    if (last !== undefined && x(atMs) - last.x < apartPx) last.changes.push(change);
    else marks.push({ x: x(atMs), changes: [change] });
  }
  return marks;
}

const markerPx = 13;

/** Change markers: a line through the plot and a lettered square on top; several at one place show their number. */
export function ChangeMarks({ changes, at, clock, y }: { changes: readonly ChangeView[]; at: Frame; clock: Clock; y: number }): Child {
  return (
    <g>
      {grouped(changes, at.x, markerPx + 2).map(({ x, changes: here }) => {
        const left = Math.min(at.box.width - markerPx, Math.max(0, x - markerPx / 2));
        const kinds = new Set(here.map((each) => each.kind));
        const kind = kinds.size === 1 ? (here[0]?.kind ?? "unknown") : "several";
        return (
          <g class={`mark k-${kind}`}>
            <title>
              {here
                .map((each) => `${each.kind} ${clipped(each.ref, 60)}${each.atMs === null ? "" : `, ${absolute(each.atMs, clock)}`}`)
                .join("; ")}
            </title>
            <line x1={px(x)} x2={px(x)} y1={y + markerPx} y2={at.box.height - at.box.bottom} />
            <rect x={px(left)} y={y} width={markerPx} height={markerPx} rx="3" />
            <text x={px(left + markerPx / 2)} y={y + 10} text-anchor="middle">
              {here.length > 1 ? String(Math.min(here.length, 99)) : kindLetter(kind)}
            </text>
          </g>
        );
      })}
    </g>
  );
}
