// A moment on a page: how long ago and when, in the project's zone, with the full time in the tooltip and for machines.
import type { Child } from "hono/jsx";
import { dash } from "./format.ts";
import { absolute, exact, relative, type Clock } from "./time-format.ts";

export function Moment({ at, clock, show = "both" }: { at: number | null; clock: Clock; show?: "both" | "relative" | "absolute" }): Child {
  if (at === null) return <span class="faint">{dash}</span>;
  const said = { both: `${relative(at, clock)} · ${absolute(at, clock)}`, relative: relative(at, clock), absolute: absolute(at, clock) };
  return (
    <time datetime={new Date(at).toISOString()} title={exact(at, clock)}>
      {said[show]}
    </time>
  );
}
