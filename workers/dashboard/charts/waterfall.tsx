// When a step ran within its run: one bar on the run's time. And, for long runs, all steps as one strip, failures marked.
import type { Child } from "hono/jsx";
import { count, duration, plural } from "../format.ts";
import { px } from "./frame.ts";
import type { StepView } from "../read/run.ts";

export interface Extent {
  fromMs: number;
  toMs: number;
}

const width = 400;
/** The shortest bar that can be seen. */
const leastPx = 2;

export function WaterfallBar({ step, extent }: { step: StepView; extent: Extent | null }): Child {
  if (extent === null || step.startMs === null) return <span class="step-bar faint small">{step.startMs === null ? "no times" : ""}</span>;
  const span = extent.toMs - extent.fromMs;
  const took = step.durationMs ?? (step.endMs === null ? 0 : step.endMs - step.startMs);
  const from = Math.min(width - leastPx, Math.max(0, ((step.startMs - extent.fromMs) / span) * width));
  const length = Math.min(width - from, Math.max(leastPx, (took / span) * width));
  return (
    <svg
      class="chart step-bar"
      viewBox={`0 0 ${width} 10`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`from ${duration(step.startMs - extent.fromMs)} for ${duration(took)}`}
    >
      <rect class="track" x="0" y="4.5" width={width} height="1" />
      <rect class="fill" x={px(from)} y="1" width={px(length)} height="8" />
    </svg>
  );
}

/** Cells of the strip: as many as a phone has pixels to show. */
const cells = 180;

export function StepOverview({ steps, shownFrom, shownTo }: { steps: readonly StepView[]; shownFrom: number; shownTo: number }): Child {
  const perCell = Math.max(1, steps.length / cells);
  const failed = Array.from({ length: Math.ceil(steps.length / perCell) }, () => 0);
  steps.forEach((step, index) => {
    if (step.status === "error" || step.softError) failed[Math.floor(index / perCell)] = (failed[Math.floor(index / perCell)] ?? 0) + 1;
  });
  const scale = width / steps.length;
  const failures = failed.reduce((sum, each) => sum + each, 0);
  return (
    <svg
      class="chart overview"
      viewBox={`0 0 ${width} 22`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${plural(steps.length, "step")}, ${count(failures)} failed; shown are ${count(shownFrom + 1)} to ${count(shownTo)}`}
    >
      <rect class="track" x="0" y="6" width={width} height="10" />
      {failed.map((each, cell) =>
        each === 0 ? null : (
          <rect class="failed" x={px(cell * perCell * scale)} y="6" width={px(Math.max(1, perCell * scale - 0.4))} height="10" />
        ),
      )}
      <rect class="shown" x={px(shownFrom * scale)} y="2" width={px(Math.max(2, (shownTo - shownFrom) * scale))} height="18" />
    </svg>
  );
}
