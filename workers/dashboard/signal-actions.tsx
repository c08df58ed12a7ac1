// What a person can say of a signal: that it is one of its own, over, or not worth showing; what it is called and how bad; that it is the
// same as another, or several. Plain forms, each with its reason; the API decides.
import type { Child } from "hono/jsx";
import { segment, signalPath } from "./links.ts";
import { severities } from "./read/drift.ts";
import { cleanText, clipped } from "./safe-text.tsx";
import { mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";
import { plural } from "./format.ts";
import type { SignalPageParts } from "./load-signal.ts";
import type { SignalView } from "./read/signal.ts";

/** Classes to choose from; one with more is merged of many and is better split by a rule. */
const mostClasses = 100;

export function SignalActions({ parts, view }: { parts: SignalPageParts; view: View }): Child {
  const { signal, others, children } = parts;
  if (!mayWrite(view)) return <p class="faint small">This key reads only: it cannot act on signals.</p>;
  const isOfClasses = children.length === 0 && !signal.isDeclared;
  const action = (verb: string): string => `/act/signals/${segment(signal.id)}/${verb}`;
  const hidden = (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={signalPath(signal.id)} />
    </>
  );
  return (
    <section class="actions" aria-label="Actions">
      <form method="post" class="field-stack">
        {hidden}
        <label for="reason">Reason (kept in its history)</label>
        <input id="reason" name="reason" maxlength={500} />
        <p class="buttons">
          {signal.confirmedBy === null && (
            <button type="submit" formaction={action("confirm")} class="primary" title="A class of its own, and worth watching">
              Confirm
            </button>
          )}
          {signal.state !== "resolved" && (
            <button type="submit" formaction={action("resolve")} title="It is over; should it come back it is called regressed">
              Resolve
            </button>
          )}
          {signal.state !== "archived" && (
            <button type="submit" formaction={action("archive")} title="Put away; its findings are still counted">
              Archive
            </button>
          )}
          {(signal.state === "archived" || signal.state === "resolved") && (
            <button type="submit" formaction={action("reopen")} title="Take back that it is archived or resolved">
              Reopen
            </button>
          )}
        </p>
      </form>
      <details class="action-sheet">
        <summary>Name, definition, severity…</summary>
        <Describe signal={signal} action={action("edit")} hidden={hidden} />
      </details>
      {isOfClasses && others.length > 0 && (
        <details class="action-sheet">
          <summary>Merge into another…</summary>
          <Merge others={others} action={action("merge")} hidden={hidden} />
        </details>
      )}
      {isOfClasses && signal.classes.length > 1 && (
        <details class="action-sheet">
          <summary>Split…</summary>
          <Split signal={signal} action={action("split")} hidden={hidden} />
        </details>
      )}
      {signal.examples.length > 0 && (
        <a href={`/cases/new?signal=${encodeURIComponent(signal.id.toWellFormed())}`}>Make cases of its examples…</a>
      )}
      <a href={`/backfills/new?signal=${encodeURIComponent(signal.id.toWellFormed())}`}>Look for it in all of history…</a>
    </section>
  );
}

interface Sheet {
  action: string;
  hidden: Child;
}

function Describe({ signal, action, hidden }: Sheet & { signal: SignalView }): Child {
  return (
    <form method="post" action={action}>
      {hidden}
      <input type="hidden" name="was_name" value={cleanText(signal.name)} />
      <input type="hidden" name="was_definition" value={cleanText(signal.definition)} />
      <input type="hidden" name="was_severity" value={signal.severity} />
      <input type="hidden" name="was_rule" value={cleanText(signal.rule ?? "")} />
      <label>
        <span>Name</span>
        <input name="name" value={cleanText(signal.name)} maxlength={120} required />
      </label>
      <label>
        <span>Definition, in plain words</span>
        <textarea name="definition" rows={4} maxlength={2_000}>
          {cleanText(signal.definition)}
        </textarea>
      </label>
      {signal.isDeclared && signal.rule !== null && (
        <label>
          <span>Rule (CEL)</span>
          <textarea name="rule" rows={3} maxlength={500} spellcheck={false} class="mono">
            {cleanText(signal.rule)}
          </textarea>
        </label>
      )}
      <label>
        <span>Severity</span>
        <select name="severity">
          {severities.map((each) => (
            <option value={each} selected={each === signal.severity}>
              {spoken(each)}
            </option>
          ))}
        </select>
      </label>
      <Reason />
      <p class="buttons">
        <button type="submit">Save</button>
      </p>
    </form>
  );
}

function Merge({ others, action, hidden }: Sheet & { others: readonly SignalView[] }): Child {
  return (
    <form method="post" action={action}>
      {hidden}
      <label>
        <span>Into</span>
        <select name="into" required>
          <option value="">choose…</option>
          {others.map((each) => (
            <option value={each.id}>{clipped(each.name, 90)}</option>
          ))}
        </select>
      </label>
      <Reason />
      <p class="faint small">Their findings become one class, and stay so until somebody splits it.</p>
      <p class="buttons">
        <button type="submit">Merge</button>
      </p>
    </form>
  );
}

function Split({ signal, action, hidden }: Sheet & { signal: SignalView }): Child {
  return (
    <form method="post" action={action}>
      {hidden}
      <fieldset>
        <legend>Take out, into a signal of its own</legend>
        {signal.classes.slice(0, mostClasses).map((each) => (
          <label class="check">
            <input type="checkbox" name="classes" value={each.key} />
            <span>
              <bdi>{clipped(each.name, 160)}</bdi>
              {each.findings !== null && <span class="faint num"> {plural(each.findings, "finding")}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <p class="faint small">With none chosen, all but the largest are taken out.</p>
      <Reason />
      <p class="faint small">A split by a person is never undone by the machine.</p>
      <p class="buttons">
        <button type="submit">Split</button>
      </p>
    </form>
  );
}

function Reason(): Child {
  return (
    <label>
      <span>Reason</span>
      <input name="reason" maxlength={500} />
    </label>
  );
}
