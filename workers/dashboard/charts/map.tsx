// The map of an agent's failures: families side by side, as wide as their priority (frequency × severity), the signals of each below it,
// dividing its width by theirs. Every cell is a link and names itself where there is room; the list below has all numbers.
import type { Child } from "hono/jsx";
import { percent } from "../format.ts";
import { signalPath } from "../links.ts";
import { clipped } from "../safe-text.tsx";
import type { FamilyView, SignalView } from "../read/signal.ts";
import { px } from "./frame.ts";

const sizes = { wide: { width: 1_080, row: 46 }, narrow: { width: 358, row: 40 } } as const;
const gapPx = 2;
/** The narrowest cell that can be seen and hit. */
const leastPx = 4;
/** About what a letter takes at the size of the labels. */
const letterPx = 7.4;
/** Cells of one row; what is rarer is in the list. */
const mostFamilies = 24;
const mostSignals = 12;

interface Cell {
  signal: SignalView;
  x: number;
  width: number;
  row: 0 | 1;
  /** A family of one signal is that signal, as high as both rows. */
  rows: 1 | 2;
}

export function SignalMap({ families }: { families: readonly FamilyView[] }): Child {
  const shown = families.filter(({ signal }) => weightOf(signal) > 0).slice(0, mostFamilies);
  if (shown.length === 0) return null;
  return (
    <figure class="large map">
      <Drawing families={shown} size="wide" />
      <Drawing families={shown} size="narrow" />
      <figcaption class="faint small">
        Width is frequency × severity.
        {shown.some(({ signals }) => signals.length > 1) &&
          " Above: what kind of failure, of what; below: the signals that it is made of, where there are several."}
      </figcaption>
    </figure>
  );
}

const weightOf = ({ priority, rate }: SignalView): number => Math.max(0, priority ?? rate ?? 0);

function Drawing({ families, size }: { families: readonly FamilyView[]; size: keyof typeof sizes }): Child {
  const { width, row } = sizes[size];
  const cells = cellsOf(families, width);
  const id = `map-${size}`;
  return (
    <svg class={`chart ${size}`} viewBox={`0 0 ${width} ${row * 2 + gapPx}`} role="group" aria-labelledby={`${id}-t`}>
      <title id={`${id}-t`}>Kinds of failure by frequency × severity; the same is in the list below</title>
      {cells.map(({ signal, x, width: wide, row: at, rows }) => {
        const letters = Math.floor((wide - 16) / letterPx);
        const y = at * (row + gapPx);
        return (
          <a
            href={signalPath(signal.id)}
            class={`cell fill-${signal.severity} level-${at}`}
            aria-label={`${clipped(signal.name, 120)}, ${percent(signal.rate)} of runs`}
          >
            <title>{`${clipped(signal.name, 160)}: ${percent(signal.rate)} of runs, ${signal.severity}`}</title>
            <rect x={px(x)} y={y} width={px(Math.max(1, wide - gapPx))} height={row * rows + gapPx * (rows - 1)} rx="4" />
            {letters >= 4 && (
              <>
                <text class="cell-name" x={px(x + 8)} y={y + row / 2 - 3}>
                  {clipped(signal.name, letters)}
                </text>
                <text class="cell-rate" x={px(x + 8)} y={y + row / 2 + 12}>
                  {percent(signal.rate)}
                </text>
              </>
            )}
          </a>
        );
      })}
    </svg>
  );
}

function cellsOf(families: readonly FamilyView[], width: number): Cell[] {
  return shares(
    families.map(({ signal }) => weightOf(signal)),
    0,
    width,
  ).flatMap(({ x, width: wide }, i): Cell[] => {
    const family = families[i];
    if (family === undefined) return [];
    const signals = family.signals.slice(0, mostSignals);
    if (signals.length < 2) return [{ signal: signals[0] ?? family.signal, x, width: wide, row: 0, rows: 2 }];
    const below = shares(signals.map(weightOf), x, wide);
    return [
      { signal: family.signal, x, width: wide, row: 0, rows: 1 },
      ...signals.flatMap((signal, k): Cell[] => {
        const place = below[k];
        return place === undefined ? [] : [{ signal, ...place, row: 1, rows: 1 }];
      }),
    ];
  });
}

/** Stretches of `width` from `from` on, by weight, none so narrow that it is lost. Without weights they are equal. */
function shares(weights: readonly number[], from: number, width: number): { x: number; width: number }[] {
  const total = weights.reduce((sum, each) => sum + each, 0);
  const least = Math.min(leastPx, width / Math.max(1, weights.length));
  const wanted = weights.map((each) => Math.max(least, total === 0 ? width / weights.length : (each / total) * width));
  const scale =
    width /
    Math.max(
      1,
      wanted.reduce((sum, each) => sum + each, 0),
    );
  let x = from;
  return wanted.map((each) => {
    const place = { x, width: each * scale };
    x += place.width;
    return place;
  });
}
