// Experiments: making one, how it stands, and starting, stopping, aborting or promoting it. Only a person promotes. What an experiment
// measures is its kind's business.
import * as z from "zod";
import { findExperiment, listExperiments, moveExperiment, putExperiment, writeOrigin } from "../../../d1/experiments.ts";
import type { AuditAction } from "../../../domain/audit/entry.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { experimentAsked, experimentStep, type Experiment, type ExperimentKindName } from "../../../domain/experiment/experiment.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { requireAgent } from "./agents.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { experimentKinds, type ExperimentKind, type ReadExperiment } from "./experiments-kinds.ts";
import {
  experimentKindName,
  experimentSchema,
  experimentStatus,
  experimentView,
  madeExperiment,
  replayPreview,
  resultSchema,
  resultsShown,
} from "./experiments-schema.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { newExperiment } from "./new-experiment.ts";
import { pageOfNames } from "../../../d1/page.ts";
import { replayResults, type ReplayCase } from "../../../domain/experiment/replay.ts";

export const experimentTag = "Experiments";
export const experimentParams = z.strictObject({ id: pathText });

const reason = z.string().trim().min(1).max(2_000).nullable().default(null);
const override = z.boolean().default(false).meta({ description: "Promote a canary against its verdict; needs a person and a reason." });
/** Somebody else moved it at the same moment; looked at again that often, it stands still or somebody plays with it. */
const mostLooks = 5;

const actions = [
  { action: "start", done: "experiment.started", summary: "Start an experiment; again, it changes nothing" },
  { action: "stop", done: "experiment.stopped", summary: "End an experiment early; what it measured stays" },
  { action: "abort", done: "experiment.aborted", summary: "End an experiment because the candidate does harm" },
  { action: "promote", done: "experiment.promoted", summary: "Make the candidate what runs: a person's decision" },
] as const satisfies readonly { action: string; done: AuditAction; summary: string }[];

export function addExperiments(api: Api): void {
  addMaking(api);
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/experiments",
      audience: "read",
      tag: experimentTag,
      summary: "List experiments, newest first",
      description: "As each was last written down; one that runs may be a little further.",
      query: listQuery({ agent: exactly, kind: experimentKindName.optional(), status: experimentStatus.optional() }),
      status: 200,
      answer: listAnswer(experimentSchema, "Experiments, without the results of their cases."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/experiments", query, namePosition);
      const page = await listExperiments(env.INDEX, projectId, query, list.request);
      return list.answer({ ...page, items: page.items.map((one) => experimentView(one, asWritten(one))) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/experiments/{id}",
      audience: "read",
      tag: experimentTag,
      summary: "One experiment: how it stands, what it measured, and its cases",
      params: experimentParams,
      status: 200,
      answer: experimentSchema,
    },
    async ({ env, projectId, params, nowMs }) => {
      const experiment = await requireExperiment(env, projectId, params.id);
      const read = await kindOf(experiment.design.kind).read(env, projectId, experiment, nowMs);
      return experimentView(experiment, { ...read, results: await withTexts(read, read.results?.slice(0, resultsShown) ?? null) });
    },
  );
  addResults(api);
  for (const one of actions) addAction(api, one);
}

function addMaking(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/experiments",
      audience: "write",
      tag: experimentTag,
      summary: "Make an experiment; it begins when it is started",
      description: "With `plan.preview: true` nothing is made: the answer (200) says what would be done and what it costs.",
      body: experimentAsked,
      status: 201,
      answer: z.union([madeExperiment, replayPreview]),
      refusals: {
        404: "The key's project has no such agent or run.",
        422: "It cannot be done so, or would cost more than `max_cost_usd`; the message says why.",
      },
    },
    async ({ env, principal, projectId, body, nowMs, origin }) => {
      // A canary's arms may be measured elsewhere, of an agent that has sent no run yet.
      if (body.kind !== "canary") await requireAgent(env, projectId, body.agent);
      const made = await kindOf(body.kind).design(env, projectId, body, nowMs);
      if (made.preview !== null) return Response.json(made.preview);
      const experiment = newExperiment(made, { agent: body.agent, origin, nowMs });
      const { candidate, plan } = made.design;
      const after = {
        kind: body.kind,
        agent: recordHash(body.agent),
        candidate: recordHash(candidate),
        plan: recordHash(plan),
        cases: made.total,
      };
      const draft = audited(principal, nowMs, { action: "experiment.made", object: experiment.id, after });
      await putExperiment(env.INDEX, projectId, experiment, draft, made.statements(experiment.id));
      return { ...experimentView(experiment, asWritten(experiment)), driver_secret: made.secret };
    },
  );
}

function addResults(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/experiments/{id}/results",
      audience: "read",
      tag: experimentTag,
      summary: "Cases of a replay, by run",
      params: experimentParams,
      query: listQuery({ result: z.enum(replayResults).optional() }),
      status: 200,
      answer: listAnswer(resultSchema, "Cases."),
    },
    async ({ env, projectId, params, query, nowMs }) => {
      const list = openList(`/v1/experiments/${params.id}/results`, query, namePosition);
      const experiment = await requireExperiment(env, projectId, params.id);
      const read = await kindOf(experiment.design.kind).read(env, projectId, experiment, nowMs);
      const wanted = (read.results ?? []).filter(({ result }) => query.result === undefined || result === query.result);
      const page = pageOfNames(wanted, ({ run_id: id }) => id, list.request);
      return list.answer({ ...page, items: (await withTexts(read, page.items)) ?? [] });
    },
  );
}

function addAction(api: Api, { action, done, summary }: (typeof actions)[number]): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: `/v1/experiments/{id}/${action}`,
      audience: "write",
      tag: experimentTag,
      summary,
      description: "Where it is so already, nothing changes.",
      params: experimentParams,
      body: z.strictObject({ reason, override }),
      status: 200,
      answer: experimentSchema,
      refusals: { 409: "Its status does not allow it; the message says why." },
    },
    async ({ env, principal, projectId, params: { id }, body, nowMs, origin }) => {
      const isOverride = body.override;
      if (isOverride && action !== "promote")
        throw new Refusal(422, "Only a promotion goes against a verdict.", [{ path: "override", message: "is for promote" }]);
      for (let look = 0; look < mostLooks; look++) {
        const known = await requireExperiment(env, projectId, id);
        const kind = kindOf(known.design.kind);
        if (action === "promote" && principal.kind !== "person" && kind.before === undefined) throw onlyPeoplePromote();
        const asked = { action, by: principal.kind, override: isOverride, reason: body.reason };
        const mayMove = experimentStep(known.design.kind, known.status, action).kind === "to";
        const before = (mayMove ? await kind.before?.(env, projectId, known, asked, nowMs) : known) ?? known;
        const step = experimentStep(before.design.kind, before.status, action);
        if (step.kind === "refused") throw new Refusal(409, `The experiment cannot be moved: ${step.reason}.`);
        if (step.kind === "to") {
          const after = { status: step.status, verdict: before.reading.verdict, ...(isOverride ? { override: true } : {}) };
          const draft = audited(principal, nowMs, {
            action: done,
            object: id,
            before: { status: before.status },
            after,
            reason: body.reason,
          });
          if (!(await moveExperiment(env.INDEX, projectId, before, { status: step.status }, draft))) continue;
        }
        // Bento may have moved since it was made.
        if (action === "start" && before.origin !== origin) await writeOrigin(env.INDEX, projectId, id, origin);
        // A repeated start also sends again what may have been lost after the first.
        const moved = await requireExperiment(env, projectId, id);
        if (step.kind === "to" || moved.status === "running") await kind[action](env, projectId, moved, nowMs);
        return experimentView(moved, await kind.read(env, projectId, moved, nowMs));
      }
      throw new Refusal(409, "The experiment is being moved by somebody else; look at it again.");
    },
  );
}

const onlyPeoplePromote = (): Refusal =>
  new Refusal(403, "Only a person promotes: this key is a machine's. Make one with `kind: person`, or sign a policy.");

async function withTexts({ texts }: ReadExperiment, results: ReplayCase[] | null): Promise<ReplayCase[] | null> {
  return texts === undefined || results === null ? results : texts(results);
}

/** Throws Refusal 404. */
export async function requireExperiment(env: Env, projectId: string, id: string): Promise<Experiment> {
  const experiment = await findExperiment(env.INDEX, projectId, id);
  if (experiment === null) throw new Refusal(404, "There is no such experiment in this key's project.");
  return experiment;
}

function kindOf(name: ExperimentKindName): ExperimentKind {
  const kind = experimentKinds[name];
  if (kind === undefined)
    throw new Refusal(422, `Experiments of kind ${name} are not run here.`, [{ path: "kind", message: "not run here" }]);
  return kind;
}

const asWritten = ({ reading }: Experiment): ReadExperiment => ({ reading, results: null, progress: null });
