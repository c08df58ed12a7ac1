// Evaluations that the clock starts: every so many hours, over a suite or over the runs of those hours.
import * as z from "zod";
import { ulid } from "ulidx";
import { deleteSchedule, listSchedules, putSchedule, type EvaluationSchedule } from "../../../d1/evaluation-schedules.ts";
import { evaluatorsNamed } from "../../../d1/evaluators.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { evaluationCap, evaluationNames, evaluationRepeats, scheduledFilter } from "./evaluations-schema.ts";
import { evaluationTag } from "./evaluators.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { requireSuite } from "./suites.ts";

const path = "/v1/evaluation-schedules";
const mostHours = 24 * 31;
/** Of a project. */
const mostSchedules = 50;

const scheduleSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    every_hours: z.number(),
    suite_id: z.string().nullable(),
    filter: z.object({ status: z.string().nullable(), signal_id: z.string().nullable(), limit: z.number() }).nullable(),
    evaluators: z.array(z.string()),
    repeats: z.number(),
    max_cost_usd: z.number().nullable(),
    due_at: z.string(),
    last: z
      .object({ at: z.string(), evaluation_id: z.string().nullable(), reason: z.string().nullable() })
      .nullable()
      .meta({ description: "The last start: the evaluation, or why there was none." }),
  })
  .meta({ id: "EvaluationSchedule", description: "An evaluation that the clock starts." });

export function addEvaluationSchedules(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path,
      audience: "write",
      tag: evaluationTag,
      summary: "Evaluate every so many hours",
      description: "Without a suite, the runs that began within those hours. The first one starts within a minute.",
      body: z
        .strictObject({
          agent: pathText,
          every_hours: z.int().min(1).max(mostHours),
          suite_id: pathText.optional(),
          filter: scheduledFilter.optional(),
          evaluators: evaluationNames,
          repeats: evaluationRepeats,
          max_cost_usd: evaluationCap,
        })
        .refine(({ suite_id, filter }) => suite_id === undefined || filter === undefined, {
          path: ["filter"],
          message: "name a suite or filter recorded runs, not both",
        }),
      status: 201,
      answer: scheduleSchema,
      refusals: { 404: "The agent has no such evaluator or suite.", 409: `The project has ${mostSchedules} schedules.` },
    },
    async ({ env, principal, projectId, body, nowMs }) => {
      const { agent, every_hours, suite_id = null, evaluators, repeats, max_cost_usd } = body;
      if (suite_id !== null && (await requireSuite(env, projectId, suite_id)).agent !== agent)
        throw new Refusal(404, "The agent has no such suite.", [{ path: "suite_id", message: "is another agent's" }]);
      const known = await evaluatorsNamed(env.INDEX, projectId, agent, evaluators);
      const missing = known.findIndex((one) => one === undefined);
      if (missing >= 0)
        throw new Refusal(404, "The agent has no such evaluator.", [{ path: `evaluators[${missing}]`, message: "is not there" }]);
      const { status = null, signal_id = null, limit } = body.filter ?? scheduledFilter.parse({});
      const filter = suite_id === null ? { status, signal_id, limit } : null;
      const schedule: EvaluationSchedule = {
        id: `evs_${ulid(nowMs)}`,
        agent,
        record: { every_hours, suite_id, filter, evaluators, repeats, max_cost_usd, last: null },
        dueMs: nowMs,
      };
      const after = { agent: recordHash(agent), every_hours, suite: suite_id, evaluators: evaluators.length };
      const draft = audited(principal, nowMs, { action: "evaluation_schedule.made", object: schedule.id, after });
      if (!(await putSchedule(env.INDEX, projectId, schedule, draft, mostSchedules)))
        throw new Refusal(409, `The project has ${mostSchedules} schedules; remove one first.`);
      return viewOf(schedule);
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path,
      audience: "read",
      tag: evaluationTag,
      summary: "List schedules, oldest first",
      query: listQuery({ agent: exactly }),
      status: 200,
      answer: listAnswer(scheduleSchema, "Schedules."),
    },
    async ({ env, projectId, query }) => {
      const list = openList(path, query, namePosition);
      const page = await listSchedules(env.INDEX, projectId, query.agent ?? null, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: `${path}/{id}`,
      audience: "write",
      tag: evaluationTag,
      summary: "Remove a schedule; what it started stays",
      params: z.strictObject({ id: pathText }),
      status: 204,
      answer: noAnswer,
    },
    async ({ env, principal, projectId, params: { id }, nowMs }) => {
      const draft = audited(principal, nowMs, { action: "evaluation_schedule.removed", object: id });
      if (!(await deleteSchedule(env.INDEX, projectId, id, draft)))
        throw new Refusal(404, "There is no such schedule in this key's project.");
      return undefined;
    },
  );
}

const viewOf = ({ id, agent, record, dueMs }: EvaluationSchedule): z.input<typeof scheduleSchema> => ({
  id,
  agent,
  ...record,
  due_at: new Date(dueMs).toISOString(),
});
