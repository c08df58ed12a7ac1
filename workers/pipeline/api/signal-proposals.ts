// Asking Claude for a signal's name, definition or merge, and a person's answer to what it proposes. Accepting is the same act as naming or
// merging by hand, under the name of who accepts; what nobody accepts changes nothing.
import * as z from "zod";
import { askProposal, clearProposalStatement } from "../../../d1/signal-proposals.ts";
import type { SignalAct } from "../../../d1/signal-acts.ts";
import { findSignal, signalsOfAgent, type SignalRow } from "../../../d1/signal-rows.ts";
import type { Proposal } from "../../../domain/signal/said.ts";
import { sendProposal } from "../../../queues/propose-for-signal.ts";
import { Refusal } from "../refusal.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { addAct, mergeInto, type ActCall } from "./signal-actions.ts";
import { describing } from "./signal-definition.ts";
import { proposalStatus, wholeSignal } from "./signal-schema.ts";
import { requireSignal, signalParams, signalTag, wholeSignalOf } from "./signals.ts";

const reason = z.string().trim().min(1).max(2_000).nullable().default(null);
const at = z
  .string()
  .max(40)
  .optional()
  .meta({ description: "`at` of the proposal that is meant: refused where there is another by now." });
const what = z.enum(["name", "definition", "merge", "all"]).meta({
  description: "`all`: the merge where one is proposed, which leaves nothing to name; else name and definition.",
});

export function addSignalProposals(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/signals/{id}/propose",
      audience: "write",
      tag: signalTag,
      summary: "Have Claude propose a name, a definition or a merge",
      description: "`proposal` of the signal tells how far it is. Without a model key it is `off`. One that stands is replaced.",
      params: signalParams,
      body: z.strictObject({}).optional(),
      status: 202,
      answer: z.object({ id: z.string(), status: proposalStatus }),
    },
    async ({ env, projectId, params, nowMs }) => {
      const { id } = await requireSignal(env, projectId, params.id, nowMs);
      await askProposal(env.INDEX, projectId, id, nowMs);
      // Also where one is being made: its message may have been lost, and twice is as good as once.
      await sendProposal(env, projectId, id);
      return { id, status: (await findSignal(env.INDEX, projectId, id))?.said.proposal?.status ?? "pending" };
    },
  );
  addAct(api, "accept", "Accept what Claude proposes", z.strictObject({ what, at, reason }), (call, row) => accepting(call, row));
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/signals/{id}/decline",
      audience: "write",
      tag: signalTag,
      summary: "Decline what Claude proposes",
      description: "It is gone, also while it is being made.",
      params: signalParams,
      body: z.strictObject({ at }).optional(),
      status: 200,
      answer: wholeSignal,
      refusals: { 409: "There is no such proposal." },
    },
    async ({ env, projectId, params, body, nowMs }) => {
      const row = await requireSignal(env, projectId, params.id, nowMs);
      const proposal = meant(row, body?.at);
      await clearProposalStatement(env.INDEX, projectId, row.id, proposal.at).run();
      return wholeSignalOf(env, projectId, await requireSignal(env, projectId, row.id, nowMs));
    },
  );
}

type Accepted = ActCall<{ what: z.infer<typeof what>; at?: string | undefined; reason: string | null }>;

async function accepting(call: Accepted, row: SignalRow): Promise<SignalAct & { shown?: string }> {
  const proposal = meant(row, call.body.at);
  if (proposal.status !== "ready") throw new Refusal(409, `The proposal is ${proposal.status}: there is nothing to accept.`);
  const answered = { id: row.id, at: proposal.at };
  const { name, definition, merge_into: into } = proposal;
  if (call.body.what === "merge" || (call.body.what === "all" && into !== null))
    return { ...(await mergeInto({ ...call, body: { into: await idOf(call, row, into) } }, row)), answered };
  const isAll = call.body.what === "all";
  const words = {
    ...(name !== null && (isAll || call.body.what === "name") ? { name } : {}),
    ...(definition !== null && (isAll || call.body.what === "definition") ? { definition } : {}),
  };
  return { ...(await describing(call, row, { ...words, reason: call.body.reason })), answered };
}

function meant({ said: { proposal } }: SignalRow, given: string | undefined): Proposal {
  if (proposal === null) throw new Refusal(409, "Nothing is proposed for this signal: POST /v1/signals/{id}/propose asks Claude.");
  if (given !== undefined && given !== proposal.at) throw new Refusal(409, "There is another proposal by now: look at it first.");
  return proposal;
}

async function idOf({ env, projectId }: Accepted, { record: { agent } }: SignalRow, slug: string | null): Promise<string> {
  if (slug === null) throw new Refusal(409, "No merge is proposed.");
  const into = (await signalsOfAgent(env.INDEX, projectId, agent)).find((one) => one.slug === slug);
  if (into === undefined) throw new Refusal(409, "The signal that it was to be merged into is gone.");
  return into.id;
}
