// Starting an evaluation: which evaluators, how often, and what it may cost; over a suite, or over the newest recorded runs.
import type { Child } from "hono/jsx";
import { filledForm, Refusal, TextField, Choice } from "./form-parts.tsx";
import { queryString } from "./api-client.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { EvaluatorView } from "./read/evaluation.ts";
import type { View } from "./view.ts";

const runStatuses = ["ok", "error"] as const;

interface Props {
  view: View;
  agent: string;
  /** Empty for recorded runs. */
  suiteId: string;
  /** Path of the page that has the form. */
  at: string;
  evaluators: readonly EvaluatorView[];
}

export function EvaluationForm({ view, agent, suiteId, at, evaluators }: Props): Child {
  const isAbout = view.again?.field("form") === "evaluate";
  const form = filledForm(isAbout ? view : { ...view, again: null }, ["limit", "repeats", "max_cost_usd", "evaluators"], {
    repeats: "1",
    limit: "200",
  });
  const newest = newestOfName(evaluators);
  if (newest.length === 0)
    return (
      <p class="small">
        It needs an evaluator, which says whether an answer passed. <a href={`/evaluators/new${queryString({ agent })}`}>Make one</a>
      </p>
    );
  const chosen = form.values("evaluators");
  return (
    <form method="post" action="/act/evaluations" class="form-column">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={at} />
      <input type="hidden" name="at" value={at} />
      <input type="hidden" name="form" value="evaluate" />
      <input type="hidden" name="agent" value={cleanText(agent)} />
      <input type="hidden" name="suite_id" value={suiteId} />
      {isAbout && <Refusal again={view.again} complaints={form.complaints} what="Not started." />}
      <fieldset>
        <legend>By</legend>
        {newest.map((each, i) => (
          <label class="check">
            <input type="checkbox" name="evaluators" value={each.id} checked={chosen.length === 0 ? i === 0 : chosen.includes(each.id)} />
            <span>
              <Name value={each.name} most={60} /> <span class="faint">{spoken(each.type)}</span>
            </span>
          </label>
        ))}
        {form.complaints.at("evaluators") !== null && <p class="bad-text small">{form.complaints.at("evaluators")}</p>}
      </fieldset>
      {suiteId === "" && (
        <>
          <TextField form={form} name="limit" label="Newest so many runs" inputmode="numeric" most={6} />
          <Choice
            name="status"
            label="Runs that ended"
            value={form.value("status")}
            options={[["", "in any way"], ...runStatuses.map((each) => [each, spoken(each)] as const)]}
          />
        </>
      )}
      <TextField form={form} name="repeats" label="Each judged so often" inputmode="numeric" most={3} />
      <TextField form={form} name="max_cost_usd" label="At most, in USD" inputmode="decimal" placeholder="no cap" most={20} />
      <p class="buttons">
        <button type="submit" class="primary">
          Start the evaluation
        </button>
      </p>
    </form>
  );
}

/** The list is newest first, and a name means its newest. */
export function newestOfName(evaluators: readonly EvaluatorView[]): EvaluatorView[] {
  const seen = new Set<string>();
  return evaluators.filter(({ agent, name }) => {
    const key = `${agent}\n${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
