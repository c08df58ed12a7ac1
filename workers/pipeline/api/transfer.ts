// The transfer report of a model upgrade: one table of what was learned, and whether it holds under the new model.
import * as z from "zod";
import { promotedOf } from "../../../d1/artifact-bundle.ts";
import { listEntries } from "../../../d1/book.ts";
import { listEvaluators } from "../../../d1/evaluators.ts";
import { listExperiments } from "../../../d1/experiments.ts";
import { listGates } from "../../../d1/gates.ts";
import { artifactCounts, evaluatorCounts } from "../../../d1/transfer.ts";
import { refOf } from "../../../domain/artifact/artifact.ts";
import { transferReport } from "../../../domain/book/transfer-report.ts";
import { transferMarkdown } from "../../../domain/book/transfer-text.ts";
import { transferVerdicts } from "../../../domain/book/transfer.ts";
import { Refusal } from "../refusal.ts";
import { acceptedType } from "./accepted-type.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { bookTag, bookUpToDate } from "./book.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const mediaTypes = ["application/json", "text/markdown"] as const;
/** Of each kind: a table is read by a person. */
const mostRows = 500;
/** How far back runs are counted. */
const windowMs = 90 * 24 * 60 * 60_000;

const effect = z.object({ value: z.number(), low: z.number(), high: z.number(), n: z.number() }).nullable();
const row = z
  .object({
    kind: z.enum(["artifact", "evaluator", "book"]),
    id: z.string(),
    name: z.string(),
    verdict: z.enum(transferVerdicts),
    from: effect.meta({ description: "The effect under the old model with its 95 % interval; more is better." }),
    to: effect,
    difference: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    reason: z.string(),
    measure: z.string().nullable().meta({ description: "What was measured; null where nothing was." }),
    refs: z.array(z.string()).meta({ description: "Experiments and gates that it rests on." }),
  })
  .meta({ id: "TransferRow" });
const model = z.string().min(1).max(200);

export function addTransfer(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/transfer",
      audience: "read",
      tag: bookTag,
      summary: "What still holds after a model upgrade",
      description:
        "Artifacts in use, evaluators and entries of the Book: each holds, is weaker, is gone, or cannot be told. Experiments with one model on both sides count first, else runs of the last 90 days under either model; those are no experiment, and what differs between runs with and without an artifact differs there too.",
      params: agentParams,
      query: z.strictObject({ from_model: model, to_model: model }),
      status: 200,
      mediaTypes,
      answer: z
        .object({
          agent: z.string(),
          from_model: z.string(),
          to_model: z.string(),
          counts: z.object({ holds: z.number(), weaker: z.number(), gone: z.number(), untestable: z.number() }),
          rows: z.array(row),
        })
        .meta({ description: "One table." }),
    },
    async ({ env, projectId, params: { agent }, query: { from_model: from, to_model: to }, headers, nowMs }) => {
      if (from === to)
        throw new Refusal(422, "`from_model` and `to_model` are the same.", [{ path: "to_model", message: "must be another model" }]);
      await requireAgent(env, projectId, agent);
      await bookUpToDate(env, projectId);
      const page = { after: null, limit: mostRows };
      const models = { projectId, agent, models: [from, to] as const, sinceMs: nowMs - windowMs };
      const artifacts = (await promotedOf(env.INDEX, projectId, agent)).map(({ slug, version, name }) => ({
        ref: refOf(slug, version),
        slug,
        name,
      }));
      const [evaluators, entries, experiments, gates, ofArtifacts, ofEvaluators] = await Promise.all([
        listEvaluators(env.INDEX, projectId, { agent }, page),
        listEntries(env.INDEX, projectId, { agent }, page),
        listExperiments(env.INDEX, projectId, { agent }, page),
        listGates(env.INDEX, projectId, { agent }, page),
        artifactCounts(env.INDEX, models, artifacts),
        evaluatorCounts(env.INDEX, models),
      ]);
      const rows = transferReport({
        models: [from, to],
        artifacts,
        evaluators: evaluators.items,
        entries: entries.items,
        experiments: experiments.items,
        gates: gates.items,
        artifactCounts: ofArtifacts,
        evaluatorCounts: ofEvaluators,
      });
      if (acceptedType(headers.get("accept"), mediaTypes) === "text/markdown")
        return new Response(transferMarkdown(agent, from, to, rows), {
          headers: { "content-type": "text/markdown; charset=utf-8", "x-content-type-options": "nosniff", vary: "accept" },
        });
      const count = (verdict: (typeof transferVerdicts)[number]): number => rows.filter((one) => one.verdict === verdict).length;
      const counts = { holds: count("holds"), weaker: count("weaker"), gone: count("gone"), untestable: count("untestable") };
      return { agent, from_model: from, to_model: to, counts, rows };
    },
  );
}
