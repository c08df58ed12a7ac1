// The button that has a correction drafted for a signal, and the way to those that were drafted before.
import type { Child } from "hono/jsx";
import { segment, signalPath } from "./links.ts";
import type { SignalView } from "./read/signal.ts";
import { mayWrite, type View } from "./view.ts";

export function DraftFix({ signal, view }: { signal: SignalView; view: View }): Child {
  if (!mayWrite(view) || signal.isWin) return null;
  return (
    <form method="post" action={`/act/signals/${segment(signal.id)}/draft`} class="actions">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={signalPath(signal.id)} />
      <p class="buttons">
        <button type="submit">Draft a fix</button>
      </p>
      <p class="faint small">From runs with it and runs that went well, as a candidate artifact. The same evidence is the same draft.</p>
    </form>
  );
}
