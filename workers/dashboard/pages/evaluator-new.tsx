// A new evaluator: what it asks of a run, by one of eight types, each with its own fields and an example. A definition that cannot be used comes
// back as it was typed, with the complaint at its field.
import { agentNames } from "../agent-names.ts";
import { queryString } from "../api-client.ts";
import { evaluatorFields, typeOf } from "../evaluator-form.ts";
import { EvaluatorFields } from "../evaluator-fields.tsx";
import { typeWords } from "../evaluator-words.ts";
import { AgentField, filledForm, Refusal, TextField } from "../form-parts.tsx";
import { evaluatorTypes } from "../read/evaluation.ts";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { problemPage } from "./problem.tsx";

export async function newEvaluatorPage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot make evaluators." }), section: "experiments" };
  const agents = await agentNames(view.api);
  const form = filledForm(view, evaluatorFields);
  const type = typeOf(view.again?.field("type") ?? asked(view, "type") ?? "");
  const agent = form.value("agent");
  return {
    title: "New evaluator",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href={`/evaluators${queryString({ agent })}`}>Evaluators</a>
          </p>
          <h1>New evaluator</h1>
          <p class="lede">{typeWords[type]}</p>
        </div>
        <nav class="tabs" aria-label="Type">
          {evaluatorTypes.map((each) => (
            <a href={`/evaluators/new${queryString({ type: each, agent })}`} {...(each === type ? { "aria-current": "true" } : {})}>
              {each === "json_schema" ? "JSON schema" : spoken(each)}
            </a>
          ))}
        </nav>
        <Refusal again={view.again} complaints={form.complaints} what="Not made." />
        <form method="post" action="/act/evaluators" class="form-grid">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value="/evaluators/new" />
          <input type="hidden" name="type" value={type} />
          <AgentField agents={agents} value={agent} complaint={form.complaints.at("agent")} />
          <TextField form={form} name="name" label="Name" most={120} isRequired placeholder="settled" />
          <EvaluatorFields form={form} type={type} />
          <p class="buttons full">
            <button type="submit" class="primary">
              Make it
            </button>
          </p>
        </form>
      </>
    ),
  };
}
