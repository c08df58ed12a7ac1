// The loop of one agent: what it did, does and waits for, and why; by which policies, signed by whom; and the forms to sign and to revoke one. It tells
// what the API says and decides nothing.
import type { Child } from "hono/jsx";
import { artifactIds } from "../artifact-ids.ts";
import { listing, type ApiClient } from "../api-client.ts";
import { isRecord, text } from "../json.ts";
import { agentPath, bookPath, segment } from "../links.ts";
import { DoneSteps, NextSteps } from "../loop-parts.tsx";
import { Policies, SignForm } from "../policy-parts.tsx";
import { readLoop, readPolicy, type LoopView } from "../read/loop.ts";
import { VerdictMark } from "../result-chip.tsx";
import { Name } from "../safe-text.tsx";
import { Teach } from "../teach-experiments.tsx";
import type { Page, View } from "../view.ts";
import { PartProblem, problemPage } from "./problem.tsx";

/** Of each: nobody signs more, and one canary runs at a time. */
const mostListed = "200";

export async function loopPage(view: View, agent: string): Promise<Page> {
  const [answer, signed, artifacts, canaries, suites] = await Promise.all([
    view.api.get(`/v1/agents/${segment(agent)}/loop`),
    view.api.get("/v1/policies", { agent, limit: mostListed }),
    artifactIds(view.api, agent),
    idsOf(view.api, "/v1/experiments", { agent, kind: "canary", limit: mostListed }),
    idsOf(view.api, "/v1/suites", { agent, limit: "1" }),
  ]);
  if (!answer.ok) return { ...problemPage(answer), section: "agents" };
  const loop = readLoop(answer.data);
  if (loop === null) return { ...problemPage({ status: 502, message: "The API answered something else than a loop." }), section: "agents" };
  const policies = signed.ok ? listing(signed.data, readPolicy).items : [];
  return {
    title: `The loop of ${agent}`,
    section: "agents",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <Head agent={agent} loop={loop} />
        {!loop.isOn && loop.done.length === 0 && <TeachLoop />}
        {loop.isOn && <NextSteps next={loop.next} canaries={canaries} />}
        {(loop.isOn || loop.done.length > 0) && <DoneSteps done={loop.done} artifacts={artifacts} view={view} />}
        {signed.ok ? (
          <Policies policies={policies} budgets={loop.budgets} view={view} />
        ) : (
          <PartProblem what="The policies" message={signed.message} />
        )}
        <SignForm agent={agent} suiteId={suites[0] ?? null} view={view} />
      </>
    ),
  };
}

function Head({ agent, loop }: { agent: string; loop: LoopView }): Child {
  const stands = loop.isOn
    ? loop.isIdle
      ? ({ said: "On, with nothing to do now", tone: "calm" } as const)
      : ({ said: "On, and at work", tone: "good" } as const)
    : ({ said: "Off: no policy that a person signed for it is in force", tone: "warn" } as const);
  return (
    <div class="page-head">
      <p class="crumb">
        <a href="/agents">Agents</a>
        <a href={agentPath(agent)}>
          <Name value={agent} most={50} />
        </a>
      </p>
      <h1>
        The loop of <Name value={agent} most={60} />
      </h1>
      <p class="verdict-line">
        <VerdictMark {...stands} />
      </p>
      <p class="lede">
        Drafts for failure signals, tries candidates on cases they were not made from, ships what wins, takes back what does not keep its
        promise. <a href={bookPath(agent)}>What was learned</a>
      </p>
    </div>
  );
}

function TeachLoop(): Child {
  return (
    <Teach
      title="The loop does nothing yet"
      lessons={[
        {
          term: "What it would do",
          text: "Once a minute: draft an artifact for a failure signal, hold it against a suite at a gate, bring it into use if it wins on cases it was not made from, measure its promise, and take it back if the promise is not kept.",
        },
        {
          term: "What it needs",
          text: "A policy that a person signs: what the loop may do, on which suite, by asking your agent at which address, and how much of it a day. A policy never widens what proof allows, and revoking it stops the loop before its next step.",
        },
        { term: "From the terminal", text: "The same page as a table.", command: "npx bento loop AGENT" },
      ]}
    />
  );
}

async function idsOf(api: ApiClient, path: string, query: Record<string, string>): Promise<string[]> {
  const answer = await api.get(path, query);
  return answer.ok ? listing(answer.data, (each) => (isRecord(each) ? text(each["id"]) : null)).items : [];
}
