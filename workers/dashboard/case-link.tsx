// A case on a page about others: what goes in, as a link to its run; one without a run leads to its suite, and one that is not known is its id.
import type { Child } from "hono/jsx";
import type { CaseInput } from "./case-inputs.ts";
import { runPath, suitePath } from "./links.ts";
import { clipped, Name } from "./safe-text.tsx";

interface Props {
  /** null where the page only knows a run. */
  id: string | null;
  runId: string | null;
  suiteId: string | null;
  inputs: ReadonlyMap<string, CaseInput>;
}

export function CaseLink({ id, runId, suiteId, inputs }: Props): Child {
  const known = id === null ? undefined : inputs.get(id);
  const run = runId ?? known?.runId ?? null;
  const to = run !== null ? runPath(run) : suiteId === null ? null : suitePath(suiteId);
  const name =
    known === undefined || known.line === "" ? (
      <code>
        <Name value={id ?? run ?? ""} most={34} />
      </code>
    ) : (
      <bdi>{known.line}</bdi>
    );
  if (to === null) return name;
  return (
    <a href={to} {...(id === null ? {} : { title: clipped(id, 60) })} data-row>
      {name}
    </a>
  );
}
