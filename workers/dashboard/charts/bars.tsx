// Bars for shares: a confidence as a filled bar, a share with its interval as a dot on a whisker, and a mix split.
import type { Child } from "hono/jsx";
import { percent } from "../format.ts";
import { px } from "./frame.ts";

const width = 120;

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

export function ConfidenceBar({ confidence, label }: { confidence: number; label: string }): Child {
  return (
    <svg class="chart bar" viewBox={`0 0 ${width} 8`} role="img" aria-label={`${label}: ${percent(confidence)}`}>
      <rect class="track" x="0" y="1" width={width} height="6" rx="3" />
      <rect class="fill" x="0" y="1" width={px(width * clamp(confidence))} height="6" rx="3" />
    </svg>
  );
}

/** A share of the whole with its interval; both may reach past 0 and 1 and are drawn to the edge. */
export function ShareWhisker({
  share,
  low,
  high,
  label,
}: {
  share: number;
  low: number | null;
  high: number | null;
  label: string;
}): Child {
  const x = (value: number): number => px(5 + clamp(value) * (width - 10));
  return (
    <svg class="chart bar" viewBox={`0 0 ${width} 12`} role="img" aria-label={`${label}: ${percent(share)}`}>
      <line class="track-line" x1="5" x2={width - 5} y1="6" y2="6" />
      {low !== null && high !== null && <line class="whisker" x1={x(low)} x2={x(high)} y1="6" y2="6" />}
      <circle class="dot" cx={x(share)} cy="6" r="4" />
    </svg>
  );
}

/** Two parts of one change side by side, by their size. */
export function SplitBar({ parts, label }: { parts: { name: string; size: number }[]; label: string }): Child {
  const total = parts.reduce((sum, each) => sum + Math.abs(each.size), 0);
  if (total === 0) return null;
  let from = 0;
  return (
    <svg class="chart split" viewBox="0 0 400 14" preserveAspectRatio="none" role="img" aria-label={label}>
      {parts.map((part, i) => {
        const length = (Math.abs(part.size) / total) * 400;
        const x = from;
        from += length;
        return <rect class={`part part-${i}`} x={px(x)} y="0" width={px(Math.max(0, length - 2))} height="14" rx="2" />;
      })}
    </svg>
  );
}
