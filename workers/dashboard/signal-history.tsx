// What became of a signal, newest first, and which signals are its kin.
import type { Child } from "hono/jsx";
import { percent } from "./format.ts";
import { signalPath, taxonomyPath } from "./links.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";
import { spoken } from "./words.ts";
import type { SignalPageParts } from "./load-signal.ts";
import type { SignalView } from "./read/signal.ts";

/** Relatives named; the map has all. */
const mostKin = 12;

export function SignalHistory({ signal, clock }: { signal: SignalView; clock: Clock }): Child {
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      {signal.history.length === 0 ? (
        <p class="faint small">Nobody has changed it.</p>
      ) : (
        <ol class="timeline">
          {signal.history.toReversed().map((entry) => (
            <li class={`entry-${entry.by === "bento" || entry.by === "" ? "machine" : "person"}`}>
              <p class="entry-head">
                <b>{spoken(entry.kind)}</b>
                {entry.other !== null && (
                  <>
                    {" "}
                    <a href={signalPath(entry.other)}>
                      <Name value={entry.other} most={32} />
                    </a>
                  </>
                )}
                {entry.by !== "" && (
                  <span>
                    {" "}
                    by <Name value={entry.by} most={40} />
                  </span>
                )}
              </p>
              <p class="faint small">
                <Moment at={entry.atMs} clock={clock} show="absolute" />
              </p>
              {entry.reason !== null && entry.reason !== "" && <p>{cleanText(entry.reason).slice(0, 600)}</p>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export function SignalRelatives({ parts: { signal, parent, siblings, children } }: { parts: SignalPageParts }): Child {
  return (
    <section aria-labelledby="kin">
      <h2 id="kin">In the map</h2>
      <dl class="lineage">
        {parent !== null && <Kin name="Family" signals={[parent]} />}
        {siblings.length > 0 && <Kin name="Beside it" signals={siblings} />}
        {children.length > 0 && <Kin name="Made of" signals={children} />}
      </dl>
      <p class="small">
        <a href={taxonomyPath(signal.agent)}>All kinds of failure of this agent</a>
      </p>
    </section>
  );
}

function Kin({ name, signals }: { name: string; signals: readonly SignalView[] }): Child {
  return (
    <div>
      <dt>
        {name} {signals.length > 1 && <span class="tally">{signals.length}</span>}
      </dt>
      <dd>
        <ul class="kin">
          {signals.slice(0, mostKin).map((each) => (
            <li>
              <a href={signalPath(each.id)}>
                <Name value={each.name} most={70} />
              </a>{" "}
              <span class="faint num">{percent(each.rate)}</span>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
