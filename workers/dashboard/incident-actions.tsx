// What a person can do with an incident. Only what its status allows is offered; the API decides.
import type { Child } from "hono/jsx";
import { incidentPath, segment } from "./links.ts";
import { mayWrite, type View } from "./view.ts";
import type { IncidentStatus, IncidentView } from "./read/incident.ts";

const offered: Record<IncidentStatus, { verb: string; name: string; isMain?: boolean }[]> = {
  open: [
    { verb: "acknowledge", name: "Acknowledge", isMain: true },
    { verb: "mitigate", name: "Mitigated" },
    { verb: "resolve", name: "Resolve" },
  ],
  acknowledged: [
    { verb: "mitigate", name: "Mitigated", isMain: true },
    { verb: "resolve", name: "Resolve" },
  ],
  mitigated: [
    { verb: "resolve", name: "Resolve", isMain: true },
    { verb: "reopen", name: "Reopen" },
  ],
  resolved: [{ verb: "reopen", name: "Reopen" }],
};

export function IncidentActions({ incident, view }: { incident: IncidentView; view: View }): Child {
  if (!mayWrite(view)) return <p class="faint small">This key reads only: it cannot act on incidents.</p>;
  const action = (verb: string): string => `/act/incidents/${segment(incident.id)}/${verb}`;
  const hidden = (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={incidentPath(incident.id)} />
    </>
  );
  return (
    <section class="actions" aria-label="Actions">
      <form method="post" class="buttons">
        {hidden}
        {offered[incident.status].map(({ verb, name, isMain }) => (
          <button type="submit" formaction={action(verb)} class={isMain ? "primary" : ""}>
            {name}
          </button>
        ))}
      </form>
      <form method="post" action={action("assign")} class="field-row">
        {hidden}
        <label for="owner">Owner</label>
        <input id="owner" name="owner" value={incident.owner ?? view.session.owner ?? ""} maxlength={120} />
        <button type="submit">Assign</button>
      </form>
      <form method="post" action={action("comment")} class="field-stack">
        {hidden}
        <label for="comment">Comment</label>
        <textarea id="comment" name="comment" rows={2} required maxlength={4_000} />
        <button type="submit">Add comment</button>
      </form>
      <details class="action-sheet small-sheet">
        <summary>Merge…</summary>
        <form method="post" action={action("merge")} class="field-row">
          {hidden}
          <label for="into">Into the incident (id or name in its address)</label>
          <input id="into" name="into" required maxlength={200} autocomplete="off" spellcheck={false} />
          <button type="submit">Merge</button>
        </form>
      </details>
    </section>
  );
}
