// Policies on a page: which are in force and who signed them, the form to sign one and the form to revoke one. Both forms are shut for a key that is
// not a person's, with the reason; what the API refuses stands at the form that asked.
import type { Child } from "hono/jsx";
import { amount, count, money } from "./format.ts";
import { complaintsOf, Refusal, TextField } from "./form-parts.tsx";
import { number, record, text, type JsonRecord } from "./json.ts";
import { loopPath, segment, suitePath } from "./links.ts";
import type { LoopView, PolicyView } from "./read/loop.ts";
import { cleanText, clipped, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";

/** Letters of a policy as the form takes it. */
const mostLetters = 20_000;
const rowsOfForm = 18;

const grantWords: ReadonlyMap<string, string> = new Map([
  ["artifact.draft", "draft for failure signals"],
  ["artifact.validate", "try candidates, and validate those that win"],
  ["artifact.canary", "start canaries"],
  ["artifact.promote", "bring validated versions into use"],
  ["artifact.revert", "take back what does not keep its promise"],
  ["canary.promote", "promote what a canary shows better and harmless"],
]);

interface ListProps {
  policies: readonly PolicyView[];
  budgets: LoopView["budgets"];
  view: View;
}

export function Policies({ policies, budgets, view }: ListProps): Child {
  const inForce = policies.filter(({ isInForce }) => isInForce);
  const past = policies.filter(({ isInForce }) => !isInForce);
  return (
    <section aria-labelledby="policies">
      <h2 id="policies">Policies in force</h2>
      {inForce.length === 0 && <p class="faint">None.</p>}
      {inForce.map((policy) => (
        <InForce policy={policy} budget={budgets.get(policy.id)} view={view} />
      ))}
      {past.length > 0 && (
        <details class="rest">
          <summary>{count(past.length)} revoked or expired</summary>
          <ul class="rows">
            {past.map((policy) => (
              <li id={policy.id}>
                <Ended policy={policy} view={view} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

interface InForceProps {
  policy: PolicyView;
  budget: { drafts: { used: number | null; of: number | null }; gates: { used: number | null; of: number | null } } | undefined;
  view: View;
}

function InForce({ policy, budget, view }: InForceProps): Child {
  const facts: [string, Child][] = [
    ["Lets machines", policy.grants.map((grant) => grantWords.get(grant) ?? clipped(grant, 40)).join("; ")],
    ["Kinds", policy.kinds === null ? "every kind of artifact" : policy.kinds.map((kind) => clipped(spoken(kind), 40)).join(", ")],
    ["Expires", policy.expiresMs === null ? "when it is revoked" : <Moment at={policy.expiresMs} clock={view.clock} />],
    ...(policy.loop === null ? [] : termsOf(policy.loop)),
    ...(budget === undefined
      ? []
      : [["Used today", `${ofText(budget.drafts)} drafts, ${ofText(budget.gates)} gates`] satisfies [string, Child]]),
  ];
  return (
    <article id={policy.id} class="policy">
      <p>
        <b>
          Signed by <Name value={policy.signedBy ?? "somebody"} most={60} />
        </b>{" "}
        <span class="faint small">
          <Moment at={policy.signedMs} clock={view.clock} /> · <Name value={policy.id} most={40} />
        </span>
      </p>
      <blockquote>{cleanText(policy.reason).slice(0, 2_000)}</blockquote>
      {policy.loop === null && <p class="faint small">It has no terms of the loop: the loop does nothing by it.</p>}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <RevokeForm policy={policy} view={view} />
    </article>
  );
}

function termsOf(loop: JsonRecord): [string, Child][] {
  const suite = text(loop["suite_id"]);
  const url = text(record(loop["driver"])["url"]);
  return [
    ["Tried on", suite === null ? "unknown" : <a href={suitePath(suite)}>the suite</a>],
    ["Asks", url === null ? "unknown" : <Name value={url} most={80} />],
    ["Of a gate", `at most ${money(number(loop["max_cost_usd_per_gate"]))}`],
    ["Canary first", loop["canary"] === null ? "no: the gate decides" : "yes"],
    ["Drafts from", `${count(number(loop["least_runs"]))} runs and a rate of ${amount(number(loop["least_rate"]))} on`],
  ];
}

const ofText = ({ used, of }: { used: number | null; of: number | null }): string => `${count(used)} of ${count(of)}`;

function Ended({ policy, view }: { policy: PolicyView; view: View }): Child {
  return (
    <>
      <span class="row-text">
        Signed by <Name value={policy.signedBy ?? "somebody"} most={60} />:{" "}
        {policy.revokedMs === null ? (
          "expired"
        ) : (
          <>
            revoked by <Name value={policy.revokedBy ?? "somebody"} most={60} />, “{clipped(policy.revokeReason ?? "", 200)}”
          </>
        )}
      </span>
      <span class="row-end faint">
        <Moment at={policy.revokedMs ?? policy.expiresMs} clock={view.clock} show="absolute" />
      </span>
    </>
  );
}

function RevokeForm({ policy: { id, agent }, view }: { policy: PolicyView; view: View }): Child {
  if (!mayWrite(view)) return null;
  const isPerson = view.session.kind === "person";
  const again = view.again !== null && view.again.field("policy_id") === id ? view.again : null;
  return (
    <details class="action-sheet" open={again !== null}>
      <summary>Revoke it…</summary>
      <Refusal again={again} complaints={complaintsOf(again, [])} what="Not revoked." />
      <form method="post" action={`/act/policies/${segment(id)}/revoke`}>
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={loopPath(agent)} />
        <input type="hidden" name="policy_id" value={cleanText(id)} />
        <label>
          <span>Reason (kept with your name)</span>
          <textarea name="reason" rows={2} maxlength={2_000} required disabled={!isPerson}>
            {cleanText(again?.field("reason") ?? "")}
          </textarea>
        </label>
        <p class="buttons">
          <button type="submit" class="danger" disabled={!isPerson}>
            Revoke
          </button>
        </p>
        <p class="faint small">
          {isPerson ? "The loop stops before its next step by this policy; what was done by it stays." : onlyPersons("revokes")}
        </p>
      </form>
    </details>
  );
}

interface SignProps {
  agent: string;
  /** Of the agent, for the example; null where it has none. */
  suiteId: string | null;
  view: View;
}

export function SignForm({ agent, suiteId, view }: SignProps): Child {
  if (!mayWrite(view)) return null;
  const isPerson = view.session.kind === "person";
  const again = view.again !== null && view.again.field("policy_id") === "" ? view.again : null;
  const wrong = (again?.details ?? []).map(({ path, message }) => clipped(path === "" ? message : `${path}: ${message}`, 300)).join("; ");
  const form = {
    value: () => again?.field("policy") ?? exampleOf(suiteId),
    values: () => [],
    complaints: { at: () => wrong || null, elsewhere: "" },
  };
  return (
    <section aria-labelledby="sign" class="form-section">
      <h2 id="sign">Sign a policy</h2>
      <Refusal again={again} complaints={form.complaints} what="Not signed." />
      <form method="post" action={`/act/agents/${segment(agent)}/policies`} class="form-grid">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={loopPath(agent)} />
        <fieldset class="full pick-runs" disabled={!isPerson}>
          <legend class="visually-hidden">The policy</legend>
          <TextField form={form} name="policy" label="The policy, as JSON" rows={rowsOfForm} most={mostLetters} isRequired isWide isMono />
          <p class="buttons">
            <button type="submit" class="primary">
              Sign it
            </button>
          </p>
        </fieldset>
        <p class="faint small full">
          {isPerson
            ? "It is kept with your name, in the audit log too. Give driver.url the address at which your agent answers replays; the secret that signs the calls is shown once."
            : onlyPersons("signs")}
        </p>
      </form>
    </section>
  );
}

const onlyPersons = (what: string): string =>
  `Only a person ${what} a policy. You are signed in with a machine's key: sign in with a key of kind person.`;

function exampleOf(suiteId: string | null): string {
  const example = {
    grants: ["artifact.draft", "artifact.validate", "artifact.promote", "artifact.revert"],
    kinds: ["skill", "prompt_fragment"],
    reason: "Small fixes may ship by themselves.",
    expires_after_h: 720,
    loop: {
      suite_id: suiteId ?? "ste_…",
      driver: { type: "webhook", url: "https://agent.example/try" },
      drafts_per_day: 5,
      gates_per_day: 10,
      max_cost_usd_per_gate: 5,
    },
  };
  return JSON.stringify(example, null, 2);
}
