// The choice of how far back a page looks.
import type { Child } from "hono/jsx";
import { spans } from "./window.ts";

export function SpanTabs({ days, path }: { days: number; path: string }): Child {
  return (
    <nav class="tabs compact" aria-label="Time span">
      {spans.map((each) => (
        <a href={`${path}?days=${each}`} {...(each === days ? { "aria-current": "true" } : {})}>
          {each}&#x202F;d
        </a>
      ))}
    </nav>
  );
}
