// Beside the cases of a suite: the form that adds one, what new signals brought, and its name and settings.
import type { Child } from "hono/jsx";
import { Check, filledForm, Refusal, TextField } from "./form-parts.tsx";
import { count, plural } from "./format.ts";
import { segment, signalPath, suitePath } from "./links.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";
import type { SuiteView } from "./read/suite.ts";
import type { View } from "./view.ts";

/** Of the growth log; the API has all of it. */
const mostGrowth = 20;

interface Props {
  suite: SuiteView;
  view: View;
}

export function AddCase({ suite, view }: Props): Child {
  const isAbout = view.again?.field("form") === "case";
  const form = filledForm(isAbout ? view : { ...view, again: null }, ["run_id", "input", "expected"]);
  return (
    <section class="form-section" aria-labelledby="add">
      <h2 id="add">Add a case</h2>
      {isAbout && <Refusal again={view.again} complaints={form.complaints} what="Not added." />}
      <form method="post" action={`/act/suites/${segment(suite.id)}/add-case`} class="form-grid">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={suitePath(suite.id)} />
        <input type="hidden" name="form" value="case" />
        <TextField form={form} name="run_id" label="Of a run: its id" placeholder="run_…, or your own id" most={1_000} isMono />
        <TextField form={form} name="input" label="Or by hand: what goes in" rows={3} most={20_000} isWide />
        <TextField form={form} name="expected" label="What is expected (empty: only evaluators say)" rows={2} most={20_000} isWide />
        <div class="full">
          <Check form={form} name="is_json" label="Input and expected are JSON, not text" />
        </div>
        <p class="buttons full">
          <button type="submit">Add it</button>
        </p>
      </form>
    </section>
  );
}

export function DescribeSuite({ suite, view }: Props): Child {
  const isAbout = view.again?.field("form") === "describe";
  const complaints = filledForm(view, ["name"]).complaints;
  return (
    <details class="action-sheet" open={isAbout}>
      <summary>Name, growing, holdout…</summary>
      <form method="post" action={`/act/suites/${segment(suite.id)}/describe`}>
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={suitePath(suite.id)} />
        <input type="hidden" name="form" value="describe" />
        {isAbout && <Refusal again={view.again} complaints={complaints} what="Not saved." />}
        <label>
          <span>Name</span>
          <input name="name" value={cleanText(suite.name)} maxlength={120} required />
        </label>
        <label class="check">
          <input type="checkbox" name="grows" value="1" checked={suite.isGrowing} />
          <span>New classes of failures bring their example runs</span>
        </label>
        <label class="check">
          <input type="checkbox" name="holdout" value="1" checked={suite.hasHoldout} />
          <span>A fifth of the cases to come is sealed</span>
        </label>
        <p class="faint small">What is sealed stays sealed, and what is not stays open.</p>
        <p class="buttons">
          <button type="submit">Save</button>
        </p>
      </form>
    </details>
  );
}

export function SuiteGrowth({ suite, signals, clock }: { suite: SuiteView; signals: ReadonlyMap<string, string>; clock: Clock }): Child {
  if (suite.growth.length === 0) return null;
  return (
    <section aria-labelledby="growth">
      <h2 id="growth">How it grew</h2>
      <ul class="timeline">
        {suite.growth
          .toReversed()
          .slice(0, mostGrowth)
          .map((each) => (
            <li>
              {each.signalId === null ? (
                "A signal"
              ) : (
                <a href={signalPath(each.signalId)}>
                  <Name value={signals.get(each.signalId) ?? each.signalId} most={70} />
                </a>
              )}{" "}
              brought {plural(each.added ?? 0, "case")}
              {(each.sealed ?? 0) > 0 && `, ${count(each.sealed)} of them sealed`}
              {(each.duplicates ?? 0) > 0 && `; ${count(each.duplicates)} were in already`}
              <p class="faint small">
                <Moment at={each.atMs} clock={clock} show="absolute" /> · version {count(each.version)}
              </p>
            </li>
          ))}
      </ul>
    </section>
  );
}
