// The loop of an agent on one page: by which policies it works, what it did, what it is doing, and what it waits for and why. Reading it decides gates
// whose evidence is complete, as reading a gate does, and changes nothing else.
import * as z from "zod";
import { refOf } from "../../../domain/artifact/artifact.ts";
import { decideLoop, type LoopNext } from "../../../domain/artifact/loop.ts";
import { doneByLoop, loopMarkdown, type LoopPage } from "../../../domain/artifact/loop-page.ts";
import { isInForce } from "../../../domain/artifact/policy.ts";
import { byPolicy, loopFacts, type LoopStands } from "../../../queues/loop-facts.ts";
import { acceptedType } from "./accepted-type.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { artifactTag } from "./artifacts.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const mediaTypes = ["application/json", "text/markdown"] as const;
const used = z.object({ used: z.number(), of: z.number() }).meta({ description: "Of the last 24 hours." });

const schema = z
  .object({
    agent: z.string(),
    is_on: z.boolean().meta({ description: "A policy with terms of the loop is in force." }),
    is_idle: z
      .boolean()
      .meta({ description: "Nothing is to be done now, and no gate of the loop and no canary of the agent is under way." }),
    policies: z.array(z.object({ id: z.string(), signed_by: z.string(), grants: z.array(z.string()), drafts: used, gates: used })),
    next: z.array(
      z.object({
        about: z.string().meta({ description: "`slug@version`, or the signal's slug." }),
        id: z.string().meta({ description: "Of the artifact or the signal." }),
        do: z.enum(["revert", "promote", "canary", "validate", "gate", "draft", "wait", "leave"]),
        policy_id: z.string().nullable(),
        gate_id: z.string().nullable(),
        why: z.string(),
      }),
    ),
    done: z
      .array(
        z.object({
          at: z.string(),
          what: z.string(),
          about: z.string(),
          policy_id: z.string(),
          gate_id: z.string().nullable(),
          why: z.string().nullable(),
        }),
      )
      .meta({ description: "Newest first." }),
  })
  .meta({ id: "Loop", description: "What the loop did, does, and waits for." });

export function addLoop(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/loop",
      audience: "read",
      tag: artifactTag,
      summary: "What the loop did, is doing and waits for, and why",
      params: agentParams,
      status: 200,
      mediaTypes,
      answer: schema,
    },
    async ({ env, projectId, params: { agent }, headers, nowMs }) => {
      await requireAgent(env, projectId, agent);
      const page = pageOf(agent, await loopFacts(env, projectId, agent, nowMs), nowMs);
      if (acceptedType(headers.get("accept"), mediaTypes) === "text/markdown")
        return new Response(loopMarkdown(page), {
          headers: { "content-type": "text/markdown; charset=utf-8", "x-content-type-options": "nosniff", vary: "accept" },
        });
      return page;
    },
  );
}

function pageOf(agent: string, stands: LoopStands, nowMs: number): LoopPage {
  const policies = stands.policies.flatMap((policy) => {
    const terms = policy.record.loop ?? null;
    if (terms === null || !isInForce(policy, nowMs)) return [];
    const { id, signedBy, record } = policy;
    return [
      {
        id,
        signed_by: signedBy,
        grants: [...record.grants],
        drafts: { used: stands.spent.drafts.get(id) ?? 0, of: terms.drafts_per_day },
        gates: { used: stands.spent.gates.get(id) ?? 0, of: terms.gates_per_day },
      },
    ];
  });
  const next = decideLoop(stands, nowMs);
  const isRunning = stands.gates.some(({ status }) => status === "running");
  const steps = [...stands.artifacts.values()].flatMap(({ artifact: { slug, lifecycle } }) =>
    lifecycle.history.map((entry) => ({ ...entry, ref: refOf(slug, entry.version) })),
  );
  return {
    agent,
    is_on: policies.length > 0,
    is_idle: !isRunning && stands.runningCanary === null && next.every(({ policyId }) => policyId === null),
    policies,
    next: next.map(viewOf),
    done: doneByLoop(steps, stands.gates, byPolicy("")),
  };
}

function viewOf({ about, do: what, policyId, why }: LoopNext): LoopPage["next"][number] {
  const isVersion = "ref" in about;
  return {
    about: isVersion ? about.ref : about.slug,
    id: isVersion ? about.artifactId : about.id,
    do: what,
    policy_id: policyId,
    gate_id: isVersion ? (about.gate?.id ?? null) : null,
    why,
  };
}
