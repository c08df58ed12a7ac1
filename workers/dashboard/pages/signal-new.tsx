// A signal of one's own: by a rule over the run, or in plain words that Claude judges runs by. A form that was refused comes back as it
// was filled in, with each complaint at its field.
import type { Child } from "hono/jsx";
import { listing, queryString } from "../api-client.ts";
import { isRecord, text } from "../json.ts";
import { AgentField, Choice, complaintsOf, faulty, Field } from "../form-parts.tsx";
import { severities } from "../read/drift.ts";
import { cleanText } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { problemPage } from "./problem.tsx";

/** What the API takes. */
const longest = { name: 120, definition: 2_000, rule: 500 } as const;

export async function newSignalPage(view: View): Promise<Page> {
  const { again } = view;
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot define signals." }), section: "signals" };
  const answer = await view.api.get("/v1/agents", { limit: "200" });
  const agents = answer.ok ? listing(answer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  const field = (name: string): string => again?.field(name) ?? asked(view, name) ?? "";
  const isByRule = field("kind") !== "words";
  const complaints = complaintsOf(again, fields);
  return {
    title: "Define a signal",
    section: "signals",
    ...(again === null ? {} : { status: again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/signals">Signals</a>
          </p>
          <h1>Define a signal</h1>
          <p class="lede">
            A kind of failure or success that you want counted: its rate, its trend and its drift, from now on, and over all history with a
            backfill.
          </p>
        </div>
        {again !== null && (
          <p class="notice" role="alert">
            <b>Not defined.</b> {cleanText(again.message ?? "").slice(0, 500)} {complaints.elsewhere}
          </p>
        )}
        <nav class="tabs" aria-label="How runs are judged">
          <a href={`/signals/new${queryString({ agent: field("agent") })}`} {...(isByRule ? { "aria-current": "true" } : {})}>
            By a rule
          </a>
          <a
            href={`/signals/new${queryString({ agent: field("agent"), kind: "words" })}`}
            {...(isByRule ? {} : { "aria-current": "true" })}
          >
            In plain words
          </a>
        </nav>
        <form method="post" action="/act/signals" class="form-grid">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value="/signals/new" />
          <input type="hidden" name="kind" value={isByRule ? "rule" : "words"} />
          <AgentField agents={agents} value={field("agent")} complaint={complaints.at("agent")} />
          <Field name="name" label="Name" complaint={complaints.at("name")}>
            <input
              name="name"
              id="f-name"
              required
              maxlength={longest.name}
              value={cleanText(field("name"))}
              placeholder={isByRule ? "Refund without a lookup" : "Promises a date it cannot know"}
              autocomplete="off"
              {...faulty(complaints.at("name"), "name")}
            />
          </Field>
          <Choice name="polarity" label="It is" value={field("polarity")} options={polarities} />
          <Choice
            name="severity"
            label="Severity"
            value={field("severity") || "medium"}
            options={severities.map((each) => [each, spoken(each)])}
          />
          <Field name="definition" label="What it means, in plain words" complaint={complaints.at("definition")} isWide>
            <textarea
              name="definition"
              id="f-definition"
              required
              rows={3}
              maxlength={longest.definition}
              placeholder={
                isByRule
                  ? "The agent refunds an order that it did not look up before."
                  : "The answer names a delivery date although no tool gave one. An estimate that says it is one does not count."
              }
              {...faulty(complaints.at("definition"), "definition")}
            >
              {cleanText(field("definition"))}
            </textarea>
          </Field>
          {isByRule && (
            <Field
              name="rule"
              label="Rule: an expression over run, true of the runs that are meant"
              complaint={complaints.at("rule")}
              isWide
            >
              <textarea
                name="rule"
                id="f-rule"
                required
                rows={4}
                maxlength={longest.rule}
                spellcheck={false}
                class="mono"
                placeholder={example}
                {...faulty(complaints.at("rule"), "rule")}
              >
                {cleanText(field("rule"))}
              </textarea>
            </Field>
          )}
          {isByRule ? <RuleHelp /> : <WordsHelp />}
          <p class="buttons full">
            <button type="submit" class="primary">
              Define it
            </button>
          </p>
        </form>
      </>
    ),
  };
}

const fields = ["agent", "name", "polarity", "severity", "definition", "rule"];
const example = `run.steps.exists(s, s.name == "refund") && !run.steps.exists(s, s.name == "lookup_order")`;
const polarities: [string, string][] = [
  ["failure", "a failure"],
  ["win", "a win"],
];

function RuleHelp(): Child {
  return (
    <div class="help full">
      <p>
        In CEL, the Common Expression Language. <code>run</code> has <code>status</code>, <code>duration_ms</code>, <code>cost_usd</code>,{" "}
        <code>model</code>, <code>input</code>, <code>output</code>, <code>cohort</code>, <code>tags</code>, <code>scores</code> by name,{" "}
        <code>usage</code>, <code>counts</code>, <code>metadata</code>, <code>error</code> and <code>steps</code>, each with{" "}
        <code>type</code>, <code>name</code>, <code>status</code>, <code>arguments</code>, <code>result</code>, <code>output</code>. A run
        that lacks what is asked for is not counted as showing it.
      </p>
      <ul class="examples">
        <li>
          <code>{example}</code>
          <span class="faint">a tool without the one that must come before it</span>
        </li>
        <li>
          <code>{`run.output.contains("I cannot") && run.cohort.plan == "enterprise"`}</code>
          <span class="faint">declined, for those who pay most</span>
        </li>
        <li>
          <code>{`run.steps.filter(s, s.name == "search").size() > 5`}</code>
          <span class="faint">searches that go round in circles</span>
        </li>
      </ul>
    </div>
  );
}

function WordsHelp(): Child {
  return (
    <div class="help full">
      <p>
        Claude reads runs and says of each whether the definition holds, citing the place. Say what counts and what does not; one thing a
        signal. It needs <code>ANTHROPIC_API_KEY</code> where Bento runs and a model budget in the settings: without them the definition is
        kept and nothing is judged yet. Call its findings right or wrong, and its rate is corrected for its errors.
      </p>
    </div>
  );
}
