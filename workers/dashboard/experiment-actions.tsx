// What a person may do with an experiment: start, stop, abort, promote, and give a canary a larger share. Plain forms, each with its reason; what
// the API refuses is said here, at the form. Promoting needs a person's key, and the page says so before it is tried.
import type { Child } from "hono/jsx";
import { percent } from "./format.ts";
import { complaintsOf, Refusal } from "./form-parts.tsx";
import { experimentPath, segment } from "./links.ts";
import { cleanText } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { mayWrite, type View } from "./view.ts";
import type { CanaryView } from "./read/canary.ts";
import type { ExperimentStatus, ExperimentView } from "./read/experiment.ts";

interface Props {
  found: ExperimentView;
  view: View;
}

export function ExperimentActions({ found, view }: Props): Child {
  if (!mayWrite(view)) return <p class="faint small">This key reads only: it cannot act on experiments.</p>;
  const isOver = found.status === "aborted" || found.status === "failed" || found.status === "promoted";
  const ramp = found.kind === "canary" && found.canary !== null ? found.canary : null;
  if (isOver) return ramp === null ? null : <Share canary={ramp} found={found} view={view} />;
  return (
    <>
      <section class="actions" aria-label="Actions">
        <Refusal again={view.again} complaints={complaintsOf(view.again, [])} what="Not done." />
        <Move found={found} view={view} />
      </section>
      {ramp !== null && <Share canary={ramp} found={found} view={view} />}
    </>
  );
}

function Hidden({ found, view }: Props): Child {
  return (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={experimentPath(found.id)} />
    </>
  );
}

const canEnd = (status: ExperimentStatus): boolean => status === "draft" || status === "running";

function Move({ found, view }: Props): Child {
  const action = (verb: string): string => `/act/experiments/${segment(found.id)}/${verb}`;
  const { status } = found;
  const mayPromote = status !== "draft" && (status !== "running" || found.kind !== "replay");
  return (
    <form method="post" class="field-stack">
      <Hidden found={found} view={view} />
      <label for="reason">Reason (kept in the audit log)</label>
      <input id="reason" name="reason" maxlength={500} value={cleanText(view.again?.field("reason") ?? "")} />
      <p class="buttons">
        {status === "draft" && (
          <button type="submit" formaction={action("start")} class="primary">
            Start
          </button>
        )}
        {canEnd(status) && (
          <button type="submit" formaction={action("stop")} title="End it early; what it measured stays">
            Stop
          </button>
        )}
        {canEnd(status) && (
          <button type="submit" formaction={action("abort")} class="danger" title="End it because the candidate does harm">
            Abort
          </button>
        )}
      </p>
      {mayPromote && <Promote found={found} view={view} action={action("promote")} />}
    </form>
  );
}

function Promote({ found, view, action }: Props & { action: string }): Child {
  const isPerson = view.session.kind === "person";
  return (
    <>
      {found.kind === "canary" && found.verdict !== "candidate_better" && isPerson && (
        <label class="check">
          <input type="checkbox" name="override" value="1" checked={view.again?.field("override") === "1"} />
          <span>Against the verdict, if need be: I give the reason above.</span>
        </label>
      )}
      <button type="submit" formaction={action} disabled={!isPerson}>
        Promote the candidate
      </button>
      <p class="faint small">
        {isPerson
          ? "Signed with your key: the audit log names you."
          : "Only a person promotes. You are signed in with a machine's key: sign in with a key of kind person."}
      </p>
    </>
  );
}

function Share({ canary, found, view }: Props & { canary: CanaryView }): Child {
  const isRunning = found.status === "running";
  return (
    <section class={isRunning ? "actions" : ""} aria-labelledby="share">
      <h2 id="share">Share of units</h2>
      <p class="big-number num">{percent(canary.share)}</p>
      {canary.ramp.length > 0 && (
        <ul class="timeline">
          {canary.ramp.map(({ share, atMs }) => (
            <li>
              <b class="num">{percent(share)}</b>{" "}
              <span class="faint small">
                <Moment at={atMs} clock={view.clock} show="absolute" />
              </span>
            </li>
          ))}
        </ul>
      )}
      {isRunning && mayWrite(view) && (
        <form method="post" action={`/act/experiments/${segment(found.id)}/ramp`} class="field-row">
          <Hidden found={found} view={view} />
          <label for="ramp-share">Raise it to, in percent</label>
          <input
            id="ramp-share"
            name="share"
            inputmode="decimal"
            required
            maxlength={8}
            autocomplete="off"
            value={cleanText(view.again?.field("share") ?? "")}
          />
          <button type="submit">Raise</button>
        </form>
      )}
      {isRunning && <p class="faint small">It only grows: no unit is taken back from the candidate while it runs.</p>}
    </section>
  );
}
