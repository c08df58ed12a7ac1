// Suites: made, listed, read in any of their versions, and set to grow by themselves. Their cases have a file of their own.
import * as z from "zod";
import { ulid } from "ulidx";
import { casesOf, findSuite, listSuites, putSuite, updateSuiteSettings } from "../../../d1/suites.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { Suite } from "../../../domain/experiment/suite.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { listedSuite, listedSuiteView, suiteSchema, suiteView } from "./suites-schema.ts";

export const suiteTag = "Suites";
const params = z.strictObject({ id: pathText });
/** Of a project. */
const mostSuites = 500;

const name = z.string().trim().min(1).max(120);
const growsFrom = z
  .literal("signals")
  .nullable()
  .meta({ description: "signals: each new class of failures brings its example runs as cases." });
const holdout = z
  .boolean()
  .meta({ description: "Keep a fifth of the cases sealed: evaluated, never shown. On where the suite grows, when absent." });
const versionQuery = z.coerce.number().int().min(1).optional().meta({ description: "The suite as it was then." });

export function addSuites(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/suites",
      audience: "write",
      tag: suiteTag,
      summary: "Make a suite",
      body: z.strictObject({ agent: pathText, name, grows_from: growsFrom.default(null), holdout: holdout.optional() }),
      status: 201,
      answer: suiteSchema,
      refusals: { 409: `The project has ${mostSuites} suites.` },
    },
    async ({ env, principal, projectId, body, nowMs }) => {
      const { agent, grows_from, holdout: isHeldOut = grows_from !== null } = body;
      const suite: Suite = {
        id: `ste_${ulid(nowMs)}`,
        agent,
        name: body.name,
        version: 1,
        settings: { grows_from, holdout: isHeldOut, growth: [] },
        createdMs: nowMs,
      };
      const after = { agent: recordHash(agent), name: recordHash(body.name), grows_from, holdout: isHeldOut };
      const draft = audited(principal, nowMs, { action: "suite.made", object: suite.id, after });
      if (!(await putSuite(env.INDEX, projectId, suite, draft, mostSuites)))
        throw new Refusal(409, `The project has ${mostSuites} suites.`);
      return suiteView(suite, suite.version, []);
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/suites",
      audience: "read",
      tag: suiteTag,
      summary: "List suites, newest first",
      query: listQuery({ agent: exactly }),
      status: 200,
      answer: listAnswer(listedSuite, "Suites."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/suites", query, namePosition);
      const page = await listSuites(env.INDEX, projectId, query.agent ?? null, list.request);
      return list.answer({ ...page, items: page.items.map(listedSuiteView) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/suites/{id}",
      audience: "read",
      tag: suiteTag,
      summary: "One suite, in one of its versions",
      params,
      query: z.strictObject({ version: versionQuery }),
      status: 200,
      answer: suiteSchema,
    },
    async ({ env, projectId, params: { id }, query }) => wholeSuite(env, projectId, await requireSuite(env, projectId, id), query.version),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "patch",
      path: "/v1/suites/{id}",
      audience: "write",
      tag: suiteTag,
      summary: "Rename a suite, or say whether it grows and keeps a holdout",
      description: "What is sealed stays sealed, and what is not stays open: `holdout` is about cases to come.",
      params,
      body: z.strictObject({ name: name.optional(), grows_from: growsFrom.optional(), holdout: holdout.optional() }),
      status: 200,
      answer: suiteSchema,
    },
    async ({ env, principal, projectId, params: { id }, body, nowMs }) => {
      const suite = await requireSuite(env, projectId, id);
      const { settings } = suite;
      const next = {
        name: body.name ?? suite.name,
        grows_from: body.grows_from === undefined ? settings.grows_from : body.grows_from,
        holdout: body.holdout ?? settings.holdout,
      };
      const draft = audited(principal, nowMs, {
        action: "suite.changed",
        object: id,
        before: { name: recordHash(suite.name), grows_from: settings.grows_from, holdout: settings.holdout },
        after: { ...next, name: recordHash(next.name) },
      });
      await updateSuiteSettings(env.INDEX, projectId, id, next, draft);
      return wholeSuite(env, projectId, await requireSuite(env, projectId, id));
    },
  );
}

/** Throws Refusal 404, also for a version that is not there yet. */
export async function wholeSuite(env: Env, projectId: string, suite: Suite, version = suite.version) {
  return suiteView(suite, version, await casesIn(env, projectId, suite, version));
}

export async function casesIn(env: Env, projectId: string, suite: Suite, version: number) {
  if (version > suite.version) throw new Refusal(404, `The suite has no version ${version} yet; its newest is ${suite.version}.`);
  return casesOf(env.INDEX, projectId, suite.id, version);
}

export async function requireSuite(env: Env, projectId: string, id: string): Promise<Suite> {
  const suite = await findSuite(env.INDEX, projectId, id);
  if (suite === null) throw new Refusal(404, "There is no such suite in this key's project.");
  return suite;
}
