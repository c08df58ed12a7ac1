// What is done with an artifact: validate, promote, deprecate, revert. Plain forms that the API decides on; what it refuses stands at the form
// that was sent, as it was filled in.
import type { Child } from "hono/jsx";
import { queryString } from "./api-client.ts";
import { GateDoor } from "./gate-parts.tsx";
import { complaintsOf, Refusal } from "./form-parts.tsx";
import { count } from "./format.ts";
import { artifactPath, gatePath, segment } from "./links.ts";
import { cleanText, clipped, Name } from "./safe-text.tsx";
import type { ArtifactView } from "./read/artifact.ts";
import type { GateView } from "./read/gate.ts";
import { mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";

export const artifactVerbs = ["validate", "promote", "deprecate", "revert"] as const;
export type ArtifactVerb = (typeof artifactVerbs)[number];

interface Props {
  artifact: ArtifactView;
  /** Gates about one of its versions, newest first. */
  gates: readonly GateView[];
  view: View;
}

export function ArtifactActions({ artifact, gates, view }: Props): Child {
  if (!mayWrite(view)) return <p class="faint small">This key reads only: it cannot act on artifacts.</p>;
  const form = { artifact, gates, view };
  const isOut = artifact.state === "deprecated";
  const isPerson = view.session.kind === "person";
  return (
    <section class="actions" aria-label="Actions">
      <datalist id="its-gates">
        {gates.map((gate) => (
          <option value={cleanText(gate.id)} />
        ))}
      </datalist>
      {!isOut && (
        <Sheet {...form} verb="validate" said="Say that it has proven itself">
          <Version {...form} verb="validate" />
          <Text {...form} verb="validate" name="gate_id" label="Gate that it passed" />
          {isPerson && (
            <label class="check">
              <input type="checkbox" name="sign_off" value="1" checked={typed(view, "validate", "sign_off") !== ""} />
              <span>I sign for it in place of a gate</span>
            </label>
          )}
          <Text {...form} verb="validate" name="reason" label="Reason (needed when you sign)" />
        </Sheet>
      )}
      {!isOut && (
        <Sheet {...form} verb="promote" said="Put into use" isMain>
          <Version {...form} verb="promote" />
          <Text {...form} verb="promote" name="gate_id" label="Open gate (else the one that validated it)" />
          <Text {...form} verb="promote" name="reason" label="Reason" />
          {!isPerson && <p class="faint small">A machine's key promotes only where a person has signed a policy.</p>}
        </Sheet>
      )}
      {artifact.state !== "candidate" && (
        <Sheet {...form} verb="revert" said="Take the last step back">
          {artifact.promotedVersion !== null && <input type="hidden" name="version" value={String(artifact.promotedVersion)} />}
          <Text {...form} verb="revert" name="reason" label="Reason" isRequired />
        </Sheet>
      )}
      {!isOut && (
        <Sheet {...form} verb="deprecate" said="Take it out of use">
          <Text {...form} verb="deprecate" name="reason" label="Reason" />
        </Sheet>
      )}
    </section>
  );
}

interface SheetProps extends Props {
  verb: ArtifactVerb;
  said: string;
  isMain?: boolean;
  children: Child;
}

function Sheet({ artifact, view, verb, said, isMain = false, children }: SheetProps): Child {
  const again = view.again !== null && view.again.field("act") === verb ? view.again : null;
  return (
    <details class="action-sheet" open={again !== null}>
      <summary>{spoken(verb)}…</summary>
      <Refusal again={again} complaints={complaintsOf(again, [])} what="Not done." />
      <form method="post" action={`/act/artifacts/${segment(artifact.id)}/${verb}`}>
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={artifactPath(artifact.id)} />
        <input type="hidden" name="act" value={verb} />
        {children}
        <p class="buttons">
          <button type="submit" class={verb === "deprecate" ? "danger" : isMain ? "primary" : ""}>
            {said}
          </button>
        </p>
      </form>
    </details>
  );
}

/** What was typed into this very form before it was refused. */
function typed(view: View, verb: ArtifactVerb, name: string): string {
  return view.again !== null && view.again.field("act") === verb ? view.again.field(name) : "";
}

function Version({ artifact, view, verb }: Props & { verb: ArtifactVerb }): Child {
  const wanted = verb === "validate" ? "candidate" : "validated";
  const usual = artifact.versions.findLast(({ state }) => state === wanted) ?? artifact.versions.at(-1);
  const chosen = typed(view, verb, "version") || String(usual?.version ?? "");
  return (
    <label>
      <span>Version</span>
      <select name="version">
        {artifact.versions.toReversed().map(({ version, state }) => (
          <option value={String(version)} selected={String(version) === chosen}>
            {count(version)}, {state}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextProps extends Props {
  verb: ArtifactVerb;
  name: "gate_id" | "reason";
  label: string;
  isRequired?: boolean;
}

function Text({ view, verb, name, label, isRequired = false }: TextProps): Child {
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        value={cleanText(typed(view, verb, name))}
        maxlength={name === "reason" ? 2_000 : 100}
        required={isRequired}
        autocomplete="off"
        {...(name === "gate_id" ? { list: "its-gates", placeholder: "gat_…" } : {})}
      />
    </label>
  );
}

export function ArtifactGates({ artifact, gates, view }: Props): Child {
  const newest = artifact.versions.at(-1);
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      {gates.length === 0 && <p class="faint">No gate is about one of its versions.</p>}
      <ul>
        {gates.map((gate) => (
          <li>
            <a href={gatePath(gate.id)}>{clipped(gate.candidate.artifacts.join(", "), 80)}</a>{" "}
            <span class="small">{gate.isRunning ? "not decided yet" : spoken(gate.verdict)}</span>{" "}
            <GateDoor gate={gate} nowMs={view.clock.nowMs} />
            <p class="faint small">
              <Name value={gate.id} most={40} />
            </p>
          </li>
        ))}
      </ul>
      {mayWrite(view) && newest !== undefined && (
        <p class="small">
          <a href={`/gates/new${queryString({ agent: artifact.agent, artifacts: newest.ref })}`}>
            Ask a gate about version {count(newest.version)}
          </a>
        </p>
      )}
    </section>
  );
}
