// Cases of runs: of one, come from its page, or of the examples of a signal; into a suite that is there, or a new one.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { Choice, filledForm, Refusal, TextField, type Filled } from "../form-parts.tsx";
import { runPath, segment, signalPath } from "../links.ts";
import { readRun, type RunView } from "../read/run.ts";
import { readSignal } from "../read/signal.ts";
import { readSuite, type SuiteView } from "../read/suite.ts";
import { inputLine } from "../run-lines.tsx";
import { cleanText, clipped, Name } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

/** Examples of a signal that are offered. */
const mostRuns = 12;

export async function newCasePage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot make cases." }), section: "experiments" };
  const [signalId, runId] = [asked(view, "signal"), asked(view, "run")];
  const signalAnswer = signalId === null ? null : await view.api.get(`/v1/signals/${segment(signalId)}`);
  if (signalAnswer?.ok === false) return { ...problemPage(signalAnswer), section: "experiments" };
  const signal = signalAnswer === null ? null : readSignal(signalAnswer.data);
  const wanted = signal === null ? [runId ?? ""] : signal.examples.slice(0, mostRuns);
  const answers = await Promise.all(wanted.filter((id) => id !== "").map((id) => view.api.get(`/v1/runs/${segment(id)}`)));
  const runs = answers.flatMap((answer) => (answer.ok ? (readRun(answer.data) ?? []) : []));
  const [first] = runs;
  if (first === undefined)
    return { ...problemPage({ status: 404, message: "There is no such run, or the signal has no example now." }), section: "experiments" };
  const suitesAnswer = await view.api.get("/v1/suites", { agent: first.agent, limit: "100" });
  const suites = suitesAnswer.ok ? listing(suitesAnswer.data, readSuite).items : [];
  const back = signal === null ? runPath(first.id) : signalPath(signal.id);
  return {
    title: "Make cases",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href={back}>{signal === null ? "The run" : <Name value={signal.name} most={80} />}</a>
          </p>
          <h1>{signal === null ? "Make a case of this run" : "Make cases of its examples"}</h1>
          <p class="lede">
            A case keeps the run's input, so that it can be evaluated and replayed again. It stays when the run's time is over, and goes
            when the run is deleted.
          </p>
        </div>
        <CaseForm runs={runs} suites={suites} agent={first.agent} view={view} />
      </>
    ),
  };
}

interface FormProps {
  runs: readonly RunView[];
  suites: readonly SuiteView[];
  agent: string;
  view: View;
}

function CaseForm({ runs, suites, agent, view }: FormProps): Child {
  const form = filledForm(view, ["name", "expected", "run_id"]);
  return (
    <form method="post" action="/act/cases" class="form-grid">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="at" value={view.url.pathname + view.url.search} />
      <input type="hidden" name="next" value={view.url.pathname + view.url.search} />
      <input type="hidden" name="agent" value={cleanText(agent)} />
      <div class="full">
        <Refusal again={view.again} complaints={form.complaints} what="Not all were added." />
      </div>
      {suites.length > 0 && (
        <Choice
          name="suite"
          label="Into the suite"
          value={form.value("suite") || (view.again === null ? (suites[0]?.id ?? "") : "")}
          options={[...suites.map(({ id, name }) => [id, clipped(name, 80)] as const), ["", "a new one…"]]}
        />
      )}
      <TextField
        form={form}
        name="new_suite"
        label={suites.length > 0 ? "Name of the new one" : "Name of the new suite"}
        most={120}
        isRequired={suites.length === 0}
        placeholder="Refunds"
      />
      <Runs runs={runs} form={form} isFirst={view.again === null} />
      {runs.length === 1 && (
        <>
          <TextField form={form} name="expected" label="What is expected (empty: only evaluators say)" rows={3} most={20_000} isWide />
          <label class="check full">
            <input type="checkbox" name="is_json" value="1" checked={form.value("is_json") !== ""} />
            <span>It is JSON, not text</span>
          </label>
        </>
      )}
      <p class="buttons full">
        <button type="submit" class="primary">
          {runs.length === 1 ? "Make the case" : "Make the cases"}
        </button>
      </p>
    </form>
  );
}

function Runs({ runs, form, isFirst }: { runs: readonly RunView[]; form: Filled; isFirst: boolean }): Child {
  const chosen = form.values("run");
  return (
    <fieldset class="full pick-runs">
      <legend>{runs.length === 1 ? "The run" : "Runs"}</legend>
      {runs.map((run) => (
        <label class="check">
          <input type="checkbox" name="run" value={run.id} checked={isFirst || chosen.includes(run.id)} />
          <span>
            <bdi>{inputLine(run, 140)}</bdi>{" "}
            <a href={runPath(run.id)} class="faint small">
              look at it
            </a>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
