// Asking a gate whether a candidate may ship: the suite that it is held against, the candidate, and, where there is one, the replay or evaluation
// that judged this very candidate already. Otherwise the gate starts a replay of its own.
import { CandidateFields } from "../experiment-fields.tsx";
import { Choice, filledForm, Refusal, TextField } from "../form-parts.tsx";
import { listing } from "../api-client.ts";
import { readSuite } from "../read/suite.ts";
import { clipped } from "../safe-text.tsx";
import { mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

const fields = ["suite_id", "model", "prompt", "artifacts", "driver", "url", "secret", "experiment_id", "evaluation_id", "evaluators", "repeats", "max_cost_usd", "margin", "min_cases", "must_pass"]; // prettier-ignore

export async function newGatePage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot ask gates." }), section: "experiments" };
  const answer = await view.api.get("/v1/suites", { limit: "200" });
  const suites = answer.ok ? listing(answer.data, readSuite).items : [];
  const form = filledForm(view, fields, { repeats: "1" });
  return {
    title: "Ask a gate",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/gates">Gates</a>
          </p>
          <h1>Ask a gate</h1>
          <p class="lede">
            May this candidate ship? It is held against everything that ever passed in a suite. Without evidence of its own, a replay over
            the suite's cases is started.
          </p>
        </div>
        <Refusal again={view.again} complaints={form.complaints} what="Not asked." />
        <form method="post" action="/act/gates" class="form-grid">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value="/gates/new" />
          <Choice
            name="suite_id"
            label="Suite"
            value={form.value("suite_id")}
            options={[
              ...(form.value("suite_id") === "" ? [["", "choose…"] as const] : []),
              ...suites.map(({ id, name, agent }) => [id, clipped(`${name} (${agent})`, 90)] as const),
            ]}
          />
          <CandidateFields form={form} isCanary={false} />
          <TextField form={form} name="experiment_id" label="Its replay, if there is one" placeholder="exp_…" isMono />
          <TextField form={form} name="evaluation_id" label="Or its evaluation" placeholder="evl_…" isMono />
          <TextField
            form={form}
            name="evaluators"
            label="Judged by (empty: as the suite was last)"
            placeholder="polite, settled"
            most={1_000}
            isMono
          />
          <TextField form={form} name="repeats" label="Each case so often" inputmode="numeric" most={3} />
          <TextField form={form} name="max_cost_usd" label="At most, in USD" inputmode="decimal" placeholder="no cap" most={20} />
          <TextField form={form} name="margin" label="Accepted loss, in points" inputmode="decimal" placeholder="3" most={8} />
          <TextField form={form} name="min_cases" label="Compared cases, at least" inputmode="numeric" placeholder="10" most={6} />
          <p class="buttons full">
            <button type="submit" class="primary">
              Ask
            </button>
          </p>
        </form>
      </>
    ),
  };
}
