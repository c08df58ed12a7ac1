// Reports: made now, listed, and one of them as JSON, Markdown or a page of HTML.
import * as z from "zod";
import { findAgent } from "../../../d1/agents.ts";
import { readProject, type ProjectRecord } from "../../../d1/project.ts";
import { findReport, listReports } from "../../../d1/reports.ts";
import { periodNames } from "../../../domain/report/period.ts";
import type { Report } from "../../../domain/report/report.ts";
import { reportHtml, reportMarkdown } from "../../../domain/report/report-text.ts";
import { makeReport } from "../../../queues/make-report.ts";
import { tellReports } from "../../../queues/report-minute.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { acceptedType } from "./accepted-type.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList } from "./list.ts";
import { reportSchema } from "./report-schema.ts";

const tag = "Reports";
const period = z.enum(periodNames);
const position = z.tuple([z.string(), z.string()]);
const mediaTypes = ["application/json", "text/markdown", "text/html"] as const;

export function addReports(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/reports",
      audience: "write",
      tag,
      summary: "Make or remake a report now",
      description:
        "Of one agent and period it is always the same report; late runs change it. Once its period is over, `report.made` is told to webhooks, once. Bento makes yesterday's and last week's by itself.",
      body: z.strictObject({
        agent: pathText,
        period,
        day: z.iso.date().meta({ description: "In the project's time zone; of a week any of its days, which begin on Monday." }),
      }),
      status: 201,
      answer: reportSchema,
      refusals: { 404: "No run of this agent has arrived." },
    },
    async ({ env, projectId, body, nowMs }) => {
      const project = await requireProject(env, projectId);
      if ((await findAgent(env.INDEX, projectId, body.agent)) === null)
        throw new Refusal(404, "No run of this agent has arrived in this project.");
      const report = await makeReport(env, project, body, nowMs);
      await tellReports(env, nowMs);
      return report;
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/reports",
      audience: "read",
      tag,
      summary: "List reports, newest day first",
      query: listQuery({ agent: exactly, period: period.optional() }),
      status: 200,
      answer: listAnswer(reportSchema, "Reports."),
    },
    async ({ env, projectId, query }) => {
      const list = openList<[string, string]>("/v1/reports", query, position);
      return list.answer(await listReports(env.INDEX, projectId, query, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/reports/{id}",
      audience: "read",
      tag,
      summary: "One report as JSON, Markdown or HTML",
      description: "By the `Accept` header.",
      params: z.strictObject({ id: pathText }),
      status: 200,
      mediaTypes,
      answer: reportSchema,
    },
    async ({ env, projectId, params, headers }) => {
      const report = await findReport(env.INDEX, projectId, params.id);
      if (report === null) throw new Refusal(404, "There is no such report in this key's project.");
      return answers[acceptedType(headers.get("accept"), mediaTypes)](report);
    },
  );
}

const answers: Readonly<Record<(typeof mediaTypes)[number], (report: Report) => Report | Response>> = {
  "application/json": (report) => report,
  "text/markdown": (report) => textResponse(reportMarkdown(report), "text/markdown"),
  "text/html": (report) => textResponse(reportHtml(report), "text/html"),
};

/** The page has no script, and may load nothing: the policy holds even where an escape was forgotten. */
const textResponse = (text: string, type: string): Response =>
  new Response(text, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
      vary: "accept",
    },
  });

async function requireProject(env: Env, projectId: string): Promise<ProjectRecord> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) throw new Refusal(404, "This key's project was deleted.");
  return project;
}
