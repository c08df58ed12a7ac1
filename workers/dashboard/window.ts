// Which stretch of time a page shows: 2 to 90 days up to now, hours where that is short enough to be read, else days. A
// project whose traffic was imported is looked at up to its newest run, not up to the clock.
import { asked, type View } from "./view.ts";
import type { SeriesWindow } from "./load-series.ts";

export const spans = [2, 7, 14, 30, 90] as const;
const defaultSpanDays = 14;
/** Beyond this, hours are too many for a small chart to show. */
const mostDaysByHour = 7;
const dayMs = 86_400_000;

export interface PageWindow extends SeriesWindow {
  days: number;
}

export function windowOf(view: View, newestMs: number | null): PageWindow {
  const wanted = Number(asked(view, "days") ?? defaultSpanDays);
  const days = spans.find((each) => each === wanted) ?? defaultSpanDays;
  const toMs = newestMs !== null && newestMs < view.clock.nowMs - dayMs ? newestMs + 3_600_000 : view.clock.nowMs;
  return { days, fromMs: toMs - days * dayMs, toMs, bucket: days <= mostDaysByHour ? "hour" : "day" };
}

/** What falls into the window; a mark from before it would stand at its edge as if it had happened there. */
export function within<T extends { atMs: number | null }>(
  { fromMs, toMs }: Pick<SeriesWindow, "fromMs" | "toMs">,
  dated: readonly T[],
): T[] {
  return dated.filter(({ atMs }) => atMs !== null && atMs >= fromMs && atMs <= toMs);
}
