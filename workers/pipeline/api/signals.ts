// Signals: the ranked list, one of them with what it is made of, and an agent's taxonomy.
import * as z from "zod";
import { knownClasses, signalsOfAgent, findSignal, type SignalRow } from "../../../d1/signal-rows.ts";
import { listSignals } from "../../../d1/signals.ts";
import { failedRunsOf } from "../../../d1/signal-counts.ts";
import { taxonomyOf } from "../../../domain/signal/taxonomy.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList } from "./list.ts";
import { historyView, polarity, proposalView, signalSchema, signalState, signalView, wholeSignal } from "./signal-schema.ts";
import { upToDate } from "./up-to-date.ts";

export const signalTag = "Signals";
export const signalParams = z.strictObject({ id: pathText });
const position = z.tuple([z.number(), z.string()]);

const taxonomy = z
  .object({
    agent: z.string(),
    runs: z.number(),
    failed_runs: z.number().meta({ description: "Runs with a failure that they did not get over." }),
    unseen_mass: z
      .number()
      .nullable()
      .meta({ description: "Probability that the next failure is of a class never seen (Good–Turing); null without failures." }),
    unseen_mass_low: z.number().nullable(),
    unseen_mass_high: z.number().nullable(),
    families: z
      .array(z.object({ signal: signalSchema, signals: z.array(signalSchema) }))
      .meta({ description: "Ranked, as their signals are." }),
    wins: z.array(signalSchema),
  })
  .meta({ id: "Taxonomy", description: "How the agent fails: two levels, ranked." });

export function addSignals(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/signals",
      audience: "read",
      tag: signalTag,
      summary: "List signals, the most pressing first",
      description: "`level=leaf` leaves out the signals of whole families.",
      query: listQuery({
        agent: exactly,
        state: signalState.optional(),
        polarity: polarity.optional(),
        level: z.enum(["leaf", "family"]).optional(),
        sort: z.enum(["priority", "rate", "last_seen"]).default("priority"),
      }),
      status: 200,
      answer: listAnswer(signalSchema, "Signals."),
    },
    async ({ env, projectId, query, nowMs }) => {
      await upToDate(env, projectId, query.agent, nowMs);
      const list = openList<[number, string]>("/v1/signals", query, position);
      const { sort, agent, state, polarity: given, level } = query;
      const page = await listSignals(env.INDEX, projectId, { agent, state, polarity: given, level }, sort, list.request);
      return list.answer({ ...page, items: page.items.map(signalView) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/signals/{id}",
      audience: "read",
      tag: signalTag,
      summary: "One signal, what it is made of, and what became of it",
      params: signalParams,
      status: 200,
      answer: wholeSignal,
    },
    async ({ env, projectId, params, nowMs }) => wholeSignalOf(env, projectId, await requireSignal(env, projectId, params.id, nowMs)),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/taxonomy",
      audience: "read",
      tag: signalTag,
      summary: "The ranked map of how an agent fails",
      params: agentParams,
      status: 200,
      answer: taxonomy,
    },
    async ({ env, projectId, params: { agent }, nowMs }) => {
      await requireAgent(env, projectId, agent);
      await upToDate(env, projectId, agent, nowMs);
      const rows = await signalsOfAgent(env.INDEX, projectId, agent);
      const { runs, failedRuns } = await failedRunsOf(env.INDEX, projectId, agent);
      return { agent, runs, failed_runs: failedRuns, ...taxonomyOf(rows.map(signalView)) };
    },
  );
}

/** As it stands after what was acknowledged. Throws Refusal 404. */
export async function requireSignal(env: Env, projectId: string, id: string, nowMs: number): Promise<SignalRow> {
  const known = await findSignal(env.INDEX, projectId, id);
  if (known !== null) await upToDate(env, projectId, known.record.agent, nowMs);
  const row = known === null ? null : await findSignal(env.INDEX, projectId, id);
  if (row === null) throw new Refusal(404, "There is no such signal in this key's project.");
  return row;
}

export async function wholeSignalOf(env: Env, projectId: string, row: SignalRow) {
  const classes = await knownClasses(env.INDEX, projectId, row.record.agent);
  const own = classes.filter(({ signalId }) => signalId === row.id).toSorted((a, b) => b.findings - a.findings || (a.key < b.key ? -1 : 1));
  return {
    ...signalView(row),
    proposal: proposalView(row),
    classes: own.map(({ key, tokens, findings }) => ({ key, template: tokens.join(" "), findings })),
    history: historyView(row),
  };
}
