// What Claude proposes for a signal, with a person's answers to it as plain forms. Nothing of it is used before somebody accepts it; where
// there is no model key the box says so in the API's words.
import type { Child } from "hono/jsx";
import { segment, signalPath } from "./links.ts";
import type { SignalPageParts } from "./load-signal.ts";
import type { ProposalView } from "./read/signal.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { mayWrite, type View } from "./view.ts";

export function SignalProposal({ parts: { signal, siblings }, view }: { parts: SignalPageParts; view: View }): Child {
  const { proposal } = signal;
  const canWrite = mayWrite(view);
  if (proposal === null && !canWrite) return null;
  const form = (verb: string, children: Child): Child => (
    <form method="post" action={`/act/signals/${segment(signal.id)}/${verb}`}>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={signalPath(signal.id)} />
      {proposal !== null && verb !== "propose" && <input type="hidden" name="at" value={proposal.at} />}
      <p class="buttons">{children}</p>
    </form>
  );
  const into = siblings.find(({ slug }) => slug === proposal?.mergeInto) ?? null;
  return (
    <section aria-labelledby="proposal">
      <h2 id="proposal">Claude proposes</h2>
      {proposal === null && <p class="faint small">A name, a definition or a merge, for you to accept or not.</p>}
      {proposal !== null && <Told proposal={proposal} into={into} />}
      {canWrite && proposal?.status === "ready" && form("accept", <AcceptButtons proposal={proposal} />)}
      {canWrite && proposal !== null && form("decline", <button type="submit">Decline</button>)}
      {canWrite && proposal?.status !== "ready" && form("propose", <button type="submit">Ask Claude for a name</button>)}
    </section>
  );
}

function Told({ proposal, into }: { proposal: ProposalView; into: { id: string; name: string } | null }): Child {
  const { status, error } = proposal;
  if (status === "pending")
    return <p class="faint small">Claude was asked{error === null ? "" : `: ${cleanText(error)}`}. Look again in a moment.</p>;
  if (status !== "ready")
    return (
      <p class="faint small">
        {status === "off" ? "Claude is off" : "It failed"}
        {error === null ? "" : `: ${cleanText(error)}`}.
      </p>
    );
  return (
    <>
      {proposal.name !== null && (
        <p>
          <b>
            <Name value={proposal.name} most={120} />
          </b>
        </p>
      )}
      {proposal.definition !== null && <p>{cleanText(proposal.definition)}</p>}
      {proposal.mergeInto !== null && (
        <p>
          The same as{" "}
          {into === null ? (
            <code>
              <Name value={proposal.mergeInto} most={60} />
            </code>
          ) : (
            <a href={signalPath(into.id)}>
              <Name value={into.name} most={120} />
            </a>
          )}
          .
        </p>
      )}
      {proposal.reason !== null && <p class="faint small">{cleanText(proposal.reason)}</p>}
      <p class="faint small">Nothing of it is used before you accept it.</p>
    </>
  );
}

function AcceptButtons({ proposal: { name, definition, mergeInto } }: { proposal: ProposalView }): Child {
  const accept = (what: string, label: string): Child => (
    <button type="submit" name="what" value={what}>
      {label}
    </button>
  );
  return (
    <>
      {mergeInto !== null && accept("merge", "Accept the merge")}
      {name !== null && accept("name", "Accept the name")}
      {definition !== null && accept("definition", "Accept the definition")}
      {mergeInto === null && name !== null && definition !== null && accept("all", "Accept both")}
    </>
  );
}
