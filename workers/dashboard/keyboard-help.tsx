// The dialog behind `?`. It is part of every page, so that it opens without asking the server.
import type { Child } from "hono/jsx";

const shortcuts = [
  ["j", "next in the list"],
  ["k", "previous in the list"],
  ["Enter", "open it: an incident, a signal, an experiment, a case, a run, a step"],
  ["/", "search"],
  ["?", "this help"],
  ["Esc", "close"],
] as const;

export function KeyboardHelp(): Child {
  return (
    <dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl class="keys">
        {shortcuts.map(([key, meaning]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
