// A page that moves on renews itself; somebody who reads or types can hold it still. The rest of the address stays as it is.
import type { Child } from "hono/jsx";
import { asked, type View } from "./view.ts";

/** For the page; none where it stands still, is held, or shows a form that came back. */
export function renewal(view: View, isMoving: boolean, seconds: number): { refreshSeconds?: number } {
  return isMoving && asked(view, "hold") === null && view.again === null ? { refreshSeconds: seconds } : {};
}

export function Renewing({ view }: { view: View }): Child {
  const isHeld = asked(view, "hold") !== null;
  const query = new URLSearchParams(view.url.searchParams);
  if (isHeld) query.delete("hold");
  else query.set("hold", "1");
  const to = query.size === 0 ? view.url.pathname : `${view.url.pathname}?${query.toString()}`;
  return (
    <p class="faint small">
      {isHeld ? "This page stands still. " : "This page renews itself. "}
      <a href={to}>{isHeld ? "Renew it" : "Hold it still"}</a>
    </p>
  );
}
