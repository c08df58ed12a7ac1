// When a rule would have told what: a lane for each thing that it found, a bar from its first notice to its end, a mark for each notice.
// Drawn twice a page (wide and narrow) so that text keeps its size on a phone.
import type { Child } from "hono/jsx";
import { plural } from "../format.ts";
import { clipped } from "../safe-text.tsx";
import { absolute, type Clock } from "../time-format.ts";
import { eventText } from "../alert-words.tsx";
import type { AlertView, PreviewView } from "../read/alert.ts";
import { frame, px, type Box, type Frame } from "./frame.ts";

/** Height of a lane; on a phone its name stands above it. */
const lanePx = { wide: 26, narrow: 42 };
const barPx = 10;
/** More lanes than anyone reads; the table has them all. */
const mostLanes = 12;
const sizes: Record<"wide" | "narrow", Omit<Box, "height">> = {
  wide: { width: 1080, top: 10, right: 10, bottom: 26, left: 250 },
  narrow: { width: 358, top: 10, right: 6, bottom: 26, left: 6 },
};

interface Lane {
  name: string;
  told: AlertView[];
}

export function AlertLanes({ preview, clock }: { preview: PreviewView; clock: Clock }): Child {
  const lanes = lanesOf(preview);
  if (lanes.length === 0) return null;
  const shown = lanes.slice(0, mostLanes);
  return (
    <figure class="large lanes">
      <Drawing lanes={shown} preview={preview} clock={clock} size="wide" />
      <Drawing lanes={shown} preview={preview} clock={clock} size="narrow" />
      {lanes.length > shown.length && (
        <figcaption class="faint small">{plural(lanes.length - shown.length, "more lane")}: see the table.</figcaption>
      )}
    </figure>
  );
}

/** By what was found: an incident, a dimension, or the agent itself. */
function lanesOf({ told, agents }: PreviewView): Lane[] {
  const byThing = Map.groupBy(told, ({ agent, incidentId, dimension }) => JSON.stringify([agent, incidentId ?? dimension]));
  return [...byThing.values()].map((ofThing) => {
    const [first] = ofThing;
    const title = first?.title ?? "";
    return { name: agents.length > 1 ? `${first?.agent ?? ""}: ${title}` : title, told: ofThing };
  });
}

function Drawing({ lanes, preview, clock, size }: { lanes: Lane[]; preview: PreviewView; clock: Clock; size: "wide" | "narrow" }): Child {
  const box: Box = { ...sizes[size], height: sizes[size].top + lanes.length * lanePx[size] + sizes[size].bottom };
  const at = frame(box, preview.fromMs, preview.toMs, clock.zone, [0, 1], size === "wide" ? 9 : 4);
  const id = `lanes-${size}`;
  return (
    <svg class={`chart ${size}`} viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-labelledby={`${id}-t`}>
      <title id={`${id}-t`}>{`${plural(preview.notices, "notice")} over time; the same is in the table below`}</title>
      {at.ticks.map((tick) => (
        <g>
          <line class="grid" x1={px(tick.x)} x2={px(tick.x)} y1={box.top} y2={box.height - box.bottom} />
          <text class="tick" x={px(tick.x)} y={box.height - 8} text-anchor="middle">
            {tick.label}
          </text>
        </g>
      ))}
      {lanes.map((lane, i) => (
        <OneLane lane={lane} at={at} y={box.top + i * lanePx[size]} clock={clock} size={size} />
      ))}
    </svg>
  );
}

function OneLane({ lane, at, y, clock, size }: { lane: Lane; at: Frame; y: number; clock: Clock; size: "wide" | "narrow" }): Child {
  const right = at.box.width - at.box.right;
  const middle = size === "wide" ? y + lanePx.wide / 2 : y + 29;
  return (
    <g class="lane">
      <line class="grid" x1={at.box.left} x2={right} y1={middle} y2={middle} />
      <text x={size === "wide" ? 0 : at.box.left} y={size === "wide" ? middle + 4 : y + 16}>
        {clipped(lane.name, size === "wide" ? 38 : 54)}
      </text>
      {spansOf(lane.told).map(([fromMs, toMs]) => {
        const x = at.x(fromMs);
        return (
          <rect
            class="span"
            x={px(x)}
            y={middle - barPx / 2}
            width={px(Math.max(2, (toMs === null ? right : at.x(toMs)) - x))}
            height={barPx}
            rx="3"
          />
        );
      })}
      {lane.told.map((alert) =>
        alert.toldMs === null ? null : (
          <circle
            class={`notice-mark ${markOf(alert.event)}`}
            cx={px(at.x(alert.toldMs))}
            cy={middle}
            r={alert.event === "alert.renotified" ? 2 : 4}
          >
            <title>{`${eventText(alert.event)}, ${absolute(alert.toldMs, clock)}: ${clipped(alert.title, 120)}`}</title>
          </circle>
        ),
      )}
    </g>
  );
}

/** From each first notice to the end that follows it; null while it stands. */
function spansOf(told: readonly AlertView[]): [number, number | null][] {
  const spans: [number, number | null][] = [];
  let fromMs: number | null = null;
  for (const { event, toldMs } of told) {
    if (toldMs === null) continue;
    if (event !== "alert.resolved") fromMs ??= toldMs;
    else if (fromMs !== null) {
      spans.push([fromMs, toldMs]);
      fromMs = null;
    }
  }
  if (fromMs !== null) spans.push([fromMs, null]);
  return spans;
}

function markOf(event: string): string {
  return event === "alert.resolved" ? "mark-over" : event === "alert.no_data" ? "mark-gap" : "mark-told";
}
