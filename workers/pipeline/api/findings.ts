// Findings: the list, and what a person says of one.
import * as z from "zod";
import { findFinding, labelFinding, listFindings } from "../../../d1/findings.ts";
import { findRun } from "../../../d1/runs.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { refreshSignals } from "../../../queues/refresh-signals.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { findingSchema } from "./signal-schema.ts";
import { upToDate } from "./up-to-date.ts";

const tag = "Findings";

export function addFindings(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/findings",
      audience: "read",
      tag,
      summary: "List findings, those of the newest runs first",
      description: "`signal` is a signal's id, or that of a family. `run_id` is Bento's or the sender's.",
      query: listQuery({ agent: exactly, run_id: exactly, signal: exactly, detector: exactly }),
      status: 200,
      answer: listAnswer(findingSchema, "Findings."),
    },
    async ({ env, projectId, query, nowMs }) => {
      await upToDate(env, projectId, query.agent, nowMs);
      const list = openList("/v1/findings", query, timePosition);
      const { agent, signal, detector, run_id: given } = query;
      const runId = given === undefined ? undefined : ((await findRun(env.INDEX, projectId, given))?.id ?? given);
      return list.answer(await listFindings(env.INDEX, projectId, { agent, runId, signalId: signal, detector }, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/findings/{id}/label",
      audience: "write",
      tag,
      summary: "Say whether a finding is right",
      description:
        "The last word counts. One that is wrong counts for no rate; the labels say how far a detector or Claude can be trusted.",
      params: z.strictObject({ id: pathText }),
      body: z.strictObject({ correct: z.boolean(), comment: z.string().trim().min(1).max(2_000).nullable().default(null) }),
      status: 200,
      answer: findingSchema,
    },
    async ({ env, projectId, principal, params, body, nowMs }) => {
      const found = await findFinding(env.INDEX, projectId, params.id);
      if (found === null) throw new Refusal(404, "There is no such finding in this key's project.");
      const label = { ...body, by: actorOf(principal), at: new Date(nowMs).toISOString() };
      const { finding } = found;
      const draft = audited(principal, nowMs, {
        action: "finding.labelled",
        object: finding.id,
        before: finding.label === null ? null : { correct: finding.label.correct },
        after: { correct: body.correct, ...(body.comment === null ? {} : { comment: recordHash(body.comment) }) },
      });
      await labelFinding(env.INDEX, projectId, found, label, draft, nowMs);
      await refreshSignals(env, projectId, found.agent, nowMs);
      return { ...finding, label };
    },
  );
}
