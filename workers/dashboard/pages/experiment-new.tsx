// A new replay or canary. A replay is planned first: which runs, how many a difference needs, and what it costs; then the button that makes and
// starts it. A form that the API refuses comes back as it was filled in.
import type { Child } from "hono/jsx";
import { agentNames } from "../agent-names.ts";
import { CandidateFields, CanaryFields, ReplayFields } from "../experiment-fields.tsx";
import { experimentFields } from "../experiment-form.ts";
import { Figures } from "../figures.tsx";
import { AgentField, filledForm, Refusal } from "../form-parts.tsx";
import { amount, count, dash, money, percent } from "../format.ts";
import { queryString } from "../api-client.ts";
import { list, record, text } from "../json.ts";
import { segment } from "../links.ts";
import { readReplayPreview, type ReplayPreview } from "../read/experiment.ts";
import { cleanText } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

const usual = { share: "10", unit: "user_id", max_n: "1000", looks: "5", sample: "50", repeats: "1", metric_0: "outcome.success", goal_0: "increase", matching: "strict", driver: "claude" }; // prettier-ignore

export async function newExperimentPage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot make experiments." }), section: "experiments" };
  const form = filledForm(view, experimentFields, usual);
  const agent = form.value("agent");
  const isCanary = (view.again?.field("kind") ?? asked(view, "kind")) === "canary";
  const [agents, dimensions] = await Promise.all([agentNames(view.api), isCanary ? dimensionNames(view, agent) : []]);
  const preview = readReplayPreview(view.again?.answer);
  return {
    title: isCanary ? "New canary" : "New replay",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/experiments">Experiments</a>
          </p>
          <h1>{isCanary ? "New canary" : "New replay"}</h1>
          <p class="lede">
            {isCanary
              ? "A share of your units gets the candidate. Harm is watched after every unit; who wins is decided at planned looks; promoting stays with a person."
              : "Recorded runs, once more with a candidate. Every tool answers from the record; none is called for real."}
          </p>
        </div>
        <nav class="tabs" aria-label="Kind of experiment">
          <a href={`/experiments/new${queryString({ agent })}`} {...(isCanary ? {} : { "aria-current": "true" })}>
            Replay
          </a>
          <a href={`/experiments/new${queryString({ kind: "canary", agent })}`} {...(isCanary ? { "aria-current": "true" } : {})}>
            Canary
          </a>
        </nav>
        <Refusal again={view.again} complaints={form.complaints} what="Not made." />
        <form method="post" action="/act/experiments" class="form-grid">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value="/experiments/new" />
          <input type="hidden" name="kind" value={isCanary ? "canary" : "replay"} />
          <AgentField agents={agents} value={agent} complaint={form.complaints.at("agent")} />
          <CandidateFields form={form} isCanary={isCanary} />
          {isCanary ? <CanaryFields form={form} dimensions={dimensions} /> : <ReplayFields form={form} />}
          {preview !== null && <Preview preview={preview} />}
          <p class="buttons full">
            {!isCanary && (
              <button type="submit" name="do" value="preview" {...(preview === null ? { class: "primary" } : {})}>
                Show which runs and what it costs
              </button>
            )}
            {(isCanary || preview !== null) && (
              <button type="submit" name="do" value="make" class="primary" disabled={preview !== null && preview.runs === 0}>
                Make and start it
              </button>
            )}
          </p>
        </form>
      </>
    ),
  };
}

async function dimensionNames(view: View, agent: string): Promise<string[]> {
  if (agent === "") return [];
  const answer = await view.api.get(`/v1/agents/${segment(agent)}/dimensions`);
  const names = answer.ok ? list(record(answer.data)["data"]).flatMap((each) => text(record(each)["name"]) ?? []) : [];
  return names.slice(0, 100);
}

function Preview({ preview }: { preview: ReplayPreview }): Child {
  const { runs, items, requiredN, sampling } = preview;
  const isFew = runs !== null && requiredN !== null && runs < requiredN;
  return (
    <section class="full form-section preview" aria-labelledby="would">
      <h2 id="would">What it would do</h2>
      <Figures
        figures={[
          {
            name: "Runs",
            value: count(runs),
            under:
              sampling?.coverage === null || sampling === null
                ? "as named"
                : `${percent(sampling.coverage)} of ${count(sampling.runsInRange)} in range`,
          },
          { name: "Replays", value: count(items), under: "runs times repeats" },
          { name: "Tokens", value: amount(preview.tokensIn), under: `in, and ${amount(preview.tokensOut)} out, as recorded` },
          {
            name: "Cost",
            value: preview.costUsd === null ? dash : money(preview.costUsd),
            under: preview.costUsd === null ? "not known: no price, or no recorded tokens" : "about, at the candidate's price",
          },
          { name: "Needed", value: count(requiredN), under: "runs, for a difference of 5 points" },
        ]}
      />
      {isFew && <p class="small">With fewer runs than needed, only a larger difference would be decisive; the answer says so.</p>}
      {sampling !== null && sampling.text !== null && <p class="lede">{cleanText(sampling.text).slice(0, 1_000)}</p>}
    </section>
  );
}
