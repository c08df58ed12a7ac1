// An evaluation of recorded runs: the agent first, then its evaluators.
import type { Child } from "hono/jsx";
import { agentNames } from "../agent-names.ts";
import { listing } from "../api-client.ts";
import { EvaluationForm } from "../evaluation-form.tsx";
import { AgentField } from "../form-parts.tsx";
import { readEvaluator } from "../read/evaluation.ts";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

export async function newEvaluationPage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot start evaluations." }), section: "experiments" };
  const agents = await agentNames(view.api);
  const [first] = agents;
  const agent = view.again?.field("agent") ?? asked(view, "agent") ?? (agents.length === 1 ? first : undefined) ?? "";
  const answer = agent === "" ? null : await view.api.get("/v1/evaluators", { agent, limit: "100" });
  return {
    title: "Evaluate recorded runs",
    section: "experiments",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/evaluations">Evaluations</a>
          </p>
          <h1>Evaluate recorded runs</h1>
          <p class="lede">What the runs answered is judged; nothing is run again. For a candidate, make a replay.</p>
        </div>
        <Agent agents={agents} agent={agent} />
        {agent !== "" && (
          <EvaluationForm
            view={view}
            agent={agent}
            suiteId=""
            at={`/evaluations/new?${new URLSearchParams({ agent: agent.toWellFormed() }).toString()}`}
            evaluators={answer?.ok === true ? listing(answer.data, readEvaluator).items : []}
          />
        )}
      </>
    ),
  };
}

function Agent({ agents, agent }: { agents: readonly string[]; agent: string }): Child {
  return (
    <form method="get" action="/evaluations/new" class="form-grid">
      <AgentField agents={agents} value={agent} complaint={null} />
      <p class="buttons agent-choice">
        <button type="submit">{agent === "" ? "Go on" : "Take this agent"}</button>
      </p>
    </form>
  );
}
