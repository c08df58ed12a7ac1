// What still holds of what was learned about an agent when its model is changed: a form to choose the two models, and one table of the answer.
import type { Child } from "hono/jsx";
import { transferVerdicts } from "../../../domain/book/transfer.ts";
import { artifactIds } from "../artifact-ids.ts";
import { Figures } from "../figures.tsx";
import { count } from "../format.ts";
import { knownModels } from "../known-models.ts";
import { agentPath, bookPath, segment, transferPath } from "../links.ts";
import { readTransfer } from "../read/transfer.ts";
import { cleanText, clipped, Name } from "../safe-text.tsx";
import { Teach } from "../teach-experiments.tsx";
import { TransferTable, transferWords } from "../transfer-table.tsx";
import { asked, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

export async function transferPage(view: View, agent: string): Promise<Page> {
  const [from, to] = [asked(view, "from_model"), asked(view, "to_model")];
  const isAsked = from !== null && to !== null;
  const [models, known, artifacts] = await Promise.all([
    knownModels(view.api, agent),
    view.api.get(`/v1/agents/${segment(agent)}`),
    isAsked ? artifactIds(view.api, agent) : new Map<string, string>(),
  ]);
  if (!known.ok) return { ...problemPage(known), section: "book" };
  const found = isAsked ? await Found({ view, agent, from, to, artifacts }) : <TeachTransfer />;
  return {
    title: `What holds of ${agent} under another model`,
    section: "book",
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href={agentPath(agent)}>
              <Name value={agent} most={50} />
            </a>
            <a href={bookPath(agent)}>The Book</a>
          </p>
          <h1>What holds under another model</h1>
          <p class="lede">
            Of every artifact in use, evaluator and learning of <Name value={agent} most={60} />: the same effect, measured under both
            models. More is better.
          </p>
        </div>
        <ModelPick agent={agent} models={models} from={from} to={to} />
        {found}
      </>
    ),
  };
}

interface PickProps {
  agent: string;
  models: readonly string[];
  from: string | null;
  to: string | null;
}

function ModelPick({ agent, models, from, to }: PickProps): Child {
  const names = [...new Set([...models, ...[from, to].filter((each) => each !== null)])];
  if (names.length < 2)
    return (
      <p class="notice">
        {names.length === 0 ? "No run of this agent names a model." : "Runs of this agent name one model only."} There is something to
        compare from the first run with another one on; a replay with the other model makes some without anybody noticing.
      </p>
    );
  // The newest comes first: what people come with is whether the newer one keeps what the older one had.
  return (
    <form method="get" action={transferPath(agent)} class="pick model-pick">
      <Model name="from_model" label="From" names={names} chosen={from ?? names[1] ?? ""} />
      <Model name="to_model" label="To" names={names} chosen={to ?? names[0] ?? ""} />
      <button type="submit">Compare</button>
    </form>
  );
}

function Model({ name, label, names, chosen }: { name: string; label: string; names: readonly string[]; chosen: string }): Child {
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {names.map((each) => (
          <option value={cleanText(each)} selected={each === chosen}>
            {clipped(each, 60)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FoundProps {
  view: View;
  agent: string;
  from: string;
  to: string;
  artifacts: ReadonlyMap<string, string>;
}

/** The table, or the API's refusal below the form that asked. */
async function Found({ view, agent, from, to, artifacts }: FoundProps): Promise<Child> {
  const answer = await view.api.get(`/v1/agents/${segment(agent)}/transfer`, { from_model: from, to_model: to });
  const report = answer.ok ? readTransfer(answer.data) : null;
  if (report === null)
    return (
      <p class="notice" role="alert">
        <b>Not compared.</b> {answer.ok ? "The API answered something else than a report." : cleanText(answer.message).slice(0, 500)}
      </p>
    );
  if (report.rows.length === 0)
    return (
      <section class="empty calm">
        <h2>Nothing that could hold or not</h2>
        <p>The agent has no artifact in use, no evaluator and no learning in its Book.</p>
      </section>
    );
  return (
    <>
      <Figures
        figures={transferVerdicts.map((verdict) => ({
          name: transferWords[verdict].said,
          value: count(report.counts[verdict]),
          under: "",
        }))}
      />
      <TransferTable rows={report.rows} models={{ from, to }} artifacts={artifacts} />
      <p class="faint small">
        Effects with their 95 % intervals. Experiments with one model on both sides count first, else runs of the last 90 days; those are no
        experiment, and what differs between runs with and without an artifact differs there too.
      </p>
    </>
  );
}

function TeachTransfer(): Child {
  return (
    <Teach
      title="Choose two models"
      lessons={[
        { term: transferWords.holds.said, text: "The effect's interval lies above zero, and it is not decisively smaller than before." },
        { term: transferWords.weaker.said, text: "Above zero, and decisively smaller." },
        { term: transferWords.gone.said, text: "Below zero, or no longer to be told from none and decisively smaller." },
        {
          term: transferWords.untestable.said,
          text: "The new model has shown too little: a replay or a canary with it tells.",
          command: "npx bento transfer AGENT --from OLD --to NEW",
        },
      ]}
    />
  );
}
